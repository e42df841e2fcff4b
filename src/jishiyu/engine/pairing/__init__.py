"""Pairing: which team goes to which enterprise, and when, with a bound that says how much better any plan could be."""
