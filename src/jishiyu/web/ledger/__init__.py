"""The fund's books: balance and forecast, accounts, movements, appropriations, the check, the Beancount file."""
