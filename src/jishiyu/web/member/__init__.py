"""A member's own pages: what I got and why, what is missing, applying, my account number, messages, complaints."""
