"""Compiles the inner loops, and keeps what was compiled where a folder can be written."""

from collections.abc import Callable
from typing import Any, TypeVar, cast

from numba import njit

F = TypeVar("F", bound=Callable[..., Any])


def compiled(function: F) -> F:
    """Return a function compiled at its first call, without the interpreter's lock; the machine code is kept on disk.

    numba keeps it beside the source, else in the user's cache folder, else in NUMBA_CACHE_DIR. Where none of them
    can be written each process compiles anew.
    """
    made: Any
    try:
        made = njit(cache=True, nogil=True)(function)
    except RuntimeError:
        made = njit(nogil=True)(function)
    return cast("F", made)
