"""Whether an event that nobody could judge would be worth a call: could any policy pay such an amount at all?"""

import polars as pl

from jishiyu.engine.policy.formulas import PPM, reaches
from jishiyu.engine.policy.model import Policy
from jishiyu.engine.policy.shelf import Shelf


def within_reach(policies: Shelf) -> pl.Expr:
    """This function will return an expression that is true where some policy could pay a decision's event.

    Reads `kind`, `anchor_date` and `base_fen` (an unjudged event's personal cash payment). Only a threshold on plain
    personal cash rules an event out; whatever else a policy asks, and whatever is not known, leaves it in reach.
    """
    chances = [_reached(policy) for _, versions in policies for policy in versions]
    return pl.any_horizontal(chances) if chances else pl.lit(value=False)


def _reached(policy: Policy) -> pl.Expr:
    judges = pl.col("kind").is_in(list(policy.judges)) & (pl.col("anchor_date") >= policy.starts).fill_null(value=True)
    if policy.until is not None:
        judges = judges & (pl.col("anchor_date") < policy.until).fill_null(value=True)
    if policy.threshold is None or policy.accumulate or not _on_cash(policy):
        return judges
    return judges & reaches(policy.threshold, pl.col("base_fen")).fill_null(value=True)


def _on_cash(policy: Policy) -> bool:
    """Tell whether the base is the personal cash payment and nothing else, for every event."""
    return all(amount.plus == ("cash",) and not amount.minus and amount.share_ppm == PPM for amount in policy.base)
