"""A process that has loaded everything and done nothing: its children are born in milliseconds.

Reads one order per line on its input and answers each with one line, both JSON. It never touches the database and
never computes, so it stays without threads of its own making and can be copied (`fork`) at any time.
"""

import gc
import json
import os
import signal
import sys
import time
import traceback
from pathlib import Path
from typing import Any


def serve() -> None:
    """Answer orders until the input ends; then end the children that are left."""
    living: set[int] = set()
    for line in sys.stdin:
        order = json.loads(line)
        if "start" in order:
            child = os.fork()
            if child == 0:
                live(order["start"])
            living.add(child)
            answer: dict[str, Any] = {"pid": child}
        else:
            answer = {"status": look(order["wait"], order["seconds"], order["kill_after"])}
            if answer["status"] not in ("running", "stopped"):
                living.discard(order["wait"])
        sys.stdout.write(json.dumps(answer) + "\n")
        sys.stdout.flush()
    for child in living:
        os.kill(child, signal.SIGKILL)


def look(child: int, seconds: float, kill_after: float | None) -> str | int:
    """Wait for a child at most so long; tell `running`, `stopped`, its exit status, or minus its signal.

    With `kill_after` it is killed after that many seconds unless it has ended.
    """
    start = time.monotonic()
    while True:
        found, status = os.waitpid(child, os.WNOHANG | os.WUNTRACED)
        if found:
            return "stopped" if os.WIFSTOPPED(status) else os.waitstatus_to_exitcode(status)
        passed = time.monotonic() - start
        if kill_after is not None and passed >= kill_after:
            os.kill(child, signal.SIGKILL)
            kill_after = None
        if passed >= seconds:
            return "running"
        time.sleep(0.0005)


def live(order: dict[str, Any]) -> None:
    """Do one step in this fresh process, watched, and end with its exit status."""
    status = 70
    try:
        output = os.open(order["output"], os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
        for stream in (0, 1, 2):
            os.dup2(os.open(os.devnull, os.O_RDONLY) if stream == 0 else output, stream)
        sys.stdout = os.fdopen(os.dup(1), "w", encoding="utf-8")
        sys.stderr = os.fdopen(os.dup(2), "w", encoding="utf-8")
        status = do(order)
        sys.stdout.flush()
        sys.stderr.flush()
    except BaseException:
        traceback.print_exc()
        sys.stderr.flush()
    finally:
        os._exit(status)


def do(order: dict[str, Any]) -> int:
    """Connect to the order's database and do its step."""
    from django.db import connection, connections

    from jishiyu.conf.settings import database
    from tests.faults.moments import Moments
    from tests.faults.steps import STEPS

    os.environ["JISHIYU_DATABASE_URL"] = order["url"]
    connections.settings["default"].update(database(order["url"]))
    if order["barrier"]:
        connection.ensure_connection()
        os.kill(os.getpid(), signal.SIGSTOP)
    note = Path(order["output"]).with_suffix(".moments")
    Moments(at=order["at"], how=order["how"], folder=Path(order["folder"]), note=note).watch()
    return STEPS[order["step"]](**order["arguments"])


if __name__ == "__main__":
    import django

    django.setup()
    from django.db.migrations.loader import MigrationLoader

    import tests.faults.steps  # noqa: F401 (loads the product before the first child is born)

    MigrationLoader(None)  # loads the migrations
    gc.freeze()
    serve()
