"""A fund in every situation of its year, each a database that can be copied, and how one is told to be sound."""

import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import psycopg

from tests.faults.databases import Databases, files_in
from tests.faults.invariants import ACHIEVED
from tests.faults.processes import Child, Nursery
from tests.faults.situations import AS_OF

Words = Sequence[str]
Facts = dict[str, list[str]]
LI_NA = ("--by", "li.na")


@dataclass
class World:
    """Situations by name; each is reached from the one before by one command, once.

    `seconds` and `moments` are those of the command that led to a situation.
    """

    nursery: Nursery
    databases: Databases
    files: Path
    reached: set[str] = field(default_factory=set)
    seconds: dict[str, float] = field(default_factory=dict)
    moments: dict[str, list[str]] = field(default_factory=dict)

    @property
    def bank(self) -> Path:
        """Return the folder where the bank files of the situations lie."""
        return self.files / "to-bank"

    def way(self, situation: str) -> tuple[str, list[str]]:
        """Return the situation before and the command that leads on from it."""
        match situation:
            case "papers":
                return "fed", ["cases", "log", self.case(), "--papers", "材料齐全", *LI_NA]
            case "signed":
                words = ["cases", "propose", self.case(), "--amount", "12160.00", "--note", "材料核对无误"]
                return "papers", [*words, *LI_NA]
            case "proposed":
                return "corrected", [*self.recover(), "--propose-write-off", "已离职失联", *LI_NA]
        return {
            "fed": ("founded", self.load("first")),
            "prepared": ("fed", ["pay", "prepare", *LI_NA]),
            "approved": ("prepared", ["pay", "approve", "1", "--by", "wang.fang"]),
            "sent": ("approved", ["pay", "send", "1", "--out", str(self.bank), *LI_NA]),
            "answered": ("sent", self.result(1)),
            "returned": ("answered", self.result(2)),
            "corrected": ("returned", self.load("second")),
        }[situation]

    def load(self, feed: str) -> list[str]:
        """Return the command that takes a feed."""
        return ["load", "feed", str(self.files / f"{feed}.csv"), "--as-of", AS_OF, *LI_NA]

    def result(self, number: int) -> list[str]:
        """Return the command that reads a result file."""
        return ["pay", "result", str(self.files / f"result-{number}.csv"), *LI_NA]

    def case(self) -> str:
        """Return the case of the member who is owed 12,160 yuan."""
        return self.number("fed", "SELECT id FROM subsidies_case WHERE stay_id = 'H1/V3'")

    def person(self, member: int) -> str:
        """Return the number of a member's person."""
        query = f"SELECT person_id FROM members_membership WHERE member_no = 'M{member:04d}'"
        return self.number("founded", query)

    def recover(self) -> list[str]:
        """Return the beginning of each command about the recovery that nothing was set off of."""
        query = "SELECT id FROM subsidies_recovery WHERE stay_id = 'H1/V2'"
        return ["pay", "recover", self.number("corrected", query)]

    def reach(self, situation: str) -> str:
        """Make the situation's database unless it is there, and return its name."""
        name = f"faults_{situation}"
        if situation in self.reached:
            return name
        if situation == "founded":
            url = self.databases.make(name)
            self.nursery.do(url, "settle", name="found", arguments={"folder": str(self.files)})
        else:
            before, words = self.way(situation)
            url = self.databases.make(name, like=self.reach(before))
            start = time.monotonic()
            child = self.start(url, words, folder=self.bank)
            assert child.wait() == 0, child.said()
            self.seconds[situation] = time.monotonic() - start
            self.moments[situation] = child.moments()
            if situation == "sent":
                self.nursery.do(url, "settle", name="answer", arguments={"folder": str(self.files)})
        self.reached.add(situation)
        return name

    def start_up(self) -> int:
        """Return how many moments a command has before it comes to its own work."""
        if "start" not in self.moments:
            child = self.nursery.start(self.fresh("founded"), "start")
            assert child.wait() == 0, child.said()
            self.moments["start"] = child.moments()
        return len(self.moments["start"])

    def fresh(self, situation: str, name: str = "faults_now") -> str:
        """Make a database that is in the situation, and return its URL."""
        return self.databases.make(name, like=self.reach(situation))

    def number(self, situation: str, query: str) -> str:
        """Return one number out of a situation."""
        with psycopg.connect(self.databases.of(self.reach(situation))) as connection:
            row = connection.execute(query.encode()).fetchone()
        assert row is not None
        return str(row[0])

    def goal(self, situation: str) -> Facts:
        """Return what is achieved in a situation that was reached undisturbed."""
        return self.achieved(self.databases.of(self.reach(situation)))

    def achieved(self, url: str) -> Facts:
        """Return what was achieved in a database, row by row, without what a kill may shift."""
        with psycopg.connect(url) as connection:
            return {
                name: sorted(map(str, connection.execute(query.encode()).fetchall()))
                for name, query in ACHIEVED.items()
            }

    def sound(self, url: str, *, folder: Path | None = None) -> Facts:
        """Return what was achieved in a database after nothing was found wrong in it, nor in the bank's folder."""
        seen = self.nursery.picture(url)
        assert seen["wrong"] == {}, seen["wrong"]
        for name, sha256 in files_in(folder).items() if folder else ():
            if not name.startswith("."):
                assert seen["files"].get(name) == sha256, f"{name} is not the file that is on record"
        return self.achieved(url)

    def start(self, url: str, words: Words, **options: Any) -> Child:
        """Start a command in a process of its own."""
        return self.nursery.start(url, "command", words=list(words), **options)


def ended_in_words(child: Child) -> None:
    """Assert that a process did its work or refused it in a sentence; anything else is a crash."""
    child.wait()
    assert child.status in (0, 1), f"{child.status}\n{child.said()}"
    assert child.status == 0 or "jishiyu: " in child.said(), child.said()
    assert "Traceback" not in child.said(), child.said()
