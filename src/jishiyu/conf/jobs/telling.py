"""Saying how far a job is while it is still inside one big transaction."""

from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager

from django.db import connection

from jishiyu.apps.jobs import operations


@contextmanager
def beside(progress_id: int) -> Iterator[Callable[[str, str, int, int], None]]:
    """Give a function that tells a step (Chinese, English, how many, of how many) on a connection of its own.

    What is said inside the transaction of the work would be seen only when the work is over.
    """
    with ThreadPoolExecutor(1, thread_name_prefix="telling") as other:

        def tell(zh: str, en: str, done: int, of: int) -> None:
            other.submit(operations.step, progress_id=progress_id, zh=zh, en=en, done=done, of=of).result()

        def hang_up() -> None:
            connection.close()  # asked there, this is that thread's connection

        try:
            yield tell
        finally:
            other.submit(hang_up).result()
