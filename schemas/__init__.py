"""What the data is: documents as read, published rows, export of the contract."""
