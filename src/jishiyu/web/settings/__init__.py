"""Settings and health, for the system administrator."""
