"""What is written about unions."""

from dataclasses import asdict, dataclass
from datetime import datetime
from pathlib import Path

from django.db import connection, transaction

from jishiyu.apps.audit.operations import record
from jishiyu.apps.orgs.files import UnionRow, read_unions, refuse_with
from jishiyu.apps.orgs.models import Union
from jishiyu.apps.orgs.problems import ParentMakesACycle
from jishiyu.apps.orgs.queries import branch_of_kind, union_by_code

PLAIN = ("name", "kind", "trade", "district", "uscc", "closed_on")
LOCK = "LOCK TABLE orgs_union IN SHARE ROW EXCLUSIVE MODE"  # readers go on, a second import waits


@dataclass(frozen=True)
class UnionsLoaded:
    """What a file of unions did."""

    new: int
    changed: int
    unchanged: int


@transaction.atomic
def load_unions(*, path: Path, by: str, at: datetime) -> UnionsLoaded:
    """Take a file of unions whole or not at all; loading it twice changes nothing.

    Unions that the file does not name stay as they are. Raises UnionFileRefused.
    """
    rows = read_unions(path)
    with connection.cursor() as cursor:
        cursor.execute(LOCK)
    before = {union.code: union for union in Union.objects.all()}
    _check_parents(path, rows, before)
    wanted = {row.code: _plain(row) for row in rows}
    new = [code for code in wanted if code not in before]
    Union.objects.bulk_create([Union(code=code, **wanted[code]) for code in new])
    ids = dict(Union.objects.values_list("code", "id"))
    changed = []
    for row in rows:
        union = before.get(row.code) or Union(id=ids[row.code], code=row.code, **wanted[row.code])
        target = {
            **wanted[row.code],
            "territorial_parent_id": ids.get(row.territorial_parent),
            "industry_parent_id": ids.get(row.industry_parent),
        }
        if any(getattr(union, name) != value for name, value in target.items()):
            for name, value in target.items():
                setattr(union, name, value)
            changed.append(union)
    Union.objects.bulk_create(
        changed, update_conflicts=True, unique_fields=["code"], update_fields=[*PLAIN, "territorial_parent", "industry_parent"]
    )  # fmt: skip
    changes = sum(union.code in before for union in changed)
    result = UnionsLoaded(len(new), changes, len(rows) - len(new) - changes)
    if result.new or result.changed:
        record(by=by, action="unions.load", record=f"file {path.name}", details=asdict(result), at=at)
    return result


@transaction.atomic
def set_parent(*, code: str, kind: str, parent_code: str | None, by: str, at: datetime) -> Union:
    """Put a union under another one by `territorial` or `industry` kind, or under none; raises ParentMakesACycle."""
    with connection.cursor() as cursor:
        cursor.execute(LOCK)
    union = union_by_code(code=code)
    parent = union_by_code(code=parent_code) if parent_code else None
    if parent and parent.id in branch_of_kind(union_id=union.id, kind=kind):
        raise ParentMakesACycle(code=code, parent=parent.code)
    column = {"territorial": "territorial_parent_id", "industry": "industry_parent_id"}[kind]
    old = Union.objects.filter(pk=getattr(union, column)).values_list("code", flat=True).first()
    Union.objects.filter(pk=union.pk).update(**{column: parent.id if parent else None})
    changes = {"parent": (old, parent.code if parent else None)}
    record(by=by, action="union.set_parent", record=f"union {code}", details={"kind": kind}, at=at, changes=changes)
    union.refresh_from_db()
    return union


def _plain(row: UnionRow) -> dict[str, object]:
    return {name: getattr(row, name) for name in PLAIN}


def _check_parents(path: Path, rows: list[UnionRow], before: dict[str, Union]) -> None:
    """Refuse parents that are nowhere, and cycles, with the lines they stand in."""
    problems: list[tuple[str, str]] = []
    known = before.keys() | {row.code for row in rows}
    codes = {union.id: code for code, union in before.items()}
    lines = {row.code: row.line for row in rows}
    for kind, word in (("territorial_parent", "属地上级"), ("industry_parent", "产业上级")):
        above = {code: codes.get(getattr(union, f"{kind}_id"), "") for code, union in before.items()}
        above.update({row.code: getattr(row, kind) for row in rows})
        for row in rows:
            parent = getattr(row, kind)
            if parent and parent not in known:
                problems.append(
                    (f"Line {row.line}: {kind} {parent} is not known.", f"第 {row.line} 行:{word} {parent} 不存在。")
                )
        for code in _in_cycles(above):
            if code in lines:
                problems.append(
                    (
                        f"Line {lines[code]}: {code} would stand above itself by {kind}.",
                        f"第 {lines[code]} 行:{code} 按{word}会成为自己的上级。",
                    )
                )
    refuse_with(path, problems)


def _in_cycles(above: dict[str, str]) -> list[str]:
    """Return the codes that come back to themselves by walking up."""
    found: list[str] = []
    done: set[str] = set()
    for start in above:
        trail: list[str] = []
        code = start
        while code and code not in done:
            if code in trail:
                found += trail[trail.index(code) :]
                break
            trail.append(code)
            code = above.get(code, "")
        done.update(trail)
    return found
