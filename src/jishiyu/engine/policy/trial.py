"""One invented case under one version: what would be decided, and why. The same `decide` as for everybody else."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, time
from typing import Any

import polars as pl

from jishiyu.engine.applications import applications
from jishiyu.engine.decide import decide
from jishiyu.engine.explain import Explanation, explain
from jishiyu.engine.policy.model import Policy
from jishiyu.engine.policy.problems import TrialFactUnusable
from jishiyu.engine.policy.shelf import Shelf
from jishiyu.engine.roster import ROSTER_SCHEMA
from jishiyu.engine.settlement.lines import AMOUNTS, LINE_SCHEMA

WHO = "trial"
STAY = [name for name in LINE_SCHEMA if name in (
    "sex", "insurance_type", "person_type", "medical_type", "hospital_level", "area", "diagnosis_code", *AMOUNTS
)]  # fmt: skip


@dataclass(frozen=True, kw_only=True)
class Member:
    """Who the case is about; `joined_on` None is nobody on the roster."""

    birth_date: date | None = None
    in_service: bool = True
    joined_on: date | None = date(2000, 1, 1)
    left_on: date | None = None
    used_before_fen: int = 0


@dataclass(frozen=True, kw_only=True)
class Trial:
    """What would be decided: the row of `decide`, and its explanation."""

    decision: dict[str, Any]
    explanation: Explanation


def try_stay(*, policy: Policy, begins_on: date, ends_on: date, facts: Mapping[str, Any], member: Member) -> Trial:
    """This function will judge one hospital stay; `facts` are columns of a stay (`cash_fen`, `medical_type`, …)."""
    unknown = sorted(set(facts) - set(STAY))
    if unknown or ends_on < begins_on:
        raise TrialFactUnusable(fact=unknown[0] if unknown else "ends_on")
    row: dict[str, Any] = {name: facts.get(name) for name in STAY}
    row |= {"event_id": "trial/1", "kind": "stay", "person_key": WHO, "name_key": WHO, "begins_on": begins_on,
            "ends_on": ends_on, "settled_at": datetime.combine(ends_on, time(12)), "last_settlement_id": "1",
            "birth_date": member.birth_date, "employer_no": None, "employer_name": None, "claimed_fen": 0, "hold": None}  # fmt: skip
    schema: dict[str, Any] = {name: LINE_SCHEMA.get(name, pl.String()) for name in row}
    return _judge(policy, pl.DataFrame([row], schema=schema, orient="row"), member)


def try_application(*, policy: Policy, texts: Mapping[str, str], member: Member, as_of: date) -> Trial:
    """This function will judge one application; `texts` are its fields as they are filled in (amounts in yuan).

    Raises `TrialFactUnusable` for the first field that an application with it would be sent back for.
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
    return _judge(policy, events, member)


PLACE: dict[str, Any] = {"file": pl.String(), "line": pl.Int64()}


def _judge(policy: Policy, events: pl.DataFrame, member: Member) -> Trial:
    anchor = events[policy.anchor][0] if policy.anchor in events.columns else events["settled_at"][0].date()
    roster: list[dict[str, Any]] = []
    if member.joined_on is not None:
        roster.append({"member_no": WHO, "person_key": WHO, "name_key": WHO, "org_code": WHO,
                       "in_service": member.in_service, "joined_on": member.joined_on, "left_on": member.left_on,
                       "birth_date": member.birth_date, "household": None})  # fmt: skip
    history = None
    if member.used_before_fen:
        history = pl.DataFrame(
            [(WHO, policy.name, anchor, member.used_before_fen)],
            schema={
                "person_key": pl.String(),
                "policy": pl.String(),
                "anchor_date": pl.Date(),
                "uncapped_fen": pl.Int64(),
            },
            orient="row",
        )
    people = pl.DataFrame(roster, schema=ROSTER_SCHEMA, orient="row")
    row = decide(events, people, history, Shelf({policy.name: (policy,)})).row(0, named=True)
    return Trial(decision=row, explanation=explain(row, policy if row["version"] else None))
