"""Progress of long work: one line on the terminal that renews itself, and the seconds of each step."""

import sys
import threading
import time
from collections.abc import Callable, Sequence
from types import TracebackType
from typing import TextIO

Words = tuple[str, str]  # a step in Chinese and English


class Progress:
    """Hears `(step, count)`; on a terminal it shows them, and it remembers how long each step took.

    Steps of pieces that are worked on at once are heard from several threads.
    """

    def __init__(self, *, quiet: bool) -> None:
        self._quiet = quiet
        self._turn = threading.Lock()
        self._last = time.perf_counter()
        self._seconds: dict[str, float] = {}

    def __call__(self, step: str, count: int) -> None:
        """Note that `step` has come to `count`."""
        with self._turn:
            now = time.perf_counter()
            self._seconds[step] = self._seconds.get(step, 0.0) + now - self._last
            self._last = now
        if not self._quiet:
            sys.stderr.write(f"\r\033[K{step}: {count:,}")
            sys.stderr.flush()

    def seconds(self) -> dict[str, float]:
        """Return the seconds of each step so far, and end the line."""
        if not self._quiet:
            sys.stderr.write("\r\033[K")
        return {step: float(f"{value:.4f}") for step, value in self._seconds.items()}


class Bar:
    """A bar over the steps of long work, with a count inside a step, on a terminal; elsewhere it is silent.

    A context: the line is gone when the work has ended or was refused, so that what is said then stands alone.
    """

    WIDTH = 20

    def __init__(self, steps: Sequence[Words], *, stream: TextIO | None = None) -> None:
        self._steps, self._stream = steps, stream or sys.stderr
        self._quiet = not self._stream.isatty()

    def __enter__(self) -> "Bar":
        return self

    def __exit__(self, *_: type[BaseException] | BaseException | TracebackType | None) -> None:
        self._write("")

    def at(self, step: int, count: int | None = None) -> None:
        """Show that the work is at a step (from 0), and how far it has come in it."""
        done = self.WIDTH * step // len(self._steps)
        zh, en = self._steps[step]
        so_far = "" if count is None else f": {count:,}"
        self._write(f"[{'#' * done}{'.' * (self.WIDTH - done)}] {step + 1}/{len(self._steps)} {zh} · {en}{so_far}")

    def after(self, first: int) -> Callable[[int], None]:
        """Return what shows the steps of a later part of the work, of which the first is the one of this number."""
        return lambda step: self.at(first + step)

    def _write(self, line: str) -> None:
        if not self._quiet:
            self._stream.write(f"\r\033[K{line}")
            self._stream.flush()
