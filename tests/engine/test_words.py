"""Words in two languages: text in Chinese, said in either; problems and lists that hold them."""

import copy
import json
from enum import Enum
from multiprocessing import Pipe
from typing import Any

import pytest

from jishiyu.engine.problems import Problem
from jishiyu.engine.words import Words, listed, said

CLOSED = Words("已办结", "closed")


class MoveRefused(Problem):
    en = "It is {state}. Possible: {possible}."
    zh = "目前为{state}。可以:{possible}。"


class Labelled(Enum):
    """Like a choice of Django: a member with a label."""

    GOOD = Words("好", "good")
    ONLY_CHINESE = "坏"

    @property
    def label(self) -> str:
        return self.value


def sent(one: Any) -> Any:
    """Return what arrives in another process."""
    here, there = Pipe()
    here.send(one)
    return there.recv()


def test_words_are_the_chinese_text_and_say_either() -> None:
    assert (CLOSED, str(CLOSED), f"{CLOSED}", CLOSED.zh, CLOSED.en) == (
        "已办结",
        "已办结",
        "已办结",
        "已办结",
        "closed",
    )
    assert (CLOSED.say("zh"), CLOSED.say("en"), CLOSED.both) == ("已办结", "closed", "已办结 / closed")
    assert type(CLOSED.zh) is str
    assert json.dumps([CLOSED], ensure_ascii=False) == '["已办结"]'
    assert repr(CLOSED) == "'已办结'"  # as a migration writes it


def test_words_are_equal_when_both_languages_are_and_to_a_text_by_their_chinese() -> None:
    assert Words("已办结", "closed") == CLOSED
    assert Words("已办结", "done") != CLOSED
    assert not Words("已办结", "done") == CLOSED  # noqa: SIM201  # both operators are asked
    assert CLOSED == "已办结"
    assert "已办结" == CLOSED  # noqa: SIM300
    assert {CLOSED: 1}["已办结"] == 1


@pytest.mark.parametrize("again", [copy.copy, copy.deepcopy, sent])
def test_words_are_copied_and_travel_with_their_english(again: object) -> None:
    assert again(CLOSED).say("en") == "closed"  # type: ignore[operator]


def test_words_of_a_choice_need_both_languages() -> None:
    assert Words.of(Labelled.GOOD).say("en") == "good"
    with pytest.raises(TypeError, match="no English"):
        Words.of(Labelled.ONLY_CHINESE)


def test_a_list_has_the_marks_of_its_language() -> None:
    both = listed([CLOSED, Words("已撤回", "withdrawn"), "E1"])
    assert (both.say("zh"), both.say("en")) == ("已办结、已撤回、E1", "closed, withdrawn, E1")
    assert (listed([]).say("zh"), listed([]).say("en")) == ("—", "—")


def test_a_problem_says_its_details_in_the_language_of_its_sentence() -> None:
    problem = MoveRefused(state=CLOSED, possible=listed([Words("已撤回", "withdrawn")]))
    assert problem.say("zh") == "目前为已办结。可以:已撤回。"
    assert problem.say("en") == str(problem) == "It is closed. Possible: withdrawn."
    assert sent(problem).say("en") == problem.say("en")


def test_a_problem_within_a_problem_is_said_in_the_same_language() -> None:
    inner = MoveRefused(state=CLOSED, possible="—")
    assert MoveRefused(state=inner, possible="—").say("en") == "It is It is closed. Possible: —.. Possible: —."
    assert said(3, "en") == 3
