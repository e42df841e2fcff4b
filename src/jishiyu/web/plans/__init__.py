"""Service plans: actions with owner, day and result; what the enterprise says about them."""
