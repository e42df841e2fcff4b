"""Files as tables of text: what people and agencies send, told by content, read in pieces, nothing dropped."""
