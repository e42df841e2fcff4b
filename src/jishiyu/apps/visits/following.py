"""What is done after the report: the service plan, and what the enterprise says about it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from django.db import transaction
from django.db.models import QuerySet

from jishiyu.apps.audit.operations import record
from jishiyu.apps.enterprises.links import find_link
from jishiyu.apps.enterprises.models import Link, LinkFor, Need, Participation, State
from jishiyu.apps.enterprises.operations import make_link, move_need, withdraw_link
from jishiyu.apps.enterprises.problems import LinkNotValid
from jishiyu.apps.notices.models import Kind as Told
from jishiyu.apps.notices.operations import Word, queue_notices
from jishiyu.apps.visits.models import Action, Satisfaction
from jishiyu.apps.visits.problems import (
    ActionNotPossible,
    ActionsOpen,
    ActionUnknown,
    FileFrozen,
    NoActions,
    NotAskedFor,
    SentenceMissing,
)

PLANNED_IN = (State.DIAGNOSED, State.SERVED)
BY_LINK = "enterprise"  # what stands in `by` of what somebody says through a personal link


@dataclass(frozen=True, slots=True, kw_only=True)
class Result:
    """What came of an action: when, in words, yuan (fen) and kWh saved a year, person-times trained; None: not known."""

    done_on: date
    result: str
    saved_fen: int | None = None
    saved_kwh: int | None = None
    trained: int = 0


def add_action(*, need_id: int, what: str, owner: str, due_on: date, by: str, at: datetime) -> Action:
    """This function will add an action to the service plan of a need. Raises `ActionNotPossible`, `FileFrozen`."""
    with transaction.atomic():
        need = _need(need_id)
        if need.state not in PLANNED_IN:
            raise ActionNotPossible(number=need.number, state=State(need.state).label)
        action = Action.objects.create(
            need=need, what=what.strip(), owner=owner.strip(), due_on=due_on, made_by=by, made_at=at
        )
        details = {"id": action.pk, "what": action.what, "owner": action.owner, "due_on": due_on.isoformat()}
        record(by=by, action="action.added", record=f"need {need.number}", details=details, at=at)
    return action


def note_result(*, action_id: int, came: Result, by: str, at: datetime) -> Action:
    """This function will note what came of an action, the first time or in place of what was noted.

    Raises `ActionUnknown`, `ActionNotPossible`, `SentenceMissing`, `FileFrozen`.
    """
    with transaction.atomic():
        found = Action.objects.filter(pk=action_id).first()
        if found is None:
            raise ActionUnknown(action=action_id)
        need = _need(found.need_id)
        if need.state not in PLANNED_IN:
            raise ActionNotPossible(number=need.number, state=State(need.state).label)
        if len(came.result.strip()) < 2:
            raise SentenceMissing
        action = Action.objects.select_for_update().get(pk=action_id)
        new = {
            "done_on": came.done_on, "result": came.result.strip(), "saved_fen": came.saved_fen,
            "saved_kwh": came.saved_kwh, "trained": came.trained,
        }  # fmt: skip
        changes = {name: (getattr(action, name), value) for name, value in new.items()}
        for name, value in new.items():
            setattr(action, name, value)
        action.save(update_fields=list(new))
        told = {name: (_text(before), _text(after)) for name, (before, after) in changes.items()}
        record(
            by=by, action="action.done", record=f"need {need.number}", details={"id": action.pk}, at=at, changes=told
        )
    return action


def serve_need(*, need_id: int, by: str, at: datetime) -> Need:
    """This function will take a need from diagnosed to served, once everything of its plan is done.

    Raises `NoActions`, `ActionsOpen`, `FileFrozen`, and what `move_need` raises.
    """
    with transaction.atomic():
        need = _need(need_id)
        actions = list(Action.objects.filter(need=need).values_list("done_on", flat=True))
        if not actions:
            raise NoActions(number=need.number)
        if None in actions:
            raise ActionsOpen(number=need.number, count=actions.count(None))
        return move_need(need_id=need_id, to=State.SERVED, what="served", by=by, at=at)


def ask_satisfaction(*, participation_id: int, by: str, at: datetime, until_at: datetime | None = None) -> str:
    """This function will make the personal link by which an enterprise says how it was, and return its secret.

    A link made before is withdrawn: the one that was sent last counts. Raises `FileFrozen`.
    """
    with transaction.atomic():
        rows = Participation.objects.select_for_update(of=("self",)).select_related("enterprise")
        participation = rows.get(pk=participation_id)
        refuse_closed(participation)
        for link in Link.objects.filter(participation=participation, opens=LinkFor.SATISFACTION, withdrawn_at=None):
            withdraw_link(link_id=link.pk, by=by, at=at)
        return make_link(
            campaign_id=participation.campaign_id, opens=LinkFor.SATISFACTION, by=by, at=at,
            participation_id=participation.pk, until_at=until_at,
        )  # fmt: skip


def asked_by(*, secret: str, at: datetime) -> Participation:
    """This function will return whom a personal link belongs to. Raises `LinkNotValid`, also for a closed file."""
    participation = find_link(secret=secret, opens=LinkFor.SATISFACTION, at=at).participation
    if participation is None or participation.frozen_at is not None:
        raise LinkNotValid
    return participation


def waiting_for_answer(participation: Participation) -> QuerySet[Need]:
    """This function will return the needs about which an enterprise is asked now."""
    return Need.objects.filter(participation=participation, state=State.SERVED).select_related("item").order_by("id")


def say_satisfaction(
    *, secret: str, need_id: int, solved: bool, stars: int, words: str, said_by: str, at: datetime
) -> Satisfaction:  # fmt: skip
    """This function will keep what an enterprise says about one need that was served: solved, and it is closed; not
    solved, and it goes back to its service plan.

    Raises `LinkNotValid`, `NotAskedFor`, and `SentenceMissing` where it is not solved and nothing says why.
    """
    with transaction.atomic():
        participation = asked_by(secret=secret, at=at)
        need = Need.objects.select_for_update(of=("self",)).filter(pk=need_id, participation=participation).first()
        if need is None or need.state != State.SERVED:
            raise NotAskedFor(number=need.number if need else "—")
        if not solved and len(words.strip()) < 2:
            raise SentenceMissing
        said = Satisfaction.objects.create(
            need=need, solved=solved, stars=stars, words=words.strip(), said_by=said_by.strip() or BY_LINK, said_at=at
        )
        details = {"solved": solved, "stars": stars, "id": said.pk}
        record(by=BY_LINK, action="satisfaction.said", record=f"need {need.number}", details=details, at=at)
        to, what = (State.CLOSED, "closed") if solved else (State.DIAGNOSED, "not_solved")
        move_need(
            need_id=need.pk, to=to, what=what, by=BY_LINK, at=at, sentence=words.strip(), changes={"solved": solved}
        )
    return said


def overdue(*, on: date) -> QuerySet[Action]:
    """This function will return the actions whose day has come and of which nothing was noted, the oldest first."""
    return (
        Action.objects.filter(done_on=None, due_on__lte=on, need__participation__frozen_at=None, need__state__in=PLANNED_IN)
        .select_related("need__participation__enterprise", "need__participation__steward").order_by("due_on", "id")
    )  # fmt: skip


def remind_of_actions(*, by: str, on: date, at: datetime) -> int:
    """This function will tell stewards about the actions whose day has come, each action once; return how many."""
    with transaction.atomic():
        late = list(overdue(on=on).filter(reminded_at=None).select_for_update(of=("self",), skip_locked=True))
        words = [
            Word(
                kind=Told.ACTION_DUE, once=f"action {one.pk} due {one.due_on.isoformat()}",
                address=steward.mobile if (steward := one.need.participation.steward) is not None else "",
                language=steward.speaks if steward is not None else "",
                fields={"enterprise": one.need.participation.enterprise.name, "what": one.what[:60], "owner": one.owner,
                        "day": one.due_on.isoformat()},
            )
            for one in late
        ]  # fmt: skip
        queue_notices(words=words, by=by, at=at)
        Action.objects.filter(pk__in=[one.pk for one in late]).update(reminded_at=at)
    return len(late)


def refuse_closed(participation: Participation) -> None:
    """This function will refuse an enterprise whose file is closed. Raises `FileFrozen`."""
    if participation.frozen_at is not None:
        raise FileFrozen(enterprise=participation.enterprise.name, on=participation.frozen_at.date().isoformat())


def actions_of(needs: Sequence[int]) -> QuerySet[Action]:
    """This function will return the actions of some needs, in the order of their days."""
    return Action.objects.filter(need_id__in=needs).order_by("due_on", "id")


def _need(need_id: int) -> Need:
    need = Need.objects.select_for_update(of=("self",)).select_related("participation__enterprise").get(pk=need_id)
    refuse_closed(need.participation)
    return need


def _text(value: object) -> object:
    return value.isoformat() if isinstance(value, date) else value
