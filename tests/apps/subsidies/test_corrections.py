"""Two rows of one human being, and a number typed wrong: put right at the desk, the money follows, and back again."""

from pathlib import Path

import pytest
from django.db import transaction

from jishiyu.apps.audit.models import Trail
from jishiyu.apps.people.models import Certificate, Person
from jishiyu.apps.people.problems import CertificateOfAnother, MergeUndone, MergeUnknown, ReasonMissing
from jishiyu.apps.people.queries import person_by_number
from jishiyu.apps.subsidies.corrections import correct_number, merge_members, undo_merge_of_members
from jishiyu.apps.subsidies.models import Decision, Stale
from tests.apps.subsidies.situations import (
    AS_OF,
    cases,
    check_books,
    enrol,
    load,
    member,
    newest,
    number,
    owed,
    recovered,
    stay,
)

pytestmark = pytest.mark.django_db
BY = {"by": "li.na", "on": AS_OF}


@pytest.fixture
def two_rows(tmp_path: Path) -> tuple[int, int]:
    """One human being under two numbers, with 5,000 in one row and 45,500 in the other in one year."""
    enrol(tmp_path, member(1), member(2, name="张1"))
    lines = [stay(1, str(at), "100000.00", setl_time=f"2025-03-{at + 10} 10:00:00") for at in range(6)]
    others = [
        stay(2, f"x{at}", "100000.00", psn_name="张1", setl_time=f"2025-03-{at + 10} 12:00:00") for at in range(6)
    ]
    load(tmp_path, "a", *lines, *others)
    first, second = Person.objects.order_by("id").values_list("id", flat=True)
    return first, second


def net() -> int:
    return sum(amount - taken for _, amount, taken, _ in owed())


def test_two_rows_share_one_limit_after_a_merge_and_have_two_again_when_it_is_undone(two_rows: tuple[int, int]) -> None:
    before = sorted(Decision.objects.filter(newest=True).values_list("stay_id", "payable_fen", "member_no"))
    assert net() == 12 * 500_000
    kept, merged = two_rows
    done = merge_members(kept_id=kept, merged_id=merged, reason="换证", **BY)
    assert net() == 5_000_000  # one limit of 50,000 yuan
    assert (done.outcome.recoveries, done.outcome.recovered_fen) == (2, 1_000_000)
    assert not Stale.objects.exists()
    check_books()
    undo_merge_of_members(merge_id=done.merge_id, reason="查明为两人", **BY)
    assert net() == 12 * 500_000
    assert sorted(
        Decision.objects.filter(newest=True).exclude(bucket="reversed").values_list("stay_id", "payable_fen", "member_no")
    ) == before  # fmt: skip
    check_books()
    assert [row.action for row in Trail.objects.filter(action__startswith="people.").order_by("id")] == [
        "people.merge", "people.decided_again", "people.undo_merge", "people.decided_again",
    ]  # fmt: skip


def test_a_merge_that_cannot_be_decided_is_not_made(two_rows: tuple[int, int]) -> None:
    kept, merged = two_rows
    with pytest.raises(ReasonMissing), transaction.atomic():
        merge_members(kept_id=kept, merged_id=merged, reason=" ", **BY)
    assert not Person.objects.exclude(merged_into=None).exists()


def test_undoing_twice_or_what_never_was_is_refused(two_rows: tuple[int, int]) -> None:
    done = merge_members(kept_id=two_rows[0], merged_id=two_rows[1], reason="换证", **BY)
    undo_merge_of_members(merge_id=done.merge_id, reason="两人", **BY)
    with pytest.raises(MergeUndone):
        undo_merge_of_members(merge_id=done.merge_id, reason="两人", **BY)
    with pytest.raises(MergeUnknown):
        undo_merge_of_members(merge_id=0, reason="两人", **BY)


def test_a_right_number_brings_the_stays_that_were_unmatched(tmp_path: Path) -> None:
    enrol(tmp_path, member(1, name="张7"))
    load(tmp_path, "a", stay(7, "7", "20000.00"))
    assert newest("V7").bucket == "unmatched"
    done = correct_number(person_id=Person.objects.get().pk, cert_type="01", cert_no=number(7), reason="录入错误", **BY)
    assert done.entitlements == 1
    assert owed() == [("H1/V7", 40_000, 0, "owed")]
    assert cases() == [("H1/V7", "unmatched", "closed")]
    assert Certificate.objects.count() == 1
    check_books()


def test_what_came_by_the_wrong_number_is_owed_back(tmp_path: Path) -> None:
    enrol(tmp_path, member(1))
    load(tmp_path, "a", stay(1, "1", "20000.00"))
    correct_number(person_id=Person.objects.get().pk, cert_type="01", cert_no=number(7), reason="录入错误", **BY)
    assert newest("V1").bucket == "unmatched"
    assert (owed(), recovered()) == (
        [("H1/V1", 40_000, 40_000, "set_off")], [("H1/V1", 40_000, 40_000, "set_off")]
    )  # fmt: skip
    check_books()


def test_a_number_of_somebody_else_is_refused(tmp_path: Path) -> None:
    enrol(tmp_path, member(1), member(2))
    first = person_by_number(cert_type="01", cert_no=number(1), as_of=AS_OF)
    assert first is not None
    with pytest.raises(CertificateOfAnother):
        correct_number(person_id=first.pk, cert_type="01", cert_no=number(2), reason="录入错误", **BY)
