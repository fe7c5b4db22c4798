"""The static report of a version, and what is known of each of its rows."""
