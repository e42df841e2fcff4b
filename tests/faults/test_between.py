"""Two processes at once, with the ways in which one can come between the other.

The first is stopped at one of its moments, holding what it holds; the second runs until it ends or waits for a lock;
then the first goes on. Whatever happens, nothing is wrong, and what is achieved is what one after the other would have
achieved. With JISHIYU_FAULTS=all the first is stopped at every moment, else where
it holds a further lock.
"""

import os
import re
import shutil
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.faults.pairs import PAIRS, Pair
from tests.faults.processes import Child
from tests.faults.world import Facts, World, ended_in_words

NOW = "faults_now"
LOCKS = re.compile(r"FOR (NO KEY )?UPDATE|advisory|^_commit_gen|^os.rename")


@pytest.mark.parametrize("meeting", PAIRS, ids=lambda meeting: meeting.__name__)
def test_one_comes_between_the_other(world: World, folder: Path, meeting: Callable[[World, Path], Pair]) -> None:
    pair = meeting(world, folder)
    either_way = in_either_order(world, pair)
    for moment in moments_of(world, pair, folder):
        url = fresh(world, pair, folder)
        first = world.start(url, pair.first, at=moment, how="freeze", folder=folder)
        assert first.wait() == "stopped", first.said()
        second = world.start(url, pair.second)
        until_it_waits(world, second)
        first.go_on()
        ended_in_words(first)
        ended_in_words(second)
        facts = without_trail(world.sound(url, folder=folder))
        assert not pair.order or facts in either_way, f"stopped at {moment}: {first.moments()[:moment][-3:]}"


@pytest.mark.parametrize("meeting", PAIRS, ids=lambda meeting: meeting.__name__)
def test_both_start_at_once(world: World, folder: Path, meeting: Callable[[World, Path], Pair]) -> None:
    pair = meeting(world, folder)
    url = fresh(world, pair, folder)
    both = [world.start(url, words, barrier=True) for words in (pair.first, pair.second)]
    assert [child.wait() for child in both] == ["stopped", "stopped"]
    for child in both:
        child.go_on()
    for child in both:
        ended_in_words(child)
    facts = without_trail(world.sound(url, folder=folder))
    shutil.rmtree(folder, ignore_errors=True)
    assert not pair.order or facts in in_either_order(world, pair)


def fresh(world: World, pair: Pair, folder: Path) -> str:
    """Begin again, also with the bank's folder."""
    shutil.rmtree(folder, ignore_errors=True)
    return world.fresh(pair.situation, NOW)


def in_either_order(world: World, pair: Pair) -> list[Facts]:
    """Return what the two achieve one after the other, in both orders; one of them may be refused."""
    achieved = []
    for steps in ((pair.first, pair.second), (pair.second, pair.first)) if pair.order else ():
        url = world.fresh(pair.situation, "faults_undisturbed")
        for words in steps:
            ended_in_words(world.start(url, words))
        achieved.append(without_trail(world.sound(url)))
    return achieved


def moments_of(world: World, pair: Pair, folder: Path) -> list[int]:
    """Return the moments at which the first is stopped: where it has just taken locks or is about to give them back.

    With JISHIYU_FAULTS=all these are all moments after starting up.
    """
    alone = world.start(fresh(world, pair, folder), pair.first, folder=folder)
    ended_in_words(alone)
    every = range(world.start_up(pair.situation) + 1, len(alone.moments()) + 1)
    if os.environ.get("JISHIYU_FAULTS") == "all":
        return list(every)
    return [moment for moment in every if LOCKS.search(alone.moments()[moment - 1])]


def until_it_waits(world: World, child: Child) -> None:
    """Return when the process has ended, or waits for a lock."""
    end = time.monotonic() + 60
    while child.wait(0.02) == "running" and not world.databases.somebody_waits(NOW, seconds=0):
        assert time.monotonic() < end, child.said()


def without_trail(facts: Facts) -> Facts:
    return {name: rows for name, rows in facts.items() if name != "trail"}
