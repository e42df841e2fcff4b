"""The one function: events + roster + history + policies → decisions.

The daily feed, the recomputation of a year, the desk that looks at one case and the policy laboratory all call
`decide`; a single case is a table of one row. It has no clock, no database and no network.
"""

from functools import cache

import polars as pl

from jishiyu.engine.membership import with_membership
from jishiyu.engine.policy.judge import codes_of, holds, judge
from jishiyu.engine.policy.limited import limited, limited_together
from jishiyu.engine.policy.model import Policy
from jishiyu.engine.policy.requirements import day
from jishiyu.engine.policy.shelf import Shelf
from jishiyu.engine.policy.ties import told
from jishiyu.engine.same_stay import hold_repeated

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
_CARRIED: dict[str, pl.DataType] = {
    "person_key": pl.String(), "kind": pl.String(), "settled_at": pl.Datetime("us"), "ends_on": pl.Date(),
    "employer_name": pl.String(), "employer_no": pl.String(),
}  # fmt: skip
CARRIED = list(_CARRIED)
_SHAPE = DECISION_SCHEMA | _CARRIED
Waiting = tuple[pl.DataFrame, list[tuple[str, str]]]  # events with membership, and the rows of `aside`


def decide(events: pl.DataFrame, roster: pl.DataFrame, history: pl.DataFrame | None, policies: Shelf) -> pl.DataFrame:
    """This function will decide every event under every policy that judges its kind.

    `events`: one row per stay (`stays`) or application (`applications`); `hold` names what a person has to clear
    first. `roster`: ROSTER_SCHEMA. `history`: amounts decided elsewhere that use up limits (`person_key`,
    `policy`, `anchor_date`, `uncapped_fen`, optional `household`, `occurrence`), or None. Returns DECISION_SCHEMA
    columns (amounts in fen, rates in millionths) plus `CARRIED`; one row per event and policy, and one row
    without a policy for events that are `held` or `unmatched`, or whose kind no policy judges. Rows come in no
    promised order: join them by `stay_id`.
    """
    events = hold_repeated(events)
    kinds = _kinds_of(events)
    parts = [_judged_by_none(events, kinds, policies)]
    tied = {name for step in policies.tied for name in step}
    waiting: dict[str, Waiting] = {}
    for anchor, names in _by_anchor(policies, kinds).items():
        judged = _of_kinds(events, kinds, {kind for name in names for kind in policies.versions[name][0].judges})
        members = with_membership(judged, roster, day(anchor), unbroken=_waits(policies, names))
        known, asides = set_aside(members)
        spoken: set[str] = set()  # kinds whose rows without a policy stand already
        for name in names:
            versions = policies.versions[name]
            mine = _of_kinds(known, kinds, set(versions[0].judges))
            if spoken & set(versions[0].judges):
                mine = mine.filter((pl.col("aside") == 0) | ~pl.col("kind").is_in(list(spoken)))
            spoken |= set(versions[0].judges)
            if mine.height and name in tied:
                waiting[name] = mine, asides
            elif mine.height:
                parts.append(judge_and_limit(versions, mine, asides, history))
    parts += _tied(waiting, policies, history)
    decisions = pl.concat([_shape(part) for part in parts if part.height] or [_shape(events.clear())])
    return (
        decisions.unique(["stay_id", "policy"], keep="first", maintain_order=True) if _shared(policies) else decisions
    )


def _waits(policies: Shelf, names: list[str]) -> bool:
    """Tell whether one of these policies has a waiting period."""
    versions = (policy for name in names for policy in policies.versions[name])
    return any(requirement.test == "member_for" for policy in versions for requirement in policy.requirements)


def _judged_by_none(events: pl.DataFrame, kinds: set[str], policies: Shelf) -> pl.DataFrame:
    """Return the events no policy judges, held or refused; they have no membership to look up."""
    strange = kinds.difference(*(versions[0].judges for versions in policies.versions.values()))
    if not strange:
        return events.clear()
    rest = _of_kinds(events, kinds, strange)
    anchor = [name for name in ("ends_on", "event_on") if name in events.columns]
    held = pl.col("hold").is_not_null()
    return rest.with_columns(
        anchor_date=pl.coalesce([pl.col(name) for name in anchor]),
        bucket=pl.when(held).then(pl.lit("held")).otherwise(pl.lit("ineligible")),
        reasons=pl.concat_list(pl.coalesce("hold", pl.lit("no_policy"))),
    )


def set_aside(known: pl.DataFrame) -> tuple[pl.DataFrame, list[tuple[str, str]]]:
    """This function will mark events that no policy may judge: `aside` is a row of the returned (bucket, reason) table, 0 = judge it."""
    has_holds = "hold" in known.columns and known["hold"].null_count() < known.height
    holds = known["hold"].drop_nulls().unique(maintain_order=True).to_list() if has_holds else []
    table = [
        ("", ""),
        ("unmatched", "not_on_the_roster"),
        ("held", "name_differs"),
        ("held", "anchor_missing"),
        ("held", "household_differs"),
        *(("held", hold) for hold in holds),
    ]
    aside = _ASIDE
    if holds:
        numbers = pl.col("hold").replace_strict(holds, list(range(5, 5 + len(holds))), return_dtype=pl.Int32)
        aside = pl.when(pl.col("hold").is_not_null()).then(numbers).otherwise(aside)
    return known.with_columns(aside=aside.cast(pl.Int64)), table


_ASIDE = (
    pl.when(~pl.col("matched")).then(1)
    .when(pl.col("name_differs")).then(2)
    .when(pl.col("anchor_date").is_null()).then(3)
    .when(pl.col("household_differs")).then(4)
    .otherwise(0)
)  # fmt: skip


def _by_anchor(policies: Shelf, kinds: set[str]) -> dict[str, list[str]]:
    """Group the policies that judge these kinds by the day that decides: events meet the roster once per day."""
    groups: dict[str, list[str]] = {}
    for name, versions in policies.versions.items():
        if not kinds.isdisjoint(versions[0].judges):
            groups.setdefault(versions[0].anchor, []).append(name)
    return groups


def _shared(policies: Shelf) -> bool:
    """Tell whether two anchors look at one kind of event: rows without a policy would come twice."""
    seen: list[tuple[str, str]] = sorted(
        {(kind, versions[0].anchor) for versions in policies.versions.values() for kind in versions[0].judges}
    )
    kinds = [kind for kind, _ in seen]
    return len(kinds) != len(set(kinds))


def _of_kinds(events: pl.DataFrame, kinds: set[str], wanted: set[str]) -> pl.DataFrame:
    """Return the events of some of the kinds that occur."""
    return events if kinds <= wanted else events.filter(pl.col("kind").is_in(list(wanted)))


def _kinds_of(events: pl.DataFrame) -> set[str]:
    """Return the kinds that occur; a feed has one, which a comparison finds out faster than a table of values."""
    if not events.height:
        return set()
    first = str(events["kind"][0])
    return {first} if (events["kind"] == first).all() else set(events["kind"].unique())


def judge_and_limit(
    versions: tuple[Policy, ...], known: pl.DataFrame, asides: list[tuple[str, str]], history: pl.DataFrame | None
) -> pl.DataFrame:
    """This function will judge events by the version of each anchor date and let the policy's limits run over them.

    `known`: events with membership (`with_membership`) and `aside` (0 = judge it, else a row of `asides`). Returns
    the rows with the amounts (fen), `bucket` and `reasons`, in the same order while one version covers them all.
    """
    judged, rest = _judged(versions, known)
    return _worded({policy: limited(policy, judged, history) for policy in judged}, rest, versions, asides)


def _judged(versions: tuple[Policy, ...], known: pl.DataFrame) -> tuple[dict[Policy, pl.DataFrame], pl.DataFrame]:
    """Judge events by the version of each anchor date; the second frame is what no version covers."""
    judged: dict[Policy, pl.DataFrame] = {}
    rest = known
    for policy in versions:
        mine, rest = _covered(policy, rest)
        if mine.height:
            judged[policy] = judge(policy, mine)
    return judged, rest


def _worded(
    paid: dict[Policy, pl.DataFrame],
    rest: pl.DataFrame,
    versions: tuple[Policy, ...],
    asides: list[tuple[str, str]],
) -> pl.DataFrame:
    """Give every row of a policy its bucket and reasons."""
    parts = [_bucket(policy, rows, asides) for policy, rows in paid.items()]
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


def _tied(waiting: dict[str, Waiting], policies: Shelf, history: pl.DataFrame | None) -> list[pl.DataFrame]:
    """Decide the policies that are tied to each other: who gives way after the others, who shares a limit together."""
    decided: dict[str, pl.DataFrame] = {}
    for step in policies.tied:
        families = [policies.versions[name] for name in step]
        judged: dict[str, tuple[dict[Policy, pl.DataFrame], pl.DataFrame]] = {}
        for name in step:
            if name in waiting:
                others = {other for policy in policies.versions[name] for other in policy.given_way_to}
                judged[name] = _judged(policies.versions[name], told(sorted(others), waiting[name][0], decided))
        together = {policy: rows for versions, _ in judged.values() for policy, rows in versions.items()}
        paid = limited_together(families, together, history) if together else {}
        for name, (versions, rest) in judged.items():
            mine = {policy: paid[policy] for policy in versions}
            decided[name] = _worded(mine, rest, policies.versions[name], waiting[name][1])
    return list(decided.values())


def _covered(policy: Policy, rows: pl.DataFrame) -> tuple[pl.DataFrame, pl.DataFrame]:
    """Part the rows whose day a version covers, and those set aside, from the rest."""
    days = rows["anchor_date"]
    if (days >= policy.starts).all() and (policy.until is None or (days < policy.until).all()):
        return rows, rows.clear()
    inside = pl.col("anchor_date") >= policy.starts
    if policy.until is not None:
        inside = inside & (pl.col("anchor_date") < policy.until)
    covered = rows.select((inside | (pl.col("aside") != 0)).fill_null(value=True)).to_series()
    return rows.filter(covered), rows.filter(~covered)


def _bucket(policy: Policy, rows: pl.DataFrame, asides: list[tuple[str, str]]) -> pl.DataFrame:
    """Name the bucket and spell out the reasons of each row."""
    verdicts = rows.select(_verdict(policy)).to_series()
    kinds = verdicts.unique().sort()
    said = [_words(kind, policy, asides) for kind in kinds]
    buckets = pl.Series([bucket for bucket, _ in said], dtype=pl.String)
    reasons = pl.Series([reasons for _, reasons in said], dtype=pl.List(pl.String))
    numbers = pl.lit(kinds.search_sorted(verdicts))
    return rows.with_columns(
        pl.lit(buckets).gather(numbers).alias("bucket"),
        pl.lit(reasons).gather(numbers).alias("reasons"),
        *_labels(policy, "cash_fen" in rows.columns, all_judged=not rows["aside"].max()),
    )


@cache
def _verdict(policy: Policy) -> pl.Expr:
    """Return a number that stands for bucket and reasons; `_words` reads its bits."""
    payable = pl.col("payable_fen")
    paid = (payable > 0) + (payable > policy.automatic_fen) + (payable < pl.col("uncapped_fen")) * 4
    return (
        pl.when(pl.col("aside") != 0).then(-pl.col("aside"))
        .when("entitled").then(paid.cast(pl.Int64))
        .otherwise((pl.col("no") + pl.col("ask")) * 8)
    )  # fmt: skip


@cache
def _labels(policy: Policy, has_cash: bool, *, all_judged: bool) -> tuple[pl.Expr, ...]:
    """Return the columns that a row has only when the policy judged it; `all_judged` tells that it judged them all."""
    if all_judged:
        return pl.lit(policy.name).alias("policy"), pl.lit(policy.version).alias("version")
    judged = pl.col("aside") == 0
    cash = pl.col("cash_fen") if has_cash else pl.lit(None, pl.Int64)
    return (
        pl.when(judged).then(pl.lit(policy.name)).alias("policy"),
        pl.when(judged).then(pl.lit(policy.version)).alias("version"),
        pl.when(judged).then("base_fen").otherwise(cash).alias("base_fen"),
        *(pl.when(judged).then(name).alias(name) for name in ("year", "bracket", "rate_ppm")),
    )


def _words(verdict: int, policy: Policy, asides: list[tuple[str, str]]) -> tuple[str, list[str]]:
    """Return bucket and reason codes of a verdict; its bits are explained in `_verdict`."""
    if verdict < 0:
        bucket, reason = asides[-verdict]
        return bucket, [reason]
    reasons = [code for number, code in enumerate(codes_of(policy)) if verdict >> 3 & 1 << number]
    if reasons:  # a reason against outweighs one to hold
        return ("held" if all(holds(policy, code) for code in reasons) else "ineligible"), reasons
    limited, paid = divmod(verdict, 4)
    return ("capped", "auto", "assist")[paid], ["over_automatic_limit"] * (paid == 2) + ["limit_reached"] * limited


def _shape(rows: pl.DataFrame) -> pl.DataFrame:
    """Cut rows to DECISION_SCHEMA and the carried columns."""
    given = rows.schema
    columns = []
    for name, kind in _SHAPE.items():
        source = "event_id" if name == "stay_id" else name
        empty = 0 if name in ("uncapped_fen", "used_before_fen", "payable_fen") else None
        if source not in given:
            columns.append(pl.lit(empty, kind).alias(name))
            continue
        column = pl.col(source) if source == name else pl.col(source).alias(name)
        column = column if given[source] == kind else column.cast(kind)
        columns.append(column if empty is None or not rows[source].null_count() else column.fill_null(empty))
    return rows.select(columns)
