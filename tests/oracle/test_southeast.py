"""A policy whose unit is the settlement: the engine and the oracle agree, stage by stage."""

from datetime import date
from decimal import Decimal
from typing import Any

import polars as pl
from hypothesis import given
from hypothesis import strategies as st

from jishiyu.engine.decide import decide
from jishiyu.engine.policy.shelf import shipped
from jishiyu.engine.settlement.account import account
from jishiyu.engine.settlement.live import settle
from jishiyu.engine.settlement.stays import stays
from tests.engine.policy import desk
from tests.oracle import southeast
from tests.oracle.test_hospital import SOME
from tests.oracle.worlds import World, fen, line_frame, roster_frame, worlds

SHELF = shipped(["southeast-university.serious-illness"])


def in_stages(world: World) -> World:
    """Return the world with few visits, so that most have several settlements, and with small amounts, near 3,000."""
    lines = [
        line | {"visit": line["person"], "name": line["person"].lower(), "cash": line["cash"] / 100}
        for line in world.lines
    ]
    roster = [entry | {"name": entry["person"].lower()} for entry in world.roster]
    return World([line | {"cash": line["cash"].quantize(Decimal("0.01"))} for line in lines], roster)


@SOME
@given(worlds().map(in_stages))
def test_every_settlement_is_paid_by_itself_and_added_up_over_its_own_year(world: World) -> None:
    expected = southeast.decide(world.lines, world.roster)
    settled = settle(line_frame(world.lines), SHELF.unit)
    decisions = decide(stays(settled), roster_frame(world.roster), None, SHELF)
    lines = account(settled, decisions)

    rows = {
        row["stay_id"]: row for row in decisions.iter_rows(named=True) if row["bucket"] not in ("unmatched", "held")
    }
    assert rows.keys() == expected.keys()
    for name, clerk in expected.items():
        row = rows[name]
        assert (row["payable_fen"], row["base_fen"], row["year"]) == (
            fen(clerk["pays"]),
            fen(clerk["total"]),
            clerk["year"],
        )
        assert ("not_a_member" in row["reasons"]) is not clerk["member"]
    live = lines.filter(
        pl.col("stay_id").is_in(list(expected))
        & ~pl.col("bucket").is_in(["duplicate", "superseded", "reversed", "invalid"])
    )
    assert dict(live.select("stay_id", "bucket").iter_rows()) == {name: rows[name]["bucket"] for name in expected}


@SOME
@given(st.dates(date(2024, 1, 1), date(2025, 12, 31)), st.integers(-3, 400))
def test_papers_are_in_time_until_10_january(ends_on: date, later: int) -> None:
    filed_on = date.fromordinal(ends_on.toordinal() + later)
    row: dict[str, Any] = {"cash": "5000.00", "ends_on": ends_on, "filed_on": filed_on, "event_on": ends_on}
    (found,) = desk.decided(SHELF.versions["southeast-university.serious-illness"][0], row)
    assert (found["payable_fen"] > 0) is southeast.in_time(ends_on, filed_on)
    assert ("filed_too_late" in found["reasons"]) is not southeast.in_time(ends_on, filed_on)
