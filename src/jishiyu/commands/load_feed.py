"""Settlement feeds and applications into the database: the part of `jishiyu load` that decides and posts."""

import argparse
import getpass
from datetime import date
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from jishiyu.commands.clock import today
from jishiyu.commands.decide import stated_in
from jishiyu.commands.progress import Bar
from jishiyu.engine.money import yuan_text
from jishiyu.engine.problems import Problem
from jishiyu.engine.words import Words

if TYPE_CHECKING:
    from jishiyu.apps.subsidies.operations import Outcome


class NothingNamed(Problem):
    """Neither a file nor anything else to do."""

    en = "Name at least one FILE, or --list, or --take-back FEED with --because."
    zh = "请至少指定一个文件,或使用 --list,或使用 --take-back 批次 并以 --because 说明原因。"


def feed_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare what a feed takes."""
    parser.add_argument("files", nargs="*", type=Path, metavar="FILE", help="settlement files, told by content")
    parser.add_argument("--by", default=getpass.getuser(), help="account of the officer (default: the system's user)")
    parser.add_argument(
        "--as-of", type=date.fromisoformat, metavar="DATE", help="nothing may lie after this day (default: today)"
    )
    parser.add_argument(
        "--totals", action="append", default=[], type=Path, metavar="FILE",
        help="control totals of the bureau, repeatable: one for each FILE in their order",
    )  # fmt: skip
    parser.add_argument(
        "--breaks",
        choices=["warn", "held"],
        help="what a line whose amounts do not add up becomes (default: JISHIYU_FEED_BREAKS, else warn)",
    )
    parser.add_argument("--list", action="store_true", help="show the feeds that were taken")
    parser.add_argument(
        "--take-back", type=int, metavar="FEED", help="take back a whole feed of which nothing was paid"
    )
    parser.add_argument("--because", default="", help="the reason for taking it back")


def feed(options: argparse.Namespace) -> int:
    """Take feeds one after the other: store, decide, post. A feed that was interrupted goes on where it stopped."""
    from jishiyu.apps.intake.operations import take_feed
    from jishiyu.apps.subsidies.operations import POSTING, post_feed, take_back_feed
    from jishiyu.engine.settlement.reading import file_names

    day = options.as_of or today()
    if options.take_back is not None:
        done = take_back_feed(feed_id=options.take_back, by=options.by, because=options.because, on=day)
        print(f"批次 {options.take_back} 已撤回 / feed {options.take_back} was taken back")
        _say(done)
    elif not options.files and not options.list:
        raise NothingNamed
    stated = stated_in(options.totals, options.files)
    for path, name in zip(options.files, file_names(options.files), strict=True):
        with Bar([("存入", "storing"), *POSTING]) as bar:
            taken = take_feed(
                path=path, by=options.by, as_of=day, stated=stated.get(name, []), breaks=options.breaks,
                told=partial(bar.at, 0),
            )  # fmt: skip
            done = post_feed(feed=taken, by=options.by, on=day, told=bar.after(1))
        print(f"{path.name}: 批次 / feed {taken.pk}, {taken.line_count:,} 行 / lines")
        for bucket, count in _buckets(taken.pk):
            print(f"  {bucket}: {count:,}")
        _say(done)
    if options.list:
        _list()
    return 0


def applications_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare what a file of applications takes."""
    parser.add_argument("file", type=Path, metavar="FILE")
    parser.add_argument("--by", default=getpass.getuser(), help="account of the officer (default: the system's user)")
    parser.add_argument(
        "--as-of", type=date.fromisoformat, metavar="DATE", help="nothing may lie after this day (default: today)"
    )


def applications(options: argparse.Namespace) -> int:
    """Take applications in and decide them."""
    from jishiyu.apps.intake.applications import take_applications
    from jishiyu.apps.subsidies.operations import POSTING, redecide

    day = options.as_of or today()
    people = take_applications(path=options.file, by=options.by, as_of=day)
    with Bar(POSTING) as bar:
        because = f"applications {options.file.name}"
        done = redecide(by=options.by, on=day, people=people, because=because, told=bar.at)
    print(f"{options.file.name}: {len(people):,} 人的申请 / people with applications")
    _say(done)
    return 0


def decide_changed(*, by: str, on: date) -> None:
    """Decide everybody again whose roster data has changed, strangers who are members now included."""
    from jishiyu.apps.subsidies.operations import POSTING, rematch

    with Bar(POSTING) as bar:
        done = rematch(by=by, on=on, told=bar.at)
    if done.people:
        print(f"名册变更后重新核定 / decided again after the change: {done.people:,} 人 / people")
        _say(done)


def _say(done: "Outcome") -> None:
    print(f"  决定 / decisions {done.decisions:,}; 应发 / owed {done.entitlements:,} 笔, {yuan_text(done.owed_fen)} 元")
    if done.recoveries:
        print(f"  追回 / recoveries {done.recoveries:,} 笔, {yuan_text(done.recovered_fen)} 元")
    if done.cases_opened or done.cases_closed:
        print(f"  联系清单 / call list: 新增 / opened {done.cases_opened:,}, 关闭 / closed {done.cases_closed:,}")


def _buckets(feed_id: int) -> list[tuple[str, int]]:
    from jishiyu.apps.intake.queries import buckets_of_feed

    return [(f"{count.label} / {count.bucket}", count.lines) for count in buckets_of_feed(feed_id=feed_id)]


def _list() -> None:
    from jishiyu.apps.intake.models import FeedState
    from jishiyu.apps.intake.queries import feeds

    for row in feeds():
        state = Words.of(FeedState(row.state)).both
        print(f"{row.pk:>6}  {row.taken_at:%Y-%m-%d %H:%M}  {state}  {row.line_count:>9,}  {row.name}")
