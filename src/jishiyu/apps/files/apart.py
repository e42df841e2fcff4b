"""A table that anybody may have made is read in a process of its own: what breaks the reader there breaks nothing else.

A workbook of five kilobytes may ask its reader for half a terabyte, by one word in a far corner or by what it unpacks to.
"""

import os
import resource
from collections.abc import Callable
from concurrent.futures import ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from multiprocessing import get_context
from typing import ParamSpec, TypeVar

from jishiyu.apps.files.problems import TableTooHeavy

P = ParamSpec("P")
T = TypeVar("T")

MOST_MEMORY, MOST_SECONDS = 1_500_000_000, 20  # bytes of addresses, seconds of processor
ALONE = ("OPENBLAS_NUM_THREADS", "POLARS_MAX_THREADS")  # threads cost addresses, one by one


def read_apart(name: str, read: Callable[P, T], /, *args: P.args, **kwargs: P.kwargs) -> T:
    """This function will call `read` in a fresh process that may use little memory and little time, and return what it returns.

    `read` and what goes in and out travel between processes; `read` needs no Django. `name` is what people call the file.
    Raises `TableTooHeavy` when the process ended before it had read, and what `read` raises.
    """
    try:
        with ProcessPoolExecutor(1, mp_context=get_context("spawn"), initializer=_with_little) as pool:
            return pool.submit(read, *args, **kwargs).result()
    except (BrokenProcessPool, MemoryError) as error:
        raise TableTooHeavy(file=name) from error


def _with_little() -> None:
    os.environ |= dict.fromkeys(ALONE, "1")
    resource.setrlimit(resource.RLIMIT_AS, (MOST_MEMORY, MOST_MEMORY))
    resource.setrlimit(resource.RLIMIT_CPU, (MOST_SECONDS, MOST_SECONDS))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
