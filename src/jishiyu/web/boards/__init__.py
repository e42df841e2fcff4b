"""Boards of enterprise help for the levels: where needs stand, who is where, how long it takes; figures and bulletin."""
