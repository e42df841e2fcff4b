"""A plain console: what came in, what was decided, called about, paid and booked. Reads only, masked, for this machine."""
