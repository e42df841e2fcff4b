"""The log of notices is masked; reading one in full needs a reason; codes are shown only where nobody else gets them."""

from pathlib import Path
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from jishiyu.apps.accounts.models import Role
from jishiyu.apps.audit.models import Trail
from jishiyu.apps.notices.models import Kind, Notice
from jishiyu.apps.notices.operations import Word, queue_notice
from jishiyu.web.member.words import MESSAGES
from jishiyu.web.notices.lists import KINDS
from tests.once import made_once
from tests.web.member.people import city, person
from tests.web.people import signed_in

pytestmark = pytest.mark.django_db
STAFF = {
    Kind.CASE_HANDED, Kind.CALLS_OVERDUE, Kind.WAITING, Kind.APPOINTMENT, Kind.APPOINTMENT_CANCELLED, Kind.ACTION_DUE,
    Kind.TEST, Kind.TRAIL_BROKEN, Kind.HELP_STEWARD, Kind.HELP_NEED, Kind.HELP_LATE, Kind.HELP_ESCALATED, Kind.HELP_ENDED,
}  # fmt: skip


@made_once
def _notices(folder: Path) -> None:
    city(folder)
    told = {Kind.ONE_TIME_CODE: {"code": "471182", "minutes": "5"}, Kind.PAID: {"yuan": "250.00", "day": "2025-04-02"}}
    for kind, fields in told.items():
        word = Word(kind=kind, fields=fields, person_id=person(1).pk)
        queue_notice(word=word, by="system", at=timezone.now())


def address(kind: Kind) -> str:
    return f"/notices/{Notice.objects.get(kind=kind).pk}"


def test_the_list_shows_nothing_that_leads_to_a_person() -> None:
    text = signed_in(Role.SUBSIDY_OFFICER).get("/notices").content.decode()
    assert "补贴到账" in text
    assert "尚未配置发送渠道" in text
    for secret in ("471182", "250.00", "13900001111", "张1,"):
        assert secret not in text


def test_a_notice_is_read_in_full_for_a_reason_that_stays() -> None:
    client = signed_in(Role.SUBSIDY_OFFICER)
    assert client.post(address(Kind.PAID), {"because": ""}).status_code == 422
    text = client.post(address(Kind.PAID), {"because": "会员来电询问"}).content.decode()
    assert "250.00" in text
    assert "会员来电询问" in Trail.objects.get(action="notices.reveal").details
    assert "250.00" not in client.get(address(Kind.PAID)).content.decode()


def test_a_code_is_shown_on_the_demo_only_and_only_while_no_channel_brings_it(settings: Any, tmp_path: Path) -> None:
    client = signed_in(Role.SUBSIDY_OFFICER)
    settings.CONSOLE_FILE = tmp_path / "console.json"
    for said in (None, "{}", '{"codes_in_log": "yes"}', '{"codes_in_log": false}'):  # an installation, whatever it says
        if said is not None:
            settings.CONSOLE_FILE.write_text(said)
        refused = client.post(address(Kind.ONE_TIME_CODE), {"because": "核对"})
        assert refused.status_code == 422, said
        assert "471182" not in refused.content.decode()
    settings.CONSOLE_FILE.write_text('{"codes_in_log": true}')  # as the demo writes it
    assert "471182" in client.post(address(Kind.ONE_TIME_CODE), {"because": "演示"}).content.decode()
    settings.NOTICE_URLS = ["json://localhost/{mobile}"]
    answer = client.post(address(Kind.ONE_TIME_CODE), {"because": "演示"})
    assert answer.status_code == 422
    assert "471182" not in answer.content.decode()


def test_the_system_administrator_sees_numbers_of_notices_and_no_notice() -> None:
    client = signed_in(Role.SYSTEM_ADMIN)
    text = client.get("/notices").content.decode()
    assert "只能查看通知数量" in text
    assert "待发送" in text
    assert address(Kind.PAID) not in text
    assert client.get(address(Kind.PAID)).status_code == 403


@pytest.mark.parametrize("role", [Role.MEMBER, Role.UNION_OFFICER, Role.REVIEWER, Role.AUDIT_ADMIN])
def test_others_have_no_log(role: Role) -> None:
    client: Client = signed_in(role)
    assert client.get("/notices").status_code == 403
    assert client.get(address(Kind.PAID)).status_code == 403


def test_every_kind_of_notice_has_words() -> None:
    assert set(KINDS) == set(Kind.values)


def test_whatever_a_member_is_told_has_a_title_in_words() -> None:
    """A member was shown `approved` for a title once."""
    told = {kind for kind in Kind if kind not in STAFF}
    assert set(MESSAGES) == {kind.value for kind in told}
