"""A state in a word and a colour; the word alone is enough."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from django.utils.functional import Promise


class Tone(StrEnum):
    """How a state looks."""

    WAIT = "wait"  # somebody has to do something
    WORK = "work"  # on its way
    DONE = "done"
    STOP = "stop"  # refused, failed, locked
    QUIET = "quiet"  # of no further interest


@dataclass(frozen=True, slots=True)
class Badge:
    """A state as it is shown."""

    words: str | Promise
    tone: Tone = Tone.QUIET

    def __str__(self) -> str:
        """Return the words: what a sheet shows."""
        return str(self.words)


def badge(state: str, states: Mapping[str, Badge]) -> Badge:
    """Return the badge of a state; one that nobody gave words to is shown as it is."""
    return states.get(state, Badge(state))
