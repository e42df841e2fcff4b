"""Load files into the database.

  jishiyu load unions unions.csv
  jishiyu load roster roster.xlsx            check, show, ask, then take it in
  jishiyu load roster roster.csv --yes       without asking
  jishiyu load feed 2025-03.csv              store, decide, post
  jishiyu load applications accidents.xlsx   accidents, deaths, fires

Loading the same file twice changes nothing. Exit status: 0 done, 1 refused or not confirmed.
"""

import argparse
import getpass
import sys
from collections.abc import Callable
from datetime import date
from pathlib import Path

from jishiyu.commands import load_feed
from jishiyu.commands.clock import now
from jishiyu.commands.progress import Bar


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare what the command takes; each kind of file adds its own in its part below."""
    kinds = parser.add_subparsers(dest="kind", required=True, metavar="KIND")
    for name, (summary, add, _) in KINDS.items():
        add(kinds.add_parser(name, help=summary, description=summary))


def run(options: argparse.Namespace) -> int:
    """Load one file."""
    from jishiyu.conf.start import ready

    ready()
    return KINDS[options.kind][2](options)


def common(parser: argparse.ArgumentParser) -> None:
    """Declare what every kind of file takes."""
    parser.add_argument("file", type=Path, metavar="FILE")
    parser.add_argument("--by", default=getpass.getuser(), help="account of the officer (default: the system's user)")


def unions(options: argparse.Namespace) -> int:
    """Load a file of unions."""
    from jishiyu.apps.orgs.operations import load_unions

    done = load_unions(path=options.file, by=options.by, at=now())
    print(f"工会 / unions: 新增 / new {done.new}, 变更 / changed {done.changed}, 无变化 / unchanged {done.unchanged}")
    return 0


def roster_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare what a roster takes."""
    common(parser)
    parser.add_argument("--yes", action="store_true", help="take it in without asking")
    parser.add_argument(
        "--as-of", type=date.fromisoformat, metavar="DATE", help="dates after this day are wrong (default: today)"
    )
    parser.add_argument(
        "--absent-left-on", type=date.fromisoformat, metavar="DATE",
        help="the file is complete for its unions: whoever it leaves out left on this day",
    )  # fmt: skip


def roster(options: argparse.Namespace) -> int:
    """Check a roster, show what it would do, and do it when it is confirmed."""
    from jishiyu.apps.members.importing import CHECKING, check_roster, confirm_roster, drop_roster
    from jishiyu.apps.members.models import RosterImport
    from jishiyu.apps.members.queries import import_report

    at = now()
    with Bar(CHECKING) as bar:
        found = check_roster(
            path=options.file, as_of=options.as_of or at.date(), by=options.by, at=at,
            absent_left_on=options.absent_left_on, told=bar.at,
        )  # fmt: skip
    print(f"{found.file_name}: {found.lines} 行 / lines")
    for label, name in ROSTER_COUNTS:
        if count := getattr(found, name):
            print(f"  {label}: {count}")
    for group in import_report(import_id=found.pk):
        kind = "不采用 / refused" if group.refuses else "提示 / notice"
        places = ", ".join(str(line) for _, line in group.places)
        print(f"  [{kind}] {group.count} × {group.zh} {group.en} ({group.column}; 行 / lines {places}…)")

    def is_idle(checked: RosterImport) -> bool:
        closing = checked.absent if checked.absent_left_on else 0
        return not (checked.new or checked.changed or checked.left or checked.changed_people or closing)

    if is_idle(found):
        drop_roster(import_id=found.pk, by=options.by, at=at)
        print("没有变化,无需入库。Nothing to change.")
        load_feed.decide_changed(by=options.by, on=at.date())  # what a process that was killed has left undone
        return 1 if found.lines and found.lines == found.refused else 0
    if not options.yes and not _agreed():
        drop_roster(import_id=found.pk, by=options.by, at=at)
        print("未入库。Nothing was taken in; use --yes to confirm without a terminal.", file=sys.stderr)
        return 1
    with Bar([("入库", "taking it in")]) as bar:
        bar.at(0, found.lines - found.refused)
        confirm_roster(import_id=found.pk, by=options.by, at=now())
    print("已入库。Taken in.")
    load_feed.decide_changed(by=options.by, on=at.date())
    return 0


def _agreed() -> bool:
    if not sys.stdin.isatty():
        return False
    return input("确认入库?Take it in? [y/N] ").strip().lower() in ("y", "yes", "是")


ROSTER_COUNTS = [
    ("新增会籍 / new memberships", "new"),
    ("变更 / changed", "changed"),
    ("离会 / left", "left"),
    ("无变化 / unchanged", "unchanged"),
    ("不采用 / refused", "refused"),
    ("本次名册未列出的在册会籍 / on record but not in the file", "absent"),
    ("新增人员 / new people", "new_people"),
    ("人员信息变更 / people changed", "changed_people"),
]

Kind = tuple[str, Callable[[argparse.ArgumentParser], None], Callable[[argparse.Namespace], int]]
KINDS: dict[str, Kind] = {
    "roster": ("会员名册:检查、查看、确认 / members: check, look, confirm", roster_arguments, roster),
    "feed": ("结算数据:存入、核定、入账 / settlements: store, decide, post", load_feed.feed_arguments, load_feed.feed),
    "applications": (
        "申请:意外伤害、火灾等 / applications: accidents, fires",
        load_feed.applications_arguments,
        load_feed.applications,
    ),
    "unions": ("工会及其上级 / unions and their parents", common, unions),
}
