"""A process that approves an application and is killed at one moment after the other: `URL ID FEN MOMENT …`.

Prints, as JSON, how each child ended and how many moments it came to. Moment 0 lets the child live.
"""

import json
import os
import sys
import tempfile
import traceback
from pathlib import Path


def approve_in_child(url: str, application_id: int, seen_fen: int, at: int, note: Path) -> int:
    """Approve as the second reviewer, in a fresh child that dies at a moment; return how it ended."""
    child = os.fork()
    if child:
        return os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
    status = 70
    try:
        from django.db import connections

        from jishiyu.apps.applications.operations import approve
        from jishiyu.apps.applications.problems import MoveNotAllowed
        from jishiyu.conf.settings import database
        from tests.apps.applications.situations import WANG, WHEN
        from tests.faults.moments import Moments

        connections.settings["default"].update(database(url))
        Moments(at=at or None, how="kill", folder=note.parent, note=note).watch()
        try:
            approve(application_id=application_id, by=WANG, seen_fen=seen_fen, **WHEN)
            status = 0
        except MoveNotAllowed:
            status = 3
    except BaseException:
        traceback.print_exc()
    finally:
        sys.stderr.flush()
        os._exit(status)


if __name__ == "__main__":
    import django

    django.setup()
    import jishiyu.apps.applications.operations  # noqa: F401
    import tests.apps.applications.situations  # noqa: F401 (loaded before the first child is born)

    ends = []
    with tempfile.TemporaryDirectory() as folder:
        for number, moment in enumerate(sys.argv[4:]):
            path = Path(folder) / f"{number}.moments"
            ended = approve_in_child(sys.argv[1], int(sys.argv[2]), int(sys.argv[3]), int(moment), path)
            ends.append([ended, len(path.read_text(encoding="utf-8").splitlines()) if path.exists() else 0])
    print(json.dumps(ends))
