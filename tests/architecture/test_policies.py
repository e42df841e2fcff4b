"""Every number of a policy file says where it comes from."""

import csv
import re
import tomllib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.architecture.sources import SOURCE, name, tracked_files

POLICIES = SOURCE / "policies"
FILES = [path for path in tracked_files() if path.is_relative_to(POLICIES / "subsidies")]
FILES += [path for path in tracked_files() if path.is_relative_to(POLICIES / "published")]
FILES += [path for path in tracked_files() if path.parent == POLICIES / "power"]
FILES += [path for path in tracked_files() if path.parent == POLICIES / "campaigns"]
STATUSES = {"published", "assumed", "derived"}
NUMBER = re.compile(r"-?[0-9]+(\.[0-9]+)?%?")
# Numbers that are no rule: the version of the format and the name of the version.
NAMES = {"format", "version"}


def unproved(node: Any, proved: bool, path: str) -> Iterator[str]:
    """Yield the path of every number that neither its own table nor one around it gives a source and a status."""
    if isinstance(node, dict):
        proved = proved or ("source" in node and node.get("status") in STATUSES)
        for key, value in node.items():
            if key not in NAMES or path:
                yield from unproved(value, proved, f"{path}.{key}")
    elif isinstance(node, list):
        for at, value in enumerate(node, 1):
            yield from unproved(value, proved, f"{path}[{at}]")
    elif isinstance(node, bool):
        return
    elif (isinstance(node, int | float) or (isinstance(node, str) and NUMBER.fullmatch(node))) and not proved:
        yield path.removeprefix(".")


def floats(node: Any, path: str) -> Iterator[str]:
    """Yield the path of every float: amounts and rates are written as text, so that they stay exact."""
    if isinstance(node, dict):
        for key, value in node.items():
            yield from floats(value, f"{path}.{key}")
    elif isinstance(node, list):
        for value in node:
            yield from floats(value, path)
    elif isinstance(node, float):
        yield path.removeprefix(".")


@pytest.mark.parametrize("path", [path for path in FILES if path.suffix == ".toml"], ids=name)
def test_every_number_of_a_policy_has_a_source_and_a_status(path: Path) -> None:
    data = tomllib.loads(path.read_text(encoding="utf-8"))
    sources = data.pop("sources")
    assert list(unproved(data, False, "")) == []
    assert list(floats(data, "")) == []
    assert all(source.get("title") for source in sources.values())


def test_every_row_of_a_table_has_a_status() -> None:
    for path in (path for path in FILES if path.suffix == ".csv"):
        with path.open(encoding="utf-8", newline="") as file:
            rows = list(csv.DictReader(file))
        assert rows, name(path)
        assert [row for row in rows if row["status"] not in STATUSES] == [], name(path)


def test_the_shipped_policies_are_among_the_files_that_are_checked() -> None:
    names = {path.parent.name for path in FILES}
    assert {"changchun", "power"} <= names


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ('[limit]\namount = "50000.00"', ["limit.amount"]),
        ('[limit]\namount = "50000.00"\nsource = "news"\nstatus = "published"', []),
        ('[limit]\namount = "50000.00"\nsource = "news"\nstatus = "guessed"', ["limit.amount"]),
        ('[formula]\nsource = "a"\nstatus = "assumed"\n[[formula.bracket]]\nrate = "8%"', []),
        ("[[require]]\nmin = 16", ["require[1].min"]),
        ('format = 1\nversion = "2020"', []),
    ],
)
def test_the_check_finds_numbers_without_a_source(text: str, found: list[str]) -> None:
    assert list(unproved(tomllib.loads(text), False, "")) == found
