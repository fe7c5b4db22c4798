"""When and where things run: flows, storage, settings, command line."""
