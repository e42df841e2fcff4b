"""Figures of a database in which nothing was decided."""

import pytest

from jishiyu.apps.statistics.queries import By, groups, totals
from jishiyu.apps.statistics.scope import Basis, Scope


@pytest.mark.django_db
def test_an_empty_database_gives_zeros() -> None:
    assert totals(Scope())[Basis.PAID].fen == 0
    assert [groups(Scope(), by) for by in By] == [[] for _ in By]
