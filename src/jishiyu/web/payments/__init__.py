"""Paying: what is owed, batches, bank files and answers, and what is stuck."""
