"""One invented case under one version: what would be decided, and why. The same `decide` as for everybody else.

A version that is tied to others (docs/decisions/0025-tied-policies.md) is tried in their company: what they pay for the
case, and what they paid before, counts as it does when a feed is posted.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, time
from typing import Any

import polars as pl

from jishiyu.engine.applications import applications
from jishiyu.engine.decide import decide
from jishiyu.engine.explain import Explanation, explain
from jishiyu.engine.policy.model import Policy
from jishiyu.engine.policy.problems import TrialFactUnusable
from jishiyu.engine.policy.shelf import Shelf
from jishiyu.engine.policy.ties import tied_to
from jishiyu.engine.roster import ROSTER_SCHEMA
from jishiyu.engine.settlement.lines import AMOUNTS, LINE_SCHEMA

WHO = "trial"
STAY = [name for name in LINE_SCHEMA if name in (
    "sex", "insurance_type", "person_type", "medical_type", "hospital_level", "area", "diagnosis_code", *AMOUNTS
)]  # fmt: skip


@dataclass(frozen=True, kw_only=True)
class Member:
    """Who the case is about; `joined_on` None is nobody on the roster.

    `used_before_fen` is what the policy that is tried paid before, `others_before_fen` what each policy tied to it did.
    """

    birth_date: date | None = None
    in_service: bool = True
    joined_on: date | None = date(2000, 1, 1)
    left_on: date | None = None
    used_before_fen: int = 0
    others_before_fen: Mapping[str, int] = field(default_factory=dict)


@dataclass(frozen=True, kw_only=True)
class Trial:
    """What would be decided: the row of `decide`, its explanation, and the rows of tied policies for the same case."""

    decision: dict[str, Any]
    explanation: Explanation
    beside: tuple[dict[str, Any], ...] = ()


def company(policy: Policy, shelf: Shelf) -> Shelf:
    """This function will return a version with every policy of a shelf that has a say in what it pays.

    Raises the problems of `Shelf.of` where the version and the others do not hold together.
    """
    versions, wanted, found = {**shelf.versions, policy.name: (policy,)}, [policy.name], set[str]()
    while wanted:
        name = wanted.pop()
        if name in versions and name not in found:
            found.add(name)
            wanted += [other for version in versions[name] for other in tied_to(version)]
    return Shelf.of(version for name in sorted(found) for version in versions[name])


def try_stay(
    *, policy: Policy, begins_on: date, ends_on: date, facts: Mapping[str, Any], member: Member, beside: Shelf
) -> Trial:
    """This function will judge one hospital stay; `facts` are columns of a stay (`cash_fen`, `medical_type`, …).

    `beside` is what `company` returns.
    """
    unknown = sorted(set(facts) - set(STAY))
    if unknown or ends_on < begins_on:
        raise TrialFactUnusable(fact=unknown[0] if unknown else "ends_on")
    row: dict[str, Any] = {name: facts.get(name) for name in STAY}
    row |= {"event_id": "trial/1", "kind": "stay", "person_key": WHO, "name_key": WHO, "begins_on": begins_on,
            "ends_on": ends_on, "settled_at": datetime.combine(ends_on, time(12)), "last_settlement_id": "1",
            "birth_date": member.birth_date, "employer_no": None, "employer_name": None, "claimed_fen": 0, "hold": None}  # fmt: skip
    schema: dict[str, Any] = {name: LINE_SCHEMA.get(name, pl.String()) for name in row}
    return _judge(policy, pl.DataFrame([row], schema=schema, orient="row"), member, beside)


def try_application(*, policy: Policy, texts: Mapping[str, str], member: Member, as_of: date, beside: Shelf) -> Trial:
    """This function will judge one application; `texts` are its fields as they are filled in (amounts in yuan).

    `beside` is what `company` returns. Raises `TrialFactUnusable` for the first field that an application with it would be sent back for.
    """
    raw = {"cert_type": "99", "cert_no": "TRIAL0001", "name": WHO, "application_id": "trial/1", **texts}
    read = applications(
        pl.DataFrame(
            [{**raw, "file": WHO, "line": 1}], schema={name: pl.String() for name in raw} | PLACE, orient="row"
        ),
        as_of=as_of,
    )
    if read.problems.height:
        raise TrialFactUnusable(fact=read.problems["column"][0])
    events = read.events.with_columns(
        person_key=pl.lit(WHO), name_key=pl.lit(WHO), birth_date=pl.lit(member.birth_date, pl.Date)
    )
    return _judge(policy, events, member, beside)


PLACE: dict[str, Any] = {"file": pl.String(), "line": pl.Int64()}
HISTORY: dict[str, Any] = {
    "person_key": pl.String(), "policy": pl.String(), "anchor_date": pl.Date(), "uncapped_fen": pl.Int64()
}  # fmt: skip


def _judge(policy: Policy, events: pl.DataFrame, member: Member, beside: Shelf) -> Trial:
    anchor = events[policy.anchor][0] if policy.anchor in events.columns else events["settled_at"][0].date()
    roster: list[dict[str, Any]] = []
    if member.joined_on is not None:
        roster.append({"member_no": WHO, "person_key": WHO, "name_key": WHO, "org_code": WHO,
                       "in_service": member.in_service, "joined_on": member.joined_on, "left_on": member.left_on,
                       "birth_date": member.birth_date, "household": None})  # fmt: skip
    before = {policy.name: member.used_before_fen, **member.others_before_fen}
    paid = [
        (WHO, name, anchor, amount)
        for name, total in before.items()
        for amount in _payments(total, beside.versions[name], anchor)
    ]
    history = pl.DataFrame(paid, schema=HISTORY, orient="row") if paid else None
    people = pl.DataFrame(roster, schema=ROSTER_SCHEMA, orient="row")
    rows = decide(events, people, history, beside).to_dicts()
    row = next((one for one in rows if one["policy"] == policy.name), rows[0])
    others = tuple(one for one in rows if one is not row and one["policy"] is not None)
    return Trial(decision=row, explanation=explain(row, policy if row["version"] else None), beside=others)


def _payments(total_fen: int, versions: tuple[Policy, ...], on: date) -> list[int]:
    """Cut what was paid before into payments that pass the limits of a single one; only their sum is known."""
    limits = [
        limit.amount_fen
        for version in versions
        if version.in_force_on(on)
        for limit in version.own_limits
        if limit.window == "payment" and limit.amount_fen
    ]
    most = min([total_fen, *limits])
    return [most] * (total_fen // most) + [total_fen % most] * bool(total_fen % most) if most else []
