"""An invented city from its files to payments and figures: three years of a union's work in about two minutes.

Takes settlement feeds and applications in month by month, decides, works the call lists, pays, reads the bank's answers,
and prints the bulletin beside the published figures of Changchun. Everybody is invented. 演示:虚构城市三年的补贴工作。

  jishiyu demo                        an eighth of Changchun, in a database of its own; every run begins anew
  jishiyu demo --scale 1/50 --months 6 --no-page

Exit status: 0 all is well, 1 a check failed or something was refused, 2 wrong usage.
"""

import argparse
import json
import os
import sys
import time
import webbrowser
from fractions import Fraction
from pathlib import Path
from typing import TYPE_CHECKING

from jishiyu.commands.clock import now
from jishiyu.engine.money import yuan_text

if TYPE_CHECKING:
    from jishiyu.demo.files import CityFiles
    from jishiyu.demo.month import Month, Office

CITY = "changchun"
ISSUER = "长春市总工会(演示)"
AT_MOST_OFF = 10  # per cent
PUBLISHED_MONTHS = 36
COLUMNS = (
    ("月份", 7), ("来件行数", 8), ("应发", 5), ("申请", 4), ("联系/批准/关闭", 14), ("发放", 5), ("金额/元", 12),
    ("退汇失败", 8), ("更正重发", 8), ("催还/退回", 9), ("银行格式", 11),
)  # fmt: skip


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the options."""
    from jishiyu.demo.city import MONTHS, SEED

    parser.add_argument("--scale", default="1/8", help="size of the city, 1 = 1.2 million members (default 1/8)")
    parser.add_argument("--seed", type=int, default=SEED, help="another seed gives another city of the same size")
    parser.add_argument("--months", type=int, default=MONTHS, help=f"how many months (default {MONTHS})")
    parser.add_argument("--fresh", action="store_true", help="invent the city's files anew, too")
    parser.add_argument("--no-page", action="store_true", help="open no page at the end")


def run(options: argparse.Namespace) -> int:
    """Do three years' work, say what came of it, and open the page."""
    from jishiyu.commands.demo_beside import Beside
    from jishiyu.commands.up import open_in_background, stop
    from jishiyu.conf.apart import claim, move_in
    from jishiyu.conf.start import ready

    scale = _scale(options.scale)
    started = time.monotonic()
    folder = claim()
    stop(folder)
    move_in(folder)
    with Beside() as beside:
        invented = beside.invent(
            under=folder / "city", scale=scale, seed=options.seed, months=options.months, anew=options.fresh
        )
        ready()
        office = _open_office(invented.result(), folder)
        helping = beside.help(folder=folder, seed=office.city.seed, now=now())
        _say(f"  会籍 {office.take_roster():,} 条")
        _work(office)
        fits = _bulletin(office)
        helped = helping.result()
    _say(f"  登录账号 {helped.accounts} 个(每个岗位至少一个);密码和动态口令密钥随机生成,见 {helped.sign_ins}")
    _file(office)
    _say("\n" + "\n".join(helped.said))
    holds = _checks()
    _say(f"\n用时 {time.monotonic() - started:.0f} 秒。")
    _tell_console(office)
    if not options.no_page:
        _show(open_in_background(folder), helped.secret)
    return 0 if fits and holds else 1


def _scale(given: str) -> Fraction:
    from jishiyu.demo.problems import PeriodUnclear

    try:
        return Fraction(given)
    except (ValueError, ZeroDivisionError):
        raise PeriodUnclear(option="--scale", value=given) from None


def _open_office(city: "CityFiles", folder: Path) -> "Office":
    """Say what was invented, take the unions in and name the officers."""
    from jishiyu.demo.month import Office

    _say("一、虚构一座城市(所有人员、单位、医院均为虚构)")
    counts = city.counts
    _say(
        f"  规模为长春的 {city.scale}:工会 {counts['unions']:,} 家,会员 {counts['members']:,} 人;"
        f"{city.period.count} 个月结算数据 {counts['lines']:,} 行,申请 {counts['applications']} 份"
    )
    _say(f"  文件:{city.folder}")
    _say("二、工会和会员名册入库,指定经办、联络、审核、复核人员")
    office = Office(city, folder / "files", now)
    office.open()
    return office


def _work(office: "Office") -> None:
    """Go through the months and write a line about each."""
    _say("三、逐月办理:接收来件、核定、联系单位、编批、复核、送银行、对账")
    _say(_columns([heading for heading, _ in COLUMNS]))
    for number in range(office.city.period.count):
        month = office.work(number)
        if month.refused:
            _say(f"  拒收一件:{month.refused}")
        _say(_columns(_cells(month)))


def _cells(month: "Month") -> list[str]:
    cases, paid, chased = month.cases, month.paid, month.chased
    return [
        month.name, f"{month.lines:,}", f"{month.posted.entitlements:,}", f"{month.applied}",
        f"{cases.called}/{cases.approved}/{cases.closed}", f"{paid.count:,}", yuan_text(paid.sum_fen),
        f"{paid.stuck}", f"{month.accounts.released}", f"{chased.asked_back}/{chased.repaid}", paid.profile,
    ]  # fmt: skip


def _columns(cells: list[str]) -> str:
    from jishiyu.web.figures.terminal import pad

    return "  " + "  ".join(pad(cell, width, right=True) for cell, (_, width) in zip(cells, COLUMNS, strict=True))


def _bulletin(office: "Office") -> bool:
    """Print the bulletin beside the published figures; return whether it is as close as it has to be."""
    from jishiyu.apps.statistics.scope import Scope
    from jishiyu.demo.published import published
    from jishiyu.demo.verdict import case_standings
    from jishiyu.web.documents.bulletin import bulletin, comparison, differences, sentences
    from jishiyu.web.figures.terminal import table

    figures = bulletin(Scope(since=office.since, until=office.until))
    told, scale = published(CITY), office.city.scale
    _say("  联系清单:" + ";".join(_case_words(*row) for row in case_standings()))
    _say("\n四、通报(由系统按银行确认到账的数字自动写成)")
    _say("\n".join(f"  {sentence}" for sentence in sentences(figures)))
    _say("\n" + table(comparison(figures, told, scale)))
    if office.city.period.count != PUBLISHED_MONTHS:
        _say("  月数不足三年,只列出,不比较。")
        return True
    off = differences(figures, told, scale)
    far = {key: value for key, value in off.items() if abs(value) > AT_MOST_OFF}
    for key, value in far.items():
        _say(f"  ✗ {told.figures[key].zh}:差异 {value:+} %,超过 {AT_MOST_OFF} %")
    if not far:
        _say(f"  ✓ 预计 30 例以上的 {len(off)} 项指标,差异均在 {AT_MOST_OFF} % 以内")
    return not far


def _case_words(reason: str, approved: int, closed: int, waiting: int) -> str:
    ends = [("批准", approved), ("关闭", closed), ("未结", waiting)]
    return f"{reason} " + "、".join(f"{word} {count:,}" for word, count in ends if count)


def _file(office: "Office") -> None:
    """File applications of today, so that the queue of the review has something in every state; nothing of it is paid."""
    from jishiyu.demo.filed import file_applications

    today = now()
    done = file_applications(seed=office.city.seed, on=today.date(), at=today)
    _say(
        f"  今日屏幕申请 {done.filed} 件(材料为示意图):已批准 {done.approved} 件、应付 {yuan_text(done.owed_fen)} 元,"
        f"其余处于各个环节;意见 {done.complaints} 件"
    )


def _checks() -> bool:
    """Check everything again, say what holds and where the lines went; return whether all holds."""
    from jishiyu.demo.verdict import buckets, verdict

    _say("\n五、核对")
    checks = verdict()
    for check in checks:
        _say(f"  {'✓' if check.holds else '✗'} {check.zh}")
    _say("  各行去向:" + ";".join(f"{bucket} {count:,}" for bucket, count in buckets()))
    return all(check.holds for check in checks)


def _tell_console(office: "Office") -> None:
    """Write what the console of this folder shows: period, and published figures to compare with."""
    from jishiyu.conf.home import home

    told = {
        "issuer": ISSUER, "since": office.since.isoformat(), "until": office.until.isoformat(), "compare": CITY,
        "scale": str(office.city.scale), "codes_in_log": True,
    }  # fmt: skip
    (home() / "console.json").write_text(json.dumps(told, ensure_ascii=False) + "\n", encoding="utf-8")


def _show(address: str, secret: str) -> None:
    """Say where the page is; open it where somebody sits at the terminal."""
    _say(f"页面 / page: {address}")
    _say(f"企业进展页(凭专属链接,无需账号)/ an enterprise's page: {address.rstrip('/')}/progress/{secret}")
    _say("关闭 / close: make stop")
    if sys.stdout.isatty() and (os.environ.get("DISPLAY") or os.environ.get("WAYLAND_DISPLAY")):
        webbrowser.open(address)


def _say(line: str) -> None:
    from jishiyu.web.figures.typography import chinese

    print(chinese(line), flush=True)
