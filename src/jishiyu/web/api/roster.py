"""Changes of the roster: checked by a job, looked at, confirmed or given up."""

from typing import Any

from django.http import HttpRequest
from django.utils import timezone
from ninja import Path, Router

from jishiyu.apps.accounts.rows import whole
from jishiyu.apps.api.models import Scope
from jishiyu.apps.api.operations import Told, push_roster
from jishiyu.apps.jobs.models import Kind
from jishiyu.apps.jobs.operations import queue
from jishiyu.apps.members.importing import drop_roster
from jishiyu.apps.members.models import ImportState, RosterImport
from jishiyu.apps.members.problems import ImportNotOpen, ImportUnknown
from jishiyu.apps.members.queries import import_report
from jishiyu.apps.orgs.queries import branch_of
from jishiyu.web.api.door import does, ok, reads, who_asks
from jishiyu.web.api.schemas import Id, JobOut, Nothing, Roster, RosterOut
from jishiyu.web.api.settlements import job_body

router = Router(tags=["roster"])
COUNTS = ("lines", "new", "changed", "left", "unchanged", "refused")


@does(router, "/roster", Scope.ROSTER_PUSH, response={202: JobOut}, summary="Push roster changes")
def push(request: HttpRequest, body: Roster) -> Told:
    """Keep the lines and check them in a job; nothing changes before the import is confirmed.

    Lines of unions outside the token's branch are refused.
    """
    now, asking = timezone.now(), who_asks(request)
    reach = asking.reach(Scope.ROSTER_PUSH)
    with whole():
        made = push_roster(
            lines=body.lines, name=body.name, as_of=timezone.localdate(now), by=asking.by, at=now,
            union_ids=None if reach.city else branch_of(union_ids=reach.unions),
        )  # fmt: skip
    return ok(202, **job_body(made))


@reads(router, "/roster/{import_id}", Scope.ROSTER_PUSH, response=RosterOut, summary="Look at a roster import")
def look(request: HttpRequest, import_id: Path[Id]) -> dict[str, Any]:
    """Say what it would change (or did), and what is wrong with which lines."""
    found = _own(request, import_id)
    said = [
        {"code": one.code, "column": one.column, "refuses": one.refuses, "count": one.count, "zh": one.zh, "en": one.en,
         "lines": [line for _, line in one.places]}
        for one in import_report(import_id=found.pk)
    ]  # fmt: skip
    counts = {name: getattr(found, name) for name in COUNTS}
    return {"roster": found.pk, "state": found.state, **counts, "problems": said}


@does(router, "/roster/{import_id}/confirm", Scope.ROSTER_PUSH, response={202: JobOut}, summary="Confirm an import")
def confirm(request: HttpRequest, import_id: Path[Id], body: Nothing) -> Told:
    """Do what the check showed, all of it or nothing, and decide again whoever it concerns; in a job."""
    found, now, asking = _own(request, import_id), timezone.now(), who_asks(request)
    if found.state != ImportState.CHECKED:
        raise ImportNotOpen(import_id=import_id, state=ImportState(found.state).label)
    with whole():
        made = queue(
            kind=Kind.CONFIRM_ROSTER, by=asking.by, at=now, subject=found.file_name, once=f"confirm roster {found.pk}",
            arguments={"import_id": found.pk, "on": timezone.localdate(now).isoformat()},
        )  # fmt: skip
    return ok(202, **job_body(made))


@does(router, "/roster/{import_id}/drop", Scope.ROSTER_PUSH, response={200: Nothing}, summary="Give an import up")
def drop(request: HttpRequest, import_id: Path[Id], body: Nothing) -> Told:
    """Its lines are removed; nothing was changed."""
    found = _own(request, import_id)
    with whole():
        drop_roster(import_id=found.pk, by=who_asks(request).by, at=timezone.now())
    return ok(200)


def _own(request: HttpRequest, import_id: int) -> RosterImport:
    found = RosterImport.objects.filter(pk=import_id, checked_by=who_asks(request).by).first()
    if found is None:
        raise ImportUnknown(import_id=import_id)
    return found
