"""The page of one enterprise: where each of its needs stands, what comes next, who its steward is; by link, no account."""
