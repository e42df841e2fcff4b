"""The notice of a year is entered on the screen; what cannot be one is said beside its field."""

from pathlib import Path
from typing import Any

import pytest
from django.test import Client

from jishiyu.apps.accounts.models import Role
from jishiyu.apps.audit.models import Trail
from jishiyu.apps.workdays.queries import known_calendar
from tests.web.people import signed_in

pytestmark = pytest.mark.django_db
FORM = {
    "year": "2027",
    "off": "元旦 2027-01-01 至 2027-01-03\r\n2027年4月5日\r\n",
    "worked": "2027/2/6",
    "source": "国办发明电〔2026〕X号",
}


@pytest.fixture(autouse=True)
def _folder(settings: Any, tmp_path: Path) -> None:
    settings.CALENDAR_FOLDER = str(tmp_path / "calendar")


@pytest.fixture
def client() -> Client:
    return signed_in(Role.SYSTEM_ADMIN)


def test_a_year_is_entered_and_shown(client: Client) -> None:
    page = client.get("/settings/calendar").content.decode()
    assert "国务院办公厅关于2026年部分节假日安排的通知" in page
    assert 'value="2027"' in page
    answer = client.post("/settings/calendar", FORM, follow=True).content.decode()
    assert "2027 年的工作日历已登记" in answer
    assert ">01-01 – 01-03<" in answer
    assert 2027 in known_calendar().years
    assert Trail.objects.filter(action="workdays.entered", record="year 2027").count() == 1
    assert "2025, 2026, 2027" in client.get("/settings").content.decode()
    assert "登记年度工作日历" in signed_in(Role.AUDIT_ADMIN).get("/audit").content.decode()


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        ({"off": "元旦放假"}, "第 1 行没有日期"), ({"off": "2027-01-01 2027-01-02 2027-01-03"}, "第 1 行"),
        ({"off": "2027-02-30"}, "不存在的日期"), ({"off": "2027-05-03 2027-05-01"}, "不是一段假期"),
        ({"off": "2037-05-01"}, "不在 2027 年"), ({"worked": "2027-02-08"}, "不是周末"), ({"year": "2026"}, "已随本版本提供"),
        ({"off": ""}, '_error"'), ({"year": "abc"}, '_error"'), ({"source": ""}, '_error"'), ({"worked": "2027-01-02"}, "同时列为放假"),
    ],
)  # fmt: skip
def test_what_makes_no_sense_is_refused_with_a_sentence(client: Client, wrong: dict[str, str], said: str) -> None:
    answer = client.post("/settings/calendar", FORM | wrong)
    assert answer.status_code == 422
    assert said in answer.content.decode()
    assert 2027 not in known_calendar().years


def test_nobody_else_enters_working_days() -> None:
    for role in (Role.ORGANISER, Role.STEWARD, Role.SECURITY_ADMIN, Role.SUBSIDY_OFFICER):
        assert signed_in(role).post("/settings/calendar", FORM).status_code == 403


def test_a_file_that_was_spoiled_by_hand_is_named_and_put_right_on_the_screen(client: Client, settings: Any) -> None:
    folder = Path(settings.CALENDAR_FOLDER)
    folder.mkdir()
    (folder / "2027.toml").write_text("year = 2027\nwork = [2027-02-08]\n", encoding="utf-8")
    page = client.get("/settings/calendar").content.decode()
    assert "2027.toml 不是年度节假日安排" in page
    assert client.get("/settings").status_code == 200
    assert client.get("/todo").status_code == 200
    assert client.post("/settings/calendar", FORM).status_code == 302
    assert 2027 in known_calendar().years
    assert "不是年度节假日安排" not in client.get("/settings/calendar").content.decode()
