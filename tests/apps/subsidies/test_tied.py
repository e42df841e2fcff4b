"""Tied policies and stays of one settlement, remembered: differences, accounts of lines, the lines of a stay."""

from datetime import date
from pathlib import Path

import pytest

from jishiyu.apps.intake.applications import take_applications
from jishiyu.apps.intake.line_rows import lines_of_stay
from jishiyu.apps.intake.operations import take_feed
from jishiyu.apps.intake.queries import buckets_of_feed
from jishiyu.apps.subsidies.models import Decision
from jishiyu.apps.subsidies.operations import post_feed, redecide
from jishiyu.engine.policy.shelf import Shelf, load_shelf, shipped
from tests.apps.subsidies.situations import (
    AS_OF,
    FEED,
    check_books,
    enrol,
    member,
    owed,
    recovered,
    reversal,
    stay,
    write,
)
from tests.apps.subsidies.test_applications import COLUMNS, accident

pytestmark = pytest.mark.django_db
RULES = Path(__file__).parents[2] / "policies" / "rules"


def together() -> Shelf:
    """Return the two policies that share 20,000 yuan a year."""
    return load_shelf([RULES / "together-hospital.toml", RULES / "together-accident.toml"])


def post(folder: Path, name: str, shelf: Shelf, *lines: dict[str, str]) -> int:
    """Take a feed and post it under these policies; return its number."""
    feed = take_feed(path=write(folder / f"{name}.csv", FEED, lines), by="li.na", as_of=AS_OF)
    post_feed(feed=feed, by="li.na", policies=shelf)
    return feed.pk


def buckets(feed: int) -> dict[str, int]:
    """Return how many lines of a feed ended where."""
    return {count.bucket: count.lines for count in buckets_of_feed(feed_id=feed)}


def newest() -> dict[tuple[str, str], int]:
    """Return what every newest decision pays, by stay and policy."""
    rows = Decision.objects.filter(newest=True).exclude(bucket="reversed")
    return {(row.stay_id, row.policy): row.payable_fen for row in rows}


def test_a_shared_limit_holds_over_feed_and_applications_and_a_reversal_frees_it(tmp_path: Path) -> None:
    enrol(tmp_path, member(1))
    shelf = together()
    large = stay(1, "1", "180000.00")
    post(tmp_path, "march", shelf, large)
    people = take_applications(
        path=write(tmp_path / "applications.csv", COLUMNS, [accident(1, "A1", "")]), by="li.na", as_of=AS_OF
    )
    redecide(by="li.na", on=AS_OF, people=people, policies=shelf)
    assert newest() == {("H1/V1", "together.hospital"): 1_800_000, ("A1", "together.accident"): 200_000}
    assert [(stay_id, fen) for stay_id, fen, _, _ in owed()] == [("A1", 200_000)]  # 18,000 waits for papers
    check_books()

    post(tmp_path, "april", shelf, reversal(large))
    assert newest() == {("A1", "together.accident"): 400_000}
    assert [(stay_id, fen) for stay_id, fen, _, _ in owed()] == [("A1", 200_000), ("A1", 200_000)]
    assert recovered() == []
    check_books()


def test_one_that_gives_way_is_paid_when_the_other_no_longer_pays(tmp_path: Path) -> None:
    enrol(tmp_path, member(1))
    shelf = load_shelf([RULES / "whole-limit-500.toml", RULES / "visit-gives-way.toml"])
    first, second = stay(1, "1", "500.00"), stay(1, "2", "300.00", setl_time="2025-03-11 10:00:00")
    post(tmp_path, "march", shelf, first, second)
    gift, paid = "check.visit-gives-way", "check.limit-500"
    assert newest() == {("H1/V1", paid): 50_000, ("H1/V1", gift): 0, ("H1/V2", paid): 0, ("H1/V2", gift): 50_000}

    post(tmp_path, "april", shelf, reversal(first))
    assert newest() == {("H1/V2", paid): 30_000, ("H1/V2", gift): 0}
    check_books()


def test_each_settlement_of_a_visit_is_decided_and_accounted_for_by_itself(tmp_path: Path) -> None:
    enrol(tmp_path, member(1))
    shelf = shipped(["southeast-university.serious-illness"])
    december = stay(
        1, "1", "5000.00", setl_id="S1", enddate="2024-12-31", begndate="2024-12-20", setl_time="2024-12-31 10:00:00"
    )
    january = stay(
        1, "1", "3500.00", setl_id="S2", enddate="2025-01-08", begndate="2024-12-31", setl_time="2025-01-08 10:00:00"
    )
    feed = post(tmp_path, "both", shelf, december, january)
    policy = "southeast-university.serious-illness"
    assert newest() == {("H1/V1/S1", policy): 100_000, ("H1/V1/S2", policy): 25_000}
    assert {row.stay_id: row.anchor_date for row in Decision.objects.all()} == {
        "H1/V1/S1": date(2024, 12, 31), "H1/V1/S2": date(2025, 1, 8),
    }  # fmt: skip
    assert buckets(feed) == {"assist": 2}
    assert [row.settlement_id for row in lines_of_stay(stay_id="H1/V1/S2")] == ["S2"]

    # A second, dearer version of the first stage: only its own decision moves.
    later = december | {
        "medfee_sumamt": "6000.00",
        "psn_part_amt": "6000.00",
        "psn_cash_pay": "6000.00",
        "updt_time": "2025-02-01 08:00:00",
    }
    second = post(tmp_path, "again", shelf, later)
    assert newest() == {("H1/V1/S1", policy): 150_000, ("H1/V1/S2", policy): 25_000}
    assert buckets(feed) == {
        "assist": 1,
        "superseded": 1,
    }
    assert buckets(second) == {"assist": 1}
    check_books()
