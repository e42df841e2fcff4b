"""What is installed is locked, hashed, and the same everywhere."""

import json
import re
from pathlib import Path

import pytest

from tests.architecture.sources import ROOT

LOCKS = sorted((ROOT / "requirements").glob("*.txt"))
PIN = re.compile(r"^([A-Za-z0-9][A-Za-z0-9._-]*)==([^ ;\\]+)(?: ; [^\\]+?)? *\\?$")


def pins(lock: Path) -> dict[str, set[str]]:
    """Return the versions per name: more than one only where platforms differ."""
    versions: dict[str, set[str]] = {}
    for match in map(PIN.match, lock.read_text(encoding="utf-8").splitlines()):
        if match:
            versions.setdefault(match[1].lower().replace("_", "-"), set()).add(match[2])
    return versions


def test_there_is_a_lock_for_every_list_of_requirements() -> None:
    lists = {path.stem for path in (ROOT / "requirements").glob("*.in")}
    assert lists == {path.stem for path in LOCKS}
    assert lists == {"runtime", "dev", "bench", "assets", "spark"}


@pytest.mark.parametrize("lock", LOCKS, ids=lambda path: path.stem)
def test_every_locked_package_has_an_exact_version_and_a_hash(lock: Path) -> None:
    blocks = re.split(r"\n(?=[^ #])", lock.read_text(encoding="utf-8"))
    blocks = [block for block in blocks if not block.startswith("#")]
    assert blocks
    for block in blocks:
        first, *rest = block.splitlines()
        assert PIN.match(first), first
        assert rest, first
        assert all(re.fullmatch(r" +--hash=sha256:[0-9a-f]{64}(?: \\)?", line) for line in rest), first


@pytest.mark.parametrize("lock", LOCKS, ids=lambda path: path.stem)
def test_every_wanted_package_is_locked(lock: Path) -> None:
    locked = pins(lock)
    for line in lock.with_suffix(".in").read_text(encoding="utf-8").splitlines():
        if line and not line.startswith(("#", "-")):
            wanted = re.split(r"[\[~<>=! ;]", line)[0].lower().replace("_", "-")
            assert wanted in locked


@pytest.mark.parametrize("other", ["dev", "bench", "spark"])
def test_tests_and_benchmarks_run_on_the_versions_that_are_shipped(other: str) -> None:
    shipped = pins(ROOT / "requirements" / "runtime.txt")
    used = pins(ROOT / "requirements" / f"{other}.txt")
    assert {name: used.get(name) for name in shipped} == shipped


def test_the_lock_of_the_assets_names_hashes_but_no_download_address() -> None:
    packages = json.loads((ROOT / "package-lock.json").read_text(encoding="utf-8"))["packages"]
    installed = {name: package for name, package in packages.items() if name}
    assert installed
    for name, package in installed.items():
        assert package["integrity"].startswith("sha512-"), name
        assert "resolved" not in package, name
