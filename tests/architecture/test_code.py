"""What the code may say, read from its syntax trees."""

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.architecture.sources import SOURCE, modules, name

CLOCKS = {("datetime", "now"), ("datetime", "today"), ("datetime", "utcnow"), ("date", "today"), ("timezone", "now")}
CLOCKS |= {("timezone", "localdate"), ("timezone", "localtime"), ("time", "time"), ("time", "localtime")}
MAY_ASK_THE_DAY = ("commands", "web")
FLOAT_TYPES = {"Float32", "Float64", "FloatField", "float64", "float32"}


def calls(tree: ast.AST) -> Iterator[tuple[ast.Call, str, str]]:
    """Yield every call with the name it is called on (or "") and its own name."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Call):
            if isinstance(node.func, ast.Name):
                yield node, "", node.func.id
            elif isinstance(node.func, ast.Attribute):
                owner = node.func.value
                yield node, getattr(owner, "id", getattr(owner, "attr", "")), node.func.attr


def says_fen(node: ast.expr) -> bool:
    """Return whether an operand names an amount: a name, attribute, key or column that ends in `_fen`."""
    return any(
        str(getattr(part, "id", getattr(part, "attr", getattr(part, "value", "")))).endswith("_fen")
        for part in ast.walk(node)
    )


def money_mistakes(tree: ast.Module) -> Iterator[tuple[int, str]]:
    """Yield line and complaint for everything that could make an amount inexact."""
    for call, owner, called in calls(tree):
        if called == "float" and not owner:
            yield call.lineno, "float() loses fen: use Decimal or integer fen"
        if called == "round":
            yield call.lineno, "round() rounds half to even: use engine/money.py"
    for node in ast.walk(tree):
        if isinstance(node, ast.Attribute) and node.attr in FLOAT_TYPES:
            yield node.lineno, f"{node.attr} cannot hold fen exactly"
        if (
            isinstance(node, ast.BinOp)
            and isinstance(node.op, ast.Div)
            and (says_fen(node.left) or says_fen(node.right))
        ):
            yield node.lineno, "/ makes a float of an amount: use // or Decimal"


def clock_readings(tree: ast.Module) -> Iterator[tuple[int, str]]:
    """Yield line and complaint for everything that asks what day or moment it is."""
    for call, owner, called in calls(tree):
        if (owner, called) in CLOCKS:
            yield call.lineno, f"{owner}.{called}() asks the clock: take the day as an argument"


@pytest.mark.parametrize("folder", ["engine", "apps", "banks"])
def test_amounts_are_exact_where_money_is_calculated_kept_and_sent(folder: str) -> None:
    found = [f"{name(path)}:{line}: {what}" for path, tree in modules(folder) for line, what in money_mistakes(tree)]
    assert found == []


def test_only_commands_and_screens_ask_what_day_it_is() -> None:
    found = [
        f"{name(path)}:{line}: {what}"
        for path, tree in modules("")
        if path.relative_to(SOURCE).parts[0] not in MAY_ASK_THE_DAY
        for line, what in clock_readings(tree)
    ]
    assert found == []


def test_nothing_overrides_save_or_listens_to_signals() -> None:
    found = []
    for path, tree in modules("apps"):
        for node in ast.walk(tree):
            if isinstance(node, ast.ClassDef):
                methods = {item.name for item in node.body if isinstance(item, ast.FunctionDef)}
                found += [f"{name(path)}: {node.name}.{method}()" for method in methods & {"save", "delete"}]
            if isinstance(node, ast.ImportFrom) and node.module == "django.db.models.signals":
                found.append(f"{name(path)}:{node.lineno}: {node.module}")
            if isinstance(node, ast.ClassDef) and node.name == "Meta":
                found += [
                    f"{name(path)}:{item.lineno}: default ordering"
                    for item in node.body
                    if isinstance(item, ast.Assign) and getattr(item.targets[0], "id", "") == "ordering"
                ]
    assert found == []


def test_every_module_of_the_product_says_what_it_is_for() -> None:
    quiet = [
        name(path)
        for path, tree in modules("")
        if "migrations" not in path.parts and tree.body and not ast.get_docstring(tree)
    ]
    assert quiet == []


@pytest.mark.parametrize(
    ("text", "mistakes"),
    [
        ("total = round(paid, 2)", 1),
        ("share = float(text)", 1),
        ("half = row.cash_fen / 2", 1),
        ("half = pl.col('cash_fen') / 2", 1),
        ("schema = {'cash_fen': pl.Float64()}", 1),
        ("path = folder / 'decisions.parquet'", 0),
        ("half = row.cash_fen // 2", 0),
        ("frame.with_columns(pl.col('cash').round(2))", 1),
    ],
)
def test_the_money_check_sees_what_it_is_meant_to_see(text: str, mistakes: int) -> None:
    assert len(list(money_mistakes(ast.parse(text)))) == mistakes


@pytest.mark.parametrize(
    ("text", "readings"),
    [
        ("datetime.datetime.now(tz=UTC)", 1),
        ("datetime.now()", 1),
        ("date.today()", 1),
        ("django.utils.timezone.now()", 1),
        ("date.fromisoformat('2025-03-09')", 0),
        ("time.perf_counter()", 0),
    ],
)
def test_the_clock_check_sees_what_it_is_meant_to_see(text: str, readings: int) -> None:
    assert len(list(clock_readings(ast.parse(text)))) == readings


def test_the_checks_read_the_real_source_tree() -> None:
    assert SOURCE / "cli.py" in {path for path, _ in modules("")}
    assert isinstance(SOURCE, Path)
