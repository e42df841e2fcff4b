"""Small invented histories for the laboratory, and random policies to ask about."""

import dataclasses
from datetime import date, datetime, timedelta
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
import polars as pl
from hypothesis import strategies as st

from jishiyu.engine.laboratory.history import History
from jishiyu.engine.policy.model import Bracket, Formula, Limit, Policy, Threshold
from jishiyu.engine.policy.shelf import shipped
from jishiyu.engine.roster import ROSTER_SCHEMA

SAMPLE = Path(__file__).parents[2] / "data" / "hospital"
AS_OF = date(2026, 6, 30)
UNIONS = pl.DataFrame({"org_code": ["U1", "U2"], "district": ["南关区", "绿园区"]})


def today() -> Policy:
    """Return the policy in force."""
    return shipped(["changchun.hospital"]).versions["changchun.hospital"][0]


def always(policy: Policy) -> Policy:
    """Return a policy without its days, as the laboratory asks about it."""
    return dataclasses.replace(policy, starts=date.min, until=None)


def changed(*, rates: list[int] | None = None, edges: list[int] | None = None, limit: int | None = None, age: int | None = None,
            over: int | None = None, kind: str = "whole_amount", base: Policy | None = None) -> Policy:  # fmt: skip
    """Return a variant of the policy in force; rates in millionths, amounts in fen."""
    policy = base or today()
    old = policy.formula.brackets
    edges = edges or [one.edge_fen for one in old]
    rates = rates or [one.rate_ppm for one in old]
    brackets = tuple(Bracket(edge, True, rate, old[0].proof) for edge, rate in zip(edges, rates, strict=True))
    threshold = (
        policy.threshold
        if over is None or policy.threshold is None
        else dataclasses.replace(policy.threshold, fen=over)
    )
    limits = policy.limits if limit is None else (dataclasses.replace(policy.limits[0], amount_fen=limit),)
    asked = tuple(
        dataclasses.replace(one, options={**one.options, "max": age}) if age and one.test == "age" else one
        for one in policy.requirements
    )
    formula = dataclasses.replace(policy.formula, kind=kind, brackets=brackets)
    return dataclasses.replace(policy, formula=formula, threshold=threshold, limits=limits, requirements=asked)


@cache
def city(people: int = 150, stays: int = 1500, seed: int = 3) -> History:
    """Return a city in which many reach the limit: few people, many dear stays, settled in another order than they ended."""
    chance = np.random.default_rng(seed)
    born = [date(1950, 1, 1) + timedelta(days=int(days)) for days in chance.integers(0, 60 * 365, people)]
    roster = pl.DataFrame(
        {
            "member_no": [f"M{at}" for at in range(people)], "person_key": [f"P{at:04d}" for at in range(people)],
            "name_key": ["name"] * people, "org_code": [f"U{at % 2 + 1}" for at in range(people)],
            "in_service": [at % 11 != 0 for at in range(people)], "joined_on": [date(2015, 1, 1)] * people,
            "left_on": [date(2024, 7, 1) if at % 13 == 0 else None for at in range(people)], "birth_date": born,
            "household": [None] * people,
        },
        schema=ROSTER_SCHEMA,
    )  # fmt: skip
    ends = [date(2023, 1, 1) + timedelta(days=int(days)) for days in chance.integers(0, 3 * 365, stays)]
    later = chance.integers(0, 90, stays)
    cash = np.exp(chance.normal(15.3, 1.6, stays)).astype(np.int64)
    edges = [500_000, 1_000_000, 2_000_000, 5_000_000, 10_000_000, 20_000_000, 30_000_000]
    cash[: len(edges) * 3] = [edge + off for edge in edges for off in (-1, 0, 1)]
    rows: dict[str, Any] = {
        "event_id": [f"H/{at:05d}" for at in range(stays)], "kind": ["stay"] * stays,
        "person_key": [f"P{at:04d}" for at in chance.integers(0, people + 20, stays)], "name_key": ["name"] * stays,
        "sex": [("1", "2")[at % 2] for at in range(stays)], "hospital_level": [str(at % 3 + 1) for at in range(stays)],
        "medical_type": [("21", "22", "24", "52")[at % 4] for at in range(stays)],
        "begins_on": [end - timedelta(days=5) for end in ends], "ends_on": ends,
        "settled_at": [datetime(end.year, end.month, end.day, 9) + timedelta(days=int(wait)) for end, wait in zip(ends, later, strict=True)],
        "last_settlement_id": [f"S{at * 7919 % stays:05d}" for at in range(stays)], "cash_fen": cash, "claimed_fen": [0] * stays,
        "hold": [None] * stays, "employer_no": [None] * stays, "employer_name": [None] * stays, "area": ["220102"] * stays,
    }  # fmt: skip
    texts = {name: pl.String() for name in ("hold", "employer_no", "employer_name")}
    return History(pl.DataFrame(rows, schema_overrides=texts), roster, UNIONS)


@st.composite
def policies(draw: st.DrawFn) -> Policy:
    """Draw a policy: any kind of brackets, thresholds, roundings, smallest payments and limits."""
    old = today()
    proof = old.formula.brackets[0].proof
    edges = sorted(draw(st.sets(st.integers(0, 400_000), min_size=1, max_size=6)))
    kind = draw(st.sampled_from(["whole_amount", "marginal", "flat"]))
    rates = draw(st.lists(st.integers(0, 400), min_size=len(edges), max_size=len(edges)))
    brackets = tuple(
        Bracket(edge * 100, draw(st.booleans()), rate * draw(st.sampled_from([1, 500, 1000])), proof)
        for edge, rate in zip(edges, rates, strict=True)
    )
    flat = Formula(kind, rate_ppm=draw(st.integers(0, 300_000)), proof=proof)
    formula = flat if kind == "flat" else Formula(kind, brackets=brackets, proof=proof)
    threshold = draw(
        st.none() | st.builds(Threshold, st.integers(0, 50_000_000), st.booleans(), st.booleans(), st.just(proof))
    )
    span = draw(st.sampled_from(["calendar_year", "policy_year", "lifetime"]))
    limits = [
        Limit(draw(st.none() | st.integers(1, 3_000_000)), draw(st.none() | st.integers(1, 3)), "member", window, (7, 1), 12, "sum", (), proof)
        for window in draw(st.lists(st.sampled_from(["payment", span]), max_size=3))
    ]  # fmt: skip
    limits = [dataclasses.replace(one, count=None) if one.window == "payment" else one for one in limits]
    return dataclasses.replace(
        old, formula=formula, threshold=threshold, limits=tuple(limits), starts=date(2000, 1, 1),
        rounding_fen=draw(st.sampled_from([1, 10, 100])), rounding_mode=draw(st.sampled_from(["half_up", "down", "up"])),
        minimum_fen=draw(st.sampled_from([0, 0, 100, 50_000])),
    )  # fmt: skip
