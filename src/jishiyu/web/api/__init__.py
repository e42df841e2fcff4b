"""The HTTP API: what other systems push and ask."""
