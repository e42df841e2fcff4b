"""Ties between policies: limits that they share, and policies that pay nothing where another one does.

Ties are checked when policies are put on a shelf: each names the other, in the same words, and no circle of them.
"""

from collections.abc import Iterable, Mapping
from graphlib import CycleError, TopologicalSorter

import polars as pl

from jishiyu.engine.policy.limits import events_of
from jishiyu.engine.policy.model import Limit, Policy
from jishiyu.engine.policy.problems import (
    EventsNotShared,
    LimitsDisagree,
    PoliciesInACircle,
    TiedPolicyMissing,
    UnitsDiffer,
)
from jishiyu.engine.policy.requirements import PAID_BY, WAITS_FOR

Versions = Mapping[str, tuple[Policy, ...]]


def tied_to(policy: Policy) -> list[str]:
    """This function will return the policies that a version shares a limit with or gives way to."""
    shared = policy.shared_limit
    return sorted({*policy.given_way_to, *(shared.others if shared else ())})


def refuse_loose_ties(versions: Versions) -> None:
    """This function will refuse ties that could not hold: to a policy that is not there, in other words, in a circle.

    Raises `TiedPolicyMissing`, `LimitsDisagree`, `EventsNotShared`, `PoliciesInACircle`.
    """
    for policy in (policy for each in versions.values() for policy in each):
        for name in tied_to(policy):
            if name not in versions:
                raise TiedPolicyMissing(name=policy.name, version=policy.version, other=name)
        for name in policy.given_way_to:
            _share_events(policy, versions[name][0])
        if policy.shared_limit is not None:
            _share_limit(policy, policy.shared_limit, versions)
    steps(versions)


def _share_events(policy: Policy, other: Policy) -> None:
    """Refuse a tie between policies of which no event can be the same: stays, and what is applied for."""
    applied = all(any(kind != "stay" for kind in one.judges) for one in (policy, other))
    if not applied and not {"stay"} <= {*policy.judges} & {*other.judges}:
        raise EventsNotShared(name=policy.name, version=policy.version, other=other.name)


def _share_limit(policy: Policy, limit: Limit, versions: Versions) -> None:
    """Refuse a limit that another policy does not share, or shares in other words or in another order."""
    everybody = {policy.name, *limit.others}
    for name in limit.others:
        if limit.window == "occurrence":
            _share_events(policy, versions[name][0])
        for other in versions[name]:
            if not _meet(policy, other):
                continue
            theirs = other.shared_limit
            if (
                theirs is None
                or {other.name, *theirs.others} != everybody
                or _words(theirs) != _words(limit)
                or other.order != policy.order
            ):
                raise LimitsDisagree(name=policy.name, version=policy.version, other=name, theirs=other.version)


def _meet(policy: Policy, other: Policy) -> bool:
    """Tell whether two versions hold on a common day."""
    return (policy.until is None or other.starts < policy.until) and (
        other.until is None or policy.starts < other.until
    )


def _words(limit: Limit) -> tuple[object, ...]:
    return (limit.amount_fen, limit.count, limit.per, limit.window, limit.starts, limit.months, limit.mode)


def steps(versions: Versions) -> list[tuple[str, ...]]:
    """This function will return the policies that are tied: those that share a limit together, before those that give way.

    Raises `PoliciesInACircle`.
    """
    first: dict[str, str] = {}
    for each in versions.values():
        for policy in each:
            if policy.shared_limit is not None:
                together = {policy.name, *policy.shared_limit.others}
                merged = {first.get(name, name) for name in together}
                first |= {name: min(merged) for name in (*together, *first) if first.get(name, name) in merged}
    before: dict[str, set[str]] = {}
    for name, each in versions.items():
        for other in {other for policy in each for other in policy.given_way_to}:
            before.setdefault(first.get(name, name), set()).add(first.get(other, other))
    heads = {first.get(name, name) for name in first} | set(before) | {one for ones in before.values() for one in ones}
    if circle := [head for head in sorted(before) if head in before[head]]:
        raise PoliciesInACircle(names=circle[0])
    sorter = TopologicalSorter({head: sorted(before.get(head, ())) for head in sorted(heads)})
    try:
        order = list(sorter.static_order())
    except CycleError as error:
        raise PoliciesInACircle(names=", ".join(sorted(set(error.args[1])))) from error
    members = {head: tuple(sorted(name for name in versions if first.get(name, name) == head)) for head in order}
    return [members[head] for head in order]


def unit_of(policies: Iterable[Policy]) -> str:
    """This function will return what a stay is for these policies: `stay` or `settlement`. Raises `UnitsDiffer`.

    One line of a feed is part of one stay, so policies that are decided together have to agree.
    """
    judging = sorted((policy for policy in policies if "stay" in policy.judges), key=lambda policy: policy.name)
    for policy in judging:
        if policy.unit != judging[0].unit:
            raise UnitsDiffer(first=judging[0].name, second=policy.name)
    return judging[0].unit if judging else "stay"


def told(policy_names: Iterable[str], events: pl.DataFrame, decided: Mapping[str, pl.DataFrame]) -> pl.DataFrame:
    """This function will tell each event what other policies say about the same one, in the columns of `tied_by`.

    `decided`: the rows of those policies after their limits, with their `bucket`. The same event is the same stay, or of the
    same person what is one accident or fire (`events_of`).
    """
    columns = []
    for name in policy_names:
        theirs = decided.get(name, events.clear().with_columns(payable_fen=0, bucket=pl.lit("")))
        pays = theirs.filter(pl.col("payable_fen") > 0)
        waits = theirs.filter(pl.col("bucket") == "held")
        columns += [
            _same_event(events, pays).alias(f"{PAID_BY}{name}"),
            _same_event(events, waits).alias(f"{WAITS_FOR}{name}"),
        ]
    return events.with_columns(columns)


def _same_event(events: pl.DataFrame, others: pl.DataFrame) -> pl.Series:
    """Tell which events are one of the others, too."""
    same = events["event_id"].is_in(others["event_id"].implode())
    applied = (events["kind"] != "stay").arg_true()
    theirs = others.filter(pl.col("kind") != "stay")
    if not len(applied) or not theirs.height:
        return same
    mine = events.select(_MARKS)[applied]
    numbers = events_of(pl.concat([mine, theirs.select(_MARKS)]))
    found = numbers.head(mine.height).is_in(numbers.tail(theirs.height).implode())
    return same | pl.repeat(value=False, n=events.height, eager=True).scatter(applied.filter(found), values=True)


_MARKS = [pl.col("person_key").alias("_who"), pl.col("occurrence").alias("_window"), "event_on"]
