"""A process is killed at every single moment of every step; then the step is done again. Nothing lost or doubled.

A kill leaves the database (and the bank's folder) in one of a few states: that before the step, that after it, and
where a step has two transactions, the one between. Whether it is still the one before is told by a fingerprint over
every row. In each state that turns up the step is done again, to the end. docs/reference/faults.md
"""

import shutil
import signal
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from tests.faults.databases import files_in
from tests.faults.situations import AS_OF
from tests.faults.world import LI_NA, Facts, Words, World, ended_in_words

NOW = "faults_now"


@dataclass
class Walk:
    """What a walk through all moments of a step met: kinds of moments, and the states with the moment of the first."""

    moments: list[str]
    states: list[tuple[int, Facts, dict[str, str]]] = field(default_factory=list)

    def kinds(self) -> set[str]:
        """Return the kinds of moments."""
        return {moment.partition(" ")[0] for moment in self.moments}

    def between(self) -> list[Facts]:
        """Return the states that were neither the one before nor the one after, as far as the database goes."""
        seen = [facts for _, facts, _ in self.states]
        return [facts for number, facts in enumerate(seen) if facts not in (seen[0], seen[-1], *seen[:number])]


def walk(world: World, situation: str, words: Words, folder: Path) -> Walk:
    """Kill the step at its first moment, its second, … until it survives; do it again in each state it left.

    The moments of starting up, which only read and are the same in every command, have a test of their own.
    """
    goal, moments = undisturbed(world, situation, words, folder)
    first = world.start_up(situation) + 1
    url = world.fresh(situation, NOW)
    before = world.databases.fingerprint(NOW)
    met = Walk(moments, [(0, world.achieved(url), {})])
    for moment in range(first, len(moments) + 1):
        killed = world.start(url, words, at=moment, folder=folder)
        assert killed.wait() == -signal.SIGKILL, f"{moment} of {len(moments)}: {killed.status}\n{killed.said()}"
        world.databases.quiet(NOW)
        if world.databases.fingerprint(NOW) == before and not files_in(folder):
            continue
        facts, names = world.achieved(url), files_in(folder)
        if (facts, sorted(names)) not in [(known, sorted(files)) for _, known, files in met.states]:
            met.states.append((moment, facts, names))
            done_again(world, url, words, folder, goal, f"killed at {moment}: {killed.moments()[-3:]}")
        shutil.rmtree(folder, ignore_errors=True)
        url = world.fresh(situation, NOW)
    done_again(world, url, words, folder, goal, "killed at each moment, then left alone")
    return met


def undisturbed(world: World, situation: str, words: Words, folder: Path) -> tuple[Facts, list[str]]:
    """Do the step without a kill; return what it achieves and the moments it has."""
    url = world.fresh(situation, "faults_undisturbed")
    alone = world.start(url, words, folder=folder)
    assert alone.wait() == 0, alone.said()
    goal = world.sound(url, folder=folder)
    shutil.rmtree(folder, ignore_errors=True)
    return goal, alone.moments()


def done_again(world: World, url: str, words: Words, folder: Path, goal: Facts, why: str) -> None:
    """Check the state that a kill left, do the step again, and check that it leads where it would have led."""
    world.sound(url, folder=folder)
    again = world.start(url, words, folder=folder)
    ended_in_words(again)
    facts = world.sound(url, folder=folder)
    assert {name: rows for name, rows in facts.items() if rows != goal[name]} == {}, why
    assert [name for name in files_in(folder) if name.startswith(".")] == [], why


def test_taking_a_feed(world: World, folder: Path) -> None:
    met = walk(world, "founded", world.load("first"), folder)
    assert [(facts["feeds"] != [], facts["entitlements"] != []) for _, facts, _ in met.states] == [
        (False, False), (True, False), (True, True)
    ]  # fmt: skip
    assert {"_execute_gen", "_start_copy_gen", "copy_to", "copy_end", "_commit_gen"} <= met.kinds()


def test_taking_a_feed_that_corrects_what_was_paid(world: World, folder: Path) -> None:
    met = walk(world, "returned", world.load("second"), folder)
    assert len(met.between()) == 1  # stored, not posted
    assert len(met.states[-1][1]["recoveries"]) == 3


def test_taking_a_feed_back(world: World, folder: Path) -> None:
    words = ["load", "feed", "--take-back", "1", "--because", "医保部门发错文件", "--as-of", AS_OF, *LI_NA]
    assert walk(world, "fed", words, folder).between() == []


def test_noting_that_papers_came_in(world: World, folder: Path) -> None:
    assert walk(world, "fed", world.way("papers")[1], folder).between() == []


def test_approving_a_case(world: World, folder: Path) -> None:
    words = ["cases", "approve", world.case(), "--second", "wang.fang", "--note", "材料核对无误", *LI_NA]
    assert walk(world, "papers", words, folder).between() == []


def test_preparing_a_batch(world: World, folder: Path) -> None:
    assert walk(world, "fed", ["pay", "prepare", *LI_NA], folder).between() == []


def test_preparing_a_batch_with_set_offs(world: World, folder: Path) -> None:
    met = walk(world, "corrected", ["pay", "prepare", *LI_NA], folder)
    assert met.between() == []
    assert sum("'set_off'" in row for row in met.states[-1][1]["entitlements"]) == 2


def test_approving_a_batch(world: World, folder: Path) -> None:
    assert walk(world, "prepared", ["pay", "approve", "1", "--by", "wang.fang"], folder).between() == []


def test_cancelling_a_batch(world: World, folder: Path) -> None:
    assert walk(world, "approved", ["pay", "cancel", "1", "--reason", "错选了银行", *LI_NA], folder).between() == []


def test_sending_a_batch(world: World, folder: Path) -> None:
    met = walk(world, "approved", ["pay", "send", "1", "--out", str(folder), *LI_NA], folder)
    (between,) = met.between()
    assert between["batches"][0].startswith("('sending'")
    assert met.moments.count("fsync") == 2
    found = [sorted(name.startswith(".") for name in names) for _, facts, names in met.states if facts == between]
    assert found == [[], [True], [False]]  # nothing, a temporary file only, the file under its name


def test_reading_a_result_file(world: World, folder: Path) -> None:
    assert walk(world, "sent", world.result(1), folder).between() == []


def test_reading_what_came_later(world: World, folder: Path) -> None:
    met = walk(world, "answered", world.result(2), folder)
    assert met.between() == []
    assert sum("'returned_late'" in row for row in met.states[-1][1]["books"]) == 2


def test_trying_again(world: World, folder: Path) -> None:
    query = "SELECT id FROM subsidies_entitlement WHERE stay_id = 'H1/V14'"
    words = ["pay", "retry", world.number("returned", query), "--reason", "账户已恢复", *LI_NA]
    assert walk(world, "returned", words, folder).between() == []


@pytest.mark.parametrize(
    ("situation", "words"),
    [
        ("corrected", ["--ask-back", "已付后冲销", *LI_NA]),
        ("corrected", ["--repaid", "100.00", "--slip", "回单88", *LI_NA]),
        ("corrected", ["--propose-write-off", "已离职失联", *LI_NA]),
        ("proposed", ["--approve-write-off", "--by", "wang.fang"]),
    ],
)
def test_recovering(world: World, folder: Path, situation: str, words: list[str]) -> None:
    assert walk(world, situation, [*world.recover(), *words], folder).between() == []


def test_a_roster_that_changes_decisions(world: World, folder: Path) -> None:
    words = ["load", "roster", str(world.files / "roster-later.csv"), "--yes", "--as-of", AS_OF,
             "--absent-left-on", "2026-01-01", *LI_NA]  # fmt: skip
    met = walk(world, "fed", words, folder)
    assert len(met.between()) >= 1


def test_starting_up(world: World) -> None:
    url = world.fresh("founded", NOW)
    before = world.databases.fingerprint(NOW)
    for moment in range(1, world.start_up("founded") + 1):
        killed = world.nursery.start(url, "start", at=moment)
        assert killed.wait() == -signal.SIGKILL, (moment, killed.moments(), killed.said())
    world.databases.quiet(NOW)
    assert world.databases.fingerprint(NOW) == before
    world.nursery.do(url, "start")
