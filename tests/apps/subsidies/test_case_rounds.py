"""A day's calls noted in one go: every step kept like a single one, all of them or none."""

from datetime import timedelta
from pathlib import Path

import pytest

from jishiyu.apps.audit.models import Trail
from jishiyu.apps.subsidies.models import Case, CaseState
from jishiyu.apps.subsidies.operations import Step, log_round
from jishiyu.apps.subsidies.problems import (
    CaseDateMissing,
    CaseMoveNotAllowed,
    CaseSentenceMissing,
    CaseTwice,
    CaseUnknown,
    SecondPersonNeeded,
)
from jishiyu.apps.subsidies.queries import history_of_case
from jishiyu.engine.problems import Problem
from tests.apps.subsidies.situations import AS_OF, cases, enrol, later, load, member, stay

pytestmark = pytest.mark.django_db
CALLED, PROMISED, CLOSED = CaseState.CALLED, CaseState.PROMISED, CaseState.CLOSED


@pytest.fixture
def three(tmp_path: Path) -> list[int]:
    enrol(tmp_path, member(1))
    load(tmp_path, "a", *[stay(who, str(who), "8000.00") for who in (2, 3, 4)])
    return list(Case.objects.order_by("stay_id").values_list("id", flat=True))


def test_a_round_moves_each_case_and_keeps_who_when_and_what_was_said(three: list[int]) -> None:
    first, second, third = three
    steps = [
        Step(case_id=third, to=CLOSED, sentence=" 非本会会员 ", due_on=later(3)),
        Step(case_id=first, to=CALLED, sentence="已联系"),
        Step(case_id=second, to=PROMISED, sentence="约定回复", due_on=later(3)),
    ]
    assert log_round(steps=steps, by="zhao.min", on=AS_OF) == 3
    assert cases() == [
        ("H1/V2", "unmatched", "called"), ("H1/V3", "unmatched", "promised"), ("H1/V4", "unmatched", "closed"),
    ]  # fmt: skip
    called, promised, closed = Case.objects.order_by("stay_id")
    assert (called.due_on, promised.due_on) == (AS_OF + timedelta(days=7), later(3))
    assert (closed.closed_because, closed.closed_at is not None, called.closed_at) == ("非本会会员", True, None)
    moves = [(move.from_state, move.to_state, move.by, move.sentence, move.due_on) for move in history_of_case(third)]
    assert moves[1:] == [("open", "closed", "zhao.min", "非本会会员", None)]
    assert Trail.objects.order_by("-id")[0].action == "case.round"


@pytest.mark.parametrize(
    ("wrong", "problem"),
    [
        (Step(case_id=0, to=CaseState.APPROVED, sentence="批准"), SecondPersonNeeded),
        (Step(case_id=0, to=PROMISED, sentence="约定"), CaseDateMissing),
        (Step(case_id=0, to=PROMISED, sentence="约定", due_on=later(-1)), CaseDateMissing),
        (Step(case_id=0, to=CALLED, sentence=" "), CaseSentenceMissing),
        (Step(case_id=0, to=CaseState.OPEN, sentence="重开"), CaseMoveNotAllowed),
    ],
)
def test_one_wrong_step_leaves_the_whole_round_undone(three: list[int], wrong: Step, problem: type[Problem]) -> None:
    last = Step(case_id=three[2], to=wrong.to, sentence=wrong.sentence, due_on=wrong.due_on)
    with pytest.raises(problem):
        log_round(steps=[Step(case_id=three[0], to=CALLED, sentence="已联系"), last], by="zhao.min", on=AS_OF)
    assert {state for _, _, state in cases()} == {"open"}


def test_a_case_that_is_not_there_or_stands_twice_is_refused(three: list[int]) -> None:
    call = Step(case_id=three[0], to=CALLED, sentence="已联系")
    with pytest.raises(CaseTwice):
        log_round(steps=[call, call], by="zhao.min", on=AS_OF)
    with pytest.raises(CaseUnknown):
        log_round(steps=[Step(case_id=max(three) + 1, to=CALLED, sentence="已联系")], by="zhao.min", on=AS_OF)
    assert log_round(steps=[], by="zhao.min", on=AS_OF) == 0


def test_a_closed_case_moves_no_more(three: list[int]) -> None:
    log_round(steps=[Step(case_id=three[0], to=CLOSED, sentence="放弃")], by="zhao.min", on=AS_OF)
    with pytest.raises(CaseMoveNotAllowed):
        log_round(steps=[Step(case_id=three[0], to=CALLED, sentence="再联系")], by="zhao.min", on=AS_OF)
