"""Settings and health: what can be changed is changed at once and stands in the trail; no secret is shown."""

import json
from pathlib import Path
from typing import Any

import pytest
from django.test import Client

from jishiyu.apps.accounts.models import Role
from jishiyu.apps.audit.models import Trail
from jishiyu.apps.jobs.models import Seen
from jishiyu.apps.notices.models import Notice
from jishiyu.apps.outside.models import Setting
from jishiyu.apps.outside.queries import gateways, mark, watched_folder
from jishiyu.conf.jobs import tasks
from tests.notices.servers import web_hook
from tests.web.people import NOW, fresh, signed_in

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
    page = client.get("/settings/outside").content.decode()
    assert "JISHIYU_NOTICE_URLS" in page
    assert "JISHIYU_WATCH_FOLDER" in page
    assert 'name="add"' not in page
    assert 'name="folder"' not in page
    fresh(client).post("/settings/outside", {"add": "json://elsewhere/{mobile}", "folder": "/tmp"})
    assert gateways() == tuple(settings.NOTICE_URLS)
    assert not Setting.objects.exists()


ROBOT, SMS = "dingtalk://s3cr3trobot", "jsons://user:s3cr3t@sms.example/send/{mobile}?key=s3cr3t"


def test_gateways_are_set_on_the_screen_sealed_and_never_shown_again(client: Client) -> None:
    answer = fresh(client).post("/settings/outside", {"add": f"{ROBOT}\n{SMS}\n"}, follow=True)
    assert gateways() == (ROBOT, SMS)
    assert b"s3cr3t" not in bytes(Setting.objects.get().sealed)
    pages = answer.content.decode() + client.get("/settings/outside").content.decode()
    assert "s3cr3t" not in pages
    assert "jsons://sms.example" in pages
    client.post("/settings/outside", {"drop": [mark(ROBOT)]})
    assert gateways() == (SMS,)
    before, after = json.loads(Trail.objects.filter(action="settings.outside").latest("id").details)["changes"][
        "gateways"
    ]
    assert (len(before), len(after)) == (2, 1)
    assert after[0].startswith("jsons://sms.example #")
    assert "s3cr3t" not in "".join(Trail.objects.values_list("details", flat=True))


def test_what_is_set_on_the_screen_is_what_the_worker_uses(client: Client) -> None:
    with web_hook() as (place, came):
        fresh(client).post("/settings/outside", {"add": f"json://{place}/sms/{{mobile}}"})
        client.post("/settings/test-notice", {"address": "13900001111"})
        tasks.send_notices(0)
    assert [one["path"] for one in came] == ["/sms/13900001111"]


def test_an_address_of_no_known_service_is_refused_by_its_place_alone(client: Client) -> None:
    answer = fresh(client).post("/settings/outside", {"add": f"{ROBOT}\nnosuch://s3cr3t"})
    assert answer.status_code == 422
    assert "第 2 个地址" in answer.content.decode()
    assert gateways() == ()


def test_gateways_are_changed_with_the_second_factor_shown_a_moment_ago(client: Client) -> None:
    answer = client.post("/settings/outside", {"add": ROBOT})
    assert answer.headers["Location"].startswith("/account/factor/again")
    assert gateways() == ()


def test_the_watched_folder_is_one_of_its_own_in_which_the_server_may_write(
    client: Client, settings: Any, tmp_path: Path, tmp_path_factory: pytest.TempPathFactory
) -> None:
    settings.UPLOAD_FOLDER, settings.PAPERS_FOLDER = str(tmp_path / "uploads"), str(tmp_path / "papers")
    fresh(client)
    incoming = tmp_path_factory.mktemp("incoming")
    ours = incoming / "link"
    ours.symlink_to(tmp_path)
    for folder in (
        "no/path",
        "/no/such/folder",
        str(tmp_path),
        str(tmp_path.parent),
        str(ours),
        str(Path(settings.KEY_FILE).parent),
    ):
        answer = client.post("/settings/outside", {"folder": folder})
        assert answer.status_code == 422, folder
    assert watched_folder() == ""
    assert client.post("/settings/outside", {"folder": str(incoming)}).status_code == 302
    assert watched_folder() == str(incoming)
    assert json.loads(Trail.objects.get(action="settings.outside").details)["changes"] == {
        "watched_folder": ["", str(incoming)]
    }
    (incoming / "broken.csv").write_text("no feed", encoding="utf-8")
    for _ in range(2):
        Seen.objects.update(seen_at=NOW)
        tasks.watch_folder(0)
    assert (incoming / "refused" / "broken.csv").is_file()
    assert client.post("/settings/outside", {"folder": ""}).status_code == 302
    assert watched_folder() == ""


def test_both_are_changed_or_neither(client: Client) -> None:
    assert fresh(client).post("/settings/outside", {"add": ROBOT, "folder": "/no/such/folder"}).status_code == 422
    assert gateways() == ()
    assert not Trail.objects.filter(action="settings.outside").exists()


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
        for address in ("/settings", "/settings/change", "/settings/outside", "/settings/test-notice"):
            assert signed_in(role).get(address).status_code == 403
