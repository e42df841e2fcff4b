"""What of visits, reports and service plans waits for somebody, counted for their first page."""

from dataclasses import dataclass
from datetime import date

from django.db.models import Count, Min, Q

from jishiyu.apps.accounts.models import Account
from jishiyu.apps.enterprises.models import State
from jishiyu.apps.visits.models import Action, Report, TeamMember, Visit, VisitState


@dataclass(frozen=True, slots=True, kw_only=True)
class Waits:
    """One kind of work: its key, how many, the day of the oldest, how many are late."""

    key: str
    count: int
    since: date | None
    late: int


def what_waits_of_help(*, account: Account, on: date) -> list[Waits]:
    """This function will return what waits for an account: visits of today and before, visits without a report, drafts,
    actions whose day has come, needs to ask the enterprise about."""
    goes = TeamMember.objects.filter(expert__account=account).values("visit_id")
    mine = Q(need__participation__steward=account)
    planned = Visit.objects.filter(mine | Q(pk__in=goes), state=VisitState.PLANNED, on__lte=on)
    open_ = Q(need__participation__frozen_at=None)
    unreported = Visit.objects.filter(mine & open_, state=VisitState.DONE, reports=None)
    drafts = Report.objects.filter(released_at=None, visit__need__participation__steward=account)
    due = Action.objects.filter(
        mine & open_, done_on=None, due_on__lte=on, need__state__in=(State.DIAGNOSED, State.SERVED)
    )
    return [
        _counted("visits_today", planned.aggregate(count=Count("id"), since=Min("on"), late=Count("id", filter=Q(on__lt=on)))),
        _counted("reports_to_make", unreported.aggregate(count=Count("id"), since=Min("on"))),
        _counted("reports_to_release", drafts.aggregate(count=Count("id"), since=Min("made_at__date"))),
        _counted("actions_due", due.aggregate(count=Count("id"), since=Min("due_on"), late=Count("id", filter=Q(due_on__lt=on)))),
    ]  # fmt: skip


def _counted(key: str, found: dict[str, object]) -> Waits:
    since = found["since"]
    late = found.get("late", 0)
    return Waits(
        key=key,
        count=int(str(found["count"])),
        since=since if isinstance(since, date) else None,
        late=int(str(late or 0)),
    )
