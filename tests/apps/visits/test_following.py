"""Service plans, reminders, and that only the enterprise says what is solved."""

from datetime import date, timedelta
from pathlib import Path

import pytest

from jishiyu.apps.accounts.models import Account
from jishiyu.apps.enterprises.models import Link, NeedMove, State
from jishiyu.apps.enterprises.problems import LinkNotValid
from jishiyu.apps.notices.models import Notice
from jishiyu.apps.visits.models import Action, Satisfaction
from jishiyu.apps.visits.operations import (
    Result,
    add_action,
    ask_satisfaction,
    note_result,
    remind_of_actions,
    say_satisfaction,
    serve_need,
)
from jishiyu.apps.visits.problems import ActionNotPossible, ActionsOpen, NoActions, NotAskedFor, SentenceMissing
from jishiyu.apps.visits.queries import overdue, waiting_for_answer
from tests.apps.visits.situations import AT, ON, released, visit

pytestmark = pytest.mark.django_db
DUE = date(2026, 3, 20)


@pytest.fixture(autouse=True)
def _folder(tmp_path: Path, settings: object) -> None:
    settings.HELP_FOLDER = str(tmp_path / "help")  # type: ignore[attr-defined]


def action(need: object, what: str = "更换漏电保护器", due: date = DUE) -> Action:
    return add_action(need_id=need.pk, what=what, owner="设备科 王工", due_on=due, by="steward-a", at=AT)  # type: ignore[attr-defined]


def noted(of: Action, **more: object) -> Action:
    came = Result(done_on=ON, result="已更换 12 只", **more)  # type: ignore[arg-type]
    return note_result(action_id=of.pk, came=came, by="steward-a", at=AT)


def diagnosed() -> object:
    need = released().visit.need
    need.refresh_from_db()
    return need


def asked() -> tuple[object, str]:
    need = diagnosed()
    noted(action(need))
    serve_need(need_id=need.pk, by="steward-a", at=AT)  # type: ignore[attr-defined]
    secret = ask_satisfaction(participation_id=need.participation_id, by="steward-a", at=AT)  # type: ignore[attr-defined]
    return need, secret


def say(secret: str, need: object, *, solved: bool = True, words: str = "") -> Satisfaction:
    return say_satisfaction(
        secret=secret,
        need_id=need.pk,
        solved=solved,
        stars=5 if solved else 2,
        words=words,
        said_by="王工",
        at=AT,  # type: ignore[attr-defined]
    )


def test_a_plan_is_made_after_the_report() -> None:
    with pytest.raises(ActionNotPossible, match="N0"):
        action(visit().need)
    made = noted(action(diagnosed()), saved_fen=1_200_000, saved_kwh=9_000, trained=12)
    assert (made.saved_fen, made.saved_kwh, made.trained, made.done_on) == (1_200_000, 9_000, 12, ON)


def test_served_needs_a_plan_and_everything_of_it_done() -> None:
    need = diagnosed()
    with pytest.raises(NoActions):
        serve_need(need_id=need.pk, by="x", at=AT)  # type: ignore[attr-defined]
    first, second = action(need), action(need, "培训电工")
    noted(first)
    with pytest.raises(ActionsOpen, match="1 action"):
        serve_need(need_id=need.pk, by="x", at=AT)  # type: ignore[attr-defined]
    noted(second)
    assert serve_need(need_id=need.pk, by="x", at=AT).state == State.SERVED  # type: ignore[attr-defined]


def test_solved_closes_a_need_and_only_the_enterprise_says_so() -> None:
    need, secret = asked()
    assert [one.pk for one in waiting_for_answer(need.participation)] == [need.pk]  # type: ignore[attr-defined]
    say(secret, need, words="很好")
    need.refresh_from_db()  # type: ignore[attr-defined]
    assert (need.state, need.solved) == (State.CLOSED, True)  # type: ignore[attr-defined]
    last = NeedMove.objects.filter(need=need).order_by("-id")[0]
    assert (last.by, last.what, last.sentence) == ("enterprise", "closed", "很好")
    with pytest.raises(NotAskedFor):
        say(secret, need)


def test_not_solved_goes_back_to_the_plan_with_the_reason() -> None:
    need, secret = asked()
    with pytest.raises(SentenceMissing):
        say(secret, need, solved=False)
    say(secret, need, solved=False, words="仍然跳闸")
    need.refresh_from_db()  # type: ignore[attr-defined]
    assert (need.state, need.solved) == (State.DIAGNOSED, False)  # type: ignore[attr-defined]
    noted(action(need, "再次排查"))
    serve_need(need_id=need.pk, by="x", at=AT)  # type: ignore[attr-defined]
    say(secret, need)
    need.refresh_from_db()  # type: ignore[attr-defined]
    assert (need.state, need.solved, Satisfaction.objects.count()) == (State.CLOSED, True, 2)  # type: ignore[attr-defined]


def test_a_new_link_ends_the_one_before_and_unknown_ones_open_nothing() -> None:
    need, first = asked()
    second = ask_satisfaction(participation_id=need.participation_id, by="x", at=AT)  # type: ignore[attr-defined]
    for secret in (first, "unknown"):
        with pytest.raises(LinkNotValid):
            say(secret, need)
    say(second, need)
    assert Link.objects.filter(withdrawn_at=None).count() == 1


def test_another_enterprises_need_is_not_answered_by_this_link() -> None:
    _, secret = asked()
    with pytest.raises(NotAskedFor):
        say(secret, visit().need)


def test_a_late_action_is_told_once() -> None:
    need = diagnosed()
    late, later = action(need), action(need, due=DUE + timedelta(days=30))
    Account.objects.filter(name="steward-a").update(mobile="13900001111")
    assert remind_of_actions(by="system", on=DUE - timedelta(days=1), at=AT) == 0
    assert remind_of_actions(by="system", on=DUE, at=AT) == 1
    assert remind_of_actions(by="system", on=DUE, at=AT) == 0
    (notice,) = Notice.objects.filter(kind="action_due")
    assert notice.address.startswith("139")
    assert [one.pk for one in overdue(on=DUE)] == [late.pk]
    noted(late)
    assert not overdue(on=DUE).exists()
    assert later.done_on is None
