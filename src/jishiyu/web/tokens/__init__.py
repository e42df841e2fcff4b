"""Tokens of other systems: issued, collected, ended."""
