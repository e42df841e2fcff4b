"""Settlement feeds on the screen: hand in, follow, read the account of every line, take back."""
