"""PostgreSQL itself shows each reader of enterprise help their own rows, whatever a page asks for."""

from datetime import date
from typing import Any
from uuid import uuid4

import pytest
from django.apps import apps
from django.db import DatabaseError, connection, transaction

from jishiyu.apps.accounts.models import Account, Role
from jishiyu.apps.accounts.queries import held, reach
from jishiyu.apps.accounts.rows import enter, whole
from jishiyu.apps.enterprises.models import (
    Attachment,
    Campaign,
    Enterprise,
    Link,
    Need,
    NeedList,
    NeedMove,
    Participation,
    Skill,
    State,
)
from jishiyu.apps.enterprises.operations import make_link
from jishiyu.apps.experts.models import Availability, Expert, ExpertSkill, Pin, Proposal
from jishiyu.apps.orgs.models import Union
from jishiyu.apps.visits.models import Action, Entry, Report, Satisfaction, TeamMember, Visit
from tests.apps.enterprises.situations import AT, campaign, need_in, participation, somebody, unions

pytestmark = pytest.mark.django_db
ON = date(2026, 3, 2)
MODELS = (
    Campaign,
    Enterprise, Participation, NeedList, Need, NeedMove, Attachment, Link, Expert, ExpertSkill, Availability, Proposal, Pin,
    Visit, TeamMember, Entry, Report, Action, Satisfaction,
)  # fmt: skip
# Of an enterprise; the resource list is apart.
THEIRS = ("Enterprise", "Participation", "NeedList", "Need", "NeedMove", "Attachment", "Link", "Visit", "TeamMember", "Entry",
          "Report", "Action", "Satisfaction")  # fmt: skip


def everything_about(union: str, steward: str, expert: Account) -> Need:
    """Make one row of every table about an enterprise, with an expert on its visit."""
    about = need_in(State.PLANNED, of=participation(union, steward=steward))
    round_ = about.participation.campaign
    who = Expert.objects.create(code=f"X-{union}", name="甲师傅", part="expert", account=expert, since=ON)
    about.wanted.create(skill_id=_skill(), level=3)
    ExpertSkill.objects.create(expert=who, skill_id=_skill(), level=4)
    Availability.objects.create(expert=who, on=ON, half="am", free=True, source="self")
    Proposal.objects.get_or_create(
        campaign=round_, defaults={"monday": ON, "input": {}, "asked_by": "o", "asked_at": AT}
    )
    Pin.objects.create(campaign=round_, need=about, by="o", at=AT)
    visit = Visit.objects.create(need=about, on=ON, half="am", made_by="o", made_at=AT)
    TeamMember.objects.create(visit=visit, expert=who, part="expert")
    Entry.objects.create(visit=visit, client_id=uuid4(), slot="note", kind="note", by="x", made_at=AT, received_at=AT)
    Report.objects.create(visit=visit, number=1, limits_on=ON, made_by="s", made_at=AT)
    Action.objects.create(need=about, what="装滤波器", owner="甲", due_on=ON, made_by="s", made_at=AT)
    Satisfaction.objects.create(need=about, solved=True, stars=5, said_by="e", said_at=AT)
    Attachment.objects.create(
        need=about,
        media_type="image/jpeg",
        size_bytes=1,
        sha256=union * 32,
        file=f"file-{union}",
        added_by="e",
        added_at=AT,
    )
    make_link(campaign_id=round_.pk, participation_id=about.participation_id, opens="hand_in", by="s", at=AT)
    return about


def _skill() -> int:

    return Skill.objects.get(code="harmonics").pk


def seen(who: Account, action: str) -> dict[str, int]:
    """Count what an account sees of every table when it does something."""
    roles = held(account_id=who.pk, on=ON)
    with transaction.atomic():
        enter(
            account=who.name,
            reach=reach(held=roles, action=action, person_id=None, for_member=False, account_id=who.pk),
        )
        try:
            return {model.__name__: model._default_manager.count() for model in MODELS}
        finally:
            with connection.cursor() as cursor:
                cursor.execute("SELECT set_config('role', 'none', true)")


@pytest.fixture
def two() -> tuple[Need, Need]:
    first, second = somebody(Role.EXPERT, name="expert-a"), somebody(Role.EXPERT, name="expert-b")
    return everything_about("E1", "steward-a", first), everything_about("E2", "steward-b", second)


@pytest.mark.parametrize(
    ("role", "union", "name", "action", "share"),
    [
        (Role.STEWARD, "", "steward-a", "needs.see", 1), (Role.ENTERPRISE, "E1", "", "needs.own", 1),
        (Role.ORGANISER, "CITY", "", "needs.see", 2), (Role.ORGANISER, "E1", "", "needs.see", 1),
        (Role.ORGANISER, "GRID", "", "needs.see", 2), (Role.EXPERT, "", "no-visit", "visits.own", 0),
        (Role.STEWARD, "", "no-enterprise", "needs.see", 0), (Role.UNION_OFFICER, "CITY", "", "todo.see", 0),
        (Role.MEMBER, "", "mm", "mine.see", 0),
    ],
)  # fmt: skip
def test_each_sees_the_rows_of_the_own_enterprises(
    two: tuple[Need, Need], role: Role, union: str, name: str, action: str, share: int
) -> None:
    counted = seen(somebody(role, union=union, name=name), action)
    expected = {model.__name__: model._default_manager.count() for model in MODELS}
    assert {name: counted[name] for name in THEIRS} == {name: expected[name] * share // 2 for name in THEIRS}


def test_an_expert_sees_the_needs_they_are_sent_to_and_themselves(two: tuple[Need, Need]) -> None:
    counted = seen(somebody(Role.EXPERT, name="expert-a"), "visits.own")
    for name in (
        "Need",
        "Participation",
        "Enterprise",
        "Visit",
        "TeamMember",
        "Report",
        "Expert",
        "Availability",
        "Attachment",
    ):
        assert counted[name] == 1, name
    assert (counted["NeedList"], counted["Link"], counted["Proposal"], counted["Pin"]) == (0, 0, 0, 0)


def test_the_resource_list_and_proposals_are_for_whoever_leads_or_serves_the_round(two: tuple[Need, Need]) -> None:
    for who, action, experts, proposals in (
        (somebody(Role.STEWARD, name="steward-a"), "experts.see", 2, 1),
        (somebody(Role.ORGANISER, union="MADE"), "pairing.work", 2, 1),
        (somebody(Role.ENTERPRISE, union="E1"), "needs.own", 1, 0),
    ):
        counted = seen(who, action)
        assert (counted["Expert"], counted["Proposal"]) == (experts, proposals), who.name


def test_an_organiser_sees_the_resource_list_before_there_is_a_round(two: tuple[Need, Need]) -> None:
    """A city's organiser sees all of it, another one the people of the own branch."""
    far = Union.objects.create(code="FAR", name="外地市总工会", kind="city")
    near = Union.objects.create(code="NEAR", name="外地工会", kind="district", territorial_parent=far)
    below = Union.objects.create(code="BELOW", name="外地基层工会", kind="grassroots", territorial_parent=near)
    Expert.objects.filter(code="X-E2").update(union=below)
    for who, action, experts in (
        (somebody(Role.UNION_OFFICER, union="FAR"), "todo.see", 0),
        (somebody(Role.ORGANISER, union="FAR"), "experts.see", 2), (somebody(Role.ORGANISER, union="FAR"), "experts.change", 2),
        (somebody(Role.ORGANISER, union="NEAR"), "experts.see", 1),
        (somebody(Role.STEWARD, name="no-enterprise"), "experts.see", 0), (somebody(Role.ENTERPRISE, union="BELOW"), "needs.own", 0),
        (somebody(Role.EXPERT, name="no-visit"), "visits.own", 0),
    ):  # fmt: skip
        counted = seen(who, action)
        assert (counted["Expert"], counted["ExpertSkill"], counted["Availability"]) == (experts,) * 3, who.name
        assert counted["Need"] == counted["Proposal"] == counted["Visit"] == 0


def test_a_round_is_seen_by_whoever_has_to_do_with_it(two: tuple[Need, Need]) -> None:
    other = campaign("power-2")
    other.network.all().delete()
    Campaign.objects.filter(pk=other.pk).update(lead=unions()["GRID"])
    for who, action, rounds in (
        (somebody(Role.STEWARD, name="steward-a"), "needs.see", 1), (somebody(Role.ENTERPRISE, union="E1"), "needs.own", 1),
        (somebody(Role.EXPERT, name="expert-a"), "visits.own", 1), (somebody(Role.ORGANISER, union="MADE"), "needs.see", 1),
        (somebody(Role.ORGANISER, union="GRID"), "needs.see", 2), (somebody(Role.STEWARD, name="nobody"), "needs.see", 0),
    ):  # fmt: skip
        assert seen(who, action)["Campaign"] == rounds, who.name


def test_an_action_that_a_role_may_not_do_shows_nothing(two: tuple[Need, Need]) -> None:
    counted = seen(somebody(Role.ENTERPRISE, union="E1"), "needs.see")
    assert set(counted.values()) == {0}


def test_rows_of_others_cannot_be_written_and_an_operation_may(two: tuple[Need, Need]) -> None:
    mine, other = two
    steward = somebody(Role.STEWARD, name="steward-a")
    roles = held(account_id=steward.pk, on=ON)
    eyes: dict[str, Any] = {"held": roles, "action": "service.work", "person_id": None, "for_member": False}
    with transaction.atomic():
        enter(account=steward.name, reach=reach(**eyes, account_id=steward.pk))
        assert Need.objects.filter(pk=other.pk).update(priority=5) == 0
        assert Need.objects.filter(pk=mine.pk).update(priority=5) == 1
        with pytest.raises(DatabaseError), transaction.atomic():
            NeedMove.objects.create(need=other, to_state="planned", level=3, what="x", by="s", at=AT)
        with whole():
            assert Need.objects.count() == 2
        transaction.set_rollback(True)


def test_every_table_of_enterprise_help_with_rows_of_somebody_is_guarded() -> None:
    open_to_all = {"Aim", "Skill", "ServiceItem", "Network"}  # what a round consists of
    with connection.cursor() as cursor:
        cursor.execute("SELECT relname FROM pg_class WHERE relrowsecurity")
        guarded = {name for (name,) in cursor.fetchall()}
    found = {
        model.__name__ for label in ("enterprises", "experts", "visits") for model in apps.get_app_config(label).get_models()
        if model._meta.db_table not in guarded
    }  # fmt: skip
    assert found == open_to_all
