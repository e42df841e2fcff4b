"""Problems are said whole in either language: read from their classes and from every place that raises one."""

import ast
import re
import string
from collections.abc import Iterator

import pytest

from tests.architecture.sources import modules, name

HAN = re.compile(r"[㐀-鿿]")
BOTH = {"Words", "of", "listed"}  # calls whose value says itself in both languages


def problem_classes() -> list[ast.ClassDef]:
    """Return every class of the product that is a problem."""
    found = [node for _, tree in modules("") for node in ast.walk(tree) if isinstance(node, ast.ClassDef)]
    known = {"Problem"}
    while more := {node.name for node in found if any(getattr(base, "id", "") in known for base in node.bases)} - known:
        known |= more
    return [node for node in found if node.name in known]


def sentences(node: ast.ClassDef) -> dict[str, str]:
    """Return the sentences of a class by language, where it has some of its own."""
    return {
        item.targets[0].id: ast.literal_eval(item.value)
        for item in node.body
        if isinstance(item, ast.Assign) and isinstance(item.targets[0], ast.Name) and item.targets[0].id in ("en", "zh")
    }


def chinese_only(tree: ast.Module, problems: set[str]) -> Iterator[tuple[int, str]]:
    """Yield line and detail of every problem that is raised with a detail that has Chinese words alone."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Call) and getattr(node.func, "id", "") in problems:
            for keyword in node.keywords:
                if _says_chinese(keyword.value):
                    yield node.lineno, keyword.arg or "**"


def _says_chinese(node: ast.AST) -> bool:
    if isinstance(node, ast.Call):
        called = getattr(node.func, "attr", getattr(node.func, "id", ""))
        if called in BOTH:
            return False
        if re.fullmatch(r"get_\w+_display", called):
            return True
    if (
        isinstance(node, ast.Constant)
        and isinstance(node.value, str)
        and (HAN.search(node.value) or "、" in node.value)
    ):
        return True
    if isinstance(node, ast.Attribute) and node.attr == "zh":
        return True
    # A label is both; within a text it is its Chinese.
    if isinstance(node, ast.JoinedStr) and any(getattr(part, "attr", "") == "label" for part in ast.walk(node)):
        return True
    return any(_says_chinese(part) for part in ast.iter_child_nodes(node))


def test_every_problem_has_an_english_and_a_chinese_sentence_about_the_same_details() -> None:
    wrong = []
    for node in problem_classes():
        told = sentences(node)
        fields = [{field for _, field, _, _ in string.Formatter().parse(text) if field} for text in told.values()]
        alike = len(told) in (0, 2) and (not fields or fields[0] == fields[1])
        if not alike or HAN.search(told.get("en", "")) or not HAN.search(told.get("zh", "一")):
            wrong.append(node.name)
    # A line of a file says its whole sentence itself.
    assert [one for one in wrong if one != "LineUnusable"] == []


def test_no_problem_is_raised_with_chinese_words_alone() -> None:
    problems = {node.name for node in problem_classes()}
    found = [
        f"{name(path)}:{line}: {what}"
        for path, tree in modules("")
        if "migrations" not in path.parts
        for line, what in chinese_only(tree, problems)
    ]
    assert found == []


@pytest.mark.parametrize(
    ("text", "seen"),
    [
        ("raise Refused(state='已办结')", 1),
        ("raise Refused(names='、'.join(names))", 1),
        ("raise Refused(state=row.get_state_display())", 1),
        ("raise Refused(skill=skill.zh)", 1),
        ("raise Refused(on=f'{day} {Half(part).label}')", 1),
        ("raise Refused(state=State(row.state).label)", 0),
        ("raise Refused(skill=Words(skill.zh, skill.en))", 0),
        ("raise Refused(names=listed(names), state=Words.of(state))", 0),
        ("raise ValueError('错')", 0),
    ],
)
def test_the_check_sees_what_it_is_meant_to_see(text: str, seen: int) -> None:
    assert len(list(chinese_only(ast.parse(text), {"Refused"}))) == seen
