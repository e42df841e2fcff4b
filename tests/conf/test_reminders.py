"""Members hear of their money once per step, staff of what is overdue once a day."""

from datetime import date, timedelta
from pathlib import Path

import pytest

from jishiyu.apps.jobs.models import Kind as Job
from jishiyu.apps.jobs.models import Progress, State
from jishiyu.apps.jobs.operations import begin, queue
from jishiyu.apps.notices.models import Notice
from jishiyu.apps.payments.bank import Outcome
from jishiyu.apps.payments.models import Attempt
from jishiyu.conf.jobs.housekeeping import queue_daily
from jishiyu.conf.jobs.reminders import remind, tell_about_money
from tests.apps.payments import fund
from tests.apps.subsidies.situations import AT, enrol, load, member, stay

pytestmark = pytest.mark.django_db
SOON = fund.NOW + timedelta(hours=1)


@pytest.fixture
def sent(tmp_path: Path) -> Path:
    enrol(tmp_path, member(1, mobile="13800138000", bank_account="6222020000000000001"), member(2))
    load(tmp_path, "a", stay(1, "1", "20000.00"), stay(2, "2", "152000.00"))
    fund.open_fund()
    fund.sent_batch(tmp_path)
    return tmp_path


def kinds() -> list[str]:
    return list(Notice.objects.order_by("id").values_list("kind", flat=True))


def answered(outcome: Outcome) -> None:
    fund.read([fund.says(Attempt.objects.get(), outcome)])


def test_money_on_its_way_and_paid_is_told_once_each(sent: Path) -> None:
    assert [tell_about_money(at=SOON) for _ in range(2)] == [1, 0]
    assert kinds() == ["money_coming"]
    answered(Outcome.PAID)
    assert [tell_about_money(at=SOON) for _ in range(2)] == [1, 0]
    assert kinds() == ["money_coming", "paid"]


def test_money_that_came_back_is_told_and_not_that_it_is_coming(sent: Path) -> None:
    answered(Outcome.FAILED)
    tell_about_money(at=SOON)
    assert kinds() == ["account_returned"]


def test_a_result_nobody_knows_yet_is_not_told(sent: Path) -> None:
    answered(Outcome.UNKNOWN)
    assert tell_about_money(at=SOON) == 0


def test_old_news_is_no_news(sent: Path) -> None:
    assert tell_about_money(at=SOON + timedelta(days=4)) == 0


def test_the_morning_tells_each_union_once_what_is_overdue(sent: Path) -> None:
    arguments = {"on": "2026-03-01"}
    for told in (1, 0):
        job = queue(kind=Job.REMIND, by="system", at=AT, arguments=arguments)
        running = begin(progress_id=job.pk, at=AT)
        assert running is not None
        assert remind(running).result["unions"] == told
    overdue = Notice.objects.get(kind="calls_overdue")
    assert "U1工会：有 1 件联系事项已超期" in overdue.preview


def test_the_work_of_a_day_is_queued_once() -> None:
    at = AT
    first = queue_daily(kinds=[Job.REMIND, Job.CLEAN_UP], at=at)
    again = queue_daily(kinds=[Job.REMIND, Job.CLEAN_UP], at=at)
    assert [row.pk for row in first] == [row.pk for row in again]
    assert Progress.objects.filter(state=State.QUEUED).count() == 2
    assert first[0].subject == date(2026, 1, 1).isoformat()
