"""Review: the queue, the desk, large cases, and reviewers beside each other."""
