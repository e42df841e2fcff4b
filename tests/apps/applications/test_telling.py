"""What became of an application is told: to the member, and to the officer who filed it for them."""

from datetime import date, timedelta
from pathlib import Path

import pytest

from jishiyu.apps.accounts.models import Account
from jishiyu.apps.accounts.operations import create_account
from jishiyu.apps.applications.models import Application, FiledAs, Kind
from jishiyu.apps.applications.operations import (
    Actor,
    answer_complaint,
    appeal,
    approve,
    close_overdue,
    complain,
    refuse,
    return_for_supplement,
    start_application,
    take_application,
)
from jishiyu.apps.applications.telling import remind_of_applications
from jishiyu.apps.notices.models import Notice
from jishiyu.apps.notices.operations import reveal_notice
from jishiyu.apps.people.desk import set_contact
from tests.apps.applications.situations import (
    ACCIDENT,
    AT,
    CHEN,
    OFFICER,
    ON,
    WANG,
    WHEN,
    city,
    draft,
    now,
    on_the_desk,
    person,
)
from tests.once import made_once

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("papers_folder")]


@made_once
def _city(folder: Path) -> None:
    city(folder)
    set_contact(person_id=person(1).pk, mobile="13800138000", reason="登记", by="tests", at=AT)
    create_account(name=OFFICER.name, full_name="甲经办", by="tests", at=AT)
    Account.objects.filter(name=OFFICER.name).update(mobile="13900139000")


def told() -> list[tuple[str, str, str]]:
    """Return kind, address and words of every notice about applications and complaints, the oldest first."""
    return [
        (row.kind, row.address, reveal_notice(notice_id=row.pk, reason="查看", by="tests", at=AT))
        for row in Notice.objects.exclude(kind="mobile_changed").order_by("id")
    ]


def to_both(kind: str) -> list[tuple[str, str]]:
    return [(kind, "138****8000"), (kind, "139****9000")]


def test_an_approval_is_told_to_the_member_and_to_the_officer_who_filed() -> None:
    application = on_the_desk()
    assert told() == []  # handing in and taking are nobody's news
    approve(application_id=application.pk, by=CHEN, seen_fen=130_000, **WHEN)
    (kind, address, words), (_, to_officer, for_officer) = told()
    assert [(kind, address), (kind, to_officer)] == to_both("approved")
    assert words == f"【及时雨】张1\uff1a您的申请 {application.number} 已批准\uff0c补贴 1,300.00 元。"
    assert for_officer == f"【及时雨】您代办的申请 {application.number} 已批准。"


def test_a_return_says_until_when_and_where_the_reason_is() -> None:
    application = on_the_desk()
    return_for_supplement(application_id=application.pk, by=CHEN, codes=["no_stamp"], words="", **WHEN)
    assert [row[:2] for row in told()] == to_both("review_returned")
    assert all("2026-03-23" in words and application.number in words for *_, words in told())
    assert "no_stamp" not in str(told())


def test_a_refusal_its_last_day_and_its_end_on_appeal_are_told() -> None:
    application = on_the_desk()
    refuse(application_id=application.pk, by=CHEN, codes=["papers_contradict"], words="", **WHEN)
    assert [row[:2] for row in told()] == to_both("refused")
    assert str(now(application).appeal_due_on) in told()[0][2]
    appeal(application_id=application.pk, by=OFFICER, words="请复核一次", **WHEN)
    take_application(application_id=application.pk, by=WANG, **WHEN)
    refuse(application_id=application.pk, by=WANG, codes=["papers_contradict"], words="", **WHEN)
    assert [row[:2] for row in told()][2:] == to_both("upheld")


def test_a_member_who_files_alone_is_told_alone() -> None:
    member = Actor(name="member-1", role="member", person_id=person(1).pk)
    application = start_application(
        kind=Kind.ACCIDENT, person_id=person(1).pk, by=member, filed_as=FiledAs.MEMBER, form=ACCIDENT, on=ON, at=AT
    )
    assert remind_of_applications(on=ON + timedelta(days=3), at=AT) == 1
    assert [row[:2] for row in told()] == [("papers_missing", "138****8000")]
    assert "尚未提交" in told()[0][2]
    assert application.number in told()[0][2]


def test_deadlines_are_told_once_three_days_before() -> None:
    application = on_the_desk()
    return_for_supplement(application_id=application.pk, by=CHEN, codes=["no_stamp"], words="", **WHEN)
    days = [date(2026, 3, 19), date(2026, 3, 20), date(2026, 3, 21)]
    assert [remind_of_applications(on=day, at=AT) for day in days] == [0, 2, 0]
    assert [row[:2] for row in told()][2:] == to_both("deadline")


def test_what_ends_because_nothing_was_added_is_told() -> None:
    application = on_the_desk()
    return_for_supplement(application_id=application.pk, by=CHEN, codes=["no_stamp"], words="", **WHEN)
    assert close_overdue(by="system", on=date(2026, 3, 24), at=AT) == 1
    assert [row[:2] for row in told()][2:] == to_both("application_ended")


def test_an_old_draft_is_not_asked_about_for_ever() -> None:
    draft()
    assert Application.objects.count() == 1
    assert remind_of_applications(on=ON + timedelta(days=30), at=AT) == 0


def test_an_answer_to_a_complaint_is_told_without_its_words() -> None:
    member = Actor(name="member-1", role="member", person_id=person(1).pk)
    complaint = complain(person_id=person(1).pk, words="一直没有消息", by=member, **WHEN)
    answer_complaint(complaint_id=complaint.pk, words="已转审核", by=OFFICER, at=AT)
    assert told() == [
        ("complaint_answered", "138****8000", "【及时雨】张1\uff1a您提出的投诉已答复\uff0c请登录会员页面查看。")
    ]


def test_a_changed_account_is_told_to_the_mobile_of_before() -> None:
    who = person(1).pk
    change = {"mobile": "13700137000", "bank_account": "6222021234567890123"}
    set_contact(person_id=who, reason="本人要求", by="mallory", at=AT, **change)
    rows = [(row.kind, row.address) for row in Notice.objects.order_by("id")]
    assert rows == [("mobile_changed", "138****8000"), ("account_changed", "138****8000")]
    account = told()[0][2]
    assert "尾号 0123" in account
    assert "6222021234567890123" not in account
    set_contact(person_id=who, reason="再登记一次", by="mallory", at=AT, **change)
    assert Notice.objects.count() == 2  # the same again changes nothing and tells nothing
