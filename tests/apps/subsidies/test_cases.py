"""Call lists: nothing leaves them silently, and nobody decides alone or for themselves."""

from pathlib import Path

import pytest
from django.db import IntegrityError, transaction
from openpyxl import load_workbook

from jishiyu.apps.audit.models import Trail
from jishiyu.apps.orgs.models import Union
from jishiyu.apps.payments.operations import name_signatory
from jishiyu.apps.subsidies.models import Case, CaseMove
from jishiyu.apps.subsidies.operations import (
    approve_case,
    close_case,
    hand_over,
    log_call,
    log_papers,
    log_promise,
    rematch,
)
from jishiyu.apps.subsidies.problems import (
    CaseChanged,
    CaseDateMissing,
    CaseMoveNotAllowed,
    CasePaysNothing,
    CaseSentenceMissing,
    OwnCase,
    SecondPersonNeeded,
    SignatoryUnknown,
)
from jishiyu.apps.subsidies.queries import call_list, cases_per_employer, history_of_case
from jishiyu.web.call_list import write_call_list
from tests.apps.subsidies.situations import (
    AS_OF,
    AT,
    cases,
    check_books,
    enrol,
    later,
    load,
    member,
    newest,
    number,
    owed,
    reversal,
    stay,
)

pytestmark = pytest.mark.django_db
BIG = "152000.00"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    enrol(tmp_path, member(1), member(2, org_code="U2"), member(3, household="H7"), member(4, household="H7"))
    for name, member_no in (("chen", None), ("wang", None), ("member one", "M0001"), ("spouse", "M0004")):
        name_signatory(name=name, member_no=member_no, by="admin", at=AT)
    return tmp_path


def papers_in(who: int = 1) -> Case:
    case = Case.objects.get(person__memberships__member_no=f"M{who:04d}", reason="over_limit")
    return log_papers(case_id=case.pk, by="chen", sentence="材料齐全", on=AS_OF)


def approve(case: Case, by: str = "chen", second: str = "wang", **more: int) -> None:
    approve_case(case_id=case.pk, by=by, second=second, sentence="核对无误", on=AS_OF, **more)


def test_a_large_amount_waits_for_two_people_and_is_then_owed(folder: Path) -> None:
    load(folder, "a", stay(1, "1", BIG))
    assert cases() == [("H1/V1", "over_limit", "open")]
    assert owed() == []
    check_books()
    approve(papers_in(), seen_fen=1_216_000)
    assert owed() == [("H1/V1", 1_216_000, 0, "owed")]
    assert cases() == [("H1/V1", "over_limit", "approved")]
    check_books()
    with pytest.raises(CaseMoveNotAllowed):
        approve(Case.objects.get())
    assert len(owed()) == 1


def test_an_approved_amount_that_rises_needs_approval_for_the_difference_only(folder: Path) -> None:
    load(folder, "a", stay(1, "1", BIG, updt_time="2025-03-11 10:00:00"))
    approve(papers_in())
    load(folder, "b", stay(1, "1", "160000.00", updt_time="2025-03-12 10:00:00"))
    waiting = Case.objects.get(state="open")
    assert waiting.amount_fen == 64_000
    assert len(owed()) == 1
    log_papers(case_id=waiting.pk, by="chen", sentence="补充材料", on=AS_OF)
    approve(waiting)
    assert [row[1] for row in owed()] == [1_216_000, 64_000]
    check_books()


def test_a_paid_automatic_amount_that_grows_over_the_limit_keeps_what_was_posted(folder: Path) -> None:
    load(folder, "a", stay(1, "1", "100000.00"))
    load(folder, "b", stay(1, "1", "52000.00", setl_id="S1b"))
    assert owed() == [("H1/V1", 500_000, 0, "owed")]
    assert Case.objects.get().amount_fen == 716_000
    approve(papers_in())
    assert [row[1] for row in owed()] == [500_000, 716_000]
    check_books()


def test_one_person_cannot_be_both(folder: Path) -> None:
    load(folder, "a", stay(1, "1", BIG))
    case = papers_in()
    with pytest.raises(SecondPersonNeeded):
        approve(case, "chen", "chen")
    with pytest.raises(SignatoryUnknown, match="nobody"):
        approve(case, "chen", "nobody")
    assert owed() == []


def test_nobody_decides_their_own_case_or_their_households(folder: Path) -> None:
    load(folder, "a", stay(1, "1", BIG), stay(3, "3", BIG))
    with pytest.raises(OwnCase):
        approve(papers_in(1), "chen", "member one")
    with pytest.raises(OwnCase):
        approve(papers_in(3), "spouse", "chen")
    assert owed() == []


def test_an_amount_that_changed_since_it_was_looked_at_is_not_approved(folder: Path) -> None:
    load(folder, "a", stay(1, "1", BIG, updt_time="2025-03-11 10:00:00"))
    case = papers_in()
    load(folder, "b", stay(1, "1", "160000.00", updt_time="2025-03-12 10:00:00"))
    with pytest.raises(CaseChanged, match=r"12,800\.00"):
        approve(case, seen_fen=1_216_000)
    assert "数据变化" in history_of_case(case.pk)[-1].sentence


def test_a_reversed_stay_closes_its_case_saying_so(folder: Path) -> None:
    big = stay(1, "1", BIG)
    load(folder, "a", big)
    papers_in()
    load(folder, "b", reversal(big))
    case = Case.objects.get()
    assert (case.state, case.closed_because) == (
        "closed",
        "结算已冲销,无需再办 / The settlement was reversed; nothing is left to do.",
    )
    with pytest.raises(CaseMoveNotAllowed):
        approve(case)


def test_a_stranger_is_called_about_at_the_union_that_the_feed_names(folder: Path) -> None:
    load(folder, "a", stay(9, "9", "20000.00", emp_name="U2工会"), stay(8, "8", "20000.00", emp_name="无名厂"))
    assert {(row.employer, row.union_code, row.name) for row in call_list(reason="unmatched")} == {
        ("U2工会", "U2", "张*"),
        ("无名厂", None, "张*"),
    }
    assert [row.cases for row in cases_per_employer()] == [1, 1]


def test_a_stranger_who_turns_out_to_be_a_member_is_matched_and_the_case_closed(folder: Path) -> None:
    load(folder, "a", stay(9, "9", "20000.00"))
    assert newest("V9").bucket == "unmatched"
    enrol(folder, member(9))
    rematch(by="li.na", on=AS_OF)
    assert owed() == [("H1/V9", 40_000, 0, "owed")]
    assert cases() == [("H1/V9", "unmatched", "closed")]
    check_books()


def test_a_name_that_differs_is_held_and_goes_on_the_list(folder: Path) -> None:
    load(folder, "a", stay(1, "1", "20000.00", psn_name="李四"))
    assert [(row.reason, row.union_code) for row in call_list()] == [("held", "U1")]
    assert owed() == []


def test_steps_are_kept_and_reminders_come_when_due(folder: Path) -> None:
    load(folder, "a", stay(1, "1", BIG))
    case = Case.objects.get()
    log_call(case_id=case.pk, by="chen", sentence="已电话联系工会主席", on=AS_OF)
    assert call_list(overdue_on=later(7)) == []
    assert [row.case_id for row in call_list(overdue_on=later(8))] == [case.pk]
    log_promise(case_id=case.pk, by="chen", sentence="下月初交材料", on=AS_OF, due_on=later(40))
    assert call_list(overdue_on=later(40)) == []
    hand_over(case_id=case.pk, by="chen", to="zhao", sentence="由基层工会跟进", union_code="U2")
    assert [(move.to_state, move.by) for move in history_of_case(case.pk)] == [
        ("open", "system"), ("called", "chen"), ("promised", "chen"), ("promised", "chen"),
    ]  # fmt: skip
    assert [row.officer for row in call_list(union_code="U2")] == ["zhao"]
    assert Trail.objects.filter(record=f"case {case.pk}").count() == 3


def test_refuses_steps_without_a_sentence_a_day_or_a_way(folder: Path) -> None:
    load(folder, "a", stay(1, "1", BIG), stay(9, "9", "20000.00"))
    case = Case.objects.get(reason="over_limit")
    with pytest.raises(CaseSentenceMissing):
        close_case(case_id=case.pk, by="chen", because=" ")
    with pytest.raises(CaseDateMissing):
        log_promise(case_id=case.pk, by="chen", sentence="会交材料", on=AS_OF, due_on=None)
    with pytest.raises(
        CaseMoveNotAllowed,
        match="is 'to be called'; from there it cannot become 'approved'",
    ):
        approve(case)
    with pytest.raises(CasePaysNothing):
        approve(Case.objects.get(reason="unmatched"))


def test_the_database_refuses_a_case_that_ends_without_a_reason(folder: Path) -> None:
    load(folder, "a", stay(1, "1", BIG))
    for change in ({"state": "closed"}, {"state": "approved", "closed_because": "x"}, {"closed_because": "x"}):
        with pytest.raises(IntegrityError), transaction.atomic():
            Case.objects.update(**change)
    with pytest.raises(IntegrityError), transaction.atomic():
        CaseMove.objects.create(
            case=Case.objects.get(), to_state="approved", by="chen", second="chen", at=AT, sentence="x"
        )


def test_a_case_that_a_person_closed_stays_closed_until_its_facts_change(folder: Path) -> None:
    load(folder, "a", stay(9, "9", "20000.00", updt_time="2025-03-11 10:00:00"))
    close_case(case_id=Case.objects.get().pk, by="chen", because="非会员单位职工")
    load(folder, "b", stay(9, "10", "20000.00"))
    assert cases(stay_id="H1/V9") == [("H1/V9", "unmatched", "closed")]
    load(folder, "c", stay(9, "9", "30000.00", updt_time="2025-03-12 10:00:00"))
    assert cases(stay_id="H1/V9") == [("H1/V9", "unmatched", "closed"), ("H1/V9", "unmatched", "open")]


def test_a_list_covers_the_unions_below(folder: Path) -> None:
    city = Union.objects.create(code="C", name="市总", kind="city")
    Union.objects.filter(code="U1").update(territorial_parent=city)
    Union.objects.filter(code="U2").update(industry_parent=city)
    load(folder, "a", stay(1, "1", BIG), stay(2, "2", BIG))
    assert len(call_list(union_code="C")) == 2
    assert len(call_list(union_code="U1")) == 1


def test_the_excel_list_has_a_sheet_per_union_and_shows_no_number(folder: Path, tmp_path: Path) -> None:
    load(folder, "a", stay(1, "1", BIG), stay(2, "2", BIG), stay(9, "9", "20000.00", emp_name="一[二]:厂/三"))
    path = tmp_path / "calls.xlsx"
    assert write_call_list(call_list(), path, made_on=AS_OF) == 3
    book = load_workbook(path)
    assert book.sheetnames == ["U1工会", "U2工会", "一 二  厂 三"]
    cells = [str(cell.value) for sheet in book for row in sheet.iter_rows() for cell in row]
    assert "张*" in cells
    assert not any(number(who) in cell for who in (1, 2, 9) for cell in cells)
    assert book["U1工会"]["J4"].value == 12160
