"""Files that people bring: told by their content, encoded anew or looked through, scanned, kept sealed."""
