"""An application from the draft to the entitlement, and every way back."""

from datetime import date, timedelta
from pathlib import Path

import pytest

from jishiyu.apps.accounts.operations import create_account
from jishiyu.apps.applications.models import Application, FiledAs, Kind, Move, Paper, State
from jishiyu.apps.applications.operations import (
    Actor,
    appeal,
    approve,
    close_overdue,
    hand_back,
    refuse,
    return_for_supplement,
    revoke,
    save_form,
    start_application,
    submit,
    take_application,
    withdraw,
)
from jishiyu.apps.applications.problems import (
    AmountChanged,
    AnotherMustJudgeTheAppeal,
    AppealTooLate,
    CaseNotFitting,
    FormNotRight,
    MoveNotAllowed,
    NothingToApprove,
    NotYours,
    OverYourLimit,
    OwnApplication,
    PapersMissing,
    SecondReviewerNeeded,
    SentenceUnknown,
    StayInTheData,
    Undeclared,
    WordsMissing,
)
from jishiyu.apps.intake.models import Application as Event
from jishiyu.apps.subsidies.models import Case, Decision, Entitlement
from jishiyu.apps.subsidies.operations import report_no_data
from jishiyu.apps.subsidies.problems import SignatoryUnknown
from tests.apps.applications.situations import (
    AT,
    CHEN,
    OFFICER,
    ON,
    STAY,
    WANG,
    WHEN,
    ZHAO,
    bring,
    city,
    draft,
    hand_in,
    handed_in,
    now,
    on_the_desk,
    owed_fen,
    person,
    picture,
    with_papers,
)
from tests.apps.subsidies.situations import check_books, load, owed, stay
from tests.once import made_once

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("papers_folder")]
IN_FEBRUARY = {"begndate": "2026-02-01", "enddate": "2026-02-10", "setl_time": "2026-02-10 10:00:00"}


_city = made_once(city)


def test_an_accident_goes_from_the_draft_to_the_entitlement_once() -> None:
    application = on_the_desk()
    done = approve(application_id=application.pk, by=CHEN, seen_fen=130_000, **WHEN)
    assert (done.posted, done.owed_fen) == (True, 130_000)
    assert owed() == [(application.number, 130_000, 0, "owed")]
    assert [move.what for move in Move.objects.order_by("id")] == ["drafted", "submitted", "taken", "approved"]
    with pytest.raises(MoveNotAllowed, match="'approved'"):
        approve(application_id=application.pk, by=CHEN, seen_fen=130_000, **WHEN)
    check_books()


def test_handing_in_shows_what_deciding_would_say_and_writes_nothing_of_it() -> None:
    application = with_papers(draft())
    seen = hand_in(application)
    assert (seen.bucket, seen.amount_fen, seen.policy) == ("auto", 130_000, "changchun.accident")
    assert "1,300.00" in seen.zh
    assert (Event.objects.count(), Decision.objects.count()) == (0, 0)
    assert (now(application).expected_fen, now(application).turn) == (130_000, 1)


def test_deadlines_are_working_days_and_marked_as_assumed() -> None:
    application = on_the_desk()
    assert (now(application).decide_due_on, now(application).due_assumed) == (date(2026, 3, 30), True)
    return_for_supplement(application_id=application.pk, by=CHEN, codes=["no_stamp"], words="", **WHEN)
    assert now(application).supplement_due_on == date(2026, 3, 23)


def test_a_form_lists_all_that_is_missing_when_it_is_handed_in() -> None:
    application = draft(cause="", treatment_over="")
    with pytest.raises(FormNotRight) as found:
        hand_in(application)
    assert [flaw.field for flaw in found.value.flaws] == ["cause", "treatment_over"]


@pytest.mark.parametrize(
    ("kind", "field", "text"),
    [
        (Kind.ACCIDENT, "event_on", "2026-02-30"),
        (Kind.ACCIDENT, "event_on", "2026-03-03"),
        (Kind.ACCIDENT, "treatment_over", "maybe"),
        (Kind.ACCIDENT, "graded_on", "soon"),
        (Kind.ACCIDENT, "cause", "x" * 201),
        (Kind.ACCIDENT, "cause", "a\x00b"),
        (Kind.FIRE, "loss", "1.005"),
        (Kind.FIRE, "loss", "-1"),
        (Kind.STAY, "begins_on", "2026-02-02"),
    ],
)
def test_a_field_that_cannot_be_used_is_named_at_once(kind: Kind, field: str, text: str) -> None:
    application = draft(kind)
    with pytest.raises(FormNotRight) as found:
        save_form(application_id=application.pk, form={"event_on": "2026-02-01", field: text}, by=OFFICER, **WHEN)
    assert [flaw.field for flaw in found.value.flaws] == [field]


def test_a_saved_form_takes_the_place_of_the_draft() -> None:
    application = draft()
    save_form(application_id=application.pk, form={"event_on": "2026-01-05"}, by=OFFICER, **WHEN)
    assert now(application).event_on == date(2026, 1, 5)
    save_form(application_id=application.pk, form={"event_on": "2026-01-05"}, by=OFFICER, **WHEN)
    assert [move.what for move in Move.objects.order_by("id")] == ["drafted", "form_saved"]


def test_papers_are_asked_for_by_the_amount() -> None:
    application = with_papers(draft(injuries="skull:closed"))
    with pytest.raises(PapersMissing) as found:
        hand_in(application)
    assert found.value.papers == ("union_certificate",)
    bring(application, "union_certificate", picture("u"))
    assert hand_in(application).amount_fen == 260_000


def test_a_traffic_accident_asks_for_the_police_certificate() -> None:
    application = with_papers(draft(cause="车祸"))
    with pytest.raises(PapersMissing) as found:
        hand_in(application)
    assert found.value.papers == ("police_certificate",)


def test_a_returned_application_is_supplemented_and_counts_from_its_first_filing() -> None:
    application = on_the_desk()
    return_for_supplement(application_id=application.pk, by=CHEN, codes=["not_readable"], words="第二页", **WHEN)
    later = ON + timedelta(days=5)
    bring(application, "other", picture("again"))
    submit(application_id=application.pk, by=OFFICER, on=later, at=AT + timedelta(days=5))
    row = now(application)
    assert (row.state, row.turn, row.filed_on, row.returns) == (State.SUBMITTED, 2, ON, 1)
    assert Paper.objects.filter(application=application, handed_in_at=None).count() == 0


def test_a_return_or_a_refusal_says_why_in_words_of_the_list_or_own() -> None:
    application = on_the_desk()
    with pytest.raises(WordsMissing):
        return_for_supplement(application_id=application.pk, by=CHEN, codes=[], words=" ", **WHEN)
    with pytest.raises(SentenceUnknown, match="work_injury"):
        return_for_supplement(application_id=application.pk, by=CHEN, codes=["work_injury"], words="", **WHEN)
    refuse(application_id=application.pk, by=CHEN, codes=["work_injury"], words="", **WHEN)
    assert now(application).state == State.REFUSED


def test_nobody_works_at_another_reviewers_desk() -> None:
    application = on_the_desk()
    with pytest.raises(NotYours, match=r"chen\.jing"):
        approve(application_id=application.pk, by=WANG, seen_fen=130_000, **WHEN)
    hand_back(application_id=application.pk, by=CHEN, because="休假", **WHEN)
    take_application(application_id=application.pk, by=WANG, **WHEN)
    assert approve(application_id=application.pk, by=WANG, seen_fen=130_000, **WHEN).posted


def test_an_amount_that_was_not_looked_at_is_not_approved() -> None:
    application = on_the_desk()
    with pytest.raises(AmountChanged, match=r"1,300\.00 yuan, not 1,300\.01"):
        approve(application_id=application.pk, by=CHEN, seen_fen=130_001, **WHEN)
    assert owed() == []


def test_a_reviewer_is_not_the_member_the_filer_of_the_household_or_of_the_own_union_over_an_amount() -> None:
    small = handed_in(who=3)
    large = handed_in(Kind.FIRE, who=1)
    for actor, application in [
        (Actor(name="m3", role="reviewer", person_id=person(3).pk), small),
        (Actor(name="m4", role="reviewer", person_id=person(4).pk), small),
        (Actor(name=OFFICER.name, role="reviewer"), small),
        (Actor(name="u1", role="reviewer", union_id=large.union_id), large),
    ]:
        with pytest.raises(OwnApplication):
            take_application(application_id=application.pk, by=actor, **WHEN)
    colleague = Actor(name="u1", role="reviewer", union_id=small.union_id)
    take_application(application_id=small.pk, by=colleague, **WHEN)  # of the own union, but a small amount


def test_a_role_decides_up_to_its_limit_only() -> None:
    application = handed_in(Kind.FIRE)
    with pytest.raises(OverYourLimit, match=r"2,000\.00"):
        take_application(application_id=application.pk, by=Actor(name="li.na", role="subsidy_officer"), **WHEN)
    with pytest.raises(OverYourLimit):
        take_application(application_id=application.pk, by=Actor(name="x", role="member"), **WHEN)


def test_over_ten_thousand_two_different_people_sign_and_it_is_owed_once() -> None:
    application = on_the_desk(Kind.DEATH)
    assert not approve(application_id=application.pk, by=CHEN, seen_fen=2_000_000, **WHEN).posted
    assert (owed(), Case.objects.count(), now(application).state) == ([], 0, State.UNDER_REVIEW)
    with pytest.raises(SecondReviewerNeeded):
        approve(application_id=application.pk, by=CHEN, seen_fen=2_000_000, **WHEN)
    with pytest.raises(SecondReviewerNeeded):
        take_application(application_id=application.pk, by=CHEN, **WHEN)
    take_application(application_id=application.pk, by=WANG, **WHEN)
    done = approve(application_id=application.pk, by=WANG, seen_fen=2_000_000, **WHEN)
    assert (done.posted, done.owed_fen) == (True, 2_000_000)
    assert owed() == [(application.number, 2_000_000, 0, "owed")]
    case = Case.objects.get()
    step = case.moves.get(to_state="approved")
    assert (case.state, step.by, step.second) == ("approved", CHEN.name, WANG.name)
    check_books()


def test_a_first_signature_does_not_count_after_a_supplement() -> None:
    application = on_the_desk(Kind.DEATH)
    approve(application_id=application.pk, by=CHEN, seen_fen=2_000_000, **WHEN)
    take_application(application_id=application.pk, by=WANG, **WHEN)
    return_for_supplement(application_id=application.pk, by=WANG, codes=["paper_missing"], words="", **WHEN)
    hand_in(application)
    take_application(application_id=application.pk, by=ZHAO, **WHEN)
    assert not approve(application_id=application.pk, by=ZHAO, seen_fen=2_000_000, **WHEN).posted


def test_who_may_not_sign_is_told_at_the_first_signature() -> None:
    stranger = Actor(name="stranger", role="reviewer")
    application = on_the_desk(Kind.DEATH, by=stranger)
    with pytest.raises(SignatoryUnknown):
        approve(application_id=application.pk, by=stranger, seen_fen=2_000_000, **WHEN)


def test_what_the_rules_do_not_pay_cannot_be_approved() -> None:
    application = on_the_desk(injuries="no_such_bone")
    with pytest.raises(NothingToApprove, match="not in the table"):
        approve(application_id=application.pk, by=CHEN, seen_fen=0, **WHEN)
    assert owed() == []


def test_an_appeal_goes_to_another_reviewer_and_is_final() -> None:
    application = on_the_desk()
    refuse(application_id=application.pk, by=CHEN, codes=["papers_contradict"], words="", **WHEN)
    assert now(application).appeal_due_on == date(2026, 3, 23)
    appeal(application_id=application.pk, by=OFFICER, words="材料并不矛盾", **WHEN)
    with pytest.raises(AnotherMustJudgeTheAppeal):
        take_application(application_id=application.pk, by=CHEN, **WHEN)
    take_application(application_id=application.pk, by=WANG, **WHEN)
    with pytest.raises(MoveNotAllowed):
        return_for_supplement(application_id=application.pk, by=WANG, codes=["no_stamp"], words="", **WHEN)
    assert approve(application_id=application.pk, by=WANG, seen_fen=130_000, **WHEN).posted
    with pytest.raises(MoveNotAllowed):
        appeal(application_id=application.pk, by=OFFICER, words="再次申请", **WHEN)
    assert owed_fen() == 130_000


def test_a_refusal_on_appeal_ends_it() -> None:
    application = on_the_desk()
    refuse(application_id=application.pk, by=CHEN, codes=["not_entitled"], words="", **WHEN)
    appeal(application_id=application.pk, by=OFFICER, words="请再看", **WHEN)
    take_application(application_id=application.pk, by=WANG, **WHEN)
    refuse(application_id=application.pk, by=WANG, codes=["not_entitled"], words="", **WHEN)
    assert now(application).state == State.UPHELD
    with pytest.raises(MoveNotAllowed):
        appeal(application_id=application.pk, by=OFFICER, words="再次申请", **WHEN)


def test_an_appeal_after_its_day_is_too_late() -> None:
    application = on_the_desk()
    refuse(application_id=application.pk, by=CHEN, codes=["not_entitled"], words="", **WHEN)
    with pytest.raises(AppealTooLate, match="2026-03-23"):
        appeal(application_id=application.pk, by=OFFICER, words="请再看", on=date(2026, 3, 24), at=AT)


def test_an_application_is_withdrawn_before_it_is_decided_and_not_after() -> None:
    open_, decided = on_the_desk(), on_the_desk(who=2)
    approve(application_id=decided.pk, by=CHEN, seen_fen=130_000, **WHEN)
    withdraw(application_id=open_.pk, by=OFFICER, because="不再申请", **WHEN)
    assert now(open_).state == State.WITHDRAWN
    with pytest.raises(MoveNotAllowed):
        withdraw(application_id=decided.pk, by=OFFICER, because="不再申请", **WHEN)


def test_what_is_overdue_ends_once() -> None:
    returned, refused = on_the_desk(), on_the_desk(who=2)
    return_for_supplement(application_id=returned.pk, by=CHEN, codes=["no_stamp"], words="", **WHEN)
    refuse(application_id=refused.pk, by=CHEN, codes=["not_entitled"], words="", **WHEN)
    assert close_overdue(by="job", on=date(2026, 3, 23), at=AT) == 0
    assert close_overdue(by="job", on=date(2026, 3, 24), at=AT) == 2
    assert close_overdue(by="job", on=date(2026, 3, 24), at=AT) == 0
    assert {now(returned).state, now(refused).state} == {State.CLOSED}


def test_two_people_take_an_approval_back_and_the_money_with_it() -> None:
    application = on_the_desk()
    approve(application_id=application.pk, by=CHEN, seen_fen=130_000, **WHEN)
    assert revoke(application_id=application.pk, by=WANG, because="认定书经复核撤销", **WHEN) is None
    with pytest.raises(SecondReviewerNeeded):
        revoke(application_id=application.pk, by=WANG, because="认定书经复核撤销", **WHEN)
    assert revoke(application_id=application.pk, by=ZHAO, because="同意撤销", **WHEN) is not None
    assert (owed_fen(), now(application).state) == (0, State.CLOSED)
    check_books()


def test_one_human_being_with_two_accounts_does_not_revoke_alone() -> None:
    application = on_the_desk()
    approve(application_id=application.pk, by=CHEN, seen_fen=130_000, **WHEN)
    for who in (WANG, ZHAO):
        create_account(name=who.name, full_name="甲", by="tests", at=AT, person_id=person(3).pk)
    assert revoke(application_id=application.pk, by=WANG, because="认定书经复核撤销", **WHEN) is None
    with pytest.raises(SecondReviewerNeeded):
        revoke(application_id=application.pk, by=ZHAO, because="同意撤销", **WHEN)
    create_account(name="li.si", full_name="乙", by="tests", at=AT)
    with pytest.raises(Undeclared):
        revoke(application_id=application.pk, by=Actor(name="li.si", role="reviewer"), because="同意撤销", **WHEN)
    assert now(application).state == State.APPROVED


def test_a_fire_is_paid_once_per_household_and_the_preview_says_so() -> None:
    first = on_the_desk(Kind.FIRE, who=3, household="")
    assert approve(application_id=first.pk, by=CHEN, seen_fen=500_000, **WHEN).owed_fen == 500_000
    second = with_papers(draft(Kind.FIRE, who=4, household=""))
    seen = hand_in(second)
    assert (seen.bucket, seen.amount_fen) == ("capped", 0)
    take_application(application_id=second.pk, by=CHEN, **WHEN)
    assert approve(application_id=second.pk, by=CHEN, seen_fen=0, **WHEN).owed_fen == 0
    assert owed_fen() == 500_000
    check_books()
    for reviewer in (WANG, ZHAO):  # and once only: without the first one the second is owed
        revoke(application_id=first.pk, by=reviewer, because="认定书经复核撤销", **WHEN)
    assert [(row.stay_id, row.amount_fen - row.set_off_fen) for row in Entitlement.objects.order_by("id")] == [
        (first.number, 0), (second.number, 500_000),
    ]  # fmt: skip
    check_books()


def test_a_stay_without_data_is_decided_like_a_stay_and_ends_its_case() -> None:
    case = report_no_data(person_id=person(1).pk, by="chen", sentence="外地住院,医保无数据", on=ON)
    application = start_application(
        kind=Kind.STAY, person_id=person(1).pk, by=OFFICER, filed_as=FiledAs.UNION, case_id=case.pk, form=STAY, **WHEN
    )
    with_papers(application)
    hand_in(application)
    take_application(application_id=application.pk, by=CHEN, **WHEN)
    assert approve(application_id=application.pk, by=CHEN, seen_fen=40_000, **WHEN).owed_fen == 40_000
    case.refresh_from_db()
    assert (case.state, application.number in case.closed_because) == ("closed", True)
    check_books()


def test_data_that_arrives_after_an_approved_stay_is_not_paid_again(tmp_path: Path) -> None:
    application = on_the_desk(Kind.STAY)
    approve(application_id=application.pk, by=CHEN, seen_fen=40_000, **WHEN)
    load(tmp_path, "late", stay(1, "9", "20000.00", **IN_FEBRUARY), as_of=date(2026, 4, 1))
    assert owed() == [(application.number, 40_000, 0, "owed")]
    assert Decision.objects.get(stay_id="H1/V9", newest=True).reasons == ["applied_for_already"]
    assert Case.objects.get(stay_id="H1/V9").reason == "held"
    check_books()
    revoke(application_id=application.pk, by=WANG, because="改按结算数据办理", **WHEN)
    revoke(application_id=application.pk, by=ZHAO, because="改按结算数据办理", **WHEN)
    assert owed() == [(application.number, 40_000, 40_000, "set_off"), ("H1/V9", 40_000, 0, "owed")]
    check_books()


def test_a_stay_that_the_data_has_is_not_approved_beside_it(tmp_path: Path) -> None:
    load(tmp_path, "early", stay(1, "9", "20000.00", **IN_FEBRUARY), as_of=date(2026, 3, 1))
    application = on_the_desk(Kind.STAY)
    with pytest.raises(StayInTheData, match="H1/V9"):
        approve(application_id=application.pk, by=CHEN, seen_fen=40_000, **WHEN)
    assert owed_fen() == 40_000


def test_a_case_over_the_limit_is_applied_for_and_approved_by_two(tmp_path: Path) -> None:
    load(tmp_path, "large", stay(1, "9", "152000.00"), as_of=ON)
    case = Case.objects.get(reason="over_limit")
    about = {"kind": Kind.STAY, "person_id": person(1).pk, "by": OFFICER, "filed_as": FiledAs.UNION}
    application = start_application(case_id=case.pk, **about, **WHEN)  # type: ignore[arg-type]  # one by one above
    with pytest.raises(CaseNotFitting, match="under way"):
        start_application(case_id=case.pk, **about, **WHEN)  # type: ignore[arg-type]
    with_papers(application, "hospital_records", "identity")
    assert hand_in(application).amount_fen == 1_216_000
    case.refresh_from_db()
    assert case.state == "papers_in"
    take_application(application_id=application.pk, by=CHEN, **WHEN)
    assert not approve(application_id=application.pk, by=CHEN, seen_fen=1_216_000, **WHEN).posted
    take_application(application_id=application.pk, by=WANG, **WHEN)
    assert approve(application_id=application.pk, by=WANG, seen_fen=1_216_000, **WHEN).owed_fen == 1_216_000
    assert owed() == [("H1/V9", 1_216_000, 0, "owed")]
    assert Event.objects.count() == 0
    check_books()


def test_a_case_of_somebody_else_or_of_another_kind_is_not_applied_for(tmp_path: Path) -> None:
    load(tmp_path, "large", stay(1, "9", "152000.00"), as_of=ON)
    case = Case.objects.get(reason="over_limit")
    for kind, who in [(Kind.STAY, 2), (Kind.FIRE, 1)]:
        with pytest.raises(CaseNotFitting):
            start_application(
                kind=kind, person_id=person(who).pk, by=OFFICER, filed_as=FiledAs.UNION, case_id=case.pk, **WHEN
            )


def test_nothing_that_was_said_about_a_person_stands_in_the_clear() -> None:
    application = on_the_desk(name="张壹")
    refuse(application_id=application.pk, by=CHEN, codes=[], words="本人说是在工地摔倒", **WHEN)
    row = str(Application.objects.filter(pk=application.pk).values().get()) + str(list(Move.objects.values()))
    assert not any(word in row for word in ("skull", "楼梯", "工地", "张壹"))
    assert now(application).name_differs
