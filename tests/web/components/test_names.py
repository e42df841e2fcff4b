"""Histories name people as they are called, not by their accounts; two who are called the same keep theirs."""

from pathlib import Path
from typing import Any

import pytest
from django.utils import timezone
from django.utils.translation import override

from jishiyu.apps.accounts.models import Role
from jishiyu.apps.accounts.operations import create_account
from jishiyu.apps.accounts.queries import accounts_called
from jishiyu.apps.audit.operations import record
from jishiyu.web.components.history import steps
from jishiyu.web.components.names import Named, called, learn, names_asked_once
from tests.apps.subsidies.situations import enrol, member
from tests.web.people import signed_in

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _people() -> None:
    for name, full_name in (("li.na", "李娜"), ("wang.fang", "王芳"), ("wang.fang2", "王芳")):
        create_account(name=name, full_name=full_name, no_member=True, by="sys", at=timezone.now())


def test_somebody_is_called_by_the_full_name_and_by_the_account_too_where_it_is_shared() -> None:
    told = learn(["li.na", "wang.fang", "gone", "system", "member-17", "link 12", "enterprise", ""])
    assert told == {
        "li.na": "李娜", "wang.fang": "王芳 (wang.fang)", "gone": "gone", "system": "系统自动", "member-17": "会员本人",
        "link 12": "企业（通过链接）", "enterprise": "企业（通过链接）", "": "",
    }  # fmt: skip
    with override("en"):
        assert (called("system"), called("member-17"), called("member-x")) == ("by itself", "the member", "member-x")


def test_a_name_is_asked_for_once_on_a_page(django_assert_num_queries: Any) -> None:
    with names_asked_once(), django_assert_num_queries(2):
        learn(["li.na", "wang.fang"])
        assert [called("li.na"), called("gone"), called("gone"), called("system")] == [
            "李娜",
            "gone",
            "gone",
            "系统自动",
        ]
    with django_assert_num_queries(1):
        called("li.na")  # the next page asks again: a page before it is not remembered


def test_a_history_says_who_it_was_and_the_trail_which_account() -> None:
    record(by="li.na", action="union.add", record="union U7", details={}, at=timezone.now())
    record(by="wang.fang2", action="union.close", record="union U7", details={}, at=timezone.now())
    assert [step.by for step in steps("union U7")] == ["王芳 (wang.fang2)", "李娜"]
    told = signed_in(Role.AUDIT_ADMIN).get("/audit", {"record": "union U7"}).content.decode()
    assert ("li.na" in told, "李娜" in told) == (True, False)


def test_a_list_names_people_and_its_export_says_that_they_stand_in_full(tmp_path: Path) -> None:
    enrol(tmp_path, member(1))  # checked by li.na
    client = signed_in(Role.SUBSIDY_OFFICER)
    page = client.get("/roster/imports").content.decode().split("<tbody>")[1]
    assert ("李娜" in page, "li.na" in page) == (True, False)
    sent = b"".join(client.get("/roster/imports?export=csv").streaming_content).decode()
    assert "李娜" in sent.split("\r\n\r\n")[1]
    assert "已脱敏\uff0c以下栏目除外\uff1a检查人" in sent


def test_a_list_is_narrowed_by_account_or_by_full_name() -> None:
    assert accounts_called("王芳") == ["王芳", "wang.fang", "wang.fang2"]
    assert accounts_called("wang.fang") == ["wang.fang"]
    assert Named(("li.na", "wang.fang"), "{}; 已由 {} 签字").say({}) == "李娜; 已由 王芳 (wang.fang) 签字"
