"""Find anything, and the page of a member."""
