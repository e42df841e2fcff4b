"""A round is closed: nothing new begins in it, and what is still open goes on in the round that follows."""

from dataclasses import dataclass
from datetime import datetime

from django.db import transaction

from jishiyu.apps.audit.operations import record
from jishiyu.apps.enterprises.carrying import carry_over
from jishiyu.apps.enterprises.links import withdraw_link
from jishiyu.apps.enterprises.models import Campaign, LinkFor, Need, State
from jishiyu.apps.enterprises.moving import FRESH, refuse_closed_round, take_step
from jishiyu.apps.enterprises.problems import RoundUnfinished, RoundUnknown
from jishiyu.apps.enterprises.saying import left_open
from jishiyu.apps.enterprises.states import CARRIED
from jishiyu.engine.calendar import Calendar
from jishiyu.engine.words import listed

# A visit to come, a report to write, a service plan to end: who was promised help has it in this round.
UNFINISHED = (State.PLANNED, State.VISITED, State.DIAGNOSED)
NAMED = 5


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """How a round stands before it is closed: numbers of needs that are in the way, how many are open and how many wait for
    the enterprise's word, and the round that follows."""

    unfinished: tuple[str, ...]
    open: int
    unanswered: int
    next: Campaign | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Closed:
    """What came of it: open needs that went over into the round that follows, or that wait for one."""

    campaign: Campaign
    carried: int
    waiting: int
    next: Campaign | None


def standing(*, campaign: Campaign) -> Standing:
    """This function will return what is in the way of closing a round, and what would become of the rest."""
    needs = Need.objects.filter(participation__campaign=campaign).order_by("number")
    return Standing(
        unfinished=tuple(needs.filter(state__in=UNFINISHED).values_list("number", flat=True)),
        open=needs.filter(state__in=CARRIED).count(), unanswered=needs.filter(state=State.SERVED).count(),
        next=_next(campaign),
    )  # fmt: skip


def close_campaign(*, campaign_id: int, by: str, at: datetime, calendar: Calendar | None = None) -> Closed:
    """This function will close a round for good.

    Needs without an appointment go over into the round that follows where one is open, with their enterprises; else they
    wait, without a clock, until one is opened. Enterprises that were helped may still say whether it is solved, and what
    is not goes back to its service plan. Raises `RoundUnknown`, `RoundClosed`, `RoundUnfinished`, `YearWithoutNotice`;
    then nothing was changed.
    """
    with transaction.atomic():
        row = Campaign.objects.select_for_update(of=("self",)).filter(pk=campaign_id).first()
        if row is None:
            raise RoundUnknown(round=campaign_id)
        refuse_closed_round(row)
        # Whoever takes a step holds its need: from here on nobody does, and they see that the round was closed.
        list(Need.objects.select_for_update(of=("self",)).filter(participation__campaign=row).order_by("id"))
        found = standing(campaign=row)
        if found.unfinished:
            raise RoundUnfinished(
                code=row.code, count=len(found.unfinished),
                numbers=listed([*found.unfinished[:NAMED], *(["…"] if len(found.unfinished) > NAMED else [])]),
            )  # fmt: skip
        carried = carry_over(row, found.next, by=by, at=at, calendar=calendar)[1] if found.next is not None else 0
        waiting = _leave_open(row, by=by, at=at)
        for link in row.links.filter(opens=LinkFor.HAND_IN, withdrawn_at=None).order_by("id"):
            withdraw_link(link_id=link.pk, by=by, at=at)
        row.closed_at = at
        row.save(update_fields=["closed_at"])
        details = {
            "carried": carried, "waiting": waiting, "unanswered": found.unanswered,
            "next": found.next.code if found.next is not None else "",
        }  # fmt: skip
        record(by=by, action="campaign.closed", record=f"campaign {row.code}", details=details, at=at,
               changes={"closed_at": (None, at)})  # fmt: skip
    return Closed(campaign=row, carried=carried, waiting=waiting, next=found.next)


def _next(campaign: Campaign) -> Campaign | None:
    """Return the round that goes on with this one, if one is open."""
    return campaign.followers.filter(closed_at=None).order_by("begins_on", "id").first()


def _leave_open(row: Campaign, *, by: str, at: datetime) -> int:
    """Stop the clocks of what stays open, each with a step that says why; return how many needs."""
    rows = Need.objects.filter(participation__campaign=row, participation__frozen_at=None, state__in=CARRIED)
    left = list(rows.select_related("participation__campaign").order_by("id"))
    for need in left:
        take_step(need, State(need.state), what="left_open", by=by, at=at, sentence=left_open(),
                  changes={"due_at": None, **FRESH})  # fmt: skip
    return len(left)
