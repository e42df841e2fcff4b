"""What every test of a file begins with, made once: each test finds it untouched, whatever the one before it did.

    @made_once
    def _city(folder: Path) -> None:
        two_branches(folder)

It is made in a transaction that is held open while the file runs and then rolled back; each test runs in a transaction inside. So
it is no use for tests that commit, and refuses to be used beside them. What it returns is given to tests that ask for the fixture
by name: it must be something that no test changes, numbers and names rather than rows that were read.
"""

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

COMMITTING = {"transactional_db", "live_server"}


def made_once(make: Callable[[Path], Any]) -> Any:
    """Make a fixture of `make(folder)`, which every test of the file has without asking."""

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
                found = make(tmp_path_factory.mktemp("once"))
                transaction.get_connection().check_constraints()
                with django_db_blocker.block():
                    yield found
                transaction.set_rollback(True)

    return made


def _refuse_commits(request: pytest.FixtureRequest) -> None:
    for item in request.session.items:
        if item.path == request.path:
            marker = item.get_closest_marker("django_db")
            commits = bool(marker and (marker.args or marker.kwargs)) or not COMMITTING.isdisjoint(item.fixturenames)
            assert not commits, f"{item.nodeid} commits: it cannot use `made_once`"
