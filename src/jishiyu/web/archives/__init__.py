"""Archives: the file of an enterprise as one ZIP, closed at the end."""
