"""Lists, the queue with its facts, one file, what waits, reviewers beside each other, complaints."""

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from pathlib import Path

import pytest
from django.db import IntegrityError, connection, transaction
from django.test.utils import CaptureQueriesContext

from jishiyu.apps.applications.comparing import _bounds, share
from jishiyu.apps.applications.models import Complaint, Kind, State
from jishiyu.apps.applications.operations import (
    answer_complaint,
    approve,
    complain,
    drop_proposal,
    propose_approval,
    refuse,
    return_for_supplement,
    second_approval,
    take_application,
)
from jishiyu.apps.applications.problems import ComplaintMissing, ProposalMissing, ProposalWaiting, WordsMissing
from jishiyu.apps.applications.queries import (
    Filter,
    application_file,
    applications,
    complaints,
    form_fields,
    injury_choices,
    medical_type_choices,
    needed_papers,
    preview,
    proposals,
    queue,
    reviewers_compared,
    sentences,
    waiting,
)
from jishiyu.apps.subsidies.models import Case
from jishiyu.apps.subsidies.operations import log_papers
from jishiyu.apps.subsidies.problems import CaseChanged, SecondPersonNeeded
from tests.apps.applications.situations import (
    AT,
    CHEN,
    OFFICER,
    ON,
    WANG,
    WHEN,
    bring,
    city,
    draft,
    hand_in,
    handed_in,
    on_the_desk,
    person,
    picture,
    with_papers,
)
from tests.apps.subsidies.situations import check_books, load, owed, stay
from tests.once import made_once

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("papers_folder")]


_city = made_once(city)


def test_a_list_filters_and_pages_with_masked_names() -> None:
    first, second, third = draft(), handed_in(who=2), handed_in(Kind.FIRE, who=3)
    whole = applications(on=ON)
    assert ([row.id for row in whole.rows], whole.total) == ([third.pk, second.pk, first.pk], 3)
    assert {row.name for row in whole.rows} == {"张*"}
    for wanted, ids in [
        (Filter(states=[State.SUBMITTED]), [third.pk, second.pk]),
        (Filter(kinds=[Kind.FIRE]), [third.pk]),
        (Filter(union_code="U2"), [second.pk]),
        (Filter(person_id=person(1).pk), [first.pk]),
        (Filter(number=second.number), [second.pk]),
        (Filter(filed_by="nobody"), []),
        (Filter(overdue_on=date(2026, 4, 1)), [third.pk, second.pk]),
        (Filter(since=ON + timedelta(days=1)), []),
    ]:
        assert [row.id for row in applications(wanted=wanted, on=ON).rows] == ids
    page = applications(on=ON, limit=1, offset=1)
    assert ([row.id for row in page.rows], page.total) == ([second.pk], 3)


def test_a_page_takes_the_same_few_queries_however_many_rows() -> None:
    def asked() -> int:
        with CaptureQueriesContext(
            connection,
        ) as context:
            applications(on=ON)
            queue(on=ON)
        return len(context)

    handed_in()
    few = asked()
    for who in (2, 3, 4):
        handed_in(who=who)
    assert asked() == few <= 10


def test_the_queue_puts_what_needs_a_second_look_first_then_the_largest() -> None:
    small, large = handed_in(who=1), handed_in(Kind.FIRE, who=2, household="H1")
    doubtful = handed_in(who=3, name="李四")
    rows = queue(on=ON).rows
    assert [row.id for row in rows] == [doubtful.pk, large.pk, small.pk]
    assert [signal.code for signal in rows[0].signals] == ["name_differs"]


def test_every_fact_is_told_in_words() -> None:
    from jishiyu.apps.members.models import Membership

    Membership.objects.filter(person=person(4)).update(joined_on=date(2026, 1, 20))
    other, mine = draft(who=3), draft(who=4, event_on="2026-02-01")
    for application in (other, mine):
        with_papers(application)
        bring(application, "other", picture("the very same"))
        hand_in(application)
    codes = {signal.code for signal in queue(on=ON).rows[0].signals}
    assert queue(on=ON).rows[0].id == mine.pk
    assert codes == {"same_file", "household_several", "joined_shortly_before"}
    late = handed_in(who=3, event_on="2025-03-01")
    told = {signal.code: signal.zh for signal in application_file(application_id=late.pk).row.signals}
    assert told["filed_late"] == "事发 366 天后才申请"
    assert told["member_several"] == "本人另有 1 件申请"


def test_a_shared_account_is_told(tmp_path: Path) -> None:
    from tests.apps.subsidies.situations import enrol, member

    account = {"bank_account": "6222020200112233445"}
    enrol(tmp_path, member(1, **account), member(2, org_code="U2", **account))
    handed_in(who=1)
    mine = handed_in(who=2)
    signals = application_file(application_id=mine.pk).row.signals
    assert [signal.zh for signal in signals] == ["收款账号与另外 1 人相同"]


def test_a_file_holds_all_that_belongs_to_an_application() -> None:
    application = on_the_desk()
    return_for_supplement(application_id=application.pk, by=CHEN, codes=["no_stamp"], words="请补章", **WHEN)
    found = application_file(application_id=application.pk)
    assert [step.what for step in found.steps] == ["drafted", "submitted", "taken", "returned"]
    last = found.steps[-1]
    assert (last.words, last.due_on, "公章" in last.zh[0], "stamp" in last.en[0]) == (
        "请补章", date(2026, 3, 23), True, True,
    )  # fmt: skip
    assert [(paper.paper, paper.handed_in) for paper in found.papers] == [
        ("not_work_injury", True), ("hospital_records", True),
    ]  # fmt: skip
    assert ([field.name for field, _ in found.form][:2], found.missing) == (["event_on", "cause"], ())
    assert (found.moves, found.masked_number.count("*") > 5) == (("submitted", "withdrawn", "closed"), True)


def test_a_preview_says_what_deciding_would_say_now() -> None:
    application = on_the_desk()
    seen = preview(application_id=application.pk, **WHEN)
    assert (seen.amount_fen, seen.bucket, seen.others) == (130_000, "auto", ())


def test_what_waits_is_counted_with_ages() -> None:
    handed_in(who=1)
    first = on_the_desk(Kind.DEATH, who=2)
    approve(application_id=first.pk, by=CHEN, seen_fen=2_000_000, **WHEN)
    complain(person_id=person(1).pk, words="太慢了", by=OFFICER, **WHEN)
    later = date(2026, 4, 2)
    found = {row.what: (row.count, row.age_days, row.overdue) for row in waiting(on=later)}
    assert found == {"submitted": (1, 31, 1), "second_signature": (1, 31, 1), "complaint": (1, 31, 1)}
    assert [row.what for row in waiting(on=later, union_code="U2")] == ["second_signature"]
    everybody = ["submitted", "second_signature", "complaint"]
    assert [row.what for row in waiting(on=later, reviewer="nobody")] == everybody
    assert [row.what for row in waiting(on=later, reviewer=CHEN.name)] == ["submitted", "complaint"]


def test_reviewers_are_compared_by_working_hours_and_intervals() -> None:
    taken, decided = datetime(2026, 3, 6, 8, tzinfo=UTC), datetime(2026, 3, 9, 1, 30, tzinfo=UTC)  # Fri 16:00, Mon 9:30
    for who in (1, 2):
        application = handed_in(who=who)
        take_application(application_id=application.pk, by=CHEN, on=ON, at=taken)
        refuse(application_id=application.pk, by=CHEN, codes=["not_entitled"], words="", on=ON, at=decided)
    back = handed_in(who=3)
    take_application(application_id=back.pk, by=WANG, on=ON, at=taken)
    return_for_supplement(application_id=back.pk, by=WANG, codes=["no_stamp"], words="", on=ON, at=decided)
    chen, wang = reviewers_compared(since=AT, until=AT + timedelta(days=30), on=ON)
    assert (chen.reviewer, chen.decisions, chen.median_hours, chen.low_hours) == ("chen.jing", 2, Decimal("1.50"), None)
    assert (chen.refused.per_cent, chen.refused.low, chen.refused.high) == (100, Decimal("34.2"), 100)
    assert (wang.looks, wang.decisions, wang.returned.count, wang.median_hours) == (1, 0, 1, None)


@pytest.mark.parametrize(
    ("count", "of", "low", "high"), [(0, 10, "0.0", "27.8"), (5, 10, "23.7", "76.3"), (1, 1, "20.7", "100.0")]
)
def test_a_share_has_the_wilson_interval(count: int, of: int, low: str, high: str) -> None:
    found = share(count, of)
    assert (found.low, found.high) == (Decimal(low), Decimal(high))


@pytest.mark.parametrize(("count", "ranks"), [(5, None), (6, (0, 5)), (9, (1, 7)), (20, (5, 14))])
def test_a_median_is_bounded_by_order_statistics(count: int, ranks: tuple[int, int] | None) -> None:
    assert _bounds(range(count)) == (ranks or (None, None))


def test_a_case_over_the_limit_is_approved_in_two_steps(tmp_path: Path) -> None:
    load(tmp_path, "large", stay(1, "9", "152000.00"), as_of=ON)
    case = Case.objects.get()
    log_papers(case_id=case.pk, by="chen", sentence="材料已收", on=ON)
    with pytest.raises(ProposalMissing):
        second_approval(case_id=case.pk, by=WANG, sentence="同意", **WHEN)
    with pytest.raises(CaseChanged):
        propose_approval(case_id=case.pk, by=CHEN, seen_fen=1, sentence="同意", **WHEN)
    propose_approval(case_id=case.pk, by=CHEN, seen_fen=1_216_000, sentence="材料齐全", **WHEN)
    with pytest.raises(ProposalWaiting):
        propose_approval(case_id=case.pk, by=WANG, seen_fen=1_216_000, sentence="材料齐全", **WHEN)
    assert [(row.by, row.amount_fen, row.name) for row in proposals()] == [("chen.jing", 1_216_000, "张*")]
    with pytest.raises(SecondPersonNeeded):
        second_approval(case_id=case.pk, by=CHEN, sentence="同意", **WHEN)
    assert owed() == []
    assert second_approval(case_id=case.pk, by=WANG, sentence="同意", **WHEN) == 1_216_000
    assert (owed(), proposals()) == ([("H1/V9", 1_216_000, 0, "owed")], [])
    check_books()


def test_a_proposal_is_dropped_with_a_reason(tmp_path: Path) -> None:
    load(tmp_path, "large", stay(1, "9", "152000.00"), as_of=ON)
    case = Case.objects.get()
    log_papers(case_id=case.pk, by="chen", sentence="材料已收", on=ON)
    propose_approval(case_id=case.pk, by=CHEN, seen_fen=1_216_000, sentence="材料齐全", **WHEN)
    drop_proposal(case_id=case.pk, by=WANG, because="金额有疑问", at=AT)
    assert (proposals(), owed()) == ([], [])
    propose_approval(case_id=case.pk, by=WANG, seen_fen=1_216_000, sentence="已核对", **WHEN)


def test_a_complaint_is_sealed_and_answered_once_by_another() -> None:
    complaint = complain(person_id=person(1).pk, words="<script>为什么没有补贴</script>", by=OFFICER, **WHEN)
    assert "补贴" not in str(Complaint.objects.values().get())
    with pytest.raises(WordsMissing):
        answer_complaint(complaint_id=complaint.pk, words=" ", by=CHEN, at=AT)
    with pytest.raises(ComplaintMissing):
        answer_complaint(complaint_id=complaint.pk, words="自己答复", by=OFFICER, at=AT)
    answer_complaint(complaint_id=complaint.pk, words="已查明并补发", by=CHEN, at=AT)
    row = complaints(person_id=person(1).pk)[0]
    assert (row.words, row.answer, row.state, row.due_on) == (
        "<script>为什么没有补贴</script>", "已查明并补发", "answered", date(2026, 3, 16),
    )  # fmt: skip
    with pytest.raises(ComplaintMissing):
        answer_complaint(complaint_id=complaint.pk, words="再答", by=CHEN, at=AT)
    with pytest.raises(IntegrityError), transaction.atomic():
        Complaint.objects.filter(pk=complaint.pk).update(answered_by="other")


def test_choices_stand_in_both_languages() -> None:
    choices = injury_choices(on=ON)
    assert ("skull:crack", "颅骨骨裂", "Skull, crack") in choices
    assert ("21", "普通住院") in medical_type_choices("zh")
    assert ("21", "ordinary inpatient stay") in medical_type_choices("en")
    assert [field.name for field in form_fields(Kind.STAY)][:3] == ["event_on", "begins_on", "cash"]
    assert [code for code, _, _ in sentences(use="approve", on=ON)] == ["papers_complete"]
    assert [need.paper for need, _, _ in needed_papers(kind="fire", amount_fen=0, on=ON)] == [
        "fire_certificate", "loss_evidence",
    ]  # fmt: skip
