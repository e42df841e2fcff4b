"""Progress of long work: one line on the terminal that renews itself, and the seconds of each step."""

import sys
import threading
import time


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
