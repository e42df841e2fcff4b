"""Check files of rounds of enterprise help, open a round, list what is shipped and what is open.

example:
  jishiyu campaign list
  jishiyu campaign check power-1 my-round.toml
  jishiyu campaign open power-1 --network CITY=1,MADE=2,GRID=3 --begins 2026-03-02 --by chen.jing
  jishiyu campaign calendar 2027.toml
  jishiyu campaign close power-1 --by chen.jing
  jishiyu campaign open power-1 --code power-2 --follows power-1 --begins 2026-09-02 --by chen.jing
"""

import argparse
import getpass
from datetime import date
from pathlib import Path

from jishiyu.commands.clock import now, today
from jishiyu.engine.help.campaign import Campaign, load_campaign, shipped


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare check, open, close and list."""
    actions = parser.add_subparsers(dest="action", required=True, metavar="ACTION")
    check = actions.add_parser("check", help="refuse or accept files of rounds, naming the lines")
    check.add_argument("files", nargs="+", metavar="FILE", help="a file, or the name of a shipped round")
    opening = actions.add_parser("open", help="open a round")
    opening.add_argument("file", metavar="FILE", help="a file, or the name of a shipped round")
    opening.add_argument("--network", default="", metavar="CODE=LEVEL,…", help="unions of the levels 1 to 3")
    opening.add_argument("--begins", type=date.fromisoformat, metavar="DATE", help="default: today")
    opening.add_argument("--code", default="", help="default: the file's")
    opening.add_argument("--follows", default="", metavar="CODE", help="the round it goes on with")
    opening.add_argument("--by", default=getpass.getuser(), help="account of the officer (default: the system's user)")
    notice = actions.add_parser("calendar", help="enter the State Council's notice of a year's working days")
    notice.add_argument("file", type=Path, metavar="YEAR.toml")
    notice.add_argument("--by", default=getpass.getuser(), help="account of the officer (default: the system's user)")
    closing = actions.add_parser("close", help="close a round: what is open goes on in the round that follows")
    closing.add_argument("code", metavar="CODE", help="code of the round")
    closing.add_argument("--by", default=getpass.getuser(), help="account of the officer (default: the system's user)")
    actions.add_parser("list", help="what is shipped, and what is open")


def run(options: argparse.Namespace) -> int:
    """Run one action; return 0, or 1 when a file is refused (by the problem raised)."""
    return {"check": _check, "open": _open, "close": _close, "calendar": _calendar, "list": _list}[options.action](
        options
    )


def _check(options: argparse.Namespace) -> int:
    for given in options.files:
        found = load_campaign(_path(given))
        print(
            f"✓ {given}: {found.code} {found.words.zh} [{found.begins_on}, {found.ends_on}) "
            f"{len(found.aims)} 目标 {len(found.items)} 项目 {len(found.skills)} 技能; 假定 {len(found.assumed)} 处"
        )
    return 0


def _open(options: argparse.Namespace) -> int:
    from jishiyu.conf.start import ready

    found: Campaign = load_campaign(_path(options.file))
    ready()
    from jishiyu.apps.enterprises.operations import open_campaign

    made = open_campaign(
        definition=found.text, network=_network(options.network), code=options.code, follows=options.follows,
        begins_on=options.begins or today(), by=options.by, at=now(),
    )  # fmt: skip
    count = made.participations.count()
    print(f"✓ {made.code}: {made.zh} [{made.begins_on}, {made.ends_on}) {count} 企业 · {count} enterprises")
    return 0


def _close(options: argparse.Namespace) -> int:
    from jishiyu.conf.start import ready

    ready()
    from jishiyu.apps.enterprises.models import Campaign as Round
    from jishiyu.apps.enterprises.operations import close_campaign
    from jishiyu.apps.enterprises.problems import RoundUnknown

    row = Round.objects.filter(code=options.code).first()
    if row is None:
        raise RoundUnknown(round=options.code)
    done = close_campaign(campaign_id=row.pk, by=options.by, at=now())
    print(f"✓ {row.code}: {row.zh} 已结束 · closed")
    if done.next is not None and done.carried:
        print(f"  {done.carried} 条未办结需求转入 {done.next.code} · open needs go on in {done.next.code}")
    if done.waiting:
        print(f"  {done.waiting} 条未办结需求等待后续批次 · open needs wait for the round that follows")
    return 0


def _calendar(options: argparse.Namespace) -> int:
    from jishiyu.engine.calendar import read_notice

    read_notice(options.file)  # what is wrong with the file is said without a database
    from jishiyu.conf.start import ready

    ready()
    from jishiyu.apps.workdays.operations import enter_notice

    text = options.file.read_text(encoding="utf-8")
    made = enter_notice(text=text, file=options.file.name, by=options.by, at=now())
    print(f"✓ {made.year}: {len(made.off)} 天放假 · days off, {len(made.worked)} 天调休上班 · worked weekends")
    return 0


def _list(_: argparse.Namespace) -> int:
    from jishiyu.conf.start import ready

    for name, path in shipped().items():
        print(f"{name}: {load_campaign(path).words.zh} (shipped)")
    ready()
    from jishiyu.apps.enterprises.models import Campaign as Round

    for row in Round.objects.order_by("begins_on", "id"):
        print(f"{row.code}: {row.zh} [{row.begins_on}, {row.ends_on}){' 已结束 · closed' if row.closed_at else ''}")
    return 0


def _path(given: str) -> Path:
    return shipped().get(given) or Path(given)


def _network(text: str) -> dict[str, int]:
    parts = [one.split("=", 1) for one in text.split(",") if "=" in one]
    return {code.strip(): int(level) for code, level in parts if level.strip().isdecimal()}
