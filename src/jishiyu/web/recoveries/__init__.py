"""Money that has to come back: set off, asked back, repaid, or given up by two people."""
