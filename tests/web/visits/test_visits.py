"""Visits on the screen: the calendar, one visit, changes with a reason, the feed, and whose they are."""

import json
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone
from icalendar import Calendar

from jishiyu.apps.accounts.models import Account, Role
from jishiyu.apps.visits.models import CalendarLink, Entry, Visit, VisitState
from jishiyu.apps.workdays.queries import known_calendar
from jishiyu.web.visits import phone
from tests.apps.enterprises.situations import participation
from tests.apps.visits.situations import check, noted, photo, picture, reading, send, visit
from tests.web.people import signed_in

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _folder(tmp_path: Path, settings: Any) -> None:
    settings.HELP_FOLDER = str(tmp_path / "help")


def as_(name: str) -> Client:
    """Return a client signed in as somebody of the situations, with a second factor."""
    import time

    from allauth.mfa.models import Authenticator
    from allauth.mfa.totp.internal.auth import TOTP, generate_totp_secret

    client, known = Client(), Account.objects.get(name=name)
    if not Authenticator.objects.filter(user=known).exists():
        TOTP.activate(known, generate_totp_secret())
    client.force_login(known)
    session = client.session
    session["account_authentication_methods"] = [{"method": "mfa", "at": 0, "type": "totp"}]
    session["seen"] = int(time.time())
    session.save()
    return client


def today() -> date:
    return timezone.localdate()


def page(client: Client, path: str) -> str:
    answer = client.get(path)
    assert answer.status_code == 200, (path, answer.status_code)
    return answer.content.decode()


def test_an_expert_sees_their_own_visits_and_no_others() -> None:
    mine = visit(on=today())
    other = visit(of=participation("E2", steward="steward-b"), team=[], on=today())
    expert = as_("zhao.gong")
    home = page(expert, "/visits")
    assert f"/visits/{mine.pk}" in home
    assert "E1 有限公司" in home
    assert "E2 有限公司" not in home
    assert expert.get(f"/visits/{other.pk}").status_code == 404
    assert expert.get("/visits/all").status_code == 403


def test_a_steward_sees_the_visits_of_their_enterprises_in_the_list_and_its_excel() -> None:
    mine = visit(on=today())
    other = visit(of=participation("E2", steward="steward-b"), team=[], on=today())
    steward = as_("steward-a")
    shown = page(steward, "/visits/all?week=this")
    assert f"/visits/{mine.pk}" in shown
    assert f"/visits/{other.pk}" not in shown
    assert "甲工匠" in shown
    exported = b"".join(steward.get("/visits/all?export=csv").streaming_content).decode()  # type: ignore[attr-defined]
    assert "E1 有限公司" in exported
    assert "E2 有限公司" not in exported


def test_one_visit_shows_what_was_noted_and_what_is_odd() -> None:
    planned = visit(on=today())
    send(
        planned, check("c1", "problem", words="<script>alert(1)</script>"), reading(value="398", unit="kV"),
        photo(point="1#进线柜"), noted("note", {"words": "每天跳闸"}),
        noted("signature", {"name": "王工", "title": "设备科长"}, picture=picture("white", "PNG")),
    )  # fmt: skip
    shown = page(as_("steward-a"), f"/visits/{planned.pk}")
    for words in ("测量进线电压", "有问题", "398 kV", "像是单位写错", "每天跳闸", "王工", "&lt;script&gt;"):
        assert words in shown, words
    assert "<script>alert" not in shown
    photo_ = Entry.objects.get(kind="photo")
    answer = as_("zhao.gong").get(f"/visits/files/{photo_.pk}")
    assert answer.headers["Content-Type"] == "image/jpeg"
    signed_in(Role.EXPERT)
    assert signed_in(Role.EXPERT).get(f"/visits/files/{photo_.pk}").status_code == 404


def test_a_visit_is_moved_and_cancelled_with_a_reason() -> None:
    planned, steward = visit(on=today()), None
    steward = as_("steward-a")
    later = today() + timedelta(days=3)
    refused = steward.post(
        f"/visits/{planned.pk}/move", {"on": today().isoformat(), "half": "am", "sentence": "企业停产"}
    )
    assert refused.status_code == 422
    assert "已约在该时间" in refused.content.decode()
    given = {"on": later.isoformat(), "half": "pm", "sentence": "企业停产", "sure": f"{later} pm"}
    steward.post(f"/visits/{planned.pk}/move", given)
    planned.refresh_from_db()
    assert (planned.on, planned.half) == (later, "pm")
    assert steward.post(f"/visits/{planned.pk}/cancel", {"sentence": ""}).status_code == 422
    steward.post(f"/visits/{planned.pk}/cancel", {"sentence": "不再需要"})
    planned.refresh_from_db()
    assert planned.state == VisitState.CANCELLED
    assert "不再需要" in page(steward, f"/visits/{planned.pk}")
    assert as_("zhao.gong").get(f"/visits/{planned.pk}/move").status_code == 403


def test_a_day_off_is_asked_about_and_only_that_half_day_is_then_taken() -> None:
    planned, steward = visit(on=today()), as_("steward-a")
    monday = today() + timedelta(days=7 - today().weekday())
    off = (monday + timedelta(days=at) for at in range(28))
    saturday, sunday = [day for day in off if day.weekday() > 4 and not known_calendar().is_working(day)][:2]
    given = {"half": "pm", "sentence": "企业周末停产"}
    form = page(steward, f"/visits/{planned.pk}/move")
    assert 'name="sure"' not in form
    asked = steward.post(f"/visits/{planned.pk}/move", {"on": saturday.isoformat(), **given})
    assert asked.status_code == 422
    assert f'name="sure" value="{saturday} pm"' in asked.content.decode()
    ticked = {"sure": f"{saturday} pm"}
    other = steward.post(f"/visits/{planned.pk}/move", {"on": sunday.isoformat(), **given, **ticked})
    assert f'name="sure" value="{sunday} pm"' in other.content.decode()  # what was ticked was another day
    planned.refresh_from_db()
    assert planned.on == today()
    assert (
        steward.post(f"/visits/{planned.pk}/move", {"on": saturday.isoformat(), **given, **ticked}).status_code == 302
    )
    planned.refresh_from_db()
    assert planned.on == saturday


def test_a_plan_is_changed_row_by_row() -> None:
    planned = visit(on=today())
    rows = {"key": ["c1", "c2", ""], "zh": ["进线三相电压", "", "补测谐波"], "en": ["", "", ""],
            "quantity": ["voltage", "trip_time", ""], "kind": ["switchboard", "rcd", ""], "unit": ["V", "s", ""], "point": ["", "", ""]}  # fmt: skip
    as_("steward-a").post(f"/visits/{planned.pk}/plan", rows)
    planned.refresh_from_db()
    assert [(line["key"], line["zh"]) for line in planned.plan] == [("c1", "进线三相电压"), ("c4", "补测谐波")]
    assert (planned.plan[0]["quantity"], planned.plan[0]["kind"]) == ("voltage", "switchboard")


def test_an_expert_finishes_a_visit_and_says_who_came() -> None:
    planned = visit(on=today())
    member = planned.team.get()
    answer = as_("zhao.gong").post(f"/visits/{planned.pk}/done", {"came": [str(member.pk)]})
    assert answer.status_code == 302
    planned.refresh_from_db()
    assert planned.state == VisitState.DONE


def test_a_feed_shows_visits_to_whoever_has_its_address_until_it_is_withdrawn() -> None:
    monday = today() + timedelta(days=7 - today().weekday())
    planned, cancelled = visit(on=monday, halfdays=2), visit(on=today() + timedelta(days=1))
    Visit.objects.filter(pk=cancelled.pk).update(state="cancelled", cancelled_why="专家生病")
    expert = as_("zhao.gong")
    expert.post("/visits/calendar/new")
    shown = page(expert, "/visits/calendar")
    address = shown.partition('id="feed-address">')[2].partition("<")[0]
    assert address.endswith(".ics")
    assert ".ics" not in page(expert, "/visits/calendar")
    path = "/" + address.partition("://")[2].partition("/")[2]
    read = Calendar.from_ical(Client().get(path).content)
    events = {str(one["status"]): one for one in read.walk("VEVENT")}
    assert set(events) == {"CONFIRMED", "CANCELLED"}
    assert "E1 有限公司" in str(events["CONFIRMED"]["summary"])
    assert events["CONFIRMED"]["dtstart"].dt.hour == 8
    assert (events["CONFIRMED"]["dtend"].dt.date(), events["CONFIRMED"]["dtend"].dt.hour) == (
        planned.on,
        16,
    )  # of the round
    assert bytes(CalendarLink.objects.get().secret_hash) not in address.encode()
    expert.post("/visits/calendar/new")
    assert Client().get(path).status_code == 404
    expert.post("/visits/calendar/withdraw")
    assert not CalendarLink.objects.filter(withdrawn_at=None).exists()
    assert Client().get("/visits/calendar/unknown.ics").status_code == 404


def test_the_phone_gets_its_data_and_its_entries_are_taken_once() -> None:
    planned, expert = visit(on=today()), None
    expert = as_("zhao.gong")
    answer = expert.get("/visits/phone/data").json()
    assert [one["id"] for one in answer["visits"]] == [planned.pk]
    assert answer["visits"][0]["plan"][0]["words"] == "测量进线电压"
    entries = [reading(value="398", unit="kV"), {"client_id": "x", "kind": "note"}]
    for _ in range(2):
        told = expert.post(
            f"/visits/phone/{planned.pk}/entries", json.dumps({"entries": entries}), content_type="application/json"
        ).json()
        assert told["stored"] == [entries[0]["client_id"]]
        assert "单位写错" in told["told"][entries[0]["client_id"]]
        assert "没有编号" in told["refused"]["x"]
    assert Entry.objects.count() == 1


def test_a_phone_shows_today_and_what_comes_before_what_is_over(monkeypatch: pytest.MonkeyPatch) -> None:
    for days in (-9, 3, -1, 0, 8):
        visit(on=today() + timedelta(days=days), of=participation(f"E{1 + days % 2}", steward="steward-a"))
    expert = as_("zhao.gong")
    shown = [one["on"] for one in expert.get("/visits/phone/data").json()["visits"]]
    assert shown == [(today() + timedelta(days=days)).isoformat() for days in (0, 3, 8, -1, -9)]
    monkeypatch.setattr(phone, "MOST_VISITS", 3)  # who has more than fit keeps those to come
    assert [one["on"] for one in expert.get("/visits/phone/data").json()["visits"]] == shown[:3]


@pytest.mark.parametrize(
    "body", ["", "[]", '{"entries": 7}', '{"entries": ["x"]}', "not json", '{"entries": [%s{}]}' % ("{}," * 60)]
)
def test_what_no_phone_sends_is_refused(body: str) -> None:
    planned = visit(on=today())
    answer = as_("zhao.gong").post(f"/visits/phone/{planned.pk}/entries", body, content_type="application/json")
    assert answer.status_code == 400


def test_nobody_sends_entries_of_a_visit_that_is_not_theirs() -> None:
    other = visit(of=participation("E2", steward="steward-b"), team=[], on=today())
    visit(on=today())
    body = json.dumps({"entries": [reading()]})
    answer = as_("zhao.gong").post(f"/visits/phone/{other.pk}/entries", body, content_type="application/json")
    assert answer.status_code == 404
    assert not Entry.objects.exists()


def test_the_worker_names_what_it_keeps_and_is_new_when_a_file_changes() -> None:
    from jishiyu.web.visits import phone

    text = Client().get("/visits/phone/worker.js").content.decode()
    kept = json.loads(text.splitlines()[0].removeprefix("const KEPT = ").removesuffix(";"))
    assert kept["shell"] == "/visits/phone/"
    assert all((phone.STATIC / one.removeprefix("/static/")).is_file() for one in kept["files"])
    assert kept["version"] == phone._version()
