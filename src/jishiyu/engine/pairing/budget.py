"""How long the work on a round may go on, and who hears of it."""

from collections.abc import Callable

# Seconds after which the clock ends the work where nobody asked for any, by the number of needs. A slow machine comes to
# its end well before; what cannot be proved by then is stated as a gap.
_LIMITS, MOST_SECONDS = ((60, 90), (400, 120), (1000, 300)), 600
Progress = Callable[[str, int], None]


def usual_limit(needs: int) -> int:
    """This function will return the seconds after which the clock ends the work on so many needs where none are asked for."""
    return next((seconds for most, seconds in _LIMITS if needs <= most), MOST_SECONDS)


class Budget:
    """How long the work may go on: seconds by a clock that is handed in, and a person who may stop it.

    `seconds` are those asked for, which say how much is done too; without them `limit` ends what takes too long.
    """

    def __init__(
        self, seconds: float | None, limit: float, clock: Callable[[], float] | None, should_stop: Callable[[], bool] | None
    ) -> None:  # fmt: skip
        self.seconds, self._clock, self._should_stop = seconds, clock, should_stop
        self._limit = limit if seconds is None else seconds
        self._begin = clock() if clock else 0.0
        self.stopped = False

    def left(self) -> float:
        """Return the seconds left; without a clock there is always time."""
        if self._clock is None:
            return 1e12
        return self._limit - (self._clock() - self._begin)

    def go_on(self, reserve: float = 0.0) -> bool:
        """Return whether to go on, keeping a part of the seconds back."""
        if self._should_stop is not None and self._should_stop():
            self.stopped = True
        if self._clock is not None and self.left() <= reserve * self._limit:
            self.stopped = True
        return not self.stopped
