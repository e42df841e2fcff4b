"""Limits in company: what other versions, other policies and earlier runs use up of the same windows."""

from collections.abc import Mapping, Sequence

import polars as pl

from jishiyu.engine.policy.limits import apply_limits, apply_shared_limit
from jishiyu.engine.policy.model import Policy

Judged = Mapping[Policy, pl.DataFrame]  # the events of each version, with what `judge` says about them


def limited(policy: Policy, judged: Judged, history: pl.DataFrame | None) -> pl.DataFrame:
    """This function will run a version's own limits over its entitled rows, beside all that uses the same windows up.

    `judged`: the versions of this policy. Returns the version's rows in their order with `payable_fen` and `used_before_fen`.
    """
    rows = judged[policy]
    paying = _claims(policy, rows)
    if not paying.height:
        return _nothing(rows)
    others = [_claims(policy, other) for version, other in judged.items() if version is not policy]
    company = [other for other in (*others, _earlier(policy, paying, history)) if other.height]
    if company:
        everyone = [paying.with_columns(_mine=pl.lit(value=True)), *company]
        paid = apply_limits(policy, pl.concat(everyone, how="diagonal")).filter("_mine")
    else:
        paid = apply_limits(policy, paying)
    return _spread(rows, paid)


def limited_together(
    families: Sequence[tuple[Policy, ...]], judged: Judged, history: pl.DataFrame | None
) -> dict[Policy, pl.DataFrame]:
    """This function will run the own limits of several policies, then the limit that they share, in one order.

    `families`: all versions of each of these policies; `judged` those that judge an event. An amount enters the shared limit as the
    own limits of its policy let it through, one of `history` by the version of its day. Returns like `limited`.
    """
    claims = {policy: _claims(policy, rows) for policy, rows in judged.items()}
    everyone = pl.concat(claims.values(), how="diagonal")
    entering: dict[Policy, pl.DataFrame] = {}
    for versions in families:
        for policy in versions:
            entering[policy] = _entering(policy, versions, claims, everyone, history)
    limited_rows = {}
    for policy, rows in judged.items():
        limit = policy.shared_limit
        paid = entering[policy]
        if limit is not None:
            others = [other for version, other in entering.items() if version is not policy and version.shared_limit]
            mine = paid.with_columns(_here=pl.lit(value=True))
            paid = apply_shared_limit(policy, limit, pl.concat([mine, *others], how="diagonal")).filter("_here")
        limited_rows[policy] = _spread(rows, paid.filter("_mine")) if claims[policy].height else _nothing(rows)
    return limited_rows


def _entering(
    policy: Policy,
    versions: tuple[Policy, ...],
    claims: Mapping[Policy, pl.DataFrame],
    everyone: pl.DataFrame,
    history: pl.DataFrame | None,
) -> pl.DataFrame:
    """Return what a version lets through by its own limits: of its own events (`_mine`), and of history in its time."""
    mine = claims.get(policy, everyone.clear()).with_columns(_mine=pl.lit(value=True))
    earlier = _earlier(policy, everyone, history)
    inside = pl.col("anchor_date") >= policy.starts
    if policy.until is not None:
        inside = inside & (pl.col("anchor_date") < policy.until)
    earlier = earlier.with_columns(_mine=pl.when(inside).then(statement=False))
    others = [claims[version] for version in versions if version is not policy and version in claims]
    paid = apply_limits(policy, pl.concat([mine, earlier, *others], how="diagonal"))
    return paid.filter(pl.col("_mine").is_not_null()).with_columns(policy=pl.lit(policy.name))


def _nothing(rows: pl.DataFrame) -> pl.DataFrame:
    return rows.with_columns(payable_fen=pl.lit(0, pl.Int64), used_before_fen=pl.lit(0, pl.Int64))


def _spread(rows: pl.DataFrame, paid: pl.DataFrame) -> pl.DataFrame:
    """Return the rows with the amounts of the entitled ones at their places among zeros for the others."""
    entitled = rows["entitled"]
    if paid.height == rows.height:
        return rows.with_columns(paid["payable_fen"], paid["used_before_fen"])
    zeros = pl.repeat(0, rows.height, dtype=pl.Int64, eager=True)
    at = entitled.arg_true()
    return rows.with_columns(zeros.scatter(at, paid[name]).alias(name) for name in ("payable_fen", "used_before_fen"))


def _claims(policy: Policy, rows: pl.DataFrame) -> pl.DataFrame:
    """Return entitled rows with only the columns that limits look at."""
    wanted = {
        "person_key",
        "household",
        "occurrence",
        "event_on",
        "anchor_date",
        "event_id",
        "uncapped_fen",
        *policy.order,
    }
    return rows.select([name for name in rows.columns if name in wanted]).filter(rows["entitled"])


def _earlier(policy: Policy, paying: pl.DataFrame, history: pl.DataFrame | None) -> pl.DataFrame:
    """Return amounts decided elsewhere for the same people, shaped like entitled rows that come first."""
    if history is None:
        return paying.clear()
    mine = history.filter(pl.col("policy") == policy.name)
    known = pl.col("person_key").is_in(paying["person_key"].unique().implode())
    if "household" in mine.columns and "household" in paying.columns:  # what a husband was paid counts for his wife
        households = paying["household"].drop_nulls().unique()
        known = known | pl.col("household").is_in(households.implode()).fill_null(value=False)
    mine = mine.filter(known)
    shared = [name for name in paying.columns if name in mine.columns]
    return mine.select(pl.col(name).cast(paying.schema[name]) for name in shared)
