"""Processes killed from outside after a random while, and the step done again at once, beside the dying server process.

Here nobody waits until PostgreSQL has noticed the death: the second process meets what the first still holds.
"""

import random
import shutil
import signal
from pathlib import Path

import pytest

from tests.faults.world import LI_NA, World, ended_in_words

NOW = "faults_now"
ROUNDS = 3


@pytest.mark.parametrize(
    ("situation", "after"),
    [("founded", "fed"), ("fed", "prepared"), ("approved", "sent"), ("sent", "answered"), ("returned", "corrected")],
)
def test_killed_at_any_time_and_done_again_at_once(world: World, folder: Path, situation: str, after: str) -> None:
    words = world.way(after)[1]
    if after == "sent":
        words = ["pay", "send", "1", "--out", str(folder), *LI_NA]
    goal = world.goal(after)
    long = world.seconds[after]
    chance = random.Random(after)
    for _ in range(ROUNDS):
        shutil.rmtree(folder, ignore_errors=True)
        url = world.fresh(situation, NOW)
        killed = []
        for _ in range(3):
            child = world.start(url, words)
            killed.append(child.wait(kill_after=chance.uniform(0.01, long)))
            assert killed[-1] in (0, 1, -signal.SIGKILL), child.said()
        ended_in_words(world.start(url, words))
        facts = world.sound(url, folder=folder)
        assert {name: rows for name, rows in facts.items() if rows != goal[name]} == {}, killed
