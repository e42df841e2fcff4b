"""The fund's books: double entry, append-only, exact to the fen."""
