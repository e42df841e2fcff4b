"""What the trail is told: every call of `record` names an action of the table, and what changes says before and after."""

import ast
import re
from collections.abc import Iterator

from jishiyu.apps.audit.actions import BEGINS, CHANGES, ENDS, LOOKS, WHOLE
from jishiyu.web.audit.details import FIELDS, RECORDS
from jishiyu.web.audit.words import ACTIONS
from tests.architecture.sources import SOURCE

# Keys of rows for a table that stand in the same functions.
ROWS = {"at", "by", "case_id", "closed_because", "from_state", "sentence", "to_state"}
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


def told() -> Iterator[tuple[str, str]]:
    """Yield place and key of whatever is written into details or changes, as far as the code names it."""
    for path in sorted(SOURCE.rglob("*.py")):
        for function in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if not isinstance(function, ast.FunctionDef):
                continue
            given = [
                word.value
                for node in ast.walk(function)
                if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "record"
                for word in node.keywords
                if word.arg in ("details", "changes")
            ]
            names = {part.id for node in given for part in ast.walk(node) if isinstance(part, ast.Name)}
            kept = [
                node.value
                for node in ast.walk(function)
                if isinstance(node, ast.Assign | ast.AugAssign)
                and {
                    part.id
                    for part in ast.walk(node)
                    if isinstance(part, ast.Name) and not isinstance(part.ctx, ast.Load)
                }
                & names
            ]
            for node in (part for one in (*given, *kept) for part in ast.walk(one) if isinstance(part, ast.Dict)):
                keys = [key.value for key in node.keys if isinstance(key, ast.Constant)]
                yield from ((f"{path.name}:{node.lineno}", str(key)) for key in keys)


def records() -> Iterator[tuple[str, str]]:
    """Yield place and beginning of the record of every call."""
    for path in sorted(SOURCE.rglob("*.py")):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "record":
                about = next(word.value for word in node.keywords if word.arg == "record")
                first = about.values[0] if isinstance(about, ast.JoinedStr) else about
                yield f"{path.name}:{node.lineno}", str(getattr(first, "value", "")).strip()


def test_every_detail_and_every_record_has_words() -> None:
    keys = set(told())
    assert len({key for _, key in keys}) > 80
    assert [(place, key) for place, key in sorted(keys) if key not in FIELDS and key not in ROWS] == []
    assert [(place, kind) for place, kind in records() if kind and kind not in RECORDS] == []


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
