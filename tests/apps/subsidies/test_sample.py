"""The sample feed gives exactly the expected result, in one piece, in parts, in any order, and again."""

import csv
import json
import random
from pathlib import Path

import pytest

from jishiyu.apps.intake.models import Fate
from jishiyu.apps.intake.operations import take_feed
from jishiyu.apps.intake.problems import FeedTakenBefore
from jishiyu.apps.subsidies.models import Decision, Entitlement
from jishiyu.apps.subsidies.operations import post_feed, redecide, rematch
from tests.apps.subsidies.situations import AS_OF, FEED, SAMPLE, check_books, load, sample_roster

EXPECTED = json.loads((SAMPLE / "expected.json").read_text())
pytestmark = pytest.mark.django_db


def decided() -> dict[str, list[object]]:
    rows = (
        Decision.objects.filter(newest=True).exclude(bucket="reversed").values_list("stay_id", "bucket", "payable_fen")
    )
    assert len(rows) == len({stay for stay, _, _ in rows})
    return {stay.split("/")[1]: [bucket, fen] for stay, bucket, fen in rows}


def sample_lines() -> list[dict[str, str]]:
    with (SAMPLE / "feed.csv").open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def test_the_sample_feed_gives_exactly_the_expected_decisions(tmp_path: Path) -> None:
    sample_roster(tmp_path)
    feed = take_feed(path=SAMPLE / "feed.csv", by="li.na", as_of=AS_OF)
    done = post_feed(feed=feed, by="li.na")
    assert feed.line_count == EXPECTED["lines"] == Fate.objects.count()
    assert decided() == EXPECTED["payable"]
    auto = sum(fen for bucket, fen in EXPECTED["payable"].values() if bucket == "auto")
    assert done.owed_fen == auto == sum(Entitlement.objects.values_list("amount_fen", flat=True))
    check_books()


def test_taking_it_again_is_refused_kindly_and_posts_nothing(tmp_path: Path) -> None:
    sample_roster(tmp_path)
    post_feed(feed=take_feed(path=SAMPLE / "feed.csv", by="li.na", as_of=AS_OF), by="li.na")
    before = (Decision.objects.count(), Entitlement.objects.count())
    with pytest.raises(FeedTakenBefore, match=r"by li\.na"):
        take_feed(path=SAMPLE / "feed.csv", by="wang.fang", as_of=AS_OF)
    again = redecide(by="li.na", on=AS_OF, since=AS_OF.replace(year=2000))
    assert (again.decisions, again.entitlements, again.recoveries, again.cases_opened) == (0, 0, 0, 0)
    assert again.people > 100
    assert (Decision.objects.count(), Entitlement.objects.count()) == before


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_parts_in_any_order_end_in_the_same_decisions(tmp_path: Path, seed: int) -> None:
    sample_roster(tmp_path)
    lines = sample_lines()
    shuffled = random.Random(seed)
    # Repeated and re-sent lines keep their order of arrival: the later of two equals counts.
    parts: list[list[dict[str, str]]] = [[], [], [], []]
    place = {key: shuffled.randrange(4) for key in sorted({line["setl_id"] for line in lines})}
    for line in lines:
        parts[place[line["setl_id"]]].append(line)
    for at, part in enumerate(parts):
        load(tmp_path, f"part{at}", *[{name: line[name] for name in FEED} for line in part])
    assert decided() == EXPECTED["payable"]
    assert Fate.objects.count() == EXPECTED["lines"]
    check_books()


def test_a_roster_that_comes_after_the_feed_gives_the_same(tmp_path: Path) -> None:
    feed = take_feed(path=SAMPLE / "feed.csv", by="li.na", as_of=AS_OF)
    assert post_feed(feed=feed, by="li.na").owed_fen == 0
    sample_roster(tmp_path)
    rematch(by="li.na", on=AS_OF)
    assert decided() == EXPECTED["payable"]
    assert rematch(by="li.na", on=AS_OF).decisions == 0
    check_books()
