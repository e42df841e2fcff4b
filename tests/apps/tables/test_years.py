"""Lines, their fates and decisions are kept by year: nothing doubled, nothing lost, nobody past the guards."""

from datetime import date
from pathlib import Path

import pytest
from django.db import Error, connection, transaction

from jishiyu.apps.accounts.queries import Reach
from jishiyu.apps.accounts.rows import enter
from jishiyu.apps.intake.models import Fate, Line
from jishiyu.apps.people import rekeying
from jishiyu.apps.people.rekeying import seal_again
from jishiyu.apps.subsidies.models import DECISION_STEP, Decision
from jishiyu.apps.tables.years import FEED_STEP, make_year
from tests.apps.subsidies.situations import check_books, enrol, load, member, newest, owed, reversal, stay

pytestmark = pytest.mark.django_db
LAST_YEAR = date(2025, 12, 31)


def rows(table: str) -> int:
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT count(*) FROM {table}")
        return int(cursor.fetchone()[0])


def refused(statement: str) -> str:
    """Return what the database says against a statement, nothing when it let it pass."""
    try:
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(statement)
    except Error as error:
        return str(error)
    return ""


def two_years(folder: Path) -> None:
    """Let one stay be settled in 2025 and corrected in 2026, and another one follow in 2026."""
    enrol(folder, member(1), member(2))
    first = stay(1, "1", "20000.00")
    load(folder, "a", first, as_of=LAST_YEAR)
    load(folder, "b", reversal(first), stay(1, "1", "30000.00", setl_id="S1b"), stay(2, "2", "6000.00"))


def test_what_arrives_stands_in_the_partition_of_its_year(tmp_path: Path) -> None:
    two_years(tmp_path)
    found = {name: rows(name) for table in ("intake_line", "intake_fate", "subsidies_decision")
             for name in (f"{table}_before", f"{table}_2025", f"{table}_2026")}  # fmt: skip
    assert found == {
        "intake_line_before": 0, "intake_line_2025": 1, "intake_line_2026": 3,
        "intake_fate_before": 0, "intake_fate_2025": 1, "intake_fate_2026": 3,
        "subsidies_decision_before": 0, "subsidies_decision_2025": 1, "subsidies_decision_2026": 2,
    }  # fmt: skip


def test_a_stay_corrected_in_the_next_year_has_one_newest_decision_and_the_difference_posted(tmp_path: Path) -> None:
    two_years(tmp_path)
    chain = Decision.objects.filter(stay_id="H1/V1").exclude(policy="").order_by("seq")
    assert [(row.seq, row.newest, row.pk // DECISION_STEP) for row in chain] == [(1, False, 2025), (2, True, 2026)]
    assert newest("V1").payable_fen == 90_000
    assert [(name, fen) for name, fen, _, _ in owed()] == [("H1/V1", 40_000), ("H1/V1", 50_000), ("H1/V2", 9_000)]
    check_books()


def test_numbers_of_feeds_only_grow_whatever_day_a_file_speaks_of(tmp_path: Path) -> None:
    enrol(tmp_path, member(1))
    late, _ = load(tmp_path, "a", stay(1, "1", "20000.00"))
    early, _ = load(tmp_path, "b", stay(1, "2", "20000.00"), as_of=LAST_YEAR)
    assert late.pk < early.pk
    assert {one.pk // FEED_STEP for one in (late, early)} == {2026}


def test_a_day_still_to_come_opens_no_year(tmp_path: Path) -> None:
    enrol(tmp_path, member(1))
    feed, _ = load(tmp_path, "a", stay(1, "1", "20000.00"), as_of=date(9999, 12, 31))
    assert feed.pk // FEED_STEP == feed.taken_at.year


def test_a_decision_cannot_stand_in_two_years(tmp_path: Path) -> None:
    two_years(tmp_path)
    again = """
    INSERT INTO {table} SELECT (jsonb_populate_record(one, jsonb_build_object('id', {number}, {changes}))).*
    FROM subsidies_decision one WHERE stay_id = 'H1/V1' AND policy <> '' AND seq = {seq}
    """
    year, last = 2026 * DECISION_STEP + 999, 2025 * DECISION_STEP + 999
    for table in ("subsidies_decision", "subsidies_decision_2026"):
        same_number = again.format(table=table, number=year, seq=1, changes="'newest', false")
        assert "in another year already" in refused(same_number)
    second_newest = again.format(table="subsidies_decision", number=last, seq=2, changes="'seq', 7")
    assert "in another year already" in refused(second_newest)
    within_a_year = again.format(table="subsidies_decision", number=year, seq=2, changes="'seq', 7")
    assert "duplicate key" in refused(within_a_year)
    first_of_all = again.format(table="subsidies_decision", number=year, seq=2, changes="'stay_id', 'H1/V9'")
    assert refused(first_of_all) == ""


def test_what_belongs_to_no_year_is_refused(tmp_path: Path) -> None:
    two_years(tmp_path)
    lost = f"INSERT INTO intake_fate (feed_id, line_no, bucket, reasons) VALUES ({1800 * FEED_STEP}, 1, 'auto', '{{}}')"
    assert "no partition" in refused(lost)


def test_naming_a_partition_gets_nobody_past_the_guards(tmp_path: Path) -> None:
    two_years(tmp_path)
    for statement in (
        "UPDATE intake_line_2025 SET cash_fen = 1", "DELETE FROM intake_line_2026", "DELETE FROM intake_line",
        "DELETE FROM subsidies_decision_2025", "UPDATE subsidies_decision_2026 SET payable_fen = 1",
        "UPDATE subsidies_decision SET newest = true", "UPDATE intake_fate_2026 SET bucket = 'lost'",
    ):  # fmt: skip
        assert refused(statement), statement


@pytest.mark.parametrize("seen", [Reach(), Reach(city=True)])
def test_rows_are_seen_through_the_table_above_only(tmp_path: Path, seen: Reach) -> None:
    two_years(tmp_path)
    with transaction.atomic():
        enter(account="somebody", reach=seen)
        assert [rows(f"{table}_2026") for table in ("intake_line", "intake_fate", "subsidies_decision")] == [0, 0, 0]
        assert rows("intake_line") == (4 if seen.city else 0)
        transaction.set_rollback(True)


def test_a_year_is_made_once_and_like_the_others() -> None:
    assert make_year(table="subsidies_decision", year=2044, step=DECISION_STEP)
    assert not make_year(table="subsidies_decision", year=2044, step=DECISION_STEP)
    with connection.cursor() as cursor:
        shapes = []
        for name in ("subsidies_decision_before", "subsidies_decision_2044"):
            cursor.execute(
                "SELECT relrowsecurity, reloptions, (SELECT count(*) FROM pg_index WHERE indrelid = pg_class.oid),"
                " (SELECT array_agg(tgname ORDER BY tgname) FROM pg_trigger WHERE tgrelid = pg_class.oid"
                "  AND tgname LIKE 'subsidies%%'),"
                " (SELECT array_agg(conname ORDER BY conname) FROM pg_constraint WHERE conrelid = pg_class.oid"
                "  AND contype = 'c') FROM pg_class WHERE oid = %s::regclass",
                [name],
            )
            shapes.append(cursor.fetchone())
    assert shapes[0] == shapes[1]
    assert shapes[0][2] == 4  # key, two unique ones, by person


def test_a_new_sealing_key_reaches_every_year(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    two_years(tmp_path)
    before = {(line.feed_id, line.line_no): bytes(line.sealed) for line in Line.objects.order_by("pk")}
    monkeypatch.setattr(rekeying, "current_head", lambda: b"\0\0\x09")  # as if another key were the newest
    assert seal_again(table="intake_line", column="sealed") == 4
    now = {(line.feed_id, line.line_no): bytes(line.sealed) for line in Line.objects.order_by("pk")}
    open_many = rekeying.open_many
    for place, token in now.items():
        assert token != before[place]
        assert open_many([token], purpose="intake_line.sealed") == open_many(
            [before[place]], purpose="intake_line.sealed"
        )


def test_taking_a_feed_back_reaches_its_year_only(tmp_path: Path) -> None:
    from jishiyu.apps.subsidies.operations import take_back_feed

    enrol(tmp_path, member(1))
    old, _ = load(tmp_path, "a", stay(1, "1", "20000.00"), as_of=LAST_YEAR)
    load(tmp_path, "b", stay(1, "2", "20000.00"))
    take_back_feed(feed_id=old.pk, by="li.na", because="wrong file", on=date(2026, 1, 1))
    assert [(fate.feed_id // FEED_STEP, fate.stay_id) for fate in Fate.objects.order_by("pk")] == [(2026, "H1/V2")]
    assert newest("V1").pk // DECISION_STEP == 2026
    check_books()
