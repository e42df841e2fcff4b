"""Parts that every screen is made of: list, badge, chart, history, masked value, problem."""
