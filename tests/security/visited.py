"""What follows a need: a visit with everything noted on it, a report, an action, hostile in every word."""

from typing import Any

from django.utils import timezone

from jishiyu.apps.enterprises.models import Need, State
from jishiyu.apps.enterprises.operations import move_need
from jishiyu.apps.experts.models import Expert, Part
from jishiyu.apps.visits.models import Action, Entry, TeamMember, Visit
from jishiyu.apps.visits.operations import finish_visit, make_report, receive, release_report
from tests.apps.visits.situations import check, noted, photo, reading

WAY = (
    State.FORWARDED, State.CONFIRMED, State.CLASSIFIED, State.PAIRED, State.PLANNED,
)  # fmt: skip


def visit_of(need_id: int, words: str) -> dict[str, Any]:
    """Make a visit to the enterprise of a need, finish it, release its report, plan an action; return their ids."""
    now, on = timezone.now(), timezone.localdate()
    need = Need.objects.get(pk=need_id)
    for step in WAY[WAY.index(State(need.state)) + 1 if need.state in WAY else 0 :]:
        move_need(need_id=need_id, to=step, what=step.value, by="tests", at=now)
    expert = Expert.objects.create(code=f"V-{need_id}", name=words, part=Part.EXPERT, since=on)
    plan = [{"zh": words, "en": words, "quantity": "voltage", "unit": "V"}]
    visit = Visit.objects.create(need=need, on=on, half="am", plan=plan, made_by="tests", made_at=now)
    TeamMember.objects.create(visit=visit, expert=expert, part=Part.EXPERT)
    entries = [
        check("c1", "problem", words=words), reading(point=words[:60], instrument=words, remark=words), photo(point=words[:60]),
        noted("note", {"words": words}),
    ]  # fmt: skip
    receive(visit_id=visit.pk, entries=entries, by="tests", on=on, at=now)
    finish_visit(visit_id=visit.pk, came=[], by="tests", at=now)
    report = make_report(visit_id=visit.pk, advice=words, limits_on=on, by="tests", at=now)
    release_report(report_id=report.pk, pdf=b"%PDF-1.7 " + words.encode(), by="tests", at=now)
    action = Action.objects.create(need=need, what=words, owner=words, due_on=on, made_by="tests", made_at=now)
    photo_ = Entry.objects.get(visit=visit, kind="photo")
    return {"visit_id": visit.pk, "entry_id": photo_.pk, "report_id": report.pk, "action_id": action.pk}
