"""Enterprise help without a database: rounds as data, what an enterprise's own words say, need lists in Excel, stewards side by side."""
