"""Figures are those of this moment, though they are worked out and kept beforehand."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import date
from importlib import import_module

import psycopg
import pytest
from django.db import connection, transaction

from jishiyu.apps.orgs.models import Union
from jishiyu.apps.people.models import Person
from jishiyu.apps.statistics.models import Answer, Change, Touch
from jishiyu.apps.statistics.queries import By, groups, large, totals
from jishiyu.apps.statistics.scope import Basis, Scope
from tests.apps.statistics.city import Grant, store

JAN, FEB, MAR, APR = (date(2024, month, 10) for month in range(1, 5))
GRANTS = [
    Grant(1, "G1", JAN, (30_000,), (FEB,), paid=MAR),
    Grant(2, "G2", JAN, (1_216_000,), (MAR,), paid=APR, bucket="assist", bracket=5, rate=80_000),
]


@pytest.fixture
def grants(db: None) -> list[Grant]:
    return store(GRANTS)


def paid() -> int:
    return totals(Scope())[Basis.PAID].fen


def test_an_answer_that_was_given_before_is_given_again_unchanged(grants: list[Grant]) -> None:
    asked = (totals, large, *(lambda scope, by=by: groups(scope, by) for by in By))
    first = [ask(Scope()) for ask in asked]
    assert Answer.objects.count() == len(asked)
    assert [ask(Scope()) for ask in asked] == first
    assert large(Scope())[0].day == APR  # a day, not its text


@pytest.mark.parametrize(
    "change",
    [
        lambda: Person.objects.filter(pk=Person.objects.earliest("pk").pk).update(sex="2"),
        lambda: Union.objects.filter(code="G1").update(district="西区"),
        lambda: connection.cursor().execute(
            "DELETE FROM statistics_touch; INSERT INTO statistics_touch DEFAULT VALUES"
        ),
    ],
)
def test_whatever_figures_rest_on_makes_them_new(grants: list[Grant], change: Callable[[], object]) -> None:
    paid()
    assert not Touch.objects.exists()
    assert Answer.objects.exists()
    change()
    assert Touch.objects.exists()
    Change.objects.filter(sign=1).update(fen=0)  # what nobody may believe any more
    assert paid() == 1_246_000
    assert not Touch.objects.exists()


def test_every_table_that_figures_are_made_of_says_when_it_changes(db: None) -> None:
    migration = import_module("jishiyu.apps.statistics.migrations.0002_freshen")
    with connection.cursor() as cursor:
        # The years of a table that is kept by year say it too.
        cursor.execute(
            "SELECT relname FROM pg_trigger JOIN pg_class ON pg_class.oid = tgrelid WHERE tgname LIKE %s AND NOT relispartition",
            ["%_touches_statistics"],
        )
        assert {name for (name,) in cursor.fetchall()} == set(migration.TOUCHING)
        # Tables only followed by key, whose rows come with those of a table that is watched.
        followed = {"ledger_posting", "payments_attempt", "payments_repayment", "intake_line"}
        named = {name for name in connection.introspection.table_names() if name in migration.FRESHEN}
    assert {name for name in named if not name.startswith("statistics_")} - followed == set(migration.TOUCHING) - {
        "intake_feed"  # figures of lines read it themselves
    }


@pytest.mark.django_db(transaction=True)
def test_what_another_session_commits_is_seen_and_what_it_takes_back_is_not(database_url: str) -> None:
    store(GRANTS)
    assert paid() == 1_246_000
    with psycopg.connect(database_url) as other:
        other.execute("UPDATE people_person SET sex = '2'")
        assert paid() == 1_246_000
        assert not Touch.objects.exists()  # it has not committed
    assert Touch.objects.exists()
    assert paid() == 1_246_000
    before = groups(Scope(), By.DISTRICT)
    with transaction.atomic():
        Union.objects.filter(code="G1").update(district="南区")
        assert "南区" in {row.key[0] for row in groups(Scope(), By.DISTRICT)}
        transaction.set_rollback(True)
    assert groups(Scope(), By.DISTRICT) == before


@pytest.mark.django_db(transaction=True)
def test_many_who_ask_at_once_get_the_same_answer(database_url: str) -> None:
    store(GRANTS)

    def ask(_: int) -> tuple[int, int]:
        with psycopg.connect(database_url, autocommit=True) as session:
            session.execute("SELECT statistics_freshen()")
            row = session.execute("SELECT count(*), sum(sign * fen)::bigint FROM statistics_change").fetchone()
            assert row is not None
            return row[0], row[1]

    with ThreadPoolExecutor(6) as pool:
        found = set(pool.map(ask, range(12)))
    assert len(found) == 1


def test_an_answer_is_kept_for_those_who_see_the_same_rows(grants: list[Grant]) -> None:
    paid()
    kept = Answer.objects.count()
    with connection.cursor() as cursor:
        cursor.execute("SELECT set_config('jishiyu.unions', '{3}', true)")
    paid()
    assert Answer.objects.count() == kept + 1
