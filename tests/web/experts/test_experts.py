"""The resource list on screen: filters, entries, skills, times by boxes, calendars, import, what is lacking."""

import io
from datetime import timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.utils import timezone
from python_calamine import CalamineWorkbook
from xlsxwriter import Workbook

from jishiyu.apps.accounts.models import Role
from jishiyu.apps.experts.models import Availability, Expert, ExpertSkill
from jishiyu.apps.orgs.models import Union
from jishiyu.apps.visits.models import Visit
from tests.apps.experts.situations import person
from tests.web.pairing.meetings import next_monday, organiser, settle, solve, steward
from tests.web.people import signed_in

pytestmark = pytest.mark.django_db
ENTRY = {
    "name": "甲新",
    "part": "expert",
    "honour": "2",
    "per_week": "4",
    "address": "13900000099",
    "x_km": "1.5",
    "y_km": "",
}


def page(client: Client, address: str, status: int = 200) -> str:
    answer = client.get(address)
    assert answer.status_code == status, answer.content.decode()
    return answer.content.decode()


def test_the_list_is_filtered_by_skill_level_honour_and_week_and_goes_to_excel() -> None:
    settle()
    client = organiser()
    assert all(name in page(client, "/experts") for name in ("甲管家", "甲谐波", "甲差一级"))
    found = page(client, "/experts?skill=thermal&level=3")
    assert "甲双能" in found
    assert "甲差一级" not in found
    Expert.objects.filter(code="E1").update(honour=3)
    assert "甲谐波" in page(client, "/experts?honour=3")
    assert "甲双能" not in page(client, "/experts?honour=3")
    assert "甲谐波" in page(client, f"/experts?week={next_monday().isoformat()}")
    assert "甲谐波" not in page(client, f"/experts?week={(next_monday() + timedelta(days=70)).isoformat()}")
    Expert.objects.filter(code="E3").update(until=timezone.localdate())
    assert "甲差一级" not in page(client, "/experts")
    assert "甲差一级" in page(client, "/experts?state=all")
    answer = client.get("/experts?export=xlsx&skill=thermal")
    content = b"".join(answer.streaming_content)  # type: ignore[attr-defined]
    rows = CalamineWorkbook.from_filelike(io.BytesIO(content)).get_sheet_by_index(1).to_python()
    assert [row[0] for row in rows[1:]] == ["E2"]


def test_somebody_is_admitted_given_skills_confirmed_changed_and_ended() -> None:
    client = organiser()
    answer = client.post("/experts/new", {**ENTRY, "code": "E7", "since": timezone.localdate().isoformat()})
    made = Expert.objects.get(code="E7")
    assert answer.headers["Location"] == f"/experts/{made.pk}/skills"
    assert (made.x_m, made.y_m) == (1500, None)
    assert client.post("/experts/new", {**ENTRY, "code": "E7", "since": "2026-01-01"}).status_code == 422
    assert client.post(f"/experts/{made.pk}/skills", {"skill-harmonics": "4", "skill-solar": "0"}).status_code == 302
    shown = page(client, f"/experts/{made.pk}")
    assert "139****0099" in shown
    assert "13900000099" not in shown
    assert client.post(f"/experts/{made.pk}/confirm", {"skill": "harmonics"}).status_code == 302
    assert ExpertSkill.objects.get(expert=made).confirmed_by == "u-organiser-CITY"
    assert client.post(f"/experts/{made.pk}/change", {**ENTRY, "name": "甲改", "address": ""}).status_code == 302
    assert "甲改" in page(client, f"/experts/{made.pk}")
    ended = client.post(f"/experts/{made.pk}/end", {"last_day": timezone.localdate().isoformat(), "because": "退休"})
    assert ended.status_code == 302
    assert Expert.objects.get(pk=made.pk).until == timezone.localdate() + timedelta(days=1)


def test_an_expert_ticks_half_days_offers_a_pattern_and_takes_a_calendar_in() -> None:
    settle()
    client = steward()
    shown = page(client, "/experts/mine")
    assert "我的空闲时间" in shown
    monday = next_monday()
    key = f"{monday.isoformat()}-am"
    assert f'value="{key}" checked' in shown
    begin = monday.isoformat()
    assert client.post(f"/experts/mine?from={begin}", {"free": [key, "nonsense"]}).status_code == 302
    mine = Availability.objects.filter(expert__code="S1", on__gte=monday, free=True)
    assert [(row.on, row.half) for row in mine] == [(monday, "am")]
    words = {"pattern": ["1-pm"], "first": begin, "last": (monday + timedelta(days=13)).isoformat()}
    assert client.post("/experts/mine/weekly", words).status_code == 302
    assert not mine.filter(half="am").exists()
    event = f"BEGIN:VEVENT\r\nUID:1\r\nDTSTART;VALUE=DATE:{monday + timedelta(days=1):%Y%m%d}\r\nEND:VEVENT"
    text = f"BEGIN:VCALENDAR\r\nVERSION:2.0\r\n{event}\r\nEND:VCALENDAR\r\n".encode()
    assert client.post("/experts/mine/calendar", {"file": SimpleUploadedFile("a.ics", text)}).status_code == 302
    row = Availability.objects.get(expert__code="S1", on=monday + timedelta(days=1), half="pm")
    assert (row.free, row.source) == (False, "icalendar")
    assert "日历中有安排" in page(client, f"/experts/mine?from={begin}")
    refused = client.post("/experts/mine/calendar", {"file": SimpleUploadedFile("a.ics", b"no calendar")})
    assert refused.status_code == 422
    assert "没有作任何改动" in refused.content.decode()


def test_an_organiser_of_a_branch_in_no_round_keeps_the_people_of_the_branch() -> None:
    settle()
    Union.objects.create(code="FAR", name="外地工会", kind="district")
    client = signed_in(Role.ORGANISER, union="FAR")
    assert "甲谐波" not in page(client, "/experts")
    page(client, f"/experts/{Expert.objects.get(code='E1').pk}", 404)
    entry = {**ENTRY, "code": "E7", "since": timezone.localdate().isoformat()}
    answer = client.post("/experts/new", entry)
    made = Expert.objects.get(code="E7")
    assert answer.headers["Location"] == f"/experts/{made.pk}/skills"
    assert made.union is not None
    assert made.union.code == "FAR"  # who is entered without a union stays in sight
    assert "甲新" in page(client, "/experts")
    assert client.post(f"/experts/{made.pk}/change", {**ENTRY, "name": "甲改"}).status_code == 302
    assert "甲改" in page(client, f"/experts/{made.pk}")


def test_a_citys_organiser_who_is_in_no_round_yet_sees_the_whole_list_and_keeps_it() -> None:
    settle()
    Union.objects.create(code="FAR", name="外地市总工会", kind="city")
    client = signed_in(Role.ORGANISER, union="FAR")
    assert "甲谐波" in page(client, "/experts")
    shown = page(client, f"/experts/{Expert.objects.get(code='E1').pk}")
    assert "谐波治理" in shown
    entry = {**ENTRY, "code": "E7", "since": timezone.localdate().isoformat()}
    assert client.post("/experts/new", entry).status_code == 302
    assert "甲新" in page(client, "/experts")


def test_somebody_who_is_not_on_the_list_is_told_whom_to_ask() -> None:
    client = signed_in(Role.EXPERT)
    assert "尚未列入资源清单" in page(client, "/experts/mine")
    page(client, "/experts/mine/weekly", 404)
    assert client.get("/experts").status_code == 403


def test_a_file_with_problems_is_taken_in_and_every_line_is_told() -> None:
    client = organiser()
    lines = "编号,姓名,身份,技能\nE1,甲,劳模工匠,谐波治理:4\nE2,乙,厂长,\nE3,丙,劳模工匠,谐波:3\n"
    answer = client.post("/experts/import", {"file": SimpleUploadedFile("清单.csv", lines.encode())})
    shown = answer.content.decode()
    assert answer.status_code == 200
    assert "新登记 2 人" in shown
    assert "“厂长”" in shown
    assert "没有技能“谐波”（是否为“谐波治理”？）" in shown
    wrong = client.post("/experts/import", {"file": SimpleUploadedFile("x.csv", b"a,b\n1,2\n")})
    assert wrong.status_code == 422
    far = io.BytesIO()
    with Workbook(far) as book:
        sheet = book.add_worksheet()
        sheet.write_row(0, 0, ("编号", "姓名", "身份"))
        sheet.write_string(1_048_575, 16_383, "x")  # the reader would make the whole rectangle
    heavy = client.post("/experts/import", {"file": SimpleUploadedFile("远.xlsx", far.getvalue())})
    assert heavy.status_code == 422
    assert "单元格 XFD1048576" in heavy.content.decode()


@pytest.mark.parametrize(
    ("language", "heading", "sheet"), [("zh-hans", "姓名", "资源清单"), ("en", "Name", "Resource list")]
)
def test_the_template_is_in_the_language_of_the_screen_and_is_taken_in_as_it_is(
    language: str, heading: str, sheet: str
) -> None:
    settle()
    client = organiser()
    client.cookies["django_language"] = language
    template = client.get("/experts/import/template").content
    book = CalamineWorkbook.from_filelike(io.BytesIO(template))
    assert book.sheet_names[0] == sheet
    headings, example = book.get_sheet_by_index(0).to_python()
    assert heading in headings
    assert ["谐波治理", "Harmonics", "harmonics"] in book.get_sheet_by_index(1).to_python()
    answer = client.post("/experts/import", {"file": SimpleUploadedFile("清单.xlsx", template)})
    assert answer.status_code == 200
    taken = Expert.objects.get(code="GJ001")
    assert (taken.name, taken.part, taken.honour) == (example[1], "expert", 2)
    assert taken.skills.count() == 2


def test_what_the_needs_lack_stands_against_the_list() -> None:
    one, _two = settle()
    client = organiser()
    ExpertSkill.objects.filter(skill__code="harmonics").update(confirmed_by="", confirmed_on=None)
    shown = page(client, f"/experts/lacks/{one.participation.campaign_id}")
    assert "谐波治理 4 级" in shown
    assert "无人具备" in shown
    assert "红外测温 3 级" in shown


def test_an_absence_cancels_visits_and_says_how_many() -> None:
    one, _two = settle()
    client = organiser()
    found = solve(client, one.participation.campaign_id)
    client.post(f"/pairing/proposals/{found.pk}/accept")
    officer = Expert.objects.get(code="O1")
    shown = page(client, f"/experts/{officer.pk}")
    assert one.number in shown
    words = {
        "first": next_monday().isoformat(),
        "last": (next_monday() + timedelta(days=27)).isoformat(),
        "because": "队员不能到场",
    }
    answer = client.post(f"/experts/{officer.pk}/absence", words, follow=True)
    assert "取消了 2 次勘查" in answer.content.decode()
    assert Visit.objects.filter(state="cancelled").count() == 2


def test_the_office_ticks_for_somebody_else_and_a_stranger_may_not() -> None:
    who = person("E9", free=())
    client = organiser()
    key = f"{next_monday().isoformat()}-pm"
    assert client.post(f"/experts/{who.pk}/times?from={next_monday().isoformat()}", {"free": [key]}).status_code == 302
    assert Availability.objects.get(expert=who, on=next_monday(), half="pm").source == "office"
    assert steward().post(f"/experts/{who.pk}/times", {"free": [key]}).status_code == 403
