"""The meeting page: what is shown, what is decided, what is refused and to whom."""

import io
import re

import pytest
from django.test import Client
from django.utils import timezone
from python_calamine import CalamineWorkbook

from jishiyu.apps.enterprises.models import Need, State
from jishiyu.apps.enterprises.operations import end_need
from jishiyu.apps.experts.models import Pin, Proposal, ProposalState
from jishiyu.apps.experts.operations import current_plan
from jishiyu.apps.notices.models import Notice
from jishiyu.apps.visits.models import Visit
from tests.web.pairing.meetings import next_monday, organiser, outsider, settle, solve, steward

pytestmark = pytest.mark.django_db


def page(client: Client, address: str, status: int = 200) -> str:
    answer = client.get(address)
    assert answer.status_code == status, answer.content.decode()
    return answer.content.decode()


def test_a_round_waits_is_solved_and_shown_with_score_bound_gap_and_reasons() -> None:
    one, two = settle()
    client = organiser()
    campaign = one.participation.campaign_id
    assert "电力助企" in page(client, "/pairing")
    assert "尚无方案" in page(client, f"/pairing/{campaign}")
    solve(client, campaign)
    shown = page(client, f"/pairing/{campaign}")
    for words in (
        "0 %",
        "已证明最优",
        one.number,
        two.number,
        "覆盖谐波治理 4 级",
        "该企业的专属管家",
        "车间谐波偏大",
        "全部采纳(2)",
    ):
        assert words in shown, words
    assert re.search(r"用时 \d+\.\d 秒.上限 90 秒", shown)
    assert 'data-person="E1"' in shown
    assert 'data-member="S1"' in shown


def test_the_time_limit_is_shown_and_another_one_can_be_asked_for() -> None:
    one, _two = settle()
    client = organiser()
    campaign = one.participation.campaign_id
    shown = page(client, f"/pairing/{campaign}")
    assert 'placeholder="90"' in shown
    assert "最迟 90 秒后取当时的最优方案" in shown
    words = {"first_on": next_monday().isoformat(), "weeks": "4", "seconds": "7"}
    client.post(f"/pairing/{campaign}/solve", words)
    assert "最迟 7 秒时结束" in page(client, f"/pairing/{campaign}/progress")
    made = Proposal.objects.get()
    assert (made.input["seconds"], made.input["limit"]) == (7, 7)
    assert client.post(f"/pairing/{campaign}/solve", {**words, "seconds": "601"}).status_code == 302
    assert Proposal.objects.count() == 1


def test_while_it_is_worked_out_the_page_follows_and_can_stop_it() -> None:
    one, _two = settle()
    client = organiser()
    campaign = one.participation.campaign_id
    client.post(f"/pairing/{campaign}/solve", {"first_on": next_monday().isoformat(), "weeks": "4"})
    shown = page(client, f"/pairing/{campaign}")
    assert "停止并取当前最优方案" in shown
    assert "最迟 90 秒时结束" in shown
    assert "排队中" in page(client, f"/pairing/{campaign}/progress")
    assert (
        client.post(f"/pairing/{campaign}/solve", {"first_on": next_monday().isoformat(), "weeks": "4"}).status_code
        == 422
    )
    assert client.post(f"/pairing/{campaign}/stop").status_code == 302
    assert Proposal.objects.get().stop
    assert "正在停止" in page(client, f"/pairing/{campaign}/progress")


def test_at_the_end_of_the_work_the_page_goes_to_the_plan() -> None:
    one, _two = settle()
    client = organiser()
    solve(client, one.participation.campaign_id)
    answer = client.get(f"/pairing/{one.participation.campaign_id}/progress")
    assert (answer.status_code, answer.headers["HX-Redirect"]) == (204, f"/pairing/{one.participation.campaign_id}")
    assert client.post(f"/pairing/{one.participation.campaign_id}/stop").status_code == 422


def test_a_swap_is_made_pinned_and_the_score_counted_anew() -> None:
    one, _two = settle()
    client = organiser()
    found = solve(client, one.participation.campaign_id)
    old = next(
        who
        for visit in current_plan(found)
        if visit.need_id == one.number
        for who in visit.people
        if who.startswith("E")
    )
    new = "E2" if old == "E1" else "E1"
    answer = client.post(
        f"/pairing/proposals/{found.pk}/change", {"need": one.pk, "out": old, "into": new, "query": "show=all&page=1"}
    )
    assert answer.status_code == 302
    assert answer.headers["Location"] == f"/pairing/{one.participation.campaign_id}?show=all&page=1#need-{one.pk}"
    shown = page(client, f"/pairing/{one.participation.campaign_id}")
    assert "之后经人工调整" in shown
    assert "已锁定</span>" in shown
    assert Pin.objects.filter(need=one, expert__code=new).exists()


def test_a_swap_that_breaks_a_rule_is_told_where_it_was_tried() -> None:
    one, _two = settle()
    client = organiser()
    found = solve(client, one.participation.campaign_id)
    words = {"need": one.pk, "out": "S1", "into": "E3"}
    part = client.post(f"/pairing/proposals/{found.pk}/change", words, headers={"X-Meeting": "part"})
    assert part.status_code == 422
    assert "队伍中没有专属管家" in part.content.decode()
    whole = client.post(f"/pairing/proposals/{found.pk}/change", words)
    assert whole.status_code == 422
    assert "没有作任何改动" in whole.content.decode()
    found.refresh_from_db()
    assert found.changed is None
    team = next(visit.people for visit in current_plan(found) if visit.need_id == one.number)
    good = {"need": one.pk, "into": "E2" if "E1" in team else "E1"}
    done = client.post(f"/pairing/proposals/{found.pk}/change", good, headers={"X-Meeting": "part"})
    assert done.status_code == 204
    assert done.headers["X-Meeting"] == f"/pairing/{one.participation.campaign_id}#need-{one.pk}"


def test_the_page_of_a_need_ranks_candidates_says_why_not_and_pins() -> None:
    one, _two = settle()
    client = organiser()
    campaign = one.participation.campaign_id
    found = solve(client, campaign)
    address = f"/pairing/proposals/{found.pk}/needs/{one.pk}"
    shown = page(client, address)
    assert "可替换人选" in shown
    assert "可增加人选" in shown
    assert "不具备所需技能或角色" in page(client, f"{address}?person=E3")
    assert "已在队伍中" in page(client, f"{address}?person=S1")
    start = f"{next_monday().isoformat()}-pm"
    answer = client.post(f"/pairing/{campaign}/pin", {"need": one.pk, "start": start, "from": "need"})
    assert answer.headers["Location"] == address
    assert "解除" in page(client, address)
    refused = client.post(f"/pairing/{campaign}/pin", {"need": one.pk, "start": "2031-01-06-am"})
    assert refused.status_code == 422
    assert "没有锁定" in refused.content.decode()
    (pin,) = Pin.objects.filter(need=one)
    assert client.post(f"/pairing/{campaign}/release/{pin.pk}").status_code == 302
    assert not Pin.objects.exists()


def test_a_need_that_is_forbidden_says_so_and_is_placed_by_hand() -> None:
    one, _two = settle()
    client = organiser()
    campaign = one.participation.campaign_id
    client.post(f"/pairing/{campaign}/pin", {"need": one.pk, "ban": "1"})
    found = solve(client, campaign)
    assert "会上已禁止" in page(client, f"/pairing/{campaign}?show=out")
    address = f"/pairing/proposals/{found.pk}/needs/{one.pk}"
    assert "人工组队" in page(client, f"{address}?start=5")
    assert client.post(f"{address}/place", {"start": "5", "person": ["S1", "O1"]}).status_code == 422
    assert client.post(f"{address}/place", {"start": "x", "person": ["S1", "O1", "E1"]}).status_code == 422
    assert client.post(f"{address}/place", {"start": "5", "person": ["S1", "O1", "E1"]}).status_code == 302
    found.refresh_from_db()
    assert {visit.need_id: visit.start for visit in current_plan(found)}[one.number] == 5


def test_solving_again_is_compared_with_the_plan_before() -> None:
    one, two = settle()
    client = organiser()
    campaign = one.participation.campaign_id
    first = solve(client, campaign)
    assert "没有可对比的先前方案" in page(client, f"/pairing/proposals/{first.pk}/compare")
    client.post(f"/pairing/{campaign}/pin", {"need": two.pk, "ban": "1"})
    again = solve(client, campaign, again=True)
    shown = page(client, f"/pairing/proposals/{again.pk}/compare")
    import re

    print(re.findall("方案.{200}", shown, re.S))
    assert "1 项需求安排有变，1 项不变" in shown
    assert "未组队" in shown


def test_accepting_makes_appointments_and_shows_them() -> None:
    one, two = settle()
    client = organiser()
    campaign = one.participation.campaign_id
    found = solve(client, campaign)
    assert client.post(f"/pairing/proposals/{found.pk}/accept", {"need": one.pk}).status_code == 302
    assert Need.objects.get(pk=one.pk).state == State.PLANNED
    assert Need.objects.get(pk=two.pk).state == State.CLASSIFIED
    assert "全部采纳(1)" in page(client, f"/pairing/{campaign}")
    assert client.post(f"/pairing/proposals/{found.pk}/accept").status_code == 302
    assert Visit.objects.count() == 2
    assert Notice.objects.filter(kind="appointment").count() == 8
    assert Proposal.objects.get(pk=found.pk).state == ProposalState.ACCEPTED
    shown = page(client, f"/pairing/{campaign}?show=done")
    assert one.number in shown
    assert client.post(f"/pairing/proposals/{found.pk}/accept").status_code == 422


def test_a_need_that_was_withdrawn_after_the_plan_is_not_called_accepted() -> None:
    one, two = settle()
    client = organiser()
    campaign = one.participation.campaign_id
    found = solve(client, campaign)
    client.post(f"/pairing/proposals/{found.pk}/accept", {"need": one.pk})
    end_need(need_id=two.pk, to=State.WITHDRAWN, sentence="已自行解决", by="enterprise", at=timezone.now())
    shown = page(client, f"/pairing/{campaign}")
    (card,) = re.findall(rf'<li class="card-need[^>]*id="need-{two.pk}">.*?</footer>', shown, re.DOTALL)
    assert "企业撤回" in card
    assert "已采纳" not in card
    assert two.number not in page(client, f"/pairing/{campaign}?show=done")
    (card,) = re.findall(rf'<li class="card-need[^>]*id="need-{one.pk}">.*?</footer>', shown, re.DOTALL)
    assert "已采纳" in card


def test_the_plan_goes_to_excel_with_reasons() -> None:
    one, _two = settle()
    client = organiser()
    found = solve(client, one.participation.campaign_id)
    assert "甲管家" in page(client, f"/pairing/proposals/{found.pk}")
    answer = client.get(f"/pairing/proposals/{found.pk}?export=xlsx")
    content = b"".join(answer.streaming_content)  # type: ignore[attr-defined]
    rows = CalamineWorkbook.from_filelike(io.BytesIO(content)).get_sheet_by_index(1).to_python()
    assert len(rows) == 1 + 6
    assert any("覆盖" in str(cell) for row in rows for cell in row)


def test_rounds_of_other_unions_are_no_such_page_and_a_steward_may_look_but_not_decide() -> None:
    one, _two = settle()
    client = organiser()
    campaign = one.participation.campaign_id
    found = solve(client, campaign)
    far = outsider()
    for address in (
        f"/pairing/{campaign}",
        f"/pairing/proposals/{found.pk}",
        f"/pairing/proposals/{found.pk}/needs/{one.pk}",
    ):
        page(far, address, 404)
    assert far.post(f"/pairing/proposals/{found.pk}/accept").status_code == 404
    assert far.post(f"/pairing/{campaign}/pin", {"need": one.pk}).status_code == 404
    theirs = steward()
    shown = page(theirs, f"/pairing/{campaign}")
    assert one.number in shown
    assert "data-member" not in shown
    assert theirs.post(f"/pairing/proposals/{found.pk}/accept").status_code == 403


def test_a_hostile_name_is_shown_and_never_run() -> None:
    from jishiyu.apps.enterprises.models import Enterprise
    from jishiyu.apps.experts.models import Expert

    one, _two = settle()
    Expert.objects.filter(code="E1").update(name='<script>alert("x")</script>')
    Enterprise.objects.update(name='"><img src=x onerror=alert(1)>')
    client = organiser()
    found = solve(client, one.participation.campaign_id)
    for address in (f"/pairing/{one.participation.campaign_id}", f"/pairing/proposals/{found.pk}/needs/{one.pk}"):
        shown = page(client, address)
        assert "<script>alert" not in shown
        assert "<img src=x" not in shown


def test_everything_is_said_in_english_too() -> None:
    one, _two = settle()
    client = organiser()
    solve(client, one.participation.campaign_id)
    client.post("/language", {"language": "en"})
    shown = page(client, f"/pairing/{one.participation.campaign_id}")
    assert "covers Harmonics level 4" in shown
    assert "Accept all (2)" in shown
    assert "am" in shown
