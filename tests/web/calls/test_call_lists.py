"""Call lists as the city and a grassroots officer work them: nothing leaves the list silently."""

from pathlib import Path
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from jishiyu.apps.accounts.models import Role
from jishiyu.apps.orgs.models import Union
from jishiyu.apps.subsidies.models import Case, CaseMove
from tests.apps.subsidies.situations import enrol, load, member, stay
from tests.once import made_once
from tests.web.people import account, signed_in

pytestmark = pytest.mark.django_db
LARGE, STRANGER = "152000.00", "30000.00"


@made_once
def _cases(folder: Path) -> None:
    """One large case of U1, one of U2, and a stranger whose employer is unknown here."""
    enrol(folder, member(1), member(2, org_code="U2"))
    load(folder, "三月", stay(1, "A", LARGE), stay(2, "B", LARGE), stay(9, "C", STRANGER))


def case(union: str | None) -> Case:
    return Case.objects.get(union__code=union) if union else Case.objects.get(union=None)


def city() -> Client:
    return signed_in(Role.SUBSIDY_OFFICER)


def step(client: Client, of: Case, name: str, **data: Any) -> Any:
    last = CaseMove.objects.filter(case=of).order_by("-id").first()
    given = {"sentence": "已与工会王某通话", "seen": str(last.pk if last else 0), **data}
    return client.post(f"/calls/{of.pk}/{name}", given)


def exported(answer: Any) -> str:
    """Return what a streamed file says."""
    return b"".join(answer.streaming_content).decode()


def test_the_list_shows_what_waits_masked_and_narrows() -> None:
    text = city().get("/calls").content.decode()
    assert "张*" in text
    assert "张1" not in text
    assert text.count("超过自动发放限额") >= 2
    assert "某厂" in text
    assert f"/calls/{case('U2').pk}" not in city().get("/calls?union=U1").content.decode()
    assert f"/calls/{case('U1').pk}" not in city().get("/calls?reason=unmatched").content.decode()


def test_an_officer_of_a_union_sees_and_works_only_their_own() -> None:
    officer = signed_in(Role.UNION_OFFICER, union="U1")
    text = officer.get("/calls").content.decode()
    assert f"/calls/{case('U1').pk}" in text
    assert f"/calls/{case('U2').pk}" not in text
    assert officer.get(f"/calls/{case('U2').pk}").status_code == 404
    assert step(officer, case("U2"), "called").status_code == 404
    assert step(officer, case("U1"), "called").status_code == 302
    assert case("U1").state == "called"
    assert officer.get(f"/calls/{case('U1').pk}/close").status_code == 403


def test_by_union_with_the_sheet() -> None:
    client = city()
    text = client.get("/calls/unions").content.decode()
    assert "/calls/unions/U1/sheet" in text
    sheet = client.get("/calls/unions/U1/sheet")
    assert (sheet.status_code, sheet.headers["Content-Type"]) == (200, "application/pdf")
    assert sheet.content.startswith(b"%PDF")
    assert client.get("/calls/unions/U9/sheet").status_code == 404
    assert "U2工会" in text
    assert "U2工会" not in signed_in(Role.UNION_OFFICER, union="U1").get("/calls/unions").content.decode()


def test_a_case_goes_from_call_to_promise_to_papers_and_every_word_is_kept() -> None:
    of, client = case("U1"), city()
    assert step(client, of, "called").status_code == 302
    today = timezone.localdate().isoformat()
    assert step(client, of, "promised", due_on="2000-01-01").status_code == 422
    assert step(client, of, "promised", due_on=today, sentence="本周内送来").status_code == 302
    assert step(client, of, "papers", sentence="材料齐全").status_code == 302
    page = client.get(f"/calls/{of.pk}").content.decode()
    for said in ("已与工会王某通话", "本周内送来", "材料齐全", "材料已收", today):
        assert said in page
    assert f"/reviews/cases/{of.pk}" in page


def test_a_form_that_was_overtaken_says_so_and_loses_nothing() -> None:
    of, client = case("U1"), city()
    assert step(client, of, "called", sentence="第一通电话").status_code == 302
    late = step(client, of, "called", sentence="我写的很长一句话", seen="0")
    text = late.content.decode()
    assert late.status_code == 422
    assert "刚刚登记了新的办理情况" in text
    assert "我写的很长一句话" in text
    assert "第一通电话" in text
    last = CaseMove.objects.filter(case=of).latest("id")
    assert f'name="seen" value="{last.pk}"' in text.replace(' id="id_seen"', "")
    assert not CaseMove.objects.filter(sentence="我写的很长一句话").exists()


def test_it_is_handed_to_an_officer_of_its_union_or_of_another() -> None:
    account(Role.UNION_OFFICER, union="U1")
    account(Role.UNION_OFFICER, union="U2")
    of, client = case("U1"), city()
    page = client.get(f"/calls/{of.pk}/hand").content.decode()
    assert "u-union-officer-U1" in page
    assert "u-union-officer-U2" not in page
    assert step(client, of, "hand", to="u-union-officer-U2").status_code == 422
    assert step(client, of, "hand", to="u-union-officer-U1").status_code == 302
    of.refresh_from_db()
    assert of.officer == "u-union-officer-U1"
    last = CaseMove.objects.filter(case=of).latest("id")
    moved = client.post(
        f"/calls/{of.pk}/hand?union=U2", {"to": "u-union-officer-U2", "sentence": "已调入", "seen": last.pk}
    )
    assert moved.status_code == 302
    of.refresh_from_db()
    assert of.union == Union.objects.get(code="U2")


def test_it_is_closed_only_with_a_reason_and_stays_visible() -> None:
    of, client = case(None), city()
    asks = "请用人单位工会核实是否为在职会员"
    assert asks in client.get(f"/calls/{of.pk}").content.decode()
    assert step(client, of, "close", sentence="").status_code == 422
    assert step(client, of, "close", sentence="单位确认不是会员").status_code == 302
    assert f'/calls/{of.pk}"' not in client.get("/calls").content.decode()
    assert asks not in client.get(f"/calls/{of.pk}").content.decode()
    ended = client.get("/calls?state=closed").content.decode()
    assert f'/calls/{of.pk}"' in ended
    assert "单位确认不是会员" in ended
    again = step(client, of, "called")
    assert again.status_code == 422
    assert "已关闭" in again.content.decode()


def test_one_call_is_noted_for_all_that_were_ticked_or_for_none() -> None:
    client, both = city(), [case("U1").pk, case("U2").pk]
    answer = client.post("/calls/round", {"selected": both, "sentence": "已群发联系单"}, follow=True)
    assert "已为 2 件事项登记" in answer.content.decode()
    assert set(Case.objects.filter(pk__in=both).values_list("state", flat=True)) == {"called"}
    assert (
        "请写明沟通情况"
        in client.post("/calls/round", {"selected": both, "sentence": ""}, follow=True).content.decode()
    )
    officer = signed_in(Role.UNION_OFFICER, union="U1")
    officer.post("/calls/round", {"selected": both, "sentence": "只应登记本单位"})
    assert list(CaseMove.objects.filter(sentence="只应登记本单位").values_list("case__union__code", flat=True)) == [
        "U1"
    ]


def test_a_member_reports_a_stay_without_data() -> None:
    person = case("U1").person_id
    officer = signed_in(Role.UNION_OFFICER, union="U1")
    assert officer.post(f"/calls/report/{case('U2').person_id}", {"sentence": "外地住院"}).status_code == 404
    assert officer.post(f"/calls/report/{person}", {"sentence": "三月在外地住院"}).status_code == 302
    found = Case.objects.get(reason="no_data")
    assert found.person_id == person
    assert "代会员提交材料" in officer.get(f"/calls/{found.pk}").content.decode()


def test_what_somebody_writes_is_text_and_nothing_else() -> None:
    of, client = case("U1"), city()
    step(client, of, "called", sentence="<script>alert(1)</script>")
    for address in ("/calls", f"/calls/{of.pk}"):
        text = client.get(address).content.decode()
        assert "<script>alert" not in text
        assert "&lt;script&gt;alert" in text
    sheet = exported(client.get("/calls?export=csv"))
    assert "张*" in sheet
    assert "张1" not in sheet


def test_pages_need_few_queries(django_assert_max_num_queries: Any) -> None:
    client, of = city(), case("U1")
    step(client, of, "called")
    for address in ("/calls", "/calls/unions", f"/calls/{of.pk}"):
        client.get(address)
        with django_assert_max_num_queries(15 + 3):
            assert client.get(address).status_code == 200, address
