"""How an app is cut: tables, operations that write, queries that read; the rest is its own affair."""

import ast
import re
from collections.abc import Iterator

import pytest

from tests.architecture.sources import SOURCE, modules, name

# What other apps, screens and commands may import from an app. Every other module of an app is an inner part of it.
PUBLIC = {"models", "operations", "queries", "problems"}
# Further doors, each with what comes through it.
DOORS = {
    # used-up codes; rules of passwords; who may what; row security; codes
    "accounts": {"forgetting", "passwords", "rights", "rows", "signing_in"},
    # whose they are; what an approval would pay; fields of a form; what queries give; moves; what a sitting does next; who is told
    "applications": {"acting", "deciding", "forms", "rows", "states", "steps", "telling"},
    "desk": {"member"},  # what the page of a member is made of
    # needs with their clocks; personal links; what levels are called; states, moves and clocks
    "enterprises": {"boards", "links", "saying", "states"},
    # in a process of its own; sealed; told by content; scanned; whole or not at all
    "files": {"apart", "keeping", "receiving", "scanning", "writing"},
    # days as numbers; the round as pairing sees it; sentences about people and days; what a proposal may still change; by hand
    "experts": {"changing", "gathering", "halfdays", "proposing", "saying", "times"},
    "intake": {"applications", "fields"},  # events that are filed, column types
    "jobs": {"uploads"},  # sealed files in the data folder
    "ledger": {"beancount", "chart"},  # the books as plain text; the names of the accounts
    "members": {
        "closing",
        "duplicates",
        "importing",
        "turns",
    },  # a union closed; persons who may be one; a roster in three steps; what memberships say by themselves
    "notices": {"texts"},  # kinds of notices and their sentences; what an address looks like, and how it is masked
    "orgs": {"desk"},  # one union from the screen
    # what payments need of a bank, jishiyu.banks implements it; files to the bank; sums for a checker; a member's own
    # account; names and accounts as they are now; what has to come back
    "payments": {"bank", "claims", "desk", "own_account", "payees", "recoveries", "sending"},
    "people": {"desk", "rekeying", "sealing"},  # corrections; a new key; sealed values and look-up hashes
    "policies": {"shelves"},  # texts checked, the shelf of the city
    "subsidies": {"corrections", "heirs"},  # people put right, and decided again; who receives the subsidy for a death
    # accepted proposals as visits; calendar and load; counters; a visit as a calendar entry; an enterprise's page
    "visits": {"appointments", "boards", "figures", "invitation", "progress"},
    "statistics": {"lines", "papers", "scope"},  # figures of feeds, data of documents, what is counted
    # guards in the place of keys, COPY, what the planner knows, tables kept by year
    "tables": {"asked_once", "copying", "planner", "years"},
}
# Django's own modules of an app.
FRAMEWORK = {"__init__", "apps", "migrations"}
WRITES = {"create", "bulk_create", "get_or_create", "update_or_create", "save", "update", "bulk_update", "delete"}
WRITING_SQL = re.compile(r"^\s*(?:INSERT INTO|UPDATE|DELETE FROM|TRUNCATE|MERGE INTO|COPY \w+ FROM)\b", re.MULTILINE)
APPS = sorted(path.parent.name for path in (SOURCE / "apps").glob("*/__init__.py"))


def inner_imports(tree: ast.Module, own: str) -> Iterator[tuple[int, str]]:
    """Yield line and module for every import of an inner part of an app other than `own`."""
    for node in ast.walk(tree):
        if isinstance(node, ast.ImportFrom) and node.module:
            # `from jishiyu.apps.people import sealing` names a module as well as `from jishiyu.apps.people.sealing …`.
            named = [f"{node.module}.{alias.name}" for alias in node.names]
        elif isinstance(node, ast.Import):
            named = [alias.name for alias in node.names]
        else:
            continue
        for module in named:
            match = re.match(r"jishiyu\.apps\.(\w+)\.(\w+)", module)
            if match and match[1] != own and match[2] not in PUBLIC | FRAMEWORK | DOORS.get(match[1], set()):
                yield node.lineno, f"{match[1]}.{match[2]}"


def writes(tree: ast.Module) -> Iterator[tuple[int, str]]:
    """Yield line and word for everything that changes a table."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute):
            called, owner = node.func.attr, ast.unparse(node.func.value)
            # A dictionary or a hash has `update` too; a manager or a query set is reached through `objects`.
            if called in WRITES and (called != "update" or "objects" in owner):
                yield node.lineno, f".{called}()"
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and (sql := WRITING_SQL.search(node.value)):
            yield node.lineno, sql[0].strip()


def test_an_app_is_entered_through_its_models_operations_queries_and_problems() -> None:
    found = []
    for path, tree in modules(""):
        parts = path.relative_to(SOURCE).parts
        own = parts[1] if parts[0] == "apps" and len(parts) > 1 else ""
        found += [f"{name(path)}:{line}: {what}" for line, what in inner_imports(tree, own)]
    assert found == []


@pytest.mark.parametrize("app", APPS)
def test_queries_read_and_never_write(app: str) -> None:
    found = [
        f"{name(path)}:{line}: {what}"
        for path, tree in modules(f"apps/{app}")
        if path.stem == "queries"
        or (app == "statistics" and path.stem != "operations" and "migrations" not in path.parts)
        for line, what in writes(tree)
    ]
    assert found == []


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("Person.objects.filter(id=1).update(name='x')", 1),
        ("person.save()", 1),
        ("cursor.execute('INSERT INTO people_person VALUES (1)')", 1),
        ("cursor.execute('SELECT 1 FOR UPDATE')", 0),
        ("digest.update(b'x')", 0),
        ("Person.objects.filter(id=1)", 0),
    ],
)
def test_the_check_tells_writing_from_reading(text: str, found: int) -> None:
    assert len(list(writes(ast.parse(text)))) == found


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("from jishiyu.apps.subsidies.posting import post", 1),
        ("from jishiyu.apps.subsidies import posting", 1),
        ("import jishiyu.apps.subsidies.posting", 1),
        ("from jishiyu.apps.people.sealing import seal", 0),
        ("from jishiyu.apps.people.operations import admit", 0),
        ("from jishiyu.apps.members.checking import check", 0),
    ],
)
def test_the_check_finds_inner_parts_of_other_apps(text: str, found: int) -> None:
    assert len(list(inner_imports(ast.parse(text), "members"))) == found
