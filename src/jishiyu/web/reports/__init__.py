"""Reports of visits: drafted, read, released."""
