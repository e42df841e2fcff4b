"""The policy laboratory on the screen and on paper."""
