"""Figures for people: one shape for the terminal, Excel, JSON, documents and screens."""
