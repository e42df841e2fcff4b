"""The moments at which a process can lose its life, counted from the outside of the product.

Every exchange with PostgreSQL goes through `psycopg.Connection.wait`, and every change of a folder through the
interpreter's audit events and `os.fsync`. So one counter sees each statement, each piece of a COPY, each COMMIT,
and each creation, flush and renaming of a file, and nothing in the product knows about it.
"""

import os
import select
import signal
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import psycopg
from psycopg.waiting import Wait

LONG = 60.0
CHANGES = {"os.rename": 1, "os.remove": 0, "os.mkdir": 0, "os.link": 1, "os.truncate": 0}
WRITING = os.O_WRONLY | os.O_RDWR | os.O_CREAT
# Taking in one more row of an answer, and a setting on our side: nothing leaves the process.
NOTHING_LEAVES = {"_read_gen", "_set_autocommit_gen"}


def statement_of(generator: Any) -> str:
    """Return the statement that an exchange is about to send, on one line; empty where it sends none."""
    frame = getattr(generator, "gi_frame", None)
    told = (frame.f_locals if frame else {}).get("query") or (frame.f_locals if frame else {}).get("statement")
    return " ".join((told if isinstance(told, str) else "").split())


class Moments:
    """Counts moments and, at the one that was asked for, kills this process or stops it until it is continued; `halt` stops at each.

    In an exchange that is after the request has left and before the answer is read: whether a COMMIT took place is
    then something that only the database knows; only `halt` lets the database come to its answer first, because its state
    there is looked at. Before a file operation it is before the operation.
    """

    def __init__(self, *, at: int | None, how: str, folder: Path, note: Path) -> None:
        self.at = at
        self.how = how
        self.folder = str(folder)
        self.count = 0
        self.note = os.open(note, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)

    def watch(self) -> None:
        """Begin to count; there is no way back in this process."""
        wait = psycopg.Connection.wait

        def exchange(connection: Any, generator: Any, *rest: Any, **options: Any) -> Any:
            name = getattr(generator, "__qualname__", type(generator).__name__).rpartition(".")[2]
            if name not in NOTHING_LEAVES and self._comes(f"{name} {statement_of(generator)}".strip()):
                awaited = next(generator, None)  # the request is on its way; nobody reads the answer
                if self.how == "halt" and awaited == Wait.R:
                    select.select([connection.pgconn.socket], [], [], LONG)  # what is looked at now is what it did
                self._end()
            return wait(connection, generator, *rest, **options)

        psycopg.Connection.wait = exchange  # type: ignore[method-assign, assignment]  # it is watched
        flush = os.fsync

        def fsync(handle: int) -> None:
            if self._comes("fsync"):
                self._end()
            flush(handle)

        os.fsync = fsync  # type: ignore[assignment]
        sys.addaudithook(self._audit)

    def _audit(self, event: str, arguments: tuple[Any, ...]) -> None:
        position = CHANGES.get(event)
        if event == "open":
            if not isinstance(arguments[2], int) or not arguments[2] & WRITING:
                return
            position = 0
        if position is not None and self._ours(arguments[position]) and self._comes(event):
            self._end()

    def _ours(self, path: object) -> bool:
        return isinstance(path, (str, os.PathLike)) and os.fspath(path).startswith(self.folder)

    def _comes(self, what: str) -> bool:
        """Count one moment, note it, and tell whether it is the one."""
        self.count += 1
        os.write(self.note, f"{what}\n".encode("utf-8", "replace"))
        return self.count == self.at or self.how == "halt"

    def _end(self) -> None:
        ends: dict[str, Callable[[], None]] = {
            "kill": lambda: os.kill(os.getpid(), signal.SIGKILL),
            "freeze": lambda: os.kill(os.getpid(), signal.SIGSTOP),
            "halt": lambda: os.kill(os.getpid(), signal.SIGSTOP),
        }
        ends[self.how]()
