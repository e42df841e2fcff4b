"""What breaks a reader in its own process is a sentence; what the reader itself says comes back as it is."""

import os
from collections.abc import Callable

import pytest

from jishiyu.apps.files.apart import MOST_MEMORY, read_apart
from jishiyu.apps.files.problems import TableTooHeavy


@pytest.mark.parametrize(
    ("read", "arguments"),
    [(bytes, (2 * MOST_MEMORY,)), (os._exit, (1,)), (os.abort, ())],
    ids=["more memory than it may have", "an end without a word", "aborted"],
)
def test_a_reader_that_breaks_is_told(read: Callable[..., object], arguments: tuple[int, ...]) -> None:
    with pytest.raises(TableTooHeavy) as told:
        read_apart("表.xlsx", read, *arguments)
    assert "表.xlsx" in told.value.say("zh")


def test_what_a_reader_returns_or_refuses_comes_back() -> None:
    assert read_apart("x", int, "12") == 12
    with pytest.raises(ValueError, match="invalid literal"):
        read_apart("x", int, "twelve")
