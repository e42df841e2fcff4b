"""Working days by the notices of the State Council: shipped, or entered on this installation. No tables of its own."""
