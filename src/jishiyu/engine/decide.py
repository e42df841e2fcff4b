"""The one function: events + roster + history + policies → decisions.

The daily feed, the recomputation of a year, the desk that looks at one case and the policy laboratory all call
`decide`; a single case is a table of one row. It has no clock, no database and no network.
"""

import polars as pl

from jishiyu.engine.membership import with_membership
from jishiyu.engine.policy.judge import codes_of, judge
from jishiyu.engine.policy.limits import apply_limits
from jishiyu.engine.policy.model import Policy
from jishiyu.engine.policy.requirements import day
from jishiyu.engine.policy.shelf import Shelf

DECISION_SCHEMA: dict[str, pl.DataType] = {
    "stay_id": pl.String(),
    "member_no": pl.String(),
    "org_code": pl.String(),
    "policy": pl.String(),
    "version": pl.String(),
    "anchor_date": pl.Date(),
    "year": pl.Int32(),
    "base_fen": pl.Int64(),
    "bracket": pl.Int32(),
    "rate_ppm": pl.Int64(),
    "uncapped_fen": pl.Int64(),
    "used_before_fen": pl.Int64(),
    "payable_fen": pl.Int64(),
    "bucket": pl.String(),
    "reasons": pl.List(pl.String()),
}
# What the rest of the platform needs to know about a decision besides the published columns.
CARRIED = ["person_key", "kind", "settled_at", "ends_on", "employer_name", "employer_no"]


def decide(events: pl.DataFrame, roster: pl.DataFrame, history: pl.DataFrame | None, policies: Shelf) -> pl.DataFrame:
    """This function will decide every event under every policy that judges its kind.

    `events`: one row per stay (`stays`) or application (`applications`); `hold` names what a person has to clear
    first. `roster`: ROSTER_SCHEMA. `history`: amounts decided elsewhere that use up limits (`person_key`,
    `policy`, `anchor_date`, `uncapped_fen`, optional `household`, `occurrence`), or None. Returns DECISION_SCHEMA
    columns (amounts in fen, rates in millionths) plus `CARRIED`; one row per event and policy, and one row
    without a policy for events that are `held` or `unmatched`, or whose kind no policy judges. Rows come in no
    promised order: join them by `stay_id`.
    """
    parts: list[pl.DataFrame] = []
    free = events.filter(pl.col("hold").is_null())
    if free.height < events.height:
        parts.append(_set_aside(events.filter(pl.col("hold").is_not_null()), "held", pl.col("hold")))
    judged_kinds = {kind for versions in policies.versions.values() for kind in versions[0].judges}
    if not set(free["kind"].unique()) <= judged_kinds:
        judged_by_none = ~pl.col("kind").is_in(list(judged_kinds))
        parts.append(_set_aside(free.filter(judged_by_none), "ineligible", pl.lit("no_policy")))
    for anchor, names in _by_anchor(policies).items():
        kinds = {kind for name in names for kind in policies.versions[name][0].judges}
        judged = free if set(free["kind"].unique()) <= kinds else free.filter(pl.col("kind").is_in(list(kinds)))
        if not judged.height:
            continue
        known = with_membership(judged, roster, day(anchor))
        parts += _without_policy(known)
        known = known.filter(pl.col("matched") & ~pl.col("name_differs") & pl.col("anchor_date").is_not_null())
        parts += [
            _one_policy(policies.versions[name], _of_kinds(known, policies.versions[name][0]), history)
            for name in names
        ]
    parts = [part for part in parts if part.height]
    if not parts:
        return _shape(_set_aside(events.clear(), "held", pl.lit(None, pl.String)))
    decisions = pl.concat([_shape(part) for part in parts])
    return (
        decisions.unique(["stay_id", "policy"], keep="first", maintain_order=True) if _shared(policies) else decisions
    )


def _by_anchor(policies: Shelf) -> dict[str, list[str]]:
    """Group policy names by the day that decides, so that events meet the roster once per day."""
    groups: dict[str, list[str]] = {}
    for name, versions in policies.versions.items():
        groups.setdefault(versions[0].anchor, []).append(name)
    return groups


def _shared(policies: Shelf) -> bool:
    """Tell whether two anchors look at one kind of event: rows without a policy would come twice."""
    seen: list[tuple[str, str]] = sorted(
        {(kind, versions[0].anchor) for versions in policies.versions.values() for kind in versions[0].judges}
    )
    kinds = [kind for kind, _ in seen]
    return len(kinds) != len(set(kinds))


def _of_kinds(known: pl.DataFrame, policy: Policy) -> pl.DataFrame:
    kinds = set(known["kind"].unique())
    return known if kinds <= set(policy.judges) else known.filter(pl.col("kind").is_in(policy.judges))


def _without_policy(known: pl.DataFrame) -> list[pl.DataFrame]:
    strangers = known.filter(~pl.col("matched"))
    renamed = known.filter("name_differs")
    undated = known.filter(pl.col("matched") & ~pl.col("name_differs") & pl.col("anchor_date").is_null())
    return [
        _set_aside(strangers, "unmatched", pl.lit("not_on_the_roster")),
        _set_aside(renamed, "held", pl.lit("name_differs")),
        _set_aside(undated, "held", pl.lit("anchor_missing")),
    ]


def _set_aside(events: pl.DataFrame, bucket: str, reason: pl.Expr) -> pl.DataFrame:
    """Give events a row without a policy."""
    anchor = [name for name in ("anchor_date", "ends_on", "event_on") if name in events.columns]
    base = pl.col("cash_fen") if "cash_fen" in events.columns else pl.lit(None, pl.Int64)
    return events.with_columns(
        anchor_date=pl.coalesce([pl.col(name) for name in anchor]),
        base_fen=base,
        bucket=pl.lit(bucket),
        reasons=pl.concat_list(reason),
    )


def _one_policy(versions: tuple[Policy, ...], known: pl.DataFrame, history: pl.DataFrame | None) -> pl.DataFrame:
    """Judge by the version of each anchor date, then let the limits of the policy run over all of them."""
    judged: list[pl.DataFrame] = []
    rest = known
    for policy in versions:
        inside = pl.col("anchor_date") >= policy.starts
        if policy.until is not None:
            inside = inside & (pl.col("anchor_date") < policy.until)
        mine = rest.filter(inside)
        rest = rest.clear() if mine.height == rest.height else rest.filter(~inside)
        judged.append(judge(policy, mine).with_columns(policy=pl.lit(policy.name), version=pl.lit(policy.version)))
    parts = [_limited(policy, rows, judged, history) for policy, rows in zip(versions, judged, strict=True)]
    if rest.height:
        parts.append(
            rest.with_columns(
                policy=pl.lit(versions[0].name),
                bucket=pl.lit("ineligible"),
                reasons=pl.lit(["no_version_in_force"]),
                year=pl.col("anchor_date").dt.year(),
            )
        )
    return pl.concat(parts, how="diagonal_relaxed") if len(parts) > 1 else parts[0]


def _limited(
    policy: Policy, rows: pl.DataFrame, judged: list[pl.DataFrame], history: pl.DataFrame | None
) -> pl.DataFrame:
    """Run a version's limits over its entitled rows, in the company of all that uses the same windows up."""
    entitled = rows.select((pl.col("no") == 0) & (pl.col("ask") == 0)).to_series()
    paying = _claims(policy, rows, entitled)
    others = [_claims(policy, other, (other["no"] == 0) & (other["ask"] == 0)) for other in judged if other is not rows]
    company = [other for other in (*others, _earlier(policy, paying, history)) if other.height]
    if company:
        everyone = [paying.with_columns(_mine=pl.lit(value=True)), *company]
        limited = apply_limits(policy, pl.concat(everyone, how="diagonal")).filter("_mine")
    else:
        limited = apply_limits(policy, paying)
    at = entitled.arg_true()
    amounts = [_spread(rows.height, at, limited[name]) for name in ("payable_fen", "used_before_fen")]
    return _bucket(policy, rows.with_columns(amounts))


def _spread(height: int, at: pl.Series, amounts: pl.Series) -> pl.Series:
    """Return a column of zeros with amounts at some places."""
    return pl.repeat(0, height, dtype=pl.Int64, eager=True).scatter(at, amounts).alias(amounts.name)


def _claims(policy: Policy, rows: pl.DataFrame, entitled: pl.Series) -> pl.DataFrame:
    """Return entitled rows with only the columns that limits look at."""
    wanted = {"person_key", "household", "occurrence", "anchor_date", "event_id", "uncapped_fen", *policy.order}
    return rows.lazy().select([name for name in rows.columns if name in wanted]).filter(entitled).collect()


def _earlier(policy: Policy, paying: pl.DataFrame, history: pl.DataFrame | None) -> pl.DataFrame:
    """Return amounts decided elsewhere for the same people, shaped like entitled rows that come first."""
    if history is None or not paying.height:
        return paying.clear()
    mine = history.filter(pl.col("policy") == policy.name)
    known = pl.col("person_key").is_in(paying["person_key"].unique().implode())
    if "household" in mine.columns and "household" in paying.columns:  # what a husband was paid counts for his wife
        households = paying["household"].drop_nulls().unique()
        known = known | pl.col("household").is_in(households.implode()).fill_null(value=False)
    mine = mine.filter(known)
    shared = [name for name in paying.columns if name in mine.columns]
    return mine.select(pl.col(name).cast(paying.schema[name]) for name in shared)


def _bucket(policy: Policy, rows: pl.DataFrame) -> pl.DataFrame:
    """Name the bucket and spell out the reason masks."""
    names = codes_of(policy)
    payable = pl.col("payable_fen")
    bucket = (
        pl.when(pl.col("no") != 0).then(pl.lit("ineligible"))
        .when(pl.col("ask") != 0).then(pl.lit("held"))
        .when(payable > policy.automatic_fen).then(pl.lit("assist"))
        .when(payable > 0).then(pl.lit("auto"))
        .otherwise(pl.lit("capped"))
    )  # fmt: skip
    limited = (payable < pl.col("uncapped_fen")) & (pl.col("no") == 0) & (pl.col("ask") == 0)
    rows = rows.with_columns(
        bucket=bucket, _mask=(pl.col("no") + pl.col("ask")) * 4 + limited.cast(pl.Int64) * 2
        + ((payable > policy.automatic_fen) & ~limited).cast(pl.Int64),
    ).with_columns(_mask=pl.when((pl.col("bucket") == "assist") & limited).then(pl.col("_mask") + 1).otherwise("_mask"))  # fmt: skip
    masks = rows["_mask"].unique()
    words = [
        [code for number, code in enumerate(names) if mask >> 2 & 1 << number]
        + (["over_automatic_limit"] if mask & 1 else [])
        + (["limit_reached"] if mask & 2 else [])
        for mask in masks
    ]
    numbers = rows["_mask"].replace_strict(masks, list(range(len(masks))), return_dtype=pl.UInt32)
    spelled = pl.Series("reasons", words, dtype=pl.List(pl.String)).gather(numbers)
    return rows.drop("_mask").with_columns(spelled)


def _shape(rows: pl.DataFrame) -> pl.DataFrame:
    """Cut rows to DECISION_SCHEMA and the carried columns."""
    rows = rows.rename({"event_id": "stay_id"})
    zero = {"uncapped_fen", "used_before_fen", "payable_fen"}
    wanted = {**DECISION_SCHEMA, "person_key": pl.String(), "kind": pl.String(), "settled_at": pl.Datetime("us"),
              "ends_on": pl.Date(), "employer_name": pl.String(), "employer_no": pl.String()}  # fmt: skip
    columns = []
    for name, kind in wanted.items():
        if name in rows.columns:
            column = pl.col(name).cast(kind)
            columns.append(column.fill_null(0) if name in zero else column)
        else:
            columns.append(pl.lit(0 if name in zero else None, kind).alias(name))
    return rows.select(columns)
