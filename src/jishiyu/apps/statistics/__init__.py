"""What was paid to whom: figures over decisions, entitlements and payments, kept ready in tables of their own."""
