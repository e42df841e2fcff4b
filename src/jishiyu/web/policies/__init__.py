"""The policies: read like a regulation, compared, tried, drafted and published by two people."""
