"""Applications with papers, filed and followed by the staff."""
