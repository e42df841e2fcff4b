"""A problem that travels between processes says the same at its end, whatever its class asks for when it is raised."""

import copy
import pickle
from pathlib import Path

import pytest

from jishiyu.engine.policy.load import load_policy
from jishiyu.engine.policy.problems import PolicyRefused
from jishiyu.engine.problems import Problem


class TwoWords(Problem):
    """Asks for its details in its own way."""

    en, zh = "{first} and {second}.", "{first}和{second}。"

    def __init__(self, first: str, second: str) -> None:
        super().__init__(first=first, second=second)


def travelled(problem: Problem) -> Problem:
    return pickle.loads(pickle.dumps(problem))  # type: ignore[no-any-return]  # noqa: S301  # our own bytes


@pytest.mark.parametrize("again", [travelled, copy.copy, copy.deepcopy])
def test_a_refused_policy_travels_with_its_faults(again: object, tmp_path: Path) -> None:
    path = tmp_path / "wrong.toml"
    path.write_text("id = 3\n", encoding="utf-8")
    with pytest.raises(PolicyRefused) as caught:
        load_policy(path)
    there = again(caught.value)  # type: ignore[operator]
    assert type(there) is PolicyRefused
    assert [there.say(language) for language in ("zh", "en")] == [
        caught.value.say(language) for language in ("zh", "en")
    ]
    assert there.faults == caught.value.faults
    assert str(there) == str(caught.value)


def test_a_problem_with_its_own_beginning_travels() -> None:
    there = travelled(TwoWords("a", "b"))
    assert (there.say("zh"), there.args) == ("a和b。", ("a and b.",))
