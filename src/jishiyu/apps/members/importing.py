"""The three steps of a roster file: check, look, confirm."""

from collections.abc import Callable, Sequence
from dataclasses import asdict
from datetime import date, datetime
from hashlib import file_digest
from pathlib import Path

import polars as pl
from django.db import connection, transaction
from django.utils.timezone import localdate

from jishiyu.apps.audit.operations import record
from jishiyu.apps.members.applying import apply
from jishiyu.apps.members.checking import check_lines
from jishiyu.apps.members.comparing import Comparison, compare, store_findings
from jishiyu.apps.members.findings import FINDING_SCHEMA
from jishiyu.apps.members.models import MOVES, ImportState, RosterImport, RosterLine
from jishiyu.apps.members.problems import ImportNotOpen, ImportUnknown, RosterChangedMeanwhile, RosterNotClean
from jishiyu.apps.members.staging import stage
from jishiyu.apps.members.telling import remember, tell
from jishiyu.apps.orgs.models import Union
from jishiyu.apps.tables.copying import copy_in
from jishiyu.engine.roster import read_roster

# The steps of a check, in Chinese and English, as they are told.
CHECKING = (
    ("读取名册", "reading the roster"),
    ("逐行检查", "checking its lines"),
    ("暂存", "staging"),
    ("与在册数据比对", "comparing with the books"),
)
SHOWN = ("new", "changed", "left", "unchanged", "refused", "absent", "new_people", "changed_people")


@transaction.atomic
def check_roster(
    *, path: Path, as_of: date, by: str, at: datetime, absent_left_on: date | None = None,
    union_ids: Sequence[int] | None = None, told: Callable[[int], None] = lambda step: None,
) -> RosterImport:  # fmt: skip
    """Read a roster file, compare it with the books and keep the result to be looked at; change no membership.

    `union_ids` are the unions that whoever brings the file answers for (None: all); lines of others, and of people who
    are members of others only, are refused.
    `absent_left_on` says that the file is complete for its unions: whoever it leaves out left on that day.
    `told` hears the number of each of CHECKING as it begins.
    Raises what the reader raises about the file as a whole; what is wrong with lines becomes problems of the import.
    """
    told(0)
    lines, reported = read_roster(path, as_of=as_of)
    told(1)
    with path.open("rb") as file:
        sha256 = file_digest(file, "sha256").hexdigest()
    lines = lines.with_row_index("row", offset=1)
    codes = pl.Series(list(Union.objects.values_list("code", flat=True)), dtype=pl.String)
    misfits = check_lines(lines, org_codes=codes, not_ours=_not_ours(union_ids))
    found = pl.concat([_of_the_reader(reported), misfits.select(FINDING_SCHEMA.keys())])
    unusable = reported.filter(pl.col("severity") == "error").select("file", "line").n_unique()
    if absent_left_on and (unusable or misfits.height):
        raise RosterNotClean(file=path.name, count=unusable + misfits["row"].n_unique())
    checked = RosterImport.objects.create(
        file_name=path.name, sha256=sha256, lines=lines.height + unusable, refused=lines.height + unusable,
        checked_by=by, checked_at=at, absent_left_on=absent_left_on, union_ids=_sorted(union_ids),
    )  # fmt: skip
    told(2)
    stage(lines, import_id=checked.pk, refused=misfits["row"].unique())
    copy_in(found.with_columns(roster_import_id=pl.lit(checked.pk)), table="members_rosterproblem")
    told(3)
    counts = asdict(_compared(checked))
    counts |= {"lines": counts["lines"] + unusable, "refused": counts["refused"] + unusable}
    store_findings(import_id=checked.pk)
    RosterImport.objects.filter(pk=checked.pk).update(**counts)
    checked.refresh_from_db()
    return checked


def _compared(roster: RosterImport) -> Comparison:
    return compare(
        import_id=roster.pk, absent_left_on=roster.absent_left_on, union_ids=roster.union_ids,
        day=localdate(roster.checked_at),
    )  # fmt: skip


def _sorted(union_ids: Sequence[int] | None) -> list[int] | None:
    return None if union_ids is None else sorted(union_ids)


def _not_ours(union_ids: Sequence[int] | None) -> pl.Series | None:
    if union_ids is None:
        return None
    others = Union.objects.exclude(pk__in=union_ids).values_list("code", flat=True)
    return pl.Series(list(others), dtype=pl.String)


def _of_the_reader(reported: pl.DataFrame) -> pl.DataFrame:
    return reported.with_columns(refuses=pl.col("severity") == "error", other_line=pl.lit(None, pl.Int64)).select(
        FINDING_SCHEMA.keys()
    )


@transaction.atomic
def confirm_roster(*, import_id: int, by: str, at: datetime) -> RosterImport:
    """Do what the check showed, all of it or nothing; whose mobile or account changes is told at the number of before.

    Raises RosterChangedMeanwhile when the books have moved since the check, ImportNotOpen, ImportUnknown.
    """
    waiting = _open_import(import_id)
    with connection.cursor() as cursor:
        # Readers go on; whoever changes memberships waits until this import is in.
        cursor.execute("LOCK TABLE members_membership, people_person, people_certificate IN SHARE ROW EXCLUSIVE MODE")
    now = _compared(waiting)
    if now.plan != waiting.plan:
        was = _counts(waiting)
        raise RosterChangedMeanwhile(file=waiting.file_name, was=was, now=_counts(now))
    remember(import_id=import_id)
    apply(import_id=import_id, at=at, absent_left_on=waiting.absent_left_on)
    told = tell(import_id=import_id, by=by, at=at)
    details = {name: getattr(waiting, name) for name in SHOWN} | {"told": told, "sha256": waiting.sha256}
    if waiting.absent_left_on:
        details["absent_left_on"] = waiting.absent_left_on.isoformat()
    return _close(waiting, ImportState.CONFIRMED, details=details, by=by, at=at)


@transaction.atomic
def drop_roster(*, import_id: int, by: str, at: datetime) -> RosterImport:
    """Give up a checked file: its sealed lines are deleted, what was found stays."""
    return _close(_open_import(import_id), ImportState.DROPPED, details={}, by=by, at=at)


def _open_import(import_id: int) -> RosterImport:
    found = RosterImport.objects.select_for_update().filter(pk=import_id).first()
    if found is None:
        raise ImportUnknown(import_id=import_id)
    if not MOVES[ImportState(found.state)]:
        raise ImportNotOpen(import_id=import_id, state=ImportState(found.state).label)
    return found


def _close(
    roster: RosterImport, state: ImportState, *, details: dict[str, object], by: str, at: datetime
) -> RosterImport:
    RosterLine.objects.filter(roster_import=roster).delete()
    confirmed = {"confirmed_by": by, "confirmed_at": at} if state == ImportState.CONFIRMED else {}
    RosterImport.objects.filter(pk=roster.pk).update(state=state, **confirmed)
    record(by=by, action=f"roster.{state}", record=f"roster import {roster.pk}", details=details, at=at,
           changes={"state": (roster.state, state.value)})  # fmt: skip
    roster.refresh_from_db()
    return roster


def _counts(counted: RosterImport | Comparison) -> str:
    return ", ".join(f"{name} {getattr(counted, name)}" for name in SHOWN)
