"""A process is killed at the moments of every step; then the step is done again. Nothing lost or doubled.

A kill leaves the database (and the bank's folder) in one of a few states: that before the step, that after it, and
where a step has two transactions, the one between. Whether it is still the one before is told by a fingerprint over
every row. In each state that turns up the step is done again, to the end. docs/reference/faults.md

Each moment is looked at: a process is stopped there, and what others see then is what its death would leave, because the server
undoes what was not committed. Killed it is wherever that changes, on both sides, and at everything it was not killed at before in
this run: each kind of statement on each table, each operation on a file. JISHIYU_FAULTS=all kills at each moment.
"""

import os
import re
import shutil
import signal
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from tests.faults.databases import files_in
from tests.faults.situations import AS_OF
from tests.faults.world import LI_NA, Facts, Words, World, ended_in_words

NOW = "faults_now"
EVERYTHING = os.environ.get("JISHIYU_FAULTS") == "all"
TABLE = re.compile(r"\b(?:FROM|INTO|UPDATE|TABLE|COPY|ANALYZE)\s+(?:IF (?:NOT )?EXISTS\s+)?\(?\"?(\w+)", re.IGNORECASE)
Left = tuple[str, tuple[tuple[str, str], ...]]  # a fingerprint of the database, and the files in the bank's folder
# Kinds of moments at which a process has been killed in this run.
killed_at: set[tuple[str, str, str]] = set()


@dataclass
class Walk:
    """What a walk through all moments of a step met: the moments, and each state with the moment of its first kill."""

    goal: Facts = field(default_factory=dict)
    moments: list[str] = field(default_factory=list)
    states: list[tuple[int, Facts, dict[str, str]]] = field(default_factory=list)

    def kinds(self) -> set[str]:
        """Return the kinds of moments."""
        return {moment.partition(" ")[0] for moment in self.moments}

    def knows(self, facts: Facts, names: dict[str, str]) -> bool:
        """Say whether a kill has left this state before."""
        return any(facts == known and sorted(names) == sorted(files) for _, known, files in self.states)

    def between(self) -> list[Facts]:
        """Return the states that were neither the one before nor the one after, as far as the database goes."""
        seen = [facts for _, facts, _ in self.states]
        return [facts for number, facts in enumerate(seen) if facts not in (seen[0], self.goal, *seen[:number])]


def walk(world: World, situation: str, words: Words, folder: Path, *, legs: int = 9) -> Walk:
    """Kill the step at its moments until it survives; do it again in each state that a kill left.

    A step with several transactions is walked in legs: where a kill first leaves a state between two of them, the walk
    goes on from there, with the process that does the step again. The moments of starting up, which only read and are
    the same in every command, have a test of their own.
    """
    first = world.start_up() + 1
    base = world.reach(situation)
    met = Walk()
    for number in range(legs):
        next_base = leg(world, base, words, folder, met, first, f"faults_between_{number}")
        if next_base is None:
            break
        base = next_base
    return met


def leg(world: World, base: str, words: Words, folder: Path, met: Walk, first: int, between: str) -> str | None:
    """Walk from one state to the next, or to the end; return the database that was left on the way, if any."""
    facts, moments, left = looked_at(world, base, words, folder, first)
    met.goal = met.goal or facts
    met.moments += moments[first - 1 :]
    url = world.databases.make(NOW, like=base)
    before: Left = (world.databases.fingerprint(NOW), ())
    if not met.states:
        met.states.append((0, world.achieved(url), {}))
    for moment in range(first, len(moments) + 1) if EVERYTHING else chosen(moments, left, first):
        killed_at.add(kind_of(moments[moment - 1]))
        killed = world.start(url, words, at=moment, folder=folder)
        assert killed.wait() == -signal.SIGKILL, f"{moment} of {len(moments)}: {killed.status}\n{killed.said()}"
        world.databases.quiet(NOW)
        names = files_in(folder)
        unchanged = world.databases.fingerprint(NOW) == before[0] and not names
        assert unchanged == (left[moment] == left[first - 1]), moments[moment - 1]
        if unchanged:
            continue
        facts = world.achieved(url)
        if not met.knows(facts, names):
            met.states.append((moment, facts, names))
            on_the_way = facts != met.goal and not names
            if on_the_way:
                world.databases.make(between, like=NOW)
            done_again(world, url, words, folder, met.goal, f"killed at {moment}: {moments[moment - 1]}")
            if on_the_way:
                shutil.rmtree(folder, ignore_errors=True)
                return between
        shutil.rmtree(folder, ignore_errors=True)
        url = world.databases.make(NOW, like=base)
    done_again(world, url, words, folder, met.goal, "killed at each moment, then left alone")
    return None


def looked_at(
    world: World, base: str, words: Words, folder: Path, first: int
) -> tuple[Facts, list[str], dict[int, Left]]:
    """Do the step, stopped at each moment; return what it achieves, its moments, and what a kill at each would leave."""
    name = "faults_undisturbed"
    url = world.databases.make(name, like=base)
    child = world.start(url, words, how="halt", folder=folder)
    ended, print_ = world.databases.ended(), world.databases.fingerprint(name)
    left: dict[int, Left] = {first - 1: (print_, ())}
    number = 0
    while child.wait() == "stopped":
        number += 1
        if number >= first:
            world.databases.at_rest(name)
            if (now := world.databases.ended()) != ended:
                ended, print_ = now, world.databases.fingerprint(name)
            left[number] = (print_, tuple(files_in(folder).items()))
        child.go_on()
    ended_in_words(child)
    achieved = world.sound(url, folder=folder)
    shutil.rmtree(folder, ignore_errors=True)
    return achieved, child.moments(), left


def chosen(moments: list[str], left: dict[int, Left], first: int) -> list[int]:
    """Return the moments to be killed at: new kinds of them, both sides of each change of what is left, and the last."""
    new: set[tuple[str, str, str]] = set()
    numbers = []
    for number in range(first, len(moments) + 1):
        kind = kind_of(moments[number - 1])
        changes = left[number] != left[number - 1] or left.get(number + 1, left[number]) != left[number]
        if kind not in killed_at | new or changes or number == len(moments):
            numbers.append(number)
            new.add(kind)
    return numbers


def kind_of(moment: str) -> tuple[str, str, str]:
    """Return what a moment is about: the exchange or file operation, the statement's first word and its first table."""
    what, _, statement = moment.partition(" ")
    table = TABLE.search(statement)
    return what, statement.partition(" ")[0].upper(), table[1] if table else ""


def done_again(world: World, url: str, words: Words, folder: Path, goal: Facts, why: str) -> None:
    """Check the state that a kill left, do the step again, and check that it leads where it would have led.

    The trail holds all that an undisturbed run leaves there, and may say in addition that something was done again.
    """
    world.sound(url, folder=folder)
    ended_in_words(world.start(url, words, folder=folder))
    facts = world.sound(url, folder=folder)
    assert {name: rows for name, rows in facts.items() if rows != goal[name] and name != "trail"} == {}, why
    assert set(goal["trail"]) <= set(facts["trail"]), why
    assert [name for name in files_in(folder) if name.startswith(".")] == [], why


def test_taking_the_first_feed(world: World, folder: Path) -> None:
    met = walk(world, "founded", world.load("first"), folder)
    assert [(facts["feeds"] != [], facts["entitlements"] != []) for _, facts, _ in met.states][:2] == [
        (False, False), (True, False)
    ]  # fmt: skip


def test_taking_a_feed_that_corrects_what_was_paid(world: World, folder: Path) -> None:
    met = walk(world, "returned", world.load("second"), folder)
    assert len(met.between()) == 1  # stored, not posted
    assert [len(facts["recoveries"]) for _, facts, _ in met.states] == [0, 0, 3]
    assert len(met.moments) > 80
    assert {"_execute_gen", "_start_copy_gen", "copy_to", "copy_end", "_commit_gen"} <= met.kinds()


def test_taking_a_feed_back(world: World, folder: Path) -> None:
    words = ["load", "feed", "--take-back", "1", "--because", "医保部门发错文件", "--as-of", AS_OF, *LI_NA]
    assert walk(world, "fed", words, folder).between() == []


def test_noting_that_papers_came_in(world: World, folder: Path) -> None:
    assert walk(world, "fed", world.way("papers")[1], folder).between() == []


def test_approving_a_case(world: World, folder: Path) -> None:
    assert walk(world, "papers", world.way("signed")[1], folder).between() == []
    words = ["cases", "approve", world.case(), "--by", "wang.fang"]
    assert walk(world, "signed", words, folder).between() == []


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
    assert {"open", "fsync", "os.rename"} <= met.kinds()
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
    assert len(met.between()) >= 2  # checked; taken in; then decided


def test_starting_up(world: World) -> None:
    moments = world.start_up()
    url = world.fresh("founded", NOW)
    before = world.databases.fingerprint(NOW)
    for moment in range(1, moments + 1):
        killed = world.nursery.start(url, "start", at=moment)
        assert killed.wait() == -signal.SIGKILL, (moment, killed.moments(), killed.said())
    world.databases.quiet(NOW)
    assert world.databases.fingerprint(NOW) == before
    world.nursery.do(url, "start")
