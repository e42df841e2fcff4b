"""What was decided is never overwritten; what changes is the difference."""

from pathlib import Path

import pytest
from django.db import DatabaseError, transaction

from jishiyu.apps.intake.models import Fate, Line
from jishiyu.apps.subsidies.models import Decision, Entitlement
from jishiyu.apps.subsidies.operations import post_feed, rematch
from tests.apps.subsidies.situations import (
    AS_OF,
    bring_to,
    cases,
    check_books,
    enrol,
    load,
    member,
    newest,
    number,
    owed,
    recovered,
    reversal,
    stay,
)

pytestmark = pytest.mark.django_db


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    enrol(tmp_path, member(1), member(2, org_code="U2"), member(3))
    return tmp_path


def pay(stay_id: str) -> None:
    """Let an entitlement have gone to the bank and been paid."""
    bring_to("paid", stay_id)


def test_a_stay_is_owed_once(folder: Path) -> None:
    _, done = load(folder, "a", stay(1, "1", "20000.00"))
    assert owed() == [("H1/V1", 40_000, 0, "owed")]
    assert (done.decisions, done.owed_fen) == (1, 40_000)
    check_books()


def test_a_reversal_before_payment_is_set_off_and_nothing_is_left_to_pay(folder: Path) -> None:
    first = stay(1, "1", "20000.00")
    load(folder, "a", first)
    _, done = load(folder, "b", reversal(first))
    assert (done.recoveries, done.recovered_fen) == (1, 40_000)
    assert owed() == [("H1/V1", 40_000, 40_000, "set_off")]
    assert recovered() == [("H1/V1", 40_000, 40_000, "set_off")]
    assert newest("V1").bucket == "reversed"
    assert set(Fate.objects.values_list("bucket", flat=True)) == {"reversed"}
    check_books()


def test_a_reversal_after_payment_becomes_a_recovery(folder: Path) -> None:
    first = stay(1, "1", "20000.00")
    load(folder, "a", first)
    pay("H1/V1")
    load(folder, "b", reversal(first))
    assert owed() == [("H1/V1", 40_000, 0, "paid")]
    assert recovered() == [("H1/V1", 40_000, 0, "open")]
    check_books()


def test_a_reversal_that_comes_before_its_original_nets_to_nothing(folder: Path) -> None:
    first = stay(1, "1", "20000.00")
    load(folder, "b", reversal(first))
    assert cases() == [("H1/V1", "held", "open")]
    load(folder, "a", first)
    assert owed() == []
    assert cases() == [("H1/V1", "held", "closed")]
    assert set(Fate.objects.values_list("bucket", flat=True)) == {"reversed"}
    check_books()


def test_a_late_line_of_a_paid_stay_posts_only_what_is_more(folder: Path) -> None:
    load(folder, "a", stay(1, "1", "15000.00"))
    pay("H1/V1")
    load(folder, "b", stay(1, "1", "10000.00", setl_id="S1b", setl_time="2025-03-11 10:00:00"))
    assert newest("V1").payable_fen == 75_000
    assert owed() == [("H1/V1", 30_000, 0, "paid"), ("H1/V1", 45_000, 0, "owed")]
    check_books()


def test_a_correction_downward_takes_from_the_newest_unpaid_part_first(folder: Path) -> None:
    load(folder, "a", stay(1, "1", "15000.00", updt_time="2025-03-10 11:00:00"))
    pay("H1/V1")
    load(folder, "b", stay(1, "1", "30000.00", updt_time="2025-03-11 11:00:00"))
    load(folder, "c", stay(1, "1", "12000.00", updt_time="2025-03-12 11:00:00"))
    # Posted 300.00 (paid) and 600.00 (owed); owed are 240.00 now: 600.00 are set off, 60.00 stay to be recovered.
    assert owed() == [("H1/V1", 30_000, 0, "paid"), ("H1/V1", 60_000, 60_000, "set_off")]
    assert recovered() == [("H1/V1", 66_000, 60_000, "open")]
    assert list(Fate.objects.order_by("feed_id").values_list("bucket", flat=True)) == [
        "superseded",
        "superseded",
        "auto",
    ]
    check_books()


def test_a_stay_undone_and_settled_again_is_owed_again(folder: Path) -> None:
    first = stay(1, "1", "20000.00")
    load(folder, "a", first)
    load(folder, "b", reversal(first))
    load(folder, "c", stay(1, "1", "20000.00", setl_id="S1c"))
    assert [(amount, state) for _, amount, _, state in owed()] == [(40_000, "set_off"), (40_000, "owed")]
    assert [row.seq for row in Decision.objects.filter(stay_id="H1/V1").order_by("seq")] == [1, 2, 3]
    check_books()


def test_money_posted_to_the_wrong_person_is_recovered_from_them_and_owed_to_the_right_one(folder: Path) -> None:
    load(folder, "a", stay(1, "1", "20000.00", updt_time="2025-03-10 11:00:00"))
    pay("H1/V1")
    load(folder, "b", stay(2, "1", "20000.00", updt_time="2025-03-12 11:00:00"))
    by_person = Entitlement.objects.order_by("id").values_list("union__code", "amount_fen", "state")
    assert list(by_person) == [("U1", 40_000, "paid"), ("U2", 40_000, "owed")]
    assert recovered() == [("H1/V1", 40_000, 0, "open")]
    check_books()


def test_one_persons_line_that_undoes_anothers_settlement_decides_both(folder: Path) -> None:
    load(folder, "a", stay(1, "1", "20000.00"), stay(2, "2", "20000.00"))
    load(folder, "b", stay(2, "3", "-20000.00", init_setl_id="S1", refd_setl_flag="1"))
    assert newest("V1").bucket == "reversed"
    assert [row[3] for row in owed()] == ["set_off", "owed"]
    check_books()


def test_two_people_in_one_stay_are_held_whoever_comes_last(folder: Path) -> None:
    load(folder, "a", stay(1, "1", "20000.00"))
    load(folder, "b", stay(2, "1", "20000.00", setl_id="S2"))
    assert newest("V1").bucket == "held"
    assert owed() == [("H1/V1", 40_000, 40_000, "set_off")]
    assert cases() == [("H1/V1", "held", "open")]
    check_books()


def test_a_late_earlier_stay_moves_the_limit_and_only_the_difference_is_posted(folder: Path) -> None:
    load(folder, "a", *[stay(1, f"{n}", "100000.00", setl_time=f"2025-03-1{n} 10:00:00") for n in range(1, 9)])
    load(folder, "b", *[stay(1, f"1{n}", "100000.00", setl_time=f"2025-03-2{n} 10:00:00") for n in range(1, 4)])
    assert sum(row[1] for row in owed()) == 5_000_000
    assert [newest(f"V{name}").payable_fen for name in ("8", "11", "12", "13")] == [500_000, 500_000, 500_000, 0]
    load(folder, "c", stay(1, "99", "100000.00", setl_time="2025-03-10 10:00:00"))
    assert [newest(f"V{name}").payable_fen for name in ("99", "11", "12", "13")] == [500_000, 500_000, 0, 0]
    assert sum(row[1] - row[2] for row in owed()) == 5_000_000
    assert recovered() == [("H1/V12", 500_000, 500_000, "set_off")]
    check_books()


def test_leaving_the_union_before_the_stay_takes_the_amount_back(folder: Path) -> None:
    load(folder, "a", stay(1, "1", "20000.00"), stay(2, "2", "20000.00"))
    enrol(folder, member(1, left_on="2025-03-01"))
    done = rematch(by="li.na", on=AS_OF)
    assert (done.people, done.recoveries) == (1, 1)
    assert newest("V1").bucket == "ineligible"
    assert [row[3] for row in owed()] == ["set_off", "owed"]
    check_books()


def test_fifteen_digits_and_eighteen_are_one_person_with_one_limit(folder: Path) -> None:
    old = number(1)[:6] + number(1)[8:17]
    load(folder, "a", stay(1, "1", "600000.00"))
    load(folder, "b", stay(1, "2", "600000.00", certno=old, setl_time="2025-04-10 10:00:00"))
    assert (newest("V1").payable_fen, newest("V2").payable_fen) == (5_000_000, 0)


def test_lines_and_decisions_cannot_be_rewritten(folder: Path) -> None:
    load(folder, "a", stay(1, "1", "20000.00"))
    for change in (
        lambda: Line.objects.update(cash_fen=1),
        lambda: Line.objects.all()._raw_delete("default"),
        lambda: Decision.objects.update(payable_fen=1),
        lambda: Decision.objects.all()._raw_delete("default"),
        lambda: Entitlement.objects.all()._raw_delete("default"),
    ):
        with pytest.raises(DatabaseError, match="append-only"), transaction.atomic():
            change()


def test_a_feed_of_thousands_takes_few_statements(folder: Path, django_assert_max_num_queries: object) -> None:
    from jishiyu.apps.intake.operations import take_feed
    from tests.apps.subsidies.situations import FEED, write

    enrol(folder, *[member(n) for n in range(1, 900)])
    path = write(folder / "big.csv", FEED, [stay(n, f"B{n}", "20000.00") for n in range(1, 900)])
    with django_assert_max_num_queries(90):  # type: ignore[operator]
        feed = take_feed(path=path, by="li.na", as_of=AS_OF)
        done = post_feed(feed=feed, by="li.na")
    assert done.entitlements == 899
