"""A small invented city, built once."""

from fractions import Fraction
from pathlib import Path

import pytest

from jishiyu.demo import city


@pytest.fixture(scope="session")
def small_city(tmp_path_factory: pytest.TempPathFactory) -> city.CitySummary:
    return city.build(tmp_path_factory.mktemp("city") / "small", Fraction(1, 50), 7)


@pytest.fixture(scope="session")
def eighth(tmp_path_factory: pytest.TempPathFactory) -> Path:
    out = tmp_path_factory.mktemp("city") / "eighth"
    city.build(out, Fraction(1, 8))
    return out
