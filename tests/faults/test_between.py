"""Two processes at once, with the ways in which one can come between the other.

They start together from a barrier. Then the first is stopped at one of its moments, holding what it holds; the second
runs until it ends or waits for a lock; then the first goes on. Whatever happens, nothing is wrong, and what is achieved
is what one after the other would have achieved. With JISHIYU_FAULTS=all the first is stopped at every moment, else
where it holds a further lock.
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
EVERYTHING = os.environ.get("JISHIYU_FAULTS") == "all"
LOCKS = re.compile(r"FOR (NO KEY )?UPDATE|advisory|^_commit_gen|^os.rename")


@pytest.mark.parametrize("meeting", PAIRS, ids=lambda meeting: meeting.__name__)
def test_two_steps_meet(world: World, folder: Path, meeting: Callable[[World, Path], Pair]) -> None:
    pair = meeting(world, folder)
    either_way, moments = one_after_the_other(world, pair, folder)
    for moment in (None, *moments):
        shutil.rmtree(folder, ignore_errors=True)
        url = world.fresh(pair.situation, NOW)
        both = start_at_once(world, url, pair) if moment is None else one_between(world, url, pair, folder, moment)
        for child in both:
            ended_in_words(child)
        facts = without_trail(world.sound(url, folder=folder))
        assert not pair.order or facts in either_way, f"stopped at {moment}: {both[0].moments()[-3:]}"


def start_at_once(world: World, url: str, pair: Pair) -> list[Child]:
    """Let both go on from a barrier at the same moment."""
    both = [world.start(url, words, barrier=True) for words in (pair.first, pair.second)]
    assert [child.wait() for child in both] == ["stopped", "stopped"]
    for child in both:
        child.go_on()
    return both


def one_between(world: World, url: str, pair: Pair, folder: Path, moment: int) -> list[Child]:
    """Stop the first at a moment, let the second run until it ends or waits, and let the first go on."""
    first = world.start(url, pair.first, at=moment, how="freeze", folder=folder)
    assert first.wait() == "stopped", first.said()
    second = world.start(url, pair.second)
    until_it_waits(world, second)
    first.go_on()
    return [first, second]


def one_after_the_other(world: World, pair: Pair, folder: Path) -> tuple[list[Facts], list[int]]:
    """Return what the two achieve in both orders (one may be refused), and the moments at which the first is stopped:
    where it has just taken locks or is about to give them back, or all."""
    achieved: list[Facts] = []
    moments: list[str] = []
    for steps in ((pair.first, pair.second), (pair.second, pair.first)):
        shutil.rmtree(folder, ignore_errors=True)
        url = world.fresh(pair.situation, NOW)
        for words in steps:
            child = world.start(url, words, folder=folder)
            ended_in_words(child)
            if not moments:
                moments = child.moments()
        achieved.append(without_trail(world.sound(url, folder=folder)))
    every = range(world.start_up() + 1, len(moments) + 1)
    return achieved, [moment for moment in every if EVERYTHING or LOCKS.search(moments[moment - 1])]


def until_it_waits(world: World, child: Child) -> None:
    """Return when the process has ended, or waits for a lock."""
    end = time.monotonic() + 60
    while child.wait(0.02) == "running" and not world.databases.somebody_waits(NOW, seconds=0):
        assert time.monotonic() < end, child.said()


def without_trail(facts: Facts) -> Facts:
    return {name: rows for name, rows in facts.items() if name != "trail"}
