"""The engine and the oracle agree on every line, stay and fen, in worlds full of dirt."""

import os
import random
from decimal import Decimal
from typing import Any

import polars as pl
from hypothesis import Phase, example, given, settings
from hypothesis import strategies as st

from jishiyu.engine.decide import decide
from jishiyu.engine.policy.shelf import Shelf, shipped
from jishiyu.engine.settlement.account import account
from jishiyu.engine.settlement.live import settle
from jishiyu.engine.settlement.stays import stays
from tests.oracle import hospital
from tests.oracle.worlds import World, amounts, fen, line_frame, roster_frame, undoing, worlds

EDGES = [Decimal(edge) for edge, _ in hospital.BRACKETS]
# Explaining a failure tries hundreds of variations of a whole world; the shrunk world says enough.
PHASES = [phase for phase in Phase if phase is not Phase.explain]
# JISHIYU_TEST_DEPTH=20 searches twenty times as many worlds, for a night.
DEPTH = int(os.environ.get("JISHIYU_TEST_DEPTH", "1"))
MANY = settings(max_examples=150 * DEPTH, deadline=None, phases=PHASES)
SOME = settings(max_examples=40 * DEPTH, deadline=None, phases=PHASES)


def policies() -> Shelf:
    """Return the shipped hospital policy."""
    return shipped(["changchun.hospital"])


def run(world: World, *, files: list[str] | None = None) -> tuple[pl.DataFrame, pl.DataFrame]:
    """Return the decisions and the accounted lines of the real engine."""
    settled = settle(line_frame(world.lines, files=files))
    decisions = decide(stays(settled), roster_frame(world.roster), None, policies())
    return decisions, account(settled, decisions)


def money_of(decisions: pl.DataFrame) -> list[tuple[Any, ...]]:
    """Return what has been decided in a form that does not depend on the order of lines."""
    columns = ["stay_id", "person_key", "member_no", "org_code", "year", "base_fen", "bracket", "uncapped_fen",
               "used_before_fen", "payable_fen", "bucket"]  # fmt: skip
    return sorted(decisions.select(columns).rows(), key=str)


@MANY
@given(worlds())
def test_every_line_and_every_decision_is_what_a_clerk_would_have_written(world: World) -> None:
    expected, expected_buckets = hospital.decide(world.lines, world.roster)
    decisions, lines = run(world)

    assert lines["bucket"].to_list() == expected_buckets
    rows = {row["stay_id"]: row for row in decisions.iter_rows(named=True)}
    assert len(rows) == decisions.height, "a stay was decided twice"
    for name, clerk in expected.items():
        row = rows.pop(name)
        assert (row["bucket"], row["reasons"]) == (clerk["bucket"], clerk["reasons"])
        assert row["base_fen"] == fen(clerk["cash"])
        assert row["payable_fen"] == fen(clerk["payable"])
        if clerk["bucket"] not in ("unmatched", "held"):
            assert (row["member_no"], row["year"]) == (clerk["member_no"], clerk["year"])
            assert row["anchor_date"] == clerk["ends_on"]
            assert row["bracket"] == clerk["bracket"]
            assert row["rate_ppm"] == (None if clerk["rate"] is None else int(clerk["rate"] * 10_000))
            assert row["uncapped_fen"] == fen(clerk["uncapped"])
            assert row["used_before_fen"] == fen(clerk["used_before"])
    assert {row["bucket"] for row in rows.values()} <= {"held"}, "what the clerk could not judge is held"
    assert all(row["payable_fen"] == 0 for row in rows.values())


@SOME
@given(worlds())
def test_the_buckets_add_up_to_the_lines_and_no_stay_is_lost(world: World) -> None:
    decisions, lines = run(world)
    assert lines.height == len(world.lines)
    assert lines["bucket"].null_count() == 0
    assert lines["line"].to_list() == list(range(2, len(world.lines) + 2))
    assert sum(lines["bucket"].value_counts()["count"]) == len(world.lines)
    judged = lines.filter(pl.col("bucket").is_in(["auto", "assist", "capped", "ineligible", "unmatched"]))
    assert set(judged["stay_id"]) <= set(decisions["stay_id"])
    # A member whose birth date nobody knows, and a stay of which only a part is of a covered type, are held by the
    # policy itself; every other doubt comes before it.
    by_the_policy = decisions.filter(
        (pl.col("bucket") == "held")
        & (pl.col("reasons").list.set_intersection(["birth_date_missing", "medical_types_differ"]).list.len() > 0)
    )
    waiting = decisions["bucket"].is_in(["held", "unmatched"]).sum()
    assert decisions["policy"].is_null().sum() + by_the_policy.height == waiting


@SOME
@given(worlds(always_dated=True), st.randoms(use_true_random=False))
def test_the_order_of_lines_does_not_matter(world: World, chance: random.Random) -> None:
    before, _ = run(world)
    shuffled = list(world.lines)
    chance.shuffle(shuffled)
    after, _ = run(world.with_lines(shuffled))
    assert money_of(after) == money_of(before)


@SOME
@given(worlds(), st.data())
def test_it_does_not_matter_how_the_lines_are_split_into_files(world: World, data: st.DataObject) -> None:
    before, _ = run(world)
    files = data.draw(st.lists(st.sampled_from(["2024-01.csv", "2024-02.csv", "late.csv"]),
                               min_size=len(world.lines), max_size=len(world.lines)))  # fmt: skip
    after, _ = run(world, files=files)
    assert money_of(after) == money_of(before)


@SOME
@given(worlds())
def test_the_same_feed_a_second_time_changes_nothing(world: World) -> None:
    before, _ = run(world)
    after, lines = run(world.with_lines(world.lines * 2))
    assert money_of(after) == money_of(before)
    again = lines.tail(len(world.lines))["bucket"]
    assert set(again) <= {"duplicate", "invalid"}


@SOME
@given(worlds(), worlds(clean=True))
def test_a_settlement_and_its_reversal_leave_everybody_else_as_they_were(world: World, other: World) -> None:
    extra = [line | {"settlement": f"X{at}", "visit": f"X{at}"} for at, line in enumerate(other.lines)]
    undone = [undoing(line, at) | {"settlement": f"Y{at}"} for at, line in enumerate(extra)]
    before, _ = run(world)
    after, lines = run(world.with_lines(undone + world.lines + extra))
    assert money_of(after) == money_of(before)
    assert set(lines.filter(pl.col("setl_id").str.contains("^[XY]"))["bucket"]) == {"reversed"}


@SOME
@given(worlds())
def test_when_every_settlement_is_undone_nothing_is_paid(world: World) -> None:
    names = sorted({line["settlement"] for line in world.lines if line["undoes"] is None})
    by_name = {line["settlement"]: line for line in world.lines}
    undone = [undoing(by_name[name], at) | {"settlement": f"Y{at}"} for at, name in enumerate(names)]
    decisions, _ = run(world.with_lines(world.lines + undone))
    assert decisions["payable_fen"].sum() == 0
    assert set(decisions["bucket"]) <= {"held"}


@SOME
@given(worlds(clean=True))
def test_the_yearly_limit_is_never_exceeded_and_used_up_before_anything_is_cut(world: World) -> None:
    decisions, _ = run(world)
    years = decisions.group_by("person_key", "year").agg(pl.col("payable_fen").sum(), pl.col("uncapped_fen").sum())
    limit = fen(hospital.YEARLY_LIMIT)
    assert years["payable_fen"].to_list() == [min(limit, total) for total in years["uncapped_fen"]]


@SOME
@given(amounts, st.integers(0, 5_000_000))
@example(Decimal("5000.01"), 1)
@example(Decimal("99999.99"), 1)
def test_more_cash_never_pays_less_inside_a_bracket(cash: Decimal, more: int) -> None:
    higher = cash + Decimal(more).scaleb(-2)
    ceiling = min((edge for edge in EDGES if edge >= cash), default=None)
    if ceiling is not None:
        higher = min(higher, ceiling)
    rows = amounts_decided([cash, higher])
    assert rows[0]["payable_fen"] <= rows[1]["payable_fen"]
    assert rows[0]["bracket"] == rows[1]["bracket"]


def amounts_decided(cash: list[Decimal]) -> list[dict[str, Any]]:
    """Return the decisions of one stay each for as many members in service."""
    keys = [f"P{at}" for at in range(len(cash))]
    size = len(cash)
    events = pl.DataFrame({
        "event_id": [f"H/{key}" for key in keys], "person_key": keys, "cash_fen": [fen(amount) for amount in cash],
    }).with_columns(
        kind=pl.lit("stay"), name_key=pl.lit("n"), medical_type=pl.lit("21"), ends_on=pl.date(2024, 5, 1),
        settled_at=pl.datetime(2024, 5, 1), last_settlement_id=pl.col("event_id"), hold=pl.lit(None, pl.String),
    )  # fmt: skip
    roster = pl.DataFrame({
        "member_no": keys, "person_key": keys, "name_key": ["n"] * size, "org_code": ["U"] * size,
    }).with_columns(
        in_service=pl.lit(value=True), joined_on=pl.date(2010, 1, 1), left_on=pl.lit(None, pl.Date),
        birth_date=pl.date(1980, 1, 1), household=pl.lit(None, pl.String),
    )  # fmt: skip
    decisions = {row["person_key"]: row for row in decide(events, roster, None, policies()).to_dicts()}
    return [decisions[key] for key in keys]


def test_of_a_hundred_thousand_random_amounts_no_fen_is_wrong() -> None:
    chance = random.Random(20240501)
    drawn = [chance.choice([chance.randrange(900_000), chance.randrange(80_000_000)]) for _ in range(99_000)]
    drawn += [fen(edge) + step for edge in EDGES for step in range(-60, 61)]
    drawn += [chance.randrange(10**9) for _ in range(100_000 - len(drawn))]
    cash = [Decimal(amount).scaleb(-2) for amount in drawn]
    wrong = []
    for amount, row in zip(cash, amounts_decided(cash), strict=True):
        _, _, subsidy = hospital.bracket_and_amount(amount)
        if (row["uncapped_fen"], row["payable_fen"]) != (fen(subsidy), fen(min(subsidy, hospital.YEARLY_LIMIT))):
            wrong.append((amount, subsidy, row["uncapped_fen"]))
    assert len(cash) == 100_000
    assert wrong == []
