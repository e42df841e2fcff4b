"""The worker: does what is queued, until it is told to stop."""

import asyncio
import contextlib

from procrastinate.contrib.django import app

import jishiyu.conf.jobs.tasks  # noqa: F401  # every job the worker knows

GRACE_SECONDS = 8  # a job that takes longer is given up: nothing of it is committed, and it is started again
AT_ONCE = 2  # deciding takes a lock of its own; a check of a roster can go on beside it


def work(*, until_done: bool = False) -> None:
    """This function will do queued jobs until it is told to stop; with `until_done`, until none is left."""
    worker = app.replace_connector(app.connector.get_worker_connector())  # type: ignore[attr-defined]  # Django's has it
    with worker as busy, contextlib.suppress(asyncio.CancelledError):
        busy.run_worker(
            wait=not until_done, concurrency=1 if until_done else AT_ONCE, name="jishiyu",
            listen_notify=not until_done, shutdown_graceful_timeout=GRACE_SECONDS, delete_jobs="never",
        )  # fmt: skip
