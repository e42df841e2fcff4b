"""Decisions on the screen: the amount taken apart, step by step."""
