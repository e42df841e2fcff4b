"""Reading visits, what was noted on them, and what was done about it; whose they are."""

from django.db.models import Count, Q, QuerySet

from jishiyu.apps.accounts.models import Account
from jishiyu.apps.enterprises.queries import participations_of
from jishiyu.apps.visits.archiving import (
    CONTENTS,
    Difference,
    archive_of,
    differences_from,
    differences_inside,
    participation_named,
    unzipped,
)
from jishiyu.apps.visits.entries import conflicts, disagreeing, settled, standing
from jishiyu.apps.visits.following import actions_of, asked_by, overdue, waiting_for_answer
from jishiyu.apps.visits.linking import account_of_feed
from jishiyu.apps.visits.measured import remark, rows_of
from jishiyu.apps.visits.models import CalendarLink, Report, TeamMember, Visit
from jishiyu.apps.visits.planning import halves_of, plan_of
from jishiyu.apps.visits.reporting import Judged, entries_of, is_overtaken, judged_from
from jishiyu.apps.visits.waiting import Waits, what_waits_of_help

__all__ = [
    "CONTENTS",
    "Difference",
    "Judged",
    "Waits",
    "account_of_feed",
    "actions_of",
    "archive_of",
    "asked_by",
    "conflicts",
    "differences_from",
    "differences_inside",
    "disagreeing",
    "entries_of",
    "feed_is_open",
    "halves_of",
    "is_overtaken",
    "judged_from",
    "open_drafts",
    "overdue",
    "participation_named",
    "plan_of",
    "remark",
    "rows_of",
    "settled",
    "standing",
    "unzipped",
    "visits_of",
    "waiting_for_answer",
    "what_waits_of_help",
]  # fmt: skip


def visits_of(account: Account) -> QuerySet[Visit]:
    """Return the visits an account has to do with: those it goes on, and those of its enterprises."""
    goes = TeamMember.objects.filter(expert__account=account).values("visit_id")
    mine = Q(need__participation__in=participations_of(account).values("pk")) | Q(pk__in=goes)
    return Visit.objects.filter(mine)


def own_visits(account: Account) -> QuerySet[Visit]:
    """Return the visits an account goes on, and those it answers for as the steward."""
    goes = TeamMember.objects.filter(expert__account=account).values("visit_id")
    return Visit.objects.filter(Q(need__participation__steward=account) | Q(pk__in=goes))


def with_figures(visits: QuerySet[Visit]) -> QuerySet[Visit]:
    """Return visits with their enterprise, steward and need, and how much was noted on each."""
    return visits.select_related(
        "need__participation__enterprise", "need__participation__campaign", "need__participation__steward", "need__item"
    ).annotate(noted=Count("entries", distinct=True))


def feed_is_open(account: Account) -> bool:
    """Say whether somebody's calendar feed is open."""
    return CalendarLink.objects.filter(account=account, withdrawn_at=None).exists()


def open_drafts(account: Account) -> QuerySet[Report]:
    """Return the drafts of reports that wait for an account to release them."""
    return Report.objects.filter(released_at=None, visit__need__participation__steward=account)
