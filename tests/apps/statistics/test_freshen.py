"""Figures are those of this moment, though they are worked out and kept beforehand."""

from collections import Counter
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import date, timedelta
from importlib import import_module

import psycopg
import pytest
from django.db import connection, transaction
from django.db.models import F

from jishiyu.apps.intake.models import Fate, Feed
from jishiyu.apps.ledger.chart import Kind
from jishiyu.apps.ledger.operations import post_entries
from jishiyu.apps.orgs.models import Union
from jishiyu.apps.payments.models import Attempt, Repayment
from jishiyu.apps.people.models import Certificate, Person
from jishiyu.apps.statistics.lines import buckets
from jishiyu.apps.statistics.models import Answer, Change, Touch
from jishiyu.apps.statistics.operations import keep
from jishiyu.apps.statistics.queries import By, groups, large, totals
from jishiyu.apps.statistics.scope import Basis, Scope
from jishiyu.apps.subsidies.models import Decision, Entitlement, Recovery, SetOff
from tests.apps.statistics.city import HOSPITAL, MIDNIGHT, Grant, changes, feed, line, store

JAN, FEB, MAR, APR = (date(2024, month, 10) for month in range(1, 5))
GRANTS = [
    Grant(1, "G1", JAN, (30_000,), (FEB,), paid=MAR),
    Grant(2, "G2", JAN, (1_216_000,), (MAR,), paid=APR, bucket="assist", bracket=5, rate=80_000),
    Grant(3, "G2", FEB, (50_000,), (MAR,), paid=APR),
    *(Grant(4, "G3", FEB, (10_000,), (MAR,)) for _ in range(6)),  # so many that one more is few
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


def standing() -> Counter[tuple[object, ...]]:
    """What the figures are made of now."""
    totals(Scope())
    return changes()


def touch_everything() -> None:
    Touch.objects.create()


def decide(stay: str, fen: int, *, at: str | None = None) -> Decision:
    """Put a decision in the place of the newest one of the stay, as a correction does."""
    newest = Decision.objects.get(stay_id=stay, newest=True)
    Decision.objects.filter(pk=newest.pk).update(newest=False)
    newest.pk, newest.seq, newest.org_code = None, newest.seq + 1, at or newest.org_code
    newest.payable_fen = newest.uncapped_fen = fen
    newest.bucket = newest.bucket if fen else "reversed"
    newest.save(force_insert=True)
    return newest


def claim(stay: str, fen: int) -> Recovery:
    """Ask back a part of what was paid for a stay."""
    decision = decide(stay, Entitlement.objects.get(stay_id=stay).amount_fen - fen)
    given = Entitlement.objects.get(stay_id=stay)
    taken = Recovery.objects.create(
        decision=decision, person=given.person, union=given.union, stay_id=stay, policy=given.policy, year=given.year,
        amount_fen=fen, created_at=given.created_at + timedelta(days=1),
    )  # fmt: skip
    post_entries(kind=Kind.RECOVERY_CLAIM, rows=[(taken.pk, taken.policy, fen)], on=APR)
    return taken


def set_off_against_another_stay() -> None:
    taken = claim("H1/V2", 1_000)
    given = Entitlement.objects.get(stay_id="H1/V3")
    part = SetOff.objects.create(recovery=taken, entitlement=given, amount_fen=1_000, at=given.created_at)
    post_entries(kind=Kind.SET_OFF, rows=[(part.pk, taken.policy, 1_000)], on=APR)


def repay() -> None:
    taken = claim("H1/V2", 6_000)
    back = Repayment.objects.create(
        recovery=taken, amount_fen=6_000, received_on=APR, reference="R1", by="甲", at=taken.created_at
    )
    post_entries(kind=Kind.REPAID, rows=[(back.pk, taken.policy, 6_000)], on=APR)


def return_late() -> None:
    attempt = Attempt.objects.get(entitlement__stay_id="H1/V1")
    post_entries(kind=Kind.RETURNED_LATE, rows=[(attempt.pk, HOSPITAL, attempt.amount_fen)], on=APR)


def another_level() -> None:
    line(feed(APR, "四月.csv"), 1, "auto", 1, "H1/V2", "01")


def merge() -> None:
    Person.objects.filter(pk=Person.objects.order_by("pk")[1].pk).update(merged_into=Person.objects.earliest("pk"))


def correct_birth() -> None:
    Person.objects.filter(pk=Person.objects.earliest("pk").pk).update(birth_date=date(1991, 2, 3))


def nobody_any_more() -> None:
    """The number under which something was decided leads to nobody, as after a corrected number."""
    Certificate.objects.filter(person=Person.objects.order_by("pk")[1]).delete()


def somebody_appears() -> None:
    hashed = Certificate.objects.get(person=Person.objects.order_by("pk")[1]).person_hash
    nobody_any_more()
    standing()
    Certificate.objects.create(person=Person.objects.earliest("pk"), person_hash=hashed)


def union_appears() -> None:
    decide("H1/V2", 1_216_000, at="G9")
    standing()
    Union.objects.create(code="G9", name="新厂工会", kind="grassroots")


@pytest.mark.parametrize(
    ("change", "which"),
    [
        (lambda: decide("H1/V2", 0), {"H1/V2"}),
        (lambda: claim("H1/V2", 6_000), {"H1/V2"}),
        (set_off_against_another_stay, {"H1/V2", "H1/V3"}),
        (repay, {"H1/V2"}),
        (return_late, {"H1/V1"}),
        (another_level, {"H1/V2"}),
        (merge, {"H1/V1", "H1/V2"}),
        (correct_birth, {"H1/V1"}),
        (nobody_any_more, {"H1/V2"}),
        (somebody_appears, {"H1/V2"}),
        (union_appears, {"H1/V2"}),
    ],
)
def test_only_what_has_changed_is_worked_out_and_as_if_everything_were(
    grants: list[Grant], change: Callable[[], object], which: set[str]
) -> None:
    before = standing()
    change()
    Change.objects.exclude(stay_id__in=which).update(fen=F("fen") + 1)
    left = sorted(Change.objects.exclude(stay_id__in=which).values_list("stay_id", "basis", "fen"))
    standing()
    assert sorted(Change.objects.exclude(stay_id__in=which).values_list("stay_id", "basis", "fen")) == left
    Change.objects.exclude(stay_id__in=which).update(fen=F("fen") - 1)
    after = standing()
    assert after != before
    touch_everything()
    assert standing() == after


def test_what_only_questions_join_makes_new_answers_of_the_same_changes(grants: list[Grant]) -> None:
    groups(Scope(), By.DISTRICT)
    Change.objects.update(fen=F("fen") + 1)  # what nobody works out again
    Union.objects.filter(code="G1").update(district="南区")
    assert {row.key[0]: row.fen for row in groups(Scope(), By.DISTRICT)} == {"南区": 30_001, "东区": 1_216_001 + 50_001}


def test_what_became_of_lines_is_counted_again_when_something_becomes_of_a_line_and_not_for_a_payment(
    grants: list[Grant],
) -> None:
    def lines() -> dict[str, int]:
        return {row.bucket: row.lines for row in buckets(Scope())}

    paid()
    before = lines()
    kept = Answer.objects.get(of_lines=True).pk
    return_late()
    correct_birth()
    assert paid() == 1_266_000
    assert Answer.objects.get(of_lines=True).pk == kept
    assert lines() == before
    Fate.objects.filter(stay_id="H1/V1").update(bucket="reversed")
    assert lines() == {"auto": before["auto"] - 1, "reversed": 1}
    Feed.objects.update(state="withdrawn", withdrawn_because="doubled", withdrawn_at=MIDNIGHT)
    assert lines() == {}


@pytest.mark.parametrize(
    "change",
    [
        lambda: Union.objects.filter(code="G1").update(code="G8"),
        lambda: Entitlement.objects.filter(stay_id="H1/V1").update(policy="changchun.fire"),
        touch_everything,
    ],
)
def test_what_may_mean_any_stay_works_all_of_them_out(grants: list[Grant], change: Callable[[], object]) -> None:
    paid()
    assert not Touch.objects.exists()
    assert Answer.objects.exists()
    change()
    assert Touch.objects.exists()
    Change.objects.filter(sign=1).update(fen=0)  # what nobody may believe any more
    assert paid() == 1_296_000
    assert not Touch.objects.exists()


def test_every_table_that_figures_are_made_of_says_when_it_changes(db: None) -> None:
    migration = import_module("jishiyu.apps.statistics.migrations.0004_freshen_touched")
    with connection.cursor() as cursor:
        # The years of a table that is kept by year say it too.
        cursor.execute(
            "SELECT DISTINCT relname FROM pg_trigger JOIN pg_class ON pg_class.oid = tgrelid"
            " WHERE tgname LIKE %s AND NOT relispartition",
            ["%_touches_statistics_%"],
        )
        watched = {name for (name,) in cursor.fetchall()}
        cursor.execute(
            "SELECT count(*) FROM pg_inherits WHERE inhparent = 'subsidies_decision'::regclass AND NOT EXISTS ("
            " SELECT FROM pg_trigger WHERE tgrelid = inhrelid AND tgname LIKE %s AND tgnewtable = 'added')",
            ["%_touches_statistics_%"],
        )
        assert cursor.fetchone() == (0,)
    assert watched == {table for table, *_ in migration.TRIGGERS}
    watched -= {"intake_fate"}  # figures of lines read it themselves, as they do the feed
    # Tables only followed by key, whose rows come with those of a table that is watched.
    followed = {"ledger_posting", "payments_attempt", "payments_repayment", "intake_line"}
    named = {name for name in connection.introspection.table_names() if name in migration.FRESHEN}
    assert {name for name in named if not name.startswith("statistics_")} - followed == watched - {
        "intake_feed"  # its lines are
    }


@pytest.mark.django_db(transaction=True)
def test_what_another_session_commits_is_seen_and_what_it_takes_back_is_not(database_url: str) -> None:
    store(GRANTS)
    assert paid() == 1_296_000
    with psycopg.connect(database_url) as other:
        other.execute("UPDATE people_person SET sex = '2'")
        assert paid() == 1_296_000
        assert not Touch.objects.exists()  # it has not committed
    assert Touch.objects.exists()
    assert paid() == 1_296_000
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


@pytest.mark.django_db(transaction=True)
def test_an_answer_that_comes_after_a_change_is_not_kept(database_url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    store(GRANTS)
    paid()

    def late(*, key: bytes, text: str, edition: int, of_lines: bool) -> None:
        """While this question was being worked out, a payment came back and somebody else looked at the figures."""
        monkeypatch.undo()
        return_late()
        with psycopg.connect(database_url, autocommit=True) as other:
            other.execute("SELECT statistics_freshen()")
        keep(key=key, text=text, edition=edition, of_lines=of_lines)

    monkeypatch.setattr("jishiyu.apps.statistics.scope.keep", late)
    before = groups(Scope(), By.SEX)
    assert groups(Scope(), By.SEX) != before


def test_an_answer_is_kept_for_those_who_see_the_same_rows(grants: list[Grant]) -> None:
    paid()
    kept = Answer.objects.count()
    with connection.cursor() as cursor:
        cursor.execute("SELECT set_config('jishiyu.unions', '{3}', true)")
    paid()
    assert Answer.objects.count() == kept + 1
