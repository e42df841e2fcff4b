"""What a piece of work with processes of its own takes: processor seconds and memory of all of them together."""

import os
import threading
from pathlib import Path
from types import TracebackType
from typing import Self

TICK, PAGE = os.sysconf("SC_CLK_TCK"), os.sysconf("SC_PAGE_SIZE")
EVERY = 0.5  # seconds


class Watch(threading.Thread):
    """Looks at this process and everything below it twice a second.

    `processor`: seconds that all of them computed, as far as was seen; `peak_mb`: the most that they held at one time
    (what two of them share counts twice).
    """

    def __init__(self) -> None:
        super().__init__(daemon=True)
        self.peak_mb = 0.0
        self._seconds: dict[tuple[int, str], float] = {}
        self._over = threading.Event()
        self._before = 0.0

    @property
    def processor(self) -> float:
        """Return the seconds since the watch began."""
        return sum(self._seconds.values()) - self._before

    def __enter__(self) -> Self:
        self._look()
        self._before = sum(self._seconds.values())
        self.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._over.set()
        self.join()
        self._look()

    def run(self) -> None:
        """Look until the work is over."""
        while not self._over.wait(EVERY):
            self._look()

    def _look(self) -> None:
        parents: dict[int, int] = {}
        told: dict[int, tuple[str, float, float]] = {}
        for path in Path("/proc").iterdir():
            if not path.name.isdigit():
                continue
            try:
                fields = (path / "stat").read_text().rpartition(")")[2].split()
            except OSError:  # it has just ended
                continue
            number = int(path.name)
            parents[number] = int(fields[1])
            told[number] = fields[19], (int(fields[11]) + int(fields[12])) / TICK, int(fields[21]) * PAGE / 2**20
        mine = {os.getpid()}
        while more := {child for child, parent in parents.items() if parent in mine} - mine:
            mine |= more
        for number in mine:
            began, seconds, _ = told[number]
            self._seconds[number, began] = seconds
        self.peak_mb = max(self.peak_mb, sum(told[number][2] for number in mine))
