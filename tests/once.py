"""What every test of a file begins with, made once: each test finds it untouched, whatever the one before it did.

    @made_once
    def _city(folder: Path) -> None:
        two_branches(folder)

It is made in a transaction that is held open while the file runs and then rolled back; each test runs in a transaction inside. So
it is no use for tests that commit, and refuses to be used beside them. What it returns is given to tests that ask for the fixture
by name: it must be something that no test changes, numbers and names rather than rows that were read.
"""

from collections.abc import Callable, Iterator
from inspect import signature
from pathlib import Path
from typing import Any

import pytest

Make = Callable[[Path], Any] | Callable[[], Any]


def made_once(make: Make) -> Any:
    """Make a fixture of `make(folder)` or `make()`, which every test of the file has without asking."""
    folders = len(signature(make).parameters)

    @pytest.fixture(scope="module", autouse=True, name=make.__name__)
    def made(
        request: pytest.FixtureRequest, django_db_setup: None, django_db_blocker: Any,
        tmp_path_factory: pytest.TempPathFactory,
    ) -> Iterator[Any]:  # fmt: skip
        from django.db import transaction

        _refuse_commits(request)
        with django_db_blocker.unblock():
            held = transaction.atomic()
            # What asks to be the outermost transaction takes no notice, as in any test.
            held._from_testcase = True  # type: ignore[attr-defined]
            with held:
                found = make(*(tmp_path_factory.mktemp("once") for _ in range(folders)))
                transaction.get_connection().check_constraints()
                with django_db_blocker.block():
                    yield found
                transaction.set_rollback(True)

    return made


def _refuse_commits(request: pytest.FixtureRequest) -> None:
    for item in request.session.items:
        if item.path == request.path:
            marker = item.get_closest_marker("django_db")
            assert marker is None or not (marker.args or marker.kwargs), (
                f"{item.nodeid} commits: it cannot use `made_once`"
            )
