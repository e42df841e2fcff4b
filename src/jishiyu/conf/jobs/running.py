"""One job from begin to end: its row says how far it is, and in a sentence why it stopped."""

import logging
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from django.db import InterfaceError, OperationalError

from jishiyu.apps.intake.operations import moment
from jishiyu.apps.jobs import operations
from jishiyu.apps.jobs.models import Progress, Upload
from jishiyu.engine.problems import Problem

logger = logging.getLogger("jishiyu.jobs")
LOST = (OperationalError, InterfaceError)  # the database went away: nothing was committed, so it is safe to do it again


@dataclass(frozen=True)
class Done:
    """What came of a job: figures for its page, and the file it made."""

    result: Mapping[str, Any] = field(default_factory=dict)
    made: Upload | None = None


def carry_out(progress_id: int, work: Callable[[Progress], Done]) -> None:
    """This function will do a job and write how it ended into its row.

    Called again for a job that has ended it does nothing; for one whose worker was killed it does it again, so `work`
    must be safe to do twice. A lost database is raised for the worker to try again; a bug ends the job and is raised.
    """
    begun = operations.begin(progress_id=progress_id, at=moment())
    if begun is None:
        return
    try:
        done = work(begun)
    except Problem as problem:
        operations.refuse(progress_id=progress_id, at=moment(), problem=problem)
    except LOST:
        raise
    except Exception:
        # The message of an exception may carry what must not stand in a log; its kind and place do not.
        operations.fail(progress_id=progress_id, at=moment())
        raise
    else:
        operations.finish(progress_id=progress_id, at=moment(), result=done.result, made=done.made)
