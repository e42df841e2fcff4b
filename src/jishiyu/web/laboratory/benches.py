"""The bench of this process: the base file that was opened last, with what has been worked out on it.

A base is mapped into memory, so that several processes share it; what is made from it is kept while its file stays the same.
"""

import json
from dataclasses import dataclass, field
from datetime import datetime
from functools import cached_property
from pathlib import Path
from threading import Lock
from typing import Any

from django.conf import settings

from jishiyu.apps.laboratory.problems import HistoryNotMeasured
from jishiyu.engine.laboratory.base import Base
from jishiyu.engine.laboratory.bench import Bench
from jishiyu.engine.laboratory.compare import Comparer, Comparison
from jishiyu.engine.laboratory.forecast import Forecaster
from jishiyu.engine.policy.model import Policy


@dataclass(frozen=True)
class History:
    """When a history was measured, and what it holds."""

    measured_at: datetime
    events: int
    people: int


def history(policy: str) -> History | None:
    """Return what is known of the base of a policy, or None when it was never measured."""
    path = _path(policy).with_suffix(".json")
    if not path.is_file():
        return None
    about: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
    return History(datetime.fromisoformat(about["measured_at"]), about["events"], about["people"])


@dataclass
class Open:
    """A base in memory; one question at a time is worked on."""

    key: tuple[str, int]
    bench: Bench
    lock: Lock = field(default_factory=Lock)

    @cached_property
    def comparer(self) -> Comparer:
        """Return what compares policies."""
        return Comparer(self.bench)

    @cached_property
    def forecaster(self) -> Forecaster:
        """Return what foretells their cost."""
        return Forecaster(self.bench)

    def compare(self, first: Policy, second: Policy) -> Comparison:
        """Compare two policies."""
        with self.lock:
            return self.comparer.compare(first, second)


_opening = Lock()
_held: list[Open] = []


def opened(policy: str) -> Open:
    """Return the bench of a policy, opened anew when its base was measured again; raises `HistoryNotMeasured`."""
    path = _path(policy)
    if not path.is_file():
        raise HistoryNotMeasured(policy=policy)
    key = (str(path), path.stat().st_mtime_ns)
    with _opening:
        if not _held or _held[0].key != key:
            _held[:] = [Open(key, Bench(Base.load(path)))]
        return _held[0]


def _path(policy: str) -> Path:
    return Path(settings.LABORATORY_FOLDER) / f"{Path(policy).name}.arrow"
