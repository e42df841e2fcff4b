"""Where somebody stands: the limits run once more over what was decided, and tell what each window holds.

What comes out has to be what was decided. Where it is not (a roster or a policy changed since, something that was
decided with it is not at hand), the standing is not `certain`, and no number of it may be shown.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

import polars as pl

from jishiyu.engine.policy.limits import events_of, let_through, rolling_used, scope
from jishiyu.engine.policy.model import Limit, Policy
from jishiyu.engine.policy.shelf import Shelf

# One row per entitled decision. Amounts are fen; `digest` is that of the text that decided, `mine` tells a member's own
# decisions from those of the household, `seen` those whose amounts the reader may be told; of the columns of an order only
# those that are known have to be filled.
DECIDED_SCHEMA: dict[str, pl.DataType] = {
    "policy": pl.String(), "digest": pl.String(), "event_id": pl.String(), "person_key": pl.String(),
    "household": pl.String(), "occurrence": pl.String(), "event_on": pl.Date(), "anchor_date": pl.Date(),
    "settled_at": pl.Datetime("us"), "last_settlement_id": pl.String(), "begins_on": pl.Date(), "ends_on": pl.Date(),
    "filed_on": pl.Date(), "uncapped_fen": pl.Int64(), "decided_fen": pl.Int64(), "mine": pl.Boolean(),
    "seen": pl.Boolean(),
}  # fmt: skip


@dataclass(frozen=True, kw_only=True)
class Standing:
    """What one window of a limit holds, in fen; `limit` is None where nothing adds up over time.

    `policies` are those whose amounts use it up. `day` is the first day of a year, the last one of rolling months, the
    day of an event, None for life; `left_fen` is None without a ceiling.

    Where something was granted that the reader may not be told, to another one of the household or under another union,
    `unseen` says so: `used_fen` and `payments` are without it. It counts for what is left; unless that is nothing, `left_fen` is None too, as the
    difference would tell it.
    """

    policies: tuple[str, ...]
    limit: Limit | None
    day: date | None
    used_fen: int
    payments: int
    left_fen: int | None
    certain: bool
    unseen: bool = False


@dataclass(frozen=True, kw_only=True)
class _Step:
    """The rows that enter a limit of a version and are let through by it."""

    policy: Policy
    limit: Limit
    rows: pl.DataFrame


def standings(shelf: Shelf, decided: pl.DataFrame, *, on: date) -> list[Standing]:
    """This function will return the windows in which a member's decisions stand, the newest first.

    `decided`: DECIDED_SCHEMA, with what others of the household were granted. A window tells the limit of the version in
    force on its last day, at most the day `on`; rolling months end on `on`.
    """
    found: list[Standing] = []
    names = set(decided.filter("mine")["policy"]) & set(shelf.versions)
    while names:
        family = _family(min(names), shelf)
        names -= family
        found += _of_family(sorted(family), shelf, decided.filter(pl.col("policy").is_in(sorted(family))), on)
    return sorted(found, key=lambda one: ((one.day or date.max).toordinal() * -1, one.policies))


def _family(name: str, shelf: Shelf) -> set[str]:
    """Return a policy with all that share a limit with it, and those with them."""
    found, wanted = set[str](), [name]
    while wanted:
        name = wanted.pop()
        if name not in found and name in shelf.versions:
            found.add(name)
            shared = [policy.shared_limit for policy in shelf.versions[name]]
            wanted += [other for limit in shared if limit is not None for other in limit.others]
    return found


def _of_family(names: list[str], shelf: Shelf, decided: pl.DataFrame, on: date) -> list[Standing]:
    rows = decided.with_columns(
        payable_fen=pl.col("uncapped_fen"), used_before_fen=pl.lit(0, pl.Int64), _at=pl.int_range(pl.len())
    )
    steps: list[_Step] = []
    entering: dict[Policy, pl.DataFrame] = {}
    for name in names:
        all_of_it = rows.filter(pl.col("policy") == name)
        for policy in shelf.versions[name]:
            mine = all_of_it
            for limit in policy.own_limits:
                mine = let_through(policy, limit, mine)
                steps.append(_Step(policy=policy, limit=limit, rows=mine))
            entering[policy] = mine.filter(pl.col("digest") == policy.digest)
    paid = dict(entering)
    sharing = [entered for policy, entered in entering.items() if policy.shared_limit is not None]
    for policy, entered in entering.items():
        if (shared := policy.shared_limit) is not None:
            together = let_through(policy, shared, pl.concat(sharing))
            steps.append(_Step(policy=policy, limit=shared, rows=together))
            paid[policy] = together.filter(pl.col("_at").is_in(entered["_at"].implode()))
    # Each decision is one row of the version that made it, and was decided as the limits say now.
    ends = pl.concat(paid.values())
    certain = ends.height == rows.height and bool((ends["payable_fen"] == ends["decided_fen"]).all())
    said: dict[tuple[object, ...], Standing] = {}
    for step in steps:  # a limit that is shared stands in each of its policies, and is told once
        for who, one in _windows(step, shelf, on, certain=certain):
            said.setdefault((one.policies, bool(step.limit.others) or step.limit, one.day, who), one)
    return [*said.values(), *(one for name in names for one in _without(name, shelf, decided))]


def _windows(step: _Step, shelf: Shelf, on: date, *, certain: bool) -> Iterable[tuple[object, Standing]]:
    """Yield what each window of a limit holds in which the member has an amount, if this version's limit counts there, with whose it is."""
    limit, rows = step.limit, step.rows
    if limit.window == "payment" or not rows.height:
        return
    keyed = rows.with_columns(scope(limit))
    if limit.window == "occurrence":
        keyed = keyed.with_columns(events_of(keyed))
    for (who, _window), inside in keyed.group_by("_who", "_window", maintain_order=True):
        if not inside["mine"].any():
            continue
        last = inside["anchor_date"].max()
        assert isinstance(last, date)
        day, ends = _span(limit, inside, last, on)
        if _on(shelf.versions[step.policy.name], min(max(last, on), ends)) is not step.policy:
            continue
        used, payments = _used(limit, inside, on)
        left = None if limit.amount_fen is None else max(0, limit.amount_fen - used)
        if limit.count is not None and payments >= limit.count:
            left = 0
        unseen = _unseen(inside, "payable_fen")
        if unseen:
            used, payments = _used(limit, inside.filter("seen"), on)
            left = 0 if left == 0 else None
        names = tuple(sorted({step.policy.name, *limit.others}))
        yield who, Standing(
            policies=names, limit=limit, day=day, used_fen=used, payments=payments, left_fen=left, certain=certain,
            unseen=unseen,
        )  # fmt: skip


def _used(limit: Limit, inside: pl.DataFrame, on: date) -> tuple[int, int]:
    """Return what amounts in a window come to, in fen, and how many they are."""
    if limit.window == "rolling_months":
        return rolling_used(limit, on, list(zip(inside["anchor_date"], inside["payable_fen"], strict=True)))
    return int(inside["payable_fen"].sum()), int((inside["payable_fen"] > 0).sum())


def _span(limit: Limit, inside: pl.DataFrame, last: date, on: date) -> tuple[date | None, date]:
    """Return the day that names a window, and the last day whose version states its limit."""
    match limit.window:
        case "lifetime":
            return None, date.max
        case "rolling_months":
            return on, on
        case "occurrence":
            days = inside["event_on"].drop_nulls()
            first = days.min() if len(days) else inside["anchor_date"].min()
            assert isinstance(first, date)
            return first, last
        case _:
            month, day = limit.starts if limit.window == "policy_year" else (1, 1)
            year = last.year - ((last.month, last.day) < (month, day))
            return date(year, month, day), date(year + 1, month, day) - date.resolution


def _on(versions: tuple[Policy, ...], day: date) -> Policy:
    """Return the version of a day; the nearest earlier one where none holds, else the first."""
    begun = [policy for policy in versions if policy.starts <= day]
    return begun[-1] if begun else versions[0]


def _without(name: str, shelf: Shelf, decided: pl.DataFrame) -> Iterable[Standing]:
    """Yield the sums by year of versions under which nothing adds up."""
    for policy in shelf.versions[name]:
        if all(limit.window == "payment" for limit in policy.limits):
            mine = decided.filter("mine", pl.col("digest") == policy.digest)
            for (year,), inside in mine.group_by(pl.col("anchor_date").dt.year(), maintain_order=True):
                seen = inside.filter("seen")
                yield Standing(
                    policies=(name,), limit=None, day=date(int(str(year)), 1, 1), left_fen=None, certain=True,
                    used_fen=int(seen["decided_fen"].sum()), payments=int((seen["decided_fen"] > 0).sum()),
                    unseen=_unseen(inside, "decided_fen"),
                )  # fmt: skip


def _unseen(inside: pl.DataFrame, amount: str) -> bool:
    """Say whether something in a window may not be told."""
    return bool((inside.filter(~pl.col("seen"))[amount] > 0).any())
