"""Imports only go down: the contracts of Import Linter hold and cover every package."""

import re
import tomllib

from importlinter import cli

from tests.architecture.sources import ROOT, SOURCE


def test_the_import_contracts_hold() -> None:
    assert cli.lint_imports(config_filename=str(ROOT / "pyproject.toml"), no_cache=True) == cli.EXIT_STATUS_SUCCESS


def test_every_package_has_its_place_in_the_layers() -> None:
    config = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    layers = next(c["layers"] for c in config["tool"]["importlinter"]["contracts"] if c["type"] == "layers")
    placed = {module for layer in layers for module in re.findall(r"jishiyu\.(\w+)", layer)}
    packages = {path.parent.name for path in SOURCE.glob("*/__init__.py")}
    modules = {path.stem for path in SOURCE.glob("*.py")} - {"__init__", "__main__"}
    assert packages | modules <= placed
