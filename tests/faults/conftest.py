"""The nursery and the situations, once per run, on the server of the run.

Imports stand inside: pytest reads this file before Django is loaded when it is given this folder.
"""

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from tests.faults.processes import Nursery
    from tests.faults.world import World


@pytest.fixture(scope="session")
def nursery(tmp_path_factory: pytest.TempPathFactory) -> "Iterator[Nursery]":
    """Start the process whose children live and die in these tests."""
    from tests.faults.processes import Nursery

    started = Nursery(tmp_path_factory.mktemp("nursery"))
    yield started
    started.end()


@pytest.fixture(scope="session")
def world(nursery: "Nursery", database_server: str, tmp_path_factory: pytest.TempPathFactory) -> "Iterator[World]":
    """Give the situations; their databases are removed at the end."""
    from tests.faults.databases import Databases
    from tests.faults.world import World

    made = World(nursery, Databases(database_server), tmp_path_factory.mktemp("fund"))
    yield made
    made.databases.remove(
        "faults_now",
        "faults_undisturbed",
        *(f"faults_between_{leg}" for leg in range(9)),
        *(f"faults_{name}" for name in made.reached),
    )
    made.databases.leave()


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Give a folder for bank files that is not there yet."""
    return tmp_path / "to-bank"
