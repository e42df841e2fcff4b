"""What was paid to whom: figures over decisions, entitlements and payments. Reads only; no tables of its own."""
