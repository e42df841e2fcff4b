"""A steward's desk: by clock, call and confirm in a click, classify by explained words, plan, end, hand over; and levels."""

from datetime import timedelta

import pytest
from django.utils import timezone

from jishiyu.apps.accounts.models import Role
from jishiyu.apps.audit.models import Trail
from jishiyu.apps.enterprises.models import Need, ServiceItem
from jishiyu.apps.enterprises.operations import Given, forward_need, hand_in
from jishiyu.apps.enterprises.states import Level
from tests.web.people import signed_in
from tests.web.steward.round import as_somebody, handed, open_power, steward, take_part

pytestmark = pytest.mark.django_db


def forwarded(*words: str) -> Need:
    need = handed(take_part(steward=steward("guan.jia")), *words).needs[0]
    return forward_need(need_id=need.pk, to_level=Level.SERVING, by="tests", at=timezone.now())


def test_a_need_goes_from_the_list_to_confirmed_and_classified() -> None:
    need = forwarded()
    client = as_somebody(steward("guan.jia"))
    assert need.number in client.get("/service").content.decode()
    page = client.get(f"/service/needs/{need.pk}").content.decode()
    assert "电容器" in page
    assert "13900001234" not in page
    called = client.post(f"/service/enterprises/{need.participation_id}/contact").content.decode()
    assert 'href="tel:13900001234"' in called
    assert Trail.objects.filter(action="enterprise.contact_read").count() == 1
    assert client.post(f"/service/needs/{need.pk}/confirm").status_code == 302
    item = ServiceItem.objects.get(code="power-quality")
    page = client.get(f"/service/needs/{need.pk}/classify").content.decode()
    assert f'<option value="{item.pk}" selected' in page
    form = {"item": item.pk, "priority": "4", "halfdays": "2", "skill-harmonics": "4", "skill-load": "", "follows": ""}
    assert client.post(f"/service/needs/{need.pk}/classify", form).status_code == 302
    need.refresh_from_db()
    assert (need.state, need.item_id, dict(need.wanted.values_list("skill__code", "level"))) == (
        "classified", item.pk, {"harmonics": 4},
    )  # fmt: skip
    plan = {
        "key": ["", "", ""], "zh": ["先看电容器室", "谐波电压", ""], "en": ["", "Harmonic voltage", ""],
        "quantity": ["", "thd_u", ""], "kind": ["", "pcc", ""], "unit": ["", "%", ""], "point": ["", "", ""],
    }  # fmt: skip
    assert client.post(f"/service/needs/{need.pk}/plan", {**plan, "zh": ["", "", ""]}).status_code == 422
    assert client.post(f"/service/needs/{need.pk}/plan", plan).status_code == 302
    need.refresh_from_db()
    assert need.plan[1] == {"zh": "谐波电压", "en": "Harmonic voltage", "quantity": "thd_u", "kind": "pcc", "unit": "%"}


def test_whoever_handed_a_need_in_is_called_first_and_their_power_data_stand_beside_it_also_in_the_next_round() -> None:
    who = steward("guan.jia")
    whose = take_part(steward=who)
    said = {"name": "王工", "mobile": "13900005555", "peak_load_kw": "800", "voltage_level": "10kV"}
    need = hand_in(
        participation_id=whose.pk, needs=[Given(words="变压器油温高")], once="x" * 16, source="link", by="link 1",
        at=timezone.now(), said=said,
    ).needs[0]  # fmt: skip
    need = forward_need(need_id=need.pk, to_level=Level.SERVING, by="tests", at=timezone.now())
    open_power(code="power-2", follows="power-1")
    client = as_somebody(who)
    for one in Need.objects.order_by("id"):
        page = client.get(f"/service/needs/{one.pk}").content.decode()
        assert "最大负荷（千瓦）: 800" in page
        assert "10kV" in page
        assert "13900005555" not in page
        told = client.post(
            f"/service/enterprises/{one.participation_id}/contact", {"need": one.number}
        ).content.decode()
        assert told.index("13900005555") < told.index("13900001234")
    assert Need.objects.count() == 2
    told = client.post(f"/service/enterprises/{need.participation_id}/contact", {"need": "\x00"}).content.decode()
    assert "13900005555" not in told
    assert "13900001234" in told


def test_a_step_that_is_not_possible_or_not_said_why_is_told() -> None:
    need = forwarded()
    client = as_somebody(steward("guan.jia"))
    item = ServiceItem.objects.get(code="power-quality")
    form = {"item": item.pk, "priority": "4", "halfdays": "2", "skill-harmonics": "4"}
    assert client.post(f"/service/needs/{need.pk}/classify", form).status_code == 422
    assert client.post(f"/service/needs/{need.pk}/end", {"to": "not_helped", "sentence": ""}).status_code == 422
    assert (
        client.post(f"/service/needs/{need.pk}/end", {"to": "unreachable", "sentence": "三次无人接听"}).status_code
        == 302
    )
    assert client.post(f"/service/needs/{need.pk}/again").status_code == 302
    need.refresh_from_db()
    assert need.state == "forwarded"


def test_another_stewards_need_is_no_such_page() -> None:
    need = forwarded()
    client = as_somebody(steward("another"))
    for address in ("", "/classify", "/call", "/plan", "/end"):
        assert client.get(f"/service/needs/{need.pk}{address}").status_code == 404, address
    assert client.post(f"/service/needs/{need.pk}/confirm").status_code == 404
    assert need.number not in client.get("/service").content.decode()
    need.refresh_from_db()
    assert need.state == "forwarded"


def test_an_organiser_forwards_one_or_many_and_sees_what_was_raised() -> None:
    needs = handed(take_part(steward=steward("guan.jia")), "谐波偏大", "想装光伏", "培训电工").needs
    client = signed_in(Role.ORGANISER, union="CITY")
    page = client.get("/service/needs").content.decode()
    assert all(need.number in page for need in needs)
    assert (
        client.post(f"/service/needs/{needs[0].pk}/forward", {"level": "2", "sentence": "请产业工会协调"}).status_code
        == 302
    )
    needs[0].refresh_from_db()
    assert (needs[0].state, needs[0].level) == ("handed_in", 2)
    assert client.post("/service/needs/forward", {"all_found": "1"}).status_code == 302
    assert set(Need.objects.values_list("state", flat=True)) == {"forwarded"}
    Need.objects.filter(pk=needs[1].pk).update(escalated_to=1, due_at=timezone.now() - timedelta(days=2))
    raised = client.get("/service/needs?due=raised").content.decode()
    assert needs[1].number in raised
    assert needs[2].number not in raised
    assert "已升级至市总工会" in client.get(f"/service/needs/{needs[1].pk}").content.decode()
    home = client.get("/todo").content.decode()
    assert "/service/needs?due=raised" in home


def test_one_without_a_steward_is_not_forwarded_and_said_so() -> None:
    need = handed(take_part()).needs[0]
    client = signed_in(Role.ORGANISER, union="CITY")
    page = client.post("/service/needs/forward", {"selected": str(need.pk)}, follow=True).content.decode()
    assert need.number in page
    assert (
        f'href="/campaigns/enterprises/{need.participation_id}/steward">指定专属管家'
        in client.get(f"/service/needs/{need.pk}").content.decode()
    )
    need.refresh_from_db()
    assert need.state == "handed_in"


def test_a_steward_writes_down_what_was_told_and_it_waits_for_confirmation() -> None:
    taking = take_part(steward=steward("guan.jia"))
    client = as_somebody(steward("guan.jia"))
    form = {"once": "told-by-phone", "n0-words": "配电柜发热"}
    assert client.post(f"/service/enterprises/{taking.pk}/new", form).status_code == 302
    assert Need.objects.get().state == "forwarded"
    assert "/service?state=forwarded" in client.get("/todo").content.decode()


def test_the_lists_are_taken_as_excel() -> None:
    forwarded()
    client = as_somebody(steward("guan.jia"))
    answer = client.get("/service?export=xlsx")
    assert b"".join(answer.streaming_content)[:2] == b"PK"  # type: ignore[arg-type]
