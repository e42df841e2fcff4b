"""Who is told what about a need: the steward, the organisers of a level, the enterprise. Queued in the caller's transaction."""

from collections.abc import Sequence
from datetime import datetime

from django.db.models import Q, QuerySet
from django.db.models.functions import Now, TruncDate
from django.utils.timezone import localtime

from jishiyu.apps.accounts.models import Account, Role
from jishiyu.apps.enterprises.contacts import contact_of
from jishiyu.apps.enterprises.models import Level, Need, Network, Participation
from jishiyu.apps.enterprises.states import State
from jishiyu.apps.notices.models import Kind
from jishiyu.apps.notices.operations import Word, queue_notices
from jishiyu.engine.words import Words


def organisers_at(participation: Participation, level: int) -> QuerySet[Account]:
    """This function will return who leads a round at one level of its network: organisers of the unions of that level.

    Level 4 is the enterprise's own union.
    """
    if level == Level.ENTERPRISE:
        unions = [participation.enterprise.union_id]
    else:
        named = Network.objects.filter(campaign_id=participation.campaign_id, level=level)
        unions = list(named.values_list("union_id", flat=True))
    today = TruncDate(Now())
    held = Q(grants__role=Role.ORGANISER, grants__union_id__in=unions, grants__since__lte=today) & (
        Q(grants__until=None) | Q(grants__until__gt=today)
    )
    return Account.objects.filter(held, closed_at=None).distinct().order_by("name")


def level_with_people(participation: Participation, level: int) -> int:
    """This function will return the first level, from this one upwards, at which somebody is; the city at last."""
    return next((one for one in range(level, Level.CITY, -1) if organisers_at(participation, one).exists()), Level.CITY)


def tell_steward(participation: Participation, *, by: str, at: datetime) -> None:
    """This function will tell a steward that an enterprise is theirs now."""
    campaign = participation.campaign
    fields = {"enterprise": participation.enterprise.name, "round": Words(campaign.zh, campaign.en)}
    once = f"steward {participation.steward_id} of {participation.pk} {at.isoformat()}"
    _tell([participation.steward], Kind.HELP_STEWARD, fields, once, by=by, at=at)


def tell_need(need: Need, kind: Kind, people: Sequence[Account | None], *, what: str, by: str, at: datetime) -> None:
    """This function will tell people that a need waits for them, once for each step (`what` names it)."""
    due = localtime(need.due_at).strftime("%Y-%m-%d %H:%M") if need.due_at is not None else "—"
    fields = {
        "number": need.number,
        "enterprise": need.participation.enterprise.name,
        "state": State(need.state).label,
        "due": due,
    }
    _tell(people, kind, fields, f"need {need.pk} {what} {at.isoformat()}", by=by, at=at)


def tell_enterprise(need: Need, *, by: str, at: datetime) -> None:
    """This function will tell the enterprise, by the mobile on record, how its need ended; without one nobody is told."""
    contact = contact_of(need.participation.enterprise)
    fields = {"number": need.number, "state": State(need.state).label}
    if contact.get("mobile"):
        once = f"need {need.pk} {need.state} {at.isoformat()}"
        queue_notices(
            words=[Word(kind=Kind.HELP_ENDED, address=contact["mobile"], fields=fields, once=once)], by=by, at=at
        )


def _tell(
    people: Sequence[Account | None], kind: Kind, fields: dict[str, str], once: str, *, by: str, at: datetime
) -> None:  # fmt: skip
    words = [
        Word(kind=kind, address=who.mobile, fields=fields, once=f"{once} to {who.pk}", language=who.speaks)
        for who in people
        if who is not None
    ]
    if words:
        queue_notices(words=words, by=by, at=at)
