"""The log of what members and staff were told outside the platform."""
