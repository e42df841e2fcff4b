"""The frame of every page: navigation by rights, language, size of letters."""
