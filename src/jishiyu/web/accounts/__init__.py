"""Accounts, roles, lock-outs, and signing in."""
