"""Whatever people try in whatever order: only moves of the table, never paid twice, never decided by oneself."""

import itertools
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from django.db import DatabaseError, IntegrityError, connection, transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from jishiyu.apps.applications import operations as ops
from jishiyu.apps.applications.models import Application, Kind, Move, Ruling, State, Verdict
from jishiyu.apps.applications.states import MOVES, OVER
from jishiyu.engine.problems import Problem
from tests.apps.applications.situations import (
    AT,
    CHEN,
    OFFICER,
    ON,
    WANG,
    WHEN,
    city,
    draft,
    handed_in,
    now,
    on_the_desk,
    owed_fen,
    person,
    with_papers,
)
from tests.apps.subsidies.situations import check_books
from tests.once import made_once

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("papers_folder")]
WHY: dict[str, Any] = {"because": "说明理由"}
SAYS: dict[str, Any] = {"codes": [], "words": "说明理由"}
STEPS: dict[str, Callable[[int, ops.Actor], object]] = {
    "submit": lambda pk, by: ops.submit(application_id=pk, by=by, **WHEN),
    "withdraw": lambda pk, by: ops.withdraw(application_id=pk, by=by, **WHY, **WHEN),
    "take": lambda pk, by: ops.take_application(application_id=pk, by=by, **WHEN),
    "hand back": lambda pk, by: ops.hand_back(application_id=pk, by=by, **WHY, **WHEN),
    "return": lambda pk, by: ops.return_for_supplement(application_id=pk, by=by, **SAYS, **WHEN),
    "approve": lambda pk, by: ops.approve(application_id=pk, by=by, seen_fen=130_000, **WHEN),
    "refuse": lambda pk, by: ops.refuse(application_id=pk, by=by, **SAYS, **WHEN),
    "appeal": lambda pk, by: ops.appeal(application_id=pk, by=by, words="请再看", **WHEN),
    "close": lambda pk, by: ops.close_application(application_id=pk, by=by, **WHY, **WHEN),
    "revoke": lambda pk, by: ops.revoke(application_id=pk, by=by, **WHY, **WHEN),
}


_city = made_once(city)


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(tries=st.lists(st.tuples(st.sampled_from(sorted(STEPS)), st.sampled_from([CHEN, WANG, OFFICER])), max_size=14))
def test_no_order_of_steps_leaves_the_table_of_moves(tries: list[tuple[str, ops.Actor]]) -> None:
    with transaction.atomic():
        application = with_papers(draft())
        seen = [State(application.state)]
        for name, by in tries:
            try:
                with transaction.atomic():
                    STEPS[name](application.pk, by)
            except Problem:
                pass
            seen.append(State(now(application).state))
        for before, after in itertools.pairwise(seen):
            assert before == after or after in MOVES[before]
        kept = Move.objects.filter(application=application).order_by("id").values_list("from_state", "to_state")
        assert [after for before, after in kept if before != after] == [
            after for before, after in itertools.pairwise([None, *seen]) if before != after
        ]
        paid = seen[-1] in (State.APPROVED, State.CLOSED) and application_owes(application)
        assert owed_fen() == (130_000 if paid else 0)
        judges = Verdict.objects.filter(application=application).values_list("by", flat=True)
        assert OFFICER.name not in judges
        check_books()
        transaction.set_rollback(True)


def application_owes(application: Application) -> bool:
    """Tell whether it was approved and not taken back."""
    whats = list(Move.objects.filter(application=application).values_list("what", flat=True))
    return "approved" in whats and "revoked" not in whats


def test_the_database_has_the_same_table_of_moves() -> None:
    body = Path("src/jishiyu/apps/applications/migrations/0002_guards.py")
    text = (Path(__file__).parents[3] / body).read_text(encoding="utf-8")
    pairs = {tuple(pair.split(">")) for pair in re.findall(r"'([a-z_]+>[a-z_]+)'", text)}
    assert pairs == {(str(before), str(after)) for before, afters in MOVES.items() for after in afters}


@pytest.mark.parametrize("to", State.values)
def test_the_database_refuses_every_other_move(to: str) -> None:
    application = on_the_desk()
    more = {"decided_at": AT, "supplement_due_on": ON}
    if to == State.UNDER_REVIEW or to in MOVES[State.UNDER_REVIEW]:
        Application.objects.filter(pk=application.pk).update(state=to, **more)
    else:
        with pytest.raises(IntegrityError, match="it cannot become"), transaction.atomic():
            Application.objects.filter(pk=application.pk).update(state=to, **more)


def test_every_state_can_be_reached_and_left_or_is_an_end() -> None:
    reached, waiting = {State.DRAFT}, [State.DRAFT]
    while waiting:
        for after in MOVES[waiting.pop()]:
            if State(after) not in reached:
                reached.add(State(after))
                waiting.append(State(after))
    assert reached == set(State)
    assert {state for state in State if not MOVES[state]} == {State.WITHDRAWN, State.CLOSED} <= set(OVER)


@pytest.mark.parametrize(
    ("statement", "said"),
    [
        ("DELETE FROM applications_application", "refused"),
        ("DELETE FROM applications_move", "refused"),
        ("UPDATE applications_move SET what = 'x'", "refused"),
        ("UPDATE applications_verdict SET ruling = 'refuse'", "refused"),
        ("UPDATE applications_application SET person_id = person_id + 1", "is not changed"),
        ("UPDATE applications_application SET filed_by = 'x'", "is not changed"),
        ("UPDATE applications_application SET form_hash = '\\x00'", "is not changed"),
        ("UPDATE applications_application SET state = 'paid'", "cannot become"),
    ],
)
def test_the_database_refuses_to_change_what_was(statement: str, said: str) -> None:
    on_the_desk()
    with pytest.raises(DatabaseError, match=said), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(statement)


def test_an_application_begins_as_a_draft() -> None:
    row = Application.objects.filter(pk=draft().pk).values().get()
    with pytest.raises(IntegrityError, match="begins as a draft"), transaction.atomic():
        Application.objects.create(**{**row, "id": None, "number": "APP-x", "state": "approved", "decided_at": AT})


def verdict(application: Application, **changes: Any) -> None:
    facts = {"application": application, "turn": now(application).turn, "by": "x", "role": "reviewer", "at": AT}
    with transaction.atomic():
        Verdict.objects.create(**{**facts, "ruling": Ruling.APPROVE, "seen_fen": 1, **changes})


def test_the_database_refuses_a_verdict_about_oneself_or_what_one_filed() -> None:
    application = on_the_desk()
    for changes in ({"by": OFFICER.name}, {"by_person": person(1)}):
        with pytest.raises(IntegrityError, match="nobody decides what they filed or apply for"):
            verdict(application, **changes)
    verdict(application)
    with pytest.raises(IntegrityError, match="applications_verdict_once"):
        verdict(application)
    with pytest.raises(IntegrityError, match="is not under review"):
        verdict(handed_in(who=2))


def test_the_database_refuses_a_judge_of_the_first_turn_on_appeal() -> None:
    application = on_the_desk()
    ops.refuse(application_id=application.pk, by=CHEN, **SAYS, **WHEN)
    ops.appeal(application_id=application.pk, by=OFFICER, words="请再看", **WHEN)
    ops.take_application(application_id=application.pk, by=WANG, **WHEN)
    with pytest.raises(IntegrityError, match="an appeal is judged by others"):
        verdict(application, by=CHEN.name)


def test_a_death_owes_what_the_accident_has_not_paid() -> None:
    first = on_the_desk(who=2)
    ops.approve(application_id=first.pk, by=CHEN, seen_fen=130_000, **WHEN)
    second = on_the_desk(Kind.DEATH, who=2)
    ops.approve(application_id=second.pk, by=CHEN, seen_fen=1_870_000, **WHEN)
    ops.take_application(application_id=second.pk, by=WANG, **WHEN)
    assert ops.approve(application_id=second.pk, by=WANG, seen_fen=1_870_000, **WHEN).owed_fen == 1_870_000
    assert owed_fen() == 2_000_000
    check_books()
