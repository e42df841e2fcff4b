"""The resource list: who can help, with what, when; and what the needs of a round lack against it."""
