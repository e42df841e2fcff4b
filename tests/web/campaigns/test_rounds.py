"""Rounds on the screen: opened from a file, enterprises and stewards, hand-over, links and QR codes, stewards compared."""

import re
from datetime import timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.utils import timezone

from jishiyu.apps.accounts.models import Role
from jishiyu.apps.enterprises.models import Campaign, Link, Participation, State
from jishiyu.apps.enterprises.operations import move_need
from tests.apps.enterprises.situations import WAY, unions
from tests.web.people import signed_in
from tests.web.steward.round import POWER, as_somebody, handed, open_power, steward, take_part

pytestmark = pytest.mark.django_db
NETWORK = {"level_1": "CITY", "level_2": "MADE", "level_3": "GRID"}


def city() -> Client:
    unions()
    return signed_in(Role.ORGANISER, union="CITY")


def test_a_round_is_opened_from_a_shipped_file_and_shows_what_is_assumed() -> None:
    client = city()
    today = timezone.localdate().isoformat()
    answer = client.post("/campaigns/open", {"source": "power-1", "begins_on": today, **NETWORK})
    assert answer.status_code == 302
    page = client.get(answer.headers["Location"]).content.decode()
    for words in ("设备更可靠", "制造业工会联合会", "谐波", "clocks"):
        assert words in page
    assert Campaign.objects.get().code in client.get("/campaigns").content.decode()


def test_a_file_with_mistakes_is_refused_with_its_lines() -> None:
    bad = SimpleUploadedFile("mine.toml", POWER.replace("transformer = 4", "transformer = 9").encode())
    answer = city().post("/campaigns/open", {"file": bad, "begins_on": "2026-03-02", **NETWORK})
    assert answer.status_code == 422
    assert "transformer" in answer.content.decode()
    assert not Campaign.objects.exists()


def test_unions_of_a_level_are_found_as_one_types_and_what_is_ticked_stays() -> None:
    client = city()
    page = client.get("/campaigns/open").content.decode()
    assert '<option value="CITY">市总工会 (CITY)</option>' in page
    assert '<option value="GRID">' not in page  # an enterprise's union leads no round of the city's organiser
    assert 'name="level_2" value="MADE"' in page
    found = client.get("/campaigns/unions", {"level": "3", "find_3": "供电", "level_3": "E1"}).content.decode()
    assert 'name="level_3" value="E1" checked' in found
    assert 'name="level_3" value="GRID">' in found
    assert "E2" not in found
    named = client.get("/campaigns/unions", {"level": "3", "find_3": "E2"}).content.decode()
    assert 'value="E2"' in named
    assert client.get("/campaigns/unions", {"level": "1"}).status_code == 404
    assert signed_in(Role.STEWARD).get("/campaigns/unions", {"level": "3"}).status_code == 403


def test_a_union_that_is_not_there_is_refused_and_the_rest_stays_ticked() -> None:
    client = city()
    form = {
        "source": "power-1",
        "begins_on": timezone.localdate().isoformat(),
        **NETWORK,
        "level_3": ["GRID", "NOWHERE"],
    }
    refused = client.post("/campaigns/open", form)
    assert refused.status_code == 422
    page = refused.content.decode()
    assert "没有代码为 NOWHERE 的在册工会" in page
    assert 'name="level_3" value="GRID" checked' in page
    assert not Campaign.objects.exists()


def test_an_organiser_of_one_union_leads_with_that_union() -> None:
    unions()
    page = signed_in(Role.ORGANISER, union="E1").get("/campaigns/open").content.decode()
    assert re.findall(r'<option value="(\w+)"[^>]*>[^<]*工会', page.split('name="level_1"')[1]) == ["E1"]


def test_a_second_round_goes_on_with_the_first() -> None:
    first = open_power()
    handed(take_part(steward=steward("guan.jia")), "谐波偏大")
    today = timezone.localdate().isoformat()
    form = {"source": "power-1", "code": "power-2", "begins_on": today, "follows": first.code}
    assert city().post("/campaigns/open", form).status_code == 302
    second = Campaign.objects.get(code="power-2")
    assert second.participations.get().needs.get().words == "谐波偏大"


def test_nobody_opens_a_round_that_another_branch_leads() -> None:
    unions()
    client = signed_in(Role.ORGANISER, union="E1")
    form = {"source": "power-1", "begins_on": timezone.localdate().isoformat(), **NETWORK}
    assert client.post("/campaigns/open", form).status_code == 422
    open_power()
    assert "power-1" not in client.get("/campaigns").content.decode()


def test_enterprises_take_part_and_are_given_to_stewards_one_by_one_or_many() -> None:
    round_, client = open_power(), city()
    steward("guan.jia"), steward("guan.er")
    form = {
        "name": "甲厂有限公司",
        "uscc": "",
        "union": "E1",
        "steward": "guan.jia",
        "contact": "王工",
        "mobile": "13900001111",
    }
    answer = client.post(f"/campaigns/{round_.pk}/enrol", form)
    assert answer.status_code == 302
    first = Participation.objects.get()
    assert first.steward is not None
    assert first.steward.name == "guan.jia"
    take_part("E2")
    handover = {"steward": "guan.er", "sentence": "周二常在"}
    assert client.post(f"/campaigns/enterprises/{first.pk}/steward", handover).status_code == 302
    page = client.get(f"/service/enterprises/{first.pk}").content.decode()
    assert "guan.er" in page
    assert client.post("/campaigns/appoint?steward=none", {"all_found": "1", "steward": "guan.jia"}).status_code == 302
    assert Participation.objects.get(enterprise__code="E2").steward == steward("guan.jia")
    wrong = {**form, "union": "NOWHERE"}
    assert client.post(f"/campaigns/{round_.pk}/enrol", wrong).status_code == 422


def test_a_link_is_shown_once_with_its_qr_code_and_can_be_withdrawn() -> None:
    round_, client = open_power(), city()
    page = client.post(f"/campaigns/{round_.pk}/link").content.decode()
    found = re.search(r"http://testserver(/n/[\w-]+)", page)
    assert found
    assert "<svg" in page
    assert "style=" not in page.split("qr-frame")[1].split("</div>")[0]
    assert Client().get(found[1]).status_code == 200
    link = Link.objects.get()
    round_page = client.get(f"/campaigns/{round_.pk}").content.decode()
    assert found[1].removeprefix("/n/") not in round_page
    assert "<strong>提交需求</strong>" in round_page  # what the link opens
    assert client.post(f"/campaigns/links/{link.pk}/withdraw").status_code == 302
    assert Client().get(found[1]).status_code == 422


def test_a_steward_makes_the_link_of_an_own_enterprise_only() -> None:
    mine, other = take_part(steward=steward("guan.jia")), take_part("E2", steward=steward("guan.er"))
    client = as_somebody(steward("guan.jia"))
    assert client.post(f"/campaigns/enterprises/{mine.pk}/link").status_code == 200
    assert client.post(f"/campaigns/enterprises/{other.pk}/link").status_code == 404


def test_stewards_stand_side_by_side_and_each_sees_the_own_record() -> None:
    round_ = open_power()
    handed(take_part(steward=steward("guan.jia")), "谐波偏大")
    take_part("E2", steward=steward("guan.er"))
    page = city().get(f"/campaigns/{round_.pk}/stewards").content.decode()
    assert page.count("甲专属管家") >= 2
    own = as_somebody(steward("guan.jia")).get("/service/record").content.decode()
    assert round_.code in own


def test_a_round_is_closed_on_a_page_that_says_what_becomes_of_the_rest() -> None:
    round_, client = open_power(), city()
    need = handed(take_part(steward=steward("guan.jia")), "谐波偏大").needs[0]
    assert f"/campaigns/{round_.pk}/close" in client.get(f"/campaigns/{round_.pk}").content.decode()
    page = client.get(f"/campaigns/{round_.pk}/close").content.decode()
    assert "尚无后续批次" in page
    assert "提前结束" in page
    answer = client.post(f"/campaigns/{round_.pk}/close")
    assert (answer.status_code, answer.headers["Location"]) == (302, f"/campaigns/{round_.pk}")
    page = client.get(f"/campaigns/{round_.pk}").content.decode()
    assert "1 条未办结需求等待后续批次" in page
    assert "结束了批次" in page
    for gone in ("/close", "/enrol", "/link"):
        assert f"/campaigns/{round_.pk}{gone}" not in page
    assert client.get(f"/campaigns/{round_.pk}/close").status_code == 302
    assert client.post(f"/campaigns/{round_.pk}/close").status_code == 422
    assert client.post(f"/campaigns/{round_.pk}/link").status_code == 422
    shown = client.get(f"/service/needs/{need.pk}").content.decode()
    assert "由后续批次继续办理" in shown
    assert f"/service/needs/{need.pk}/forward" not in shown
    client.cookies["django_language"] = "en"
    shown = client.get(f"/service/needs/{need.pk}").content.decode()
    assert "the round was closed; the next one goes on with it" in shown
    assert "本批次已结束" not in shown
    meeting = client.get(f"/pairing/{round_.pk}").content.decode()
    assert "nothing is paired in it any more" in meeting
    assert f"/pairing/{round_.pk}/solve" not in meeting


def test_a_round_with_a_visit_to_come_names_it_and_is_closed_by_its_own_branch_only() -> None:
    round_ = open_power()
    need = handed(take_part(steward=steward("guan.jia")), "谐波偏大").needs[0]
    for to in WAY[: WAY.index(State.PLANNED) + 1]:
        move_need(need_id=need.pk, to=to, what=to.value, by="t", at=timezone.now())
    client = city()
    page = client.get(f"/campaigns/{round_.pk}/close").content.decode()
    assert need.number in page
    assert 'method="post"' not in page.split("<h1>")[1].split("</main>")[0]
    refused = client.post(f"/campaigns/{round_.pk}/close")
    assert (refused.status_code, "暂不能结束" in refused.content.decode()) == (422, True)
    other = signed_in(Role.ORGANISER, union="GRID")  # in the network, but not leading
    assert f"/campaigns/{round_.pk}/close" not in other.get(f"/campaigns/{round_.pk}").content.decode()
    assert "助企专员" in other.post(f"/campaigns/{round_.pk}/close").content.decode()
    assert Campaign.objects.get().closed_at is None


def test_a_round_whose_time_is_over_waits_for_its_own_organiser_until_it_is_closed() -> None:
    round_, client = open_power(), city()
    assert "待结束的批次" not in client.get("/todo").content.decode()
    Campaign.objects.update(begins_on=timezone.localdate() - timedelta(days=200), ends_on=timezone.localdate())
    assert "待结束的批次" in client.get("/todo").content.decode()
    assert "待结束" in client.get("/campaigns").content.decode()
    Campaign.objects.update(
        begins_on=timezone.localdate() + timedelta(days=1), ends_on=timezone.localdate() + timedelta(days=9)
    )
    for address in ("/campaigns", f"/campaigns/{round_.pk}"):
        assert "尚未开始" in client.get(address).content.decode()
    Campaign.objects.update(begins_on=timezone.localdate() - timedelta(days=200), ends_on=timezone.localdate())
    assert "待结束的批次" not in signed_in(Role.ORGANISER, union="GRID").get("/todo").content.decode()
    assert client.post(f"/campaigns/{round_.pk}/close").status_code == 302
    assert "待结束的批次" not in client.get("/todo").content.decode()
