"""Settings and health: what can be changed is changed at once and stands in the trail; no secret is shown."""

import json
from pathlib import Path
from typing import Any

import pytest
from django.test import Client

from jishiyu.apps.accounts.models import Role
from jishiyu.apps.audit.models import Trail
from jishiyu.apps.notices.models import Notice
from tests.web.people import signed_in

pytestmark = pytest.mark.django_db
FORM = {"issuer": "江城市总工会", "since": "2025-01-01", "until": "2026-01-01", "compare": "changchun", "scale": "1/8"}


@pytest.fixture(autouse=True)
def file(settings: Any, tmp_path: Path) -> Path:
    settings.CONSOLE_FILE = tmp_path / "console.json"
    return tmp_path / "console.json"


@pytest.fixture
def client() -> Client:
    return signed_in(Role.SYSTEM_ADMIN)


def test_a_change_holds_from_the_next_page_on_and_stands_in_the_trail_before_and_after(
    client: Client, file: Path
) -> None:
    assert "市总工会" in client.get("/settings").content.decode()
    told = client.post("/settings/change", FORM, follow=True).content.decode()
    assert "江城市总工会" in told
    assert json.loads(file.read_text(encoding="utf-8")) == FORM
    client.post("/settings/change", {**FORM, "issuer": "河城市总工会", "compare": ""})
    changes = json.loads(Trail.objects.filter(action="settings.change").order_by("-id")[0].details)["changes"]
    assert changes == {"issuer": ["江城市总工会", "河城市总工会"], "compare": ["changchun", None]}
    assert "compare" not in json.loads(file.read_text(encoding="utf-8"))
    assert "河城市总工会" in client.get("/settings/change").content.decode()


def test_the_same_again_is_no_change(client: Client) -> None:
    client.post("/settings/change", FORM)
    client.post("/settings/change", FORM)
    assert Trail.objects.filter(action="settings.change").count() == 1


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("scale", "0"),
        ("scale", "1/0"),
        ("scale", "x"),
        ("until", "2024-01-01"),
        ("issuer", ""),
        ("compare", "../etc/passwd"),
    ],
)
def test_what_makes_no_sense_is_refused_and_nothing_is_written(
    client: Client, file: Path, field: str, value: str
) -> None:
    assert client.post("/settings/change", {**FORM, field: value}).status_code == 422
    assert not file.exists()


def test_a_folder_that_cannot_be_written_is_named(client: Client, settings: Any, tmp_path: Path) -> None:
    settings.CONSOLE_FILE = tmp_path / "missing" / "console.json"
    answer = client.post("/settings/change", FORM)
    assert answer.status_code == 422
    assert "设置未能写入" in answer.content.decode()
    assert not Trail.objects.filter(action="settings.change").exists()


def test_what_needs_a_restart_says_so_and_shows_no_secret(client: Client, settings: Any) -> None:
    settings.NOTICE_URLS = [
        "dingtalk://s3cr3t-of-the-robot",
        "https://user:s3cr3t@sms.example/send?to={mobile}&key=s3cr3t",
    ]
    settings.WATCH_FOLDER = "/no/such/folder"
    told = client.get("/settings").content.decode()
    assert "s3cr3t" not in told
    assert "dingtalk://…, https://sms.example" in told
    assert "没有此文件夹" in told
    assert "JISHIYU_NOTICE_URLS" in told
    assert "重启" in told


@pytest.mark.parametrize(
    ("address", "shown"), [("", ""), ("13900001111", "139****1111"), ("a.b@example.org", "a***@example.org")]
)
def test_a_test_message_is_queued_and_shown_in_the_log(client: Client, address: str, shown: str) -> None:
    told = client.post("/settings/test-notice", {"address": address}, follow=True).content.decode()
    notice = Notice.objects.get()
    assert (notice.kind, notice.state, notice.address) == ("test", "queued", shown)
    assert "测试消息" in told
    assert Trail.objects.get(action="settings.test_notice").by == "u-system-admin"


def test_an_address_that_is_none_is_refused(client: Client) -> None:
    assert client.post("/settings/test-notice", {"address": "javascript:alert(1)"}).status_code == 422
    assert not Notice.objects.exists()


def test_nobody_else_sees_or_changes_settings() -> None:
    for role in (Role.SECURITY_ADMIN, Role.AUDIT_ADMIN, Role.SUBSIDY_OFFICER):
        for address in ("/settings", "/settings/change", "/settings/test-notice"):
            assert signed_in(role).get(address).status_code == 403
