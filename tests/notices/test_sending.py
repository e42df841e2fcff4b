"""Notices leave by real channels, once, and say what became of them."""

import email
from datetime import timedelta
from email.policy import default
from pathlib import Path

import pytest
from django.db import connection, transaction
from django.test import Client

from jishiyu.apps.accounts.models import Account
from jishiyu.apps.intake.operations import moment
from jishiyu.apps.notices.models import Kind, Notice, State
from jishiyu.apps.notices.operations import (
    STUCK,
    Word,
    queue_notice,
    queue_notices,
    reveal_notice,
    take_up,
)
from jishiyu.apps.notices.problems import CodeOfAnother, NoAddress, ReasonMissing
from jishiyu.apps.notices.queries import counts, notices
from jishiyu.apps.notices.texts import texts
from jishiyu.apps.people.models import Person
from jishiyu.notices.sending import Sent, send_waiting
from tests.apps.subsidies.situations import enrol, member
from tests.apps.together import at_once
from tests.notices.servers import mail_server, web_hook
from tests.web.member.people import as_member

pytestmark = pytest.mark.django_db
PAID = {"yuan": "400.00", "day": "2026-01-05"}


@pytest.fixture
def somebody(tmp_path: Path) -> Person:
    enrol(tmp_path, member(1, mobile="13800138000", bank_account="6222021234567890123"))
    return Person.objects.get()


def paid(person: Person, once: str | None = None) -> Notice:
    word = Word(kind=Kind.PAID, fields=PAID, person_id=person.pk, once=once)
    return queue_notice(word=word, by="system", at=moment())


def test_a_member_is_told_by_a_gateway_that_gets_number_and_words(somebody: Person) -> None:
    notice = paid(somebody)
    with web_hook() as (place, came):
        done = send_waiting(urls=[f"json://{place}/sms/{{mobile}}"])
    assert done == Sent(sent=1, not_sent=0)
    assert came[0]["path"] == "/sms/13800138000"
    assert came[0]["message"] == (
        "【及时雨】张1\uff1a职工补贴 400.00 元已于 2026-01-05 汇入您尾号 0123 的账户。详情可登录会员页面查看。"
    )
    notice.refresh_from_db()
    assert (notice.state, notice.attempts) == (State.SENT, 1)


def test_a_member_is_told_in_the_language_of_the_own_pages(somebody: Person) -> None:
    """The last one chosen counts, by whichever row stands for the member since two were found to be one."""
    assert paid(somebody).language == "zh"
    client = as_member(1)
    client.post("/language", {"language": "en", "back": "/"})
    assert Account.objects.get(person=somebody).language == "en"
    english = paid(somebody)
    assert english.language == "en"
    assert "union subsidy of 400.00 yuan" in reveal_notice(notice_id=english.pk, reason="x", by="tests", at=moment())
    spoken = Word(kind=Kind.PAID, fields=PAID, person_id=somebody.pk, language="zh")
    assert queue_notice(word=spoken, by="system", at=moment()).language == "zh"
    client.post("/language", {"language": "zh-hans", "back": "/"})
    assert paid(somebody).language == "zh"


def test_a_language_that_nobody_signed_in_chooses_is_kept_by_the_browser_alone(somebody: Person) -> None:
    assert Client().post("/language", {"language": "en", "back": "/"}).status_code == 302
    assert not Account.objects.filter(language="en").exists()


def test_mail_goes_by_smtp(somebody: Person) -> None:
    word = Word(kind=Kind.PAID, fields=PAID, person_id=somebody.pk, address="member@example.org", language="en")
    queue_notice(word=word, by="system", at=moment())
    with mail_server() as (place, came):
        url = f"mailto://{place}/?from=union@example.org&to={{email}}&mode=insecure"
        assert send_waiting(urls=[url]).sent == 1
    (to, text), *others = came
    assert (to, others) == ("member@example.org", [])
    message = email.message_from_string(text, policy=default)
    body = message.get_body(("plain",))
    assert body is not None
    assert "a union subsidy of 400.00 yuan reached your account ending in 0123" in " ".join(body.get_content().split())


def test_staff_are_told_by_the_group_and_members_never_are() -> None:
    queue_notice(word=Word(kind=Kind.WAITING, fields={"count": "3", "oldest": "2026-01-02"}), by="system", at=moment())
    with web_hook() as (group, told), web_hook() as (gateway, texted):
        send_waiting(urls=[f"json://{group}/group", f"json://{gateway}/{{mobile}}"])
    assert ([entry["path"] for entry in told], texted) == (["/group"], [])


def test_the_log_shows_nothing_that_leads_to_a_person(somebody: Person) -> None:
    code = queue_notice(
        word=Word(kind=Kind.ONE_TIME_CODE, fields={"code": "482913", "minutes": "5"}, person_id=somebody.pk),
        by="system", at=moment(),
    )  # fmt: skip
    notice = paid(somebody)
    shown = " ".join(f"{row.preview} {row.address}" for row in notices())
    for secret in ("张1", "482913", "400.00", "0123", "13800138000"):
        assert secret not in shown
    assert notice.address == "138****8000"
    with pytest.raises(CodeOfAnother):
        reveal_notice(notice_id=code.pk, reason="好奇", by="li.na", at=moment())
    shown_on_the_demo = reveal_notice(notice_id=code.pk, reason="演示", by="li.na", at=moment(), codes_too=True)
    assert "482913" in shown_on_the_demo
    with pytest.raises(ReasonMissing):
        reveal_notice(notice_id=code.pk, reason=" ", by="li.na", at=moment())


def test_without_a_channel_it_stays_in_the_log(somebody: Person) -> None:
    paid(somebody)
    assert send_waiting(urls=[]) == Sent(sent=0, not_sent=0)
    assert [(row.kind, row.state, row.notices) for row in counts()] == [("paid", "queued", 1)]


def test_the_same_event_is_told_once(somebody: Person) -> None:
    first = paid(somebody, "paid entitlement 1")
    assert paid(somebody, "paid entitlement 1").pk == first.pk
    word = Word(kind=Kind.PAID, fields=PAID, person_id=somebody.pk, once="paid entitlement 1")
    assert queue_notices(words=[word], by="system", at=moment()) == 0


def test_a_channel_that_refuses_is_tried_four_times_and_then_the_log_says_so(somebody: Person) -> None:
    notice = paid(somebody)
    with web_hook(500) as (place, came):
        for _ in range(6):
            Notice.objects.update(next_at=moment())
            send_waiting(urls=[f"json://{place}/{{mobile}}"])
    notice.refresh_from_db()
    assert (len(came), notice.state, notice.attempts) == (4, State.FAILED, 4)
    assert "未接收" in notice.problem


def test_the_second_channel_takes_what_the_first_refuses(somebody: Person) -> None:
    paid(somebody)
    with web_hook(500) as (broken, _), web_hook() as (sound, came):
        assert send_waiting(urls=[f"json://{broken}/{{mobile}}", f"json://{sound}/{{mobile}}"]).sent == 1
    assert len(came) == 1


def test_what_was_being_sent_when_the_process_was_killed_is_not_sent_again(somebody: Person) -> None:
    notice = paid(somebody)
    assert [letter.notice_id for letter in take_up(at=moment())] == [notice.pk]
    assert take_up(at=moment()) == []
    assert take_up(at=moment() + STUCK + timedelta(minutes=1)) == []
    notice.refresh_from_db()
    assert notice.state == State.FAILED
    assert "可能已送达" in notice.problem


def test_an_old_code_is_not_sent(somebody: Person) -> None:
    word = Word(kind=Kind.ONE_TIME_CODE, fields={"code": "1", "minutes": "5"}, person_id=somebody.pk)
    notice = queue_notice(word=word, by="system", at=moment() - timedelta(hours=1))
    with web_hook() as (place, came):
        send_waiting(urls=[f"json://{place}/{{mobile}}"])
    notice.refresh_from_db()
    assert (came, notice.state) == ([], State.FAILED)


def test_nobody_reachable_is_a_row_that_says_so(tmp_path: Path) -> None:
    enrol(tmp_path, member(2))
    with pytest.raises(NoAddress):
        paid(Person.objects.get())
    assert notices()[0].problem.startswith("没有可用的手机号")


def test_every_kind_has_words_and_none_speaks_of_illness() -> None:
    assert set(texts()) == set(Kind.values)
    for text in texts().values():
        for word in (
            "住院",
            "医院",
            "诊断",
            "病",
            "伤",
            "医疗",
            "身故",
            "火灾",
            "hospital",
            "illness",
            "injur",
            "medical",
        ):
            assert word not in text.zh + text.en.lower()


@pytest.mark.django_db(transaction=True)
def test_long_work_that_queues_a_notice_keeps_nobody_else_waiting() -> None:
    """The worker is asked when it is committed: asked before, whoever asks too would wait for the end of the work."""
    told: list[int] = []

    def another() -> None:
        with connection.cursor() as cursor:
            cursor.execute("SET lock_timeout = '5s'")
        told.append(queue_notices(words=[_code("13800138001")], by="tests", at=moment()))

    with transaction.atomic():
        assert queue_notices(words=[_code("13800138000"), _code("13800138002")], by="tests", at=moment()) == 2
        at_once(another)
        assert (told, _asked()) == ([1], 1)
    assert _asked() == 1  # one that waits already is enough
    assert Notice.objects.count() == 3


def _code(address: str) -> Word:
    return Word(kind=Kind.ONE_TIME_CODE, fields={"code": "000000", "minutes": "5"}, address=address, once=address)


def _asked() -> int:
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM procrastinate_jobs WHERE task_name = 'send_notices'")
        return int(cursor.fetchone()[0])
