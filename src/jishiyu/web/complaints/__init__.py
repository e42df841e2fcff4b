"""Complaints of members, and answering them."""
