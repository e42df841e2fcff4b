"""Documents on paper: Typst templates, the text of the bulletin, and the one function that renders."""
