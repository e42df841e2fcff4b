"""The policy laboratory: what a policy would have cost on a frozen history, what it will cost, which brackets are best."""
