"""What the trail is told: every call of `record` names an action of the table, and what changes says before and after."""

import ast
import re
from collections.abc import Iterator

from jishiyu.apps.audit.actions import BEGINS, CHANGES, ENDS, LOOKS, WHOLE
from jishiyu.web.audit.words import ACTIONS
from tests.architecture.sources import SOURCE

GROUPS = (CHANGES, BEGINS, ENDS, LOOKS, WHOLE)


def calls() -> Iterator[tuple[str, str, bool]]:
    """Yield place, action (`*` for what a name stands for) and whether before and after are told, of every call."""
    for path in sorted(SOURCE.rglob("*.py")):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if not (isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "record"):
                continue
            given = {word.arg: word.value for word in node.keywords}
            yield f"{path.name}:{node.lineno}", _action(given["action"]), "changes" in given


def _action(node: ast.expr) -> str:
    if isinstance(node, ast.JoinedStr):
        return "".join(str(part.value) if isinstance(part, ast.Constant) else "*" for part in node.values)
    assert isinstance(node, ast.Constant), "the action of a trail row is written where it is recorded"
    return str(node.value)


def test_there_are_calls_to_look_at() -> None:
    assert len(list(calls())) > 60


def test_every_action_is_in_one_group() -> None:
    everything = [action for group in GROUPS for action in group]
    assert len(everything) == len(set(everything))
    assert {action for _, action, _ in calls()} == set(everything)


def test_whatever_changes_a_record_tells_before_and_after() -> None:
    wrong = [(place, action) for place, action, told in calls() if told != (action in CHANGES)]
    assert wrong == []


def test_every_action_has_words() -> None:
    unsaid = [
        action for _, action, _ in calls()
        if not any(re.fullmatch(re.escape(action).replace(r"\*", ".+"), known) for known in ACTIONS)
    ]  # fmt: skip
    assert unsaid == []
