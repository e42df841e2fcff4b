"""What an officer's desk asks of all books at once: find anything, one member, what waits. No tables of its own."""
