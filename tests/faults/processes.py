"""Children of the nursery, seen from the tests: start them, wait for them, kill them, stop and continue them."""

import json
import os
import signal
import subprocess
import sys
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

LONG = 120.0


@dataclass
class Child:
    """One process that does one step in one database."""

    nursery: "Nursery"
    pid: int
    output: Path
    status: str | int = "running"

    def wait(self, seconds: float = LONG, *, kill_after: float | None = None) -> str | int:
        """Wait for its end (or stop) and return `stopped`, `running`, its exit status or minus its signal."""
        if self.status in ("running", "stopped"):
            order = {"wait": self.pid, "seconds": seconds, "kill_after": kill_after}
            self.status = self.nursery.ask(order)["status"]
        return self.status

    def go_on(self) -> None:
        """Continue it after it stopped."""
        os.kill(self.pid, signal.SIGCONT)
        self.status = "running"

    def said(self) -> str:
        """Return what it wrote for people."""
        return self.output.read_text(encoding="utf-8", errors="replace")

    def moments(self) -> list[str]:
        """Return the moments it has come to, in order: the kind, then the statement where there is one."""
        note = self.output.with_suffix(".moments")
        return note.read_text(encoding="utf-8").splitlines() if note.exists() else []


@dataclass
class Nursery:
    """The process whose children do the work; `folder` is for what they write."""

    folder: Path
    count: int = 0
    process: "subprocess.Popen[str]" = field(init=False)

    def __post_init__(self) -> None:
        """Start it, without the threads that libraries start for themselves: it is going to fork."""
        threads = {"OPENBLAS_NUM_THREADS": "1", "_RJEM_MALLOC_CONF": "background_thread:false"}
        self.process = subprocess.Popen(
            [sys.executable, "-m", "tests.faults.nursery"], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True,
            env={**os.environ, **threads, "COLUMNS": "200"}, cwd=Path(__file__).parents[2],
        )  # fmt: skip

    def ask(self, order: dict[str, Any]) -> dict[str, Any]:
        """Give one order and return its answer."""
        assert self.process.stdin is not None
        assert self.process.stdout is not None
        self.process.stdin.write(json.dumps(order) + "\n")
        self.process.stdin.flush()
        answer: dict[str, Any] = json.loads(self.process.stdout.readline())
        return answer

    def start(
        self, url: str, step: str, *, at: int | None = None, how: str = "kill", barrier: bool = False,
        folder: Path | None = None, **arguments: Any,
    ) -> Child:  # fmt: skip
        """Let a child do a step; it dies (`kill`) or stops (`freeze`) at the moment `at`, or stops at each (`halt`).

        With `barrier` it connects to the database and stops before the step. `folder` is whose changes count.
        """
        self.count += 1
        output = self.folder / f"{self.count}.txt"
        order = {
            "url": url, "step": step, "arguments": arguments, "at": at, "how": how, "barrier": barrier,
            "output": str(output), "folder": str(folder or self.folder / "nothing"),
        }  # fmt: skip
        return Child(self, self.ask({"start": order})["pid"], output)

    def do(self, url: str, step: str, **arguments: Any) -> str:
        """Do a step to its end, undisturbed; return what it said."""
        child = self.start(url, step, **arguments)
        assert child.wait() == 0, f"{step} {arguments}: {child.status}\n{child.said()}"
        return child.said()

    def picture(self, url: str) -> dict[str, Any]:
        """Return what is wrong in a database (`wrong`) and the bank files it knows (`files`)."""
        into = self.folder / "picture.json"
        into.unlink(missing_ok=True)
        self.do(url, "look", into=str(into))
        seen: dict[str, Any] = json.loads(into.read_text(encoding="utf-8"))
        return seen

    def end(self) -> None:
        """Close the nursery."""
        assert self.process.stdin is not None
        assert self.process.stdout is not None
        self.process.stdin.close()
        self.process.wait(timeout=30)
        self.process.stdout.close()
