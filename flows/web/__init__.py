"""Fetching from the web: politely, within limits, never to an address that is not public."""
