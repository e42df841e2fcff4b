"""The enterprise's side: needs handed in with an account, by a link or in Excel, and what becomes of them."""
