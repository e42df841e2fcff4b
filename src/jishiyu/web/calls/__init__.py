"""Call lists: whom to ask, what was said, and until when."""
