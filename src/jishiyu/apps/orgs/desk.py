"""One union put on record or changed from the screen; whole files go through `operations.load_unions`."""

from datetime import date, datetime

from django.db import IntegrityError, connection, transaction

from jishiyu.apps.audit.operations import record
from jishiyu.apps.orgs.models import Union, UnionKind
from jishiyu.apps.orgs.operations import LOCK
from jishiyu.apps.orgs.problems import (
    UnionChangedMeanwhile,
    UnionClosedAlready,
    UnionCodeTaken,
    UnionIncomplete,
    UsccTaken,
    UsccUnusable,
)
from jishiyu.apps.orgs.queries import fingerprint, union_by_code
from jishiyu.apps.orgs.uscc import is_valid

CHANGEABLE = ("name", "trade", "district", "uscc")


def add_union(
    *, code: str, name: str, kind: str, by: str, at: datetime, territorial_parent: str | None = None,
    industry_parent: str | None = None, trade: str = "", district: str = "", uscc: str = "",
) -> Union:  # fmt: skip
    """This function will put one union on record under its parents (by code); raises UnionUnknown for a parent.

    Also UnionIncomplete, UnionCodeTaken, UsccUnusable, UsccTaken.
    """
    plain = {"code": code.strip(), "name": name.strip(), "trade": trade.strip(), "district": district.strip()}
    if not plain["code"] or not plain["name"] or kind not in UnionKind.values:
        raise UnionIncomplete
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(LOCK)
        parents = {
            "territorial_parent": union_by_code(code=territorial_parent) if territorial_parent else None,
            "industry_parent": union_by_code(code=industry_parent) if industry_parent else None,
        }
        if Union.objects.filter(code=plain["code"]).exists():
            raise UnionCodeTaken(code=plain["code"])
        number = _uscc(uscc, plain["code"])
        made = Union.objects.create(**plain, kind=kind, uscc=number, **parents)
        details = {"kind": kind, "territorial": territorial_parent, "industry": industry_parent}
        record(by=by, action="union.add", record=f"union {made.code}", details=details, at=at)
    return made


def change_union(*, code: str, by: str, at: datetime, seen: str = "", **changes: str) -> Union:
    """This function will change name, trade, district or uscc of a union; parents are `operations.set_parent`.

    `seen` is the `queries.fingerprint` of what the form showed; raises UnionChangedMeanwhile when it is another now.
    """
    unknown = set(changes) - set(CHANGEABLE)
    if unknown:
        raise TypeError(f"a union has no changeable {', '.join(sorted(unknown))}")
    fresh = {name: value.strip() for name, value in changes.items()}
    if fresh.get("name") == "":
        raise UnionIncomplete
    with transaction.atomic():
        union = Union.objects.select_for_update(no_key=True).get(pk=union_by_code(code=code).pk)
        if seen and seen != fingerprint(union):
            raise UnionChangedMeanwhile(code=code)
        if "uscc" in fresh:
            fresh["uscc"] = _uscc(fresh["uscc"], code)
        told = {name: (getattr(union, name), value) for name, value in fresh.items()}
        try:
            with transaction.atomic():
                Union.objects.filter(pk=union.pk).update(**fresh)
        except IntegrityError as error:
            raise UsccTaken(uscc=fresh.get("uscc", ""), code=code) from error
        record(by=by, action="union.change", record=f"union {code}", details={}, at=at, changes=told)
        union.refresh_from_db()
    return union


def note_closed(*, code: str, on: date, details: dict[str, object], by: str, at: datetime) -> Union:
    """This function will note that a union is closed from a day on; its members are `members.closing`'s affair."""
    with transaction.atomic():
        union = Union.objects.select_for_update(no_key=True).get(pk=union_by_code(code=code).pk)
        if union.closed_on is not None:
            raise UnionClosedAlready(code=code, on=union.closed_on)
        Union.objects.filter(pk=union.pk).update(closed_on=on)
        record(by=by, action="union.close", record=f"union {code}", details={"on": on, **details}, at=at,
               changes={"closed_on": (None, on)})  # fmt: skip
        union.closed_on = on
    return union


def _uscc(uscc: str, code: str) -> str:
    number = uscc.strip().upper()
    if not number:
        return ""
    if not is_valid(number):
        raise UsccUnusable(uscc=number)
    other = Union.objects.filter(uscc=number).exclude(code=code).first()
    if other is not None:
        raise UsccTaken(uscc=number, code=other.code)
    return number
