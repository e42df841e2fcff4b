"""Several processes at the same moment against one limit, one entitlement, one file; and three that meet in a row."""

from pathlib import Path

import psycopg
import pytest

from tests.apps.subsidies.situations import FEED, stay, write
from tests.faults.pairs import CANCEL, PREPARE
from tests.faults.processes import Child
from tests.faults.world import World, ended_in_words

NOW = "faults_now"
PAYABLE = "SELECT coalesce(sum(payable_fen), 0) FROM subsidies_decision WHERE newest"
# A claim of an earlier day that comes later takes its place: what is owed is what was posted less what came back.
OWED = """
SELECT (SELECT coalesce(sum(amount_fen), 0) FROM subsidies_entitlement)
     - (SELECT coalesce(sum(amount_fen), 0) FROM subsidies_recovery)
"""
LEFT_TO_PAY = """
SELECT coalesce(sum(amount_fen - set_off_fen), 0) FROM subsidies_entitlement WHERE state <> 'set_off'
"""


def at_once(children: list[Child]) -> None:
    """Let processes that stand at the barrier go on together, to their end."""
    assert [child.wait() for child in children] == ["stopped"] * len(children)
    for child in children:
        child.go_on()
    for child in children:
        ended_in_words(child)


def value(url: str, query: str) -> int:
    with psycopg.connect(url) as connection:
        row = connection.execute(query.encode()).fetchone()
    assert row is not None
    return int(row[0])


def feeds(folder: Path, cash: list[list[str]]) -> list[Path]:
    """Write one feed per list of cash amounts, all of one member, each stay a little later than the one before."""
    return [
        write(
            folder / f"{number}.csv",
            FEED,
            [
                stay(5, f"{number}-{place}", yuan, setl_time=f"2025-03-1{number} 10:00:0{place}")
                for place, yuan in enumerate(amounts)
            ],
        )
        for number, amounts in enumerate(cash)
    ]


def test_four_claims_at_once_against_a_limit_of_500_are_exactly_500(world: World, tmp_path: Path) -> None:
    url = world.fresh("founded", NOW)
    paths = feeds(tmp_path, [["300.00"]] * 4)
    at_once([world.nursery.start(url, "load_under_limit_500", barrier=True, file=str(path)) for path in paths])
    world.sound(url)
    assert (value(url, PAYABLE), value(url, OWED), value(url, LEFT_TO_PAY)) == (50_000, 50_000, 50_000)


def test_two_feeds_at_once_that_exceed_the_year_together_reach_it_exactly(world: World, tmp_path: Path) -> None:
    url = world.fresh("founded", NOW)
    paths = feeds(tmp_path, [["100000.00"] * 6, ["100000.00"] * 6])  # twelve times 5,000.00, each paid automatically
    words = [[*world.load("first")[:2], str(path), *world.load("first")[3:]] for path in paths]
    at_once([world.start(url, line, barrier=True) for line in words])
    world.sound(url)
    assert (value(url, PAYABLE), value(url, OWED), value(url, LEFT_TO_PAY)) == (5_000_000, 5_000_000, 5_000_000)


def test_five_processes_with_one_feed_take_it_once(world: World) -> None:
    url = world.fresh("founded", NOW)
    children = [world.start(url, world.load("first"), barrier=True) for _ in range(5)]
    at_once(children)
    assert sorted(child.status for child in children) == [0, 1, 1, 1, 1]
    assert sum("was taken before" in child.said() for child in children) == 4
    assert len(world.sound(url)["feeds"]) == 1


def test_of_five_batches_at_once_none_holds_what_another_holds(world: World) -> None:
    url = world.fresh("fed", NOW)
    at_once([world.start(url, PREPARE, barrier=True) for _ in range(5)])
    facts = world.sound(url)
    assert len(facts["attempts"]) == 16
    assert len(facts["batches"]) == 1


def test_what_a_batch_gives_back_and_the_next_takes_is_not_set_off_in_between(world: World) -> None:
    """A correction looks for what is unpaid; then one batch is cancelled and another takes the entitlement up."""
    alone = world.start(world.fresh("prepared", NOW), world.load("second"))
    ended_in_words(alone)
    looks = moment_of(alone, "TEMPORARY TABLE still_unpaid")
    batch = world.start(world.fresh("fed", NOW), PREPARE)
    ended_in_words(batch)
    took = moment_of(batch, "SELECT entitlement_id FROM payments_attempt WHERE batch_id")
    url = world.fresh("prepared", NOW)
    correction = world.start(url, world.load("second"), at=looks, how="freeze")
    assert correction.wait() == "stopped"
    world.nursery.do(url, "command", words=CANCEL)
    next_batch = world.start(url, PREPARE, at=took, how="freeze")
    assert next_batch.wait() == "stopped"
    correction.go_on()
    correction.wait(0.5)
    next_batch.go_on()
    ended_in_words(correction)
    ended_in_words(next_batch)
    facts = world.sound(url)
    assert sum("'in_batch'" in row for row in facts["attempts"]) == 16
    assert sum("'open'" in row for row in facts["recoveries"]) == 3


@pytest.mark.parametrize("state", ["in_batch", "sent", "unknown", "paid"])
def test_the_database_refuses_to_set_off_what_may_be_at_the_bank(world: World, state: str) -> None:
    url = world.fresh("prepared", NOW)
    with psycopg.connect(url) as connection:
        for step in ("sent", state):
            if state != "in_batch":
                connection.execute("UPDATE subsidies_entitlement SET state = %s WHERE stay_id = 'H1/V1'", [step])
        with pytest.raises(psycopg.errors.RestrictViolation, match="is set off only while it is unpaid"):
            connection.execute("UPDATE subsidies_entitlement SET set_off_fen = 1 WHERE stay_id = 'H1/V1'")


def moment_of(child: Child, words: str) -> int:
    """Return the number of the moment whose statement contains these words."""
    (found,) = [number for number, moment in enumerate(child.moments(), 1) if words in moment]
    return found
