"""Rounds of help: opened from a file, their network, enterprises, stewards and links."""
