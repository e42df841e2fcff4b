"""The unions: who stands under whom by territory and by industry, and what is changed about them."""
