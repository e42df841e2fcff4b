"""The first page shows everything that waits for an account, and nothing that waits for somebody else."""

from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest
from django.utils import timezone

from jishiyu.apps.accounts.models import Account, Role
from jishiyu.apps.accounts.operations import lock
from jishiyu.apps.accounts.queries import Held
from jishiyu.apps.api.models import Scope
from jishiyu.apps.api.tokens import issue
from jishiyu.apps.desk.waiting import COUNTS, WORDS
from jishiyu.apps.jobs.models import Kind as Job
from jishiyu.apps.jobs.operations import begin, queue, refuse
from jishiyu.apps.members.problems import ImportUnknown
from jishiyu.apps.notices.models import Kind
from jishiyu.apps.notices.operations import Word, queue_notices
from jishiyu.apps.payments import operations as pay
from jishiyu.apps.payments.bank import Outcome
from jishiyu.apps.payments.models import Attempt
from jishiyu.apps.payments.queries import paid_in
from jishiyu.apps.subsidies.models import Case, Entitlement
from jishiyu.apps.subsidies.operations import hand_over
from jishiyu.apps.workdays.operations import enter_notice
from jishiyu.web.gate import Who
from jishiyu.web.todo.waiting import LOOKS, waiting
from tests.apps.enterprises.situations import campaign
from tests.apps.payments import fund
from tests.apps.subsidies.situations import enrol, load, member, stay
from tests.once import made_once
from tests.web.people import account, signed_in

pytestmark = pytest.mark.django_db
FINANCE, REVIEWER = "u-finance", "u-reviewer"


@made_once
def _city(folder: Path) -> None:
    enrol(
        folder,
        member(1, bank_account="6222020000000000001"),
        member(2),
        member(3, bank_account="6222020000000000003"),
    )
    load(folder, "a", stay(1, "1", "20000.00"), stay(2, "2", "20000.00"), stay(3, "3", "152000.00"))
    fund.open_fund()
    for name in (FINANCE, REVIEWER):
        pay.name_signatory(name=name, member_no=None, by="admin", at=fund.NOW)


def page(role: Role, *, union: str = "") -> str:
    return signed_in(role, union=union).get("/todo").content.decode()


def test_what_was_paid_this_year_goes_by_the_day_of_payment_whenever_the_stay_was(tmp_path: Path) -> None:
    fund.sent_batch(tmp_path)
    fund.read(
        [
            fund.says(one, Outcome.PAID, account=f"622202000000000000{1 if one.line_no == 1 else 3}")
            for one in fund.attempts()
        ]
    )
    paid = paid_in(year=2025)
    assert (paid.count, paid.people, paid.sum_fen) == (1, 1, 400_00)
    assert paid_in(year=2024).count == 0
    Entitlement.objects.update(year=2024)  # the stay was in December
    assert paid_in(year=2025) == paid


def test_every_count_has_words_and_every_look_a_count() -> None:
    assert set(COUNTS) == set(WORDS)
    assert {look[1] for look in LOOKS} <= set(WORDS)


def test_a_batch_waits_for_another_person_than_its_maker_and_then_for_whoever_sends() -> None:
    batch = fund.prepare(by=FINANCE).batch_id
    assert "待复核的付款批次" not in page(Role.FINANCE)
    assert "待复核的付款批次" in page(Role.REVIEWER)
    assert "缺少或错误的账号" in page(Role.FINANCE)
    fund.approve(batch)
    assert "已复核、待送银行" in page(Role.FINANCE)


def test_an_unknown_result_waits_for_finance(tmp_path: Path) -> None:
    fund.sent_batch(tmp_path)
    assert "待回盘" in page(Role.FINANCE)
    fund.read([fund.says(Attempt.objects.get(), Outcome.UNKNOWN)])
    shown = page(Role.FINANCE)
    assert "结果不明的付款" in shown
    assert "/payments/stuck?state=unknown" in shown


def test_a_case_that_was_handed_over_waits_for_its_receiver() -> None:
    account(Role.UNION_OFFICER, union="U1")
    case = Case.objects.get(reason="over_limit")
    assert "转交给我的联系事项" not in page(Role.UNION_OFFICER, union="U1")
    hand_over(case_id=case.pk, by="li.na", to="u-union-officer-U1", sentence="请跟进")
    shown = page(Role.UNION_OFFICER, union="U1")
    assert "转交给我的联系事项" in shown
    assert "/calls?officer=u-union-officer-U1" in shown
    assert "转交给我的联系事项" not in page(Role.SUBSIDY_OFFICER)


def test_refused_jobs_a_broken_trail_and_undelivered_notices_wait() -> None:
    now = timezone.now()
    job = queue(kind=Job.VERIFY_AUDIT, by="system", at=now)
    assert begin(progress_id=job.pk, at=now) is not None
    refuse(progress_id=job.pk, at=now, problem=ImportUnknown(import_id=1))
    queue_notices(
        words=[Word(kind=Kind.MOBILE_CHANGED, address="", once="x", fields={"name": "甲"})], by="tests", at=now
    )
    officer = page(Role.SUBSIDY_OFFICER)
    assert "未完成或未通过的任务" in officer
    assert "未送达的通知" in officer
    assert "未送达的通知" in page(Role.SYSTEM_ADMIN)
    assert "审计记录不完整" in page(Role.AUDIT_ADMIN)
    assert "审计记录不完整" not in officer


def test_a_token_waits_for_the_account_that_answers_for_it_and_a_lock_for_the_security_administrator() -> None:
    finance, officer = account(Role.FINANCE), account(Role.SUBSIDY_OFFICER)
    now = timezone.now()
    issue(
        name="bank-front", account_name=finance.name, scopes=[Scope.RESULTS_PUSH], union_code="", per_minute=60,
        until=timezone.localdate(now) + timedelta(days=30), on=timezone.localdate(now), by="sec", at=now,
    )  # fmt: skip
    assert "待领取的接口令牌" in page(Role.FINANCE)
    assert "待领取的接口令牌" not in page(Role.SUBSIDY_OFFICER)
    lock(account_id=officer.pk, because="离岗", by="sec", at=now)
    assert "待处理的锁定账号" in page(Role.SECURITY_ADMIN)
    assert Account.objects.get(pk=officer.pk).locked_at is not None


def test_roster_files_lead_to_the_list_of_imports_and_the_page_stays_light(
    django_assert_max_num_queries: Any,
) -> None:
    assert ("roster.import", "roster_imports", "roster:imports") in LOOKS
    client = signed_in(Role.SUBSIDY_OFFICER)
    with django_assert_max_num_queries(15):
        shown = client.get("/todo").content.decode()
    assert "超过自动发放限额、待收材料" in shown


@pytest.mark.parametrize(
    ("role", "on", "told"),
    [
        (Role.SYSTEM_ADMIN, date(2026, 7, 1), ("/settings/calendar", None, 0)),  # the round goes on into 2027
        (Role.ORGANISER, date(2026, 7, 1), ("/campaigns", None, 0)),
        (Role.STEWARD, date(2026, 7, 1), None),  # can do nothing yet
        (Role.STEWARD, date(2026, 12, 3), ("", 2, 0)),
        (Role.SYSTEM_ADMIN, date(2026, 12, 20), ("/settings/calendar", 19, 1)),
        (Role.SUBSIDY_OFFICER, date(2026, 12, 20), None),
    ],
)
def test_a_year_without_working_days_is_told_in_time_to_whom_it_concerns(
    role: Role, on: date, told: tuple[str, int | None, int] | None, settings: Any, tmp_path: Path
) -> None:
    settings.CALENDAR_FOLDER = str(tmp_path / "calendar")
    round_ = campaign()
    round_.ends_on = date(2027, 1, 15)
    round_.save()
    who = Who(account=account(role), held=(Held(role, None),))
    found = [one for one in waiting(who, on) if "2027" in str(one.words)]
    assert [(one.href, one.days, one.late) for one in found] == ([] if told is None else [told])
    if told is not None:
        assert str(found[0].words) == "2027 年工作日历尚未登记：届时需求将无法转交和确认"
    enter_notice(
        text="year = 2027\nwork = []\n[[holiday]]\nfirst = 2027-01-01\nlast = 2027-01-03\n",
        file="x",
        by="s",
        at=timezone.now(),
    )
    assert not [one for one in waiting(who, on) if "2027" in str(one.words)]
