"""A round is closed: refused while somebody waits for what they were promised; what is open goes on in the next one."""

from datetime import UTC, date, datetime

import pytest
from django.db import DatabaseError, transaction

from jishiyu.apps.accounts.models import Role
from jishiyu.apps.audit.models import Trail
from jishiyu.apps.enterprises.handing_in import Given
from jishiyu.apps.enterprises.models import Campaign, Link, LinkFor, Need, NeedMove, Participation, ServiceItem, State
from jishiyu.apps.enterprises.operations import (
    appoint_steward,
    classify_need,
    close_campaign,
    confirm_need,
    end_need,
    enrol_enterprise,
    forward_need,
    hand_in,
    make_link,
    move_need,
    note_call,
    open_campaign,
    run_clocks,
    take_up_again,
    write_plan,
)
from jishiyu.apps.enterprises.problems import RoundClosed, RoundUnfinished, RoundUnknown
from jishiyu.apps.enterprises.queries import open_needs, standing
from jishiyu.apps.enterprises.states import Level
from jishiyu.apps.experts.operations import pin, start_proposal
from jishiyu.engine.help.campaign import shipped
from tests.apps.enterprises.situations import AT, WAY, campaign, need, need_in, participation, somebody

pytestmark = pytest.mark.django_db
POWER = shipped()["power-1"].read_text(encoding="utf-8")
LATER = datetime(2026, 9, 2, 2, tzinfo=UTC)


def closed(*needs: State) -> tuple[Campaign, list[Need]]:
    """Return a round that was closed with needs in these states."""
    made = [need_in(state, of=participation(steward="steward-a"), words=f"需求 {state}") for state in needs]
    round_ = campaign()
    close_campaign(campaign_id=round_.pk, by="o", at=LATER)
    return Campaign.objects.get(pk=round_.pk), [Need.objects.get(pk=one.pk) for one in made]


def followed() -> Campaign:
    """Open the round that goes on with the first."""
    return open_campaign(
        definition=POWER, network={}, code="power-2", begins_on=date(2026, 9, 2), follows="power-1", by="t", at=LATER
    )


@pytest.mark.parametrize("state", [State.PLANNED, State.VISITED, State.DIAGNOSED])
def test_a_round_with_a_visit_a_report_or_a_plan_to_come_is_not_closed(state: State) -> None:
    about, waiting = need_in(state), need()
    with pytest.raises(RoundUnfinished, match=about.number):
        close_campaign(campaign_id=campaign().pk, by="o", at=LATER)
    assert Campaign.objects.get().closed_at is None
    assert not waiting.moves.filter(what="left_open").exists()
    with pytest.raises(DatabaseError, match="not finished"), transaction.atomic():
        Campaign.objects.update(closed_at=LATER)
    end_need(need_id=about.pk, to=State.NOT_HELPED, sentence="企业停产", by="s", at=AT)
    close_campaign(campaign_id=campaign().pk, by="o", at=LATER)
    assert Campaign.objects.get().closed_at == LATER


def test_what_is_open_waits_without_a_clock_and_says_why_in_both_languages() -> None:
    round_, (waiting, done) = closed(State.CONFIRMED, State.CLOSED)
    assert (waiting.state, waiting.due_at, open_needs(round_)) == ("confirmed", None, 1)
    said = waiting.moves.latest("id")
    assert (said.what, said.say("zh"), said.say("en")) == (
        "left_open", "本批次已结束,由后续批次继续办理", "the round was closed; the next one goes on with it",
    )  # fmt: skip
    assert not done.moves.filter(what="left_open").exists()
    assert run_clocks(at=datetime(2026, 12, 1, 2, tzinfo=UTC)).reminded == 0
    trail = Trail.objects.get(action="campaign.closed")
    assert (trail.record, '"waiting":1' in trail.details) == ("campaign power-1", True)
    with pytest.raises(RoundClosed):
        close_campaign(campaign_id=round_.pk, by="o", at=LATER)
    with pytest.raises(RoundUnknown):
        close_campaign(campaign_id=0, by="o", at=LATER)


def test_the_next_round_takes_over_what_a_closed_one_left() -> None:
    round_, (waiting, unreachable) = closed(State.CLASSIFIED, State.FORWARDED)
    second = followed()
    needs = Need.objects.filter(participation__campaign=second).order_by("id")
    assert [(one.words, one.follows_id, one.state) for one in needs] == [
        (waiting.words, waiting.pk, "forwarded"), (unreachable.words, unreachable.pk, "forwarded"),
    ]  # fmt: skip
    assert all(one.due_at is not None for one in needs)
    assert {one.state for one in Need.objects.filter(participation__campaign=round_)} == {"passed_on"}
    assert open_needs(round_) == 0


def test_where_a_round_follows_already_closing_hands_over_what_came_since() -> None:
    first = need_in(State.CONFIRMED, of=participation(steward="steward-a"))
    second = followed()
    late = need("变压器过热", of=participation(steward="steward-a"))
    somebody(Role.STEWARD, name="steward-b")
    other = need("想装光伏", of=participation("E2", steward="steward-b"))
    found = standing(campaign=campaign())
    assert (found.open, found.next, found.unfinished) == (2, second, ())
    done = close_campaign(campaign_id=campaign().pk, by="o", at=LATER)
    assert (done.carried, done.waiting, done.next) == (2, 0, second)
    carried = Need.objects.filter(participation__campaign=second).order_by("id")
    assert [one.follows_id for one in carried] == [first.pk, late.pk, other.pk]
    assert second.participations.count() == 2
    assert NeedMove.objects.filter(what="left_open").count() == 0


def test_nothing_begins_in_a_closed_round() -> None:
    secret = make_link(campaign_id=campaign().pk, opens=LinkFor.HAND_IN, by="o", at=AT)
    round_, (handed, forwarded, confirmed, classified) = closed(
        State.HANDED_IN, State.FORWARDED, State.CONFIRMED, State.CLASSIFIED
    )
    assert secret
    assert Link.objects.get().withdrawn_at == LATER
    whose, item = handed.participation_id, ServiceItem.objects.get(code="quality")
    said = {"by": "o", "at": AT}
    for step in (
        lambda: hand_in(participation_id=whose, needs=[Given(words="谐波")], once="x", source="web", **said),
        lambda: enrol_enterprise(campaign_id=round_.pk, name="丙厂有限公司", **said),
        lambda: make_link(campaign_id=round_.pk, opens=LinkFor.HAND_IN, **said),
        lambda: forward_need(need_id=handed.pk, to_level=Level.SERVING, **said),
        lambda: forward_need(need_id=handed.pk, to_level=Level.CITY, **said),
        lambda: confirm_need(need_id=forwarded.pk, **said),
        lambda: classify_need(
            need_id=confirmed.pk, item_id=item.pk, wanted={"harmonics": 4}, halfdays=1, priority=3, **said
        ),
        lambda: classify_need(
            need_id=classified.pk, item_id=item.pk, wanted={"harmonics": 4}, halfdays=1, priority=3, **said
        ),
        lambda: write_plan(need_id=classified.pk, lines=[{"zh": "电容器室"}], **said),
        lambda: pin(need_id=classified.pk, first_on=date(2026, 3, 3), weeks=4, **said),
        lambda: start_proposal(campaign_id=round_.pk, first_on=date(2026, 3, 3), **said),
    ):
        with pytest.raises(RoundClosed, match="2026-09-02"):
            step()
    assert Need.objects.count() == 4


def test_the_database_says_no_as_well() -> None:
    round_, (handed, classified) = closed(State.HANDED_IN, State.CLASSIFIED)
    for step in (
        lambda: need(of=handed.participation),
        lambda: Need.objects.filter(pk=classified.pk).update(state=State.PAIRED),
        lambda: Participation.objects.create(
            campaign=round_, enterprise=participation("E2", code="power-9").enterprise, since=AT
        ),
        lambda: Campaign.objects.filter(pk=round_.pk).update(closed_at=None),
    ):
        with pytest.raises(DatabaseError, match="closed"), transaction.atomic():
            step()


def test_in_a_closed_round_needs_still_end_are_called_about_and_handed_over() -> None:
    round_, (handed, gone) = closed(State.HANDED_IN, State.CLASSIFIED)
    note_call(need_id=handed.pk, sentence="企业问何时轮到", by="s", at=AT)
    end_need(need_id=gone.pk, to=State.WITHDRAWN, sentence="已自行解决", by="s", at=AT)
    somebody(Role.STEWARD, name="steward-b")
    Need.objects.filter(pk=handed.pk).update(level=Level.ENTERPRISE)
    appoint_steward(participation_id=handed.participation_id, steward="steward-b", by="o", at=AT)
    assert open_needs(round_) == 1


def test_an_enterprise_still_says_whether_it_is_solved_and_what_is_not_is_worked_on() -> None:
    round_, (one, two) = closed(State.SERVED, State.SERVED)
    assert standing(campaign=round_).unanswered == 2
    move_need(need_id=one.pk, to=State.CLOSED, what="closed", by="e", at=LATER)
    move_need(need_id=two.pk, to=State.DIAGNOSED, what="not_solved", by="e", at=LATER)
    back = move_need(need_id=two.pk, to=State.SERVED, what="served", by="s", at=LATER)
    assert back.state == WAY[7]
    assert Need.objects.get(pk=one.pk).state == "closed"


def test_an_unreachable_one_is_not_taken_up_in_a_closed_round() -> None:
    about = need_in(State.FORWARDED)
    end_need(need_id=about.pk, to=State.UNREACHABLE, sentence="三次无人接听", by="s", at=AT)
    close_campaign(campaign_id=campaign().pk, by="o", at=LATER)
    with pytest.raises(RoundClosed):
        take_up_again(need_id=about.pk, by="s", at=AT)
    assert followed().participations.get().needs.get().follows_id == about.pk
