"""Show a round of enterprise help: its bulletin and counters; as Excel, JSON and PDF where a file is named.

Examples:
  jishiyu round
  jishiyu round --campaign power-1 --lang en --json round.json --out bulletin.pdf
"""

import argparse
import getpass
from pathlib import Path

from jishiyu.commands.clock import now
from jishiyu.commands.statistics import write
from jishiyu.engine.problems import Problem


class NoSuchRound(Problem):
    """No round was opened, or none has this code."""

    en = "There is no round {code}. Open one in the console (Enterprise help, Rounds), or name another code."
    zh = "没有批次 {code}。请先在控制台“助企服务”中建立批次,或使用其他批次代码。"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add the arguments of the sub-command."""
    parser.add_argument("--campaign", metavar="CODE", help="which round (default: the newest)")
    parser.add_argument("--lang", choices=("zh", "en"), default="zh", help="language (default: zh)")
    parser.add_argument("--issuer", default="市总工会", help="who issues the bulletin, for the head of the PDF")
    parser.add_argument("--excel", type=Path, metavar="FILE", help="write every figure to an Excel file with a cover")
    parser.add_argument("--json", type=Path, metavar="FILE", help="write every figure as JSON")
    parser.add_argument("--out", type=Path, metavar="FILE.pdf", help="write the bulletin as PDF")


def run(options: argparse.Namespace) -> int:
    """Print the bulletin and the counters, and write the files."""
    from jishiyu.conf.start import ready

    ready()
    from django.utils.timezone import localtime

    from jishiyu.apps.enterprises.boards import Asked
    from jishiyu.apps.enterprises.models import Campaign, Participation
    from jishiyu.web.boards.programme import all_figures
    from jishiyu.web.documents.render import render
    from jishiyu.web.documents.round_bulletin import document, round_bulletin, sentences
    from jishiyu.web.figures.figure import Say
    from jishiyu.web.figures.machine import as_json
    from jishiyu.web.figures.terminal import table
    from jishiyu.web.figures.workbook import workbook

    rounds = Campaign.objects.order_by("-begins_on", "-pk")
    campaign = (rounds.filter(code=options.campaign) if options.campaign else rounds).first()
    if campaign is None:
        raise NoSuchRound(code=options.campaign or "—")
    made, by = now().replace(microsecond=0), getpass.getuser()
    asked = Asked(campaign=campaign, participations=Participation.objects.all())
    found = round_bulletin(asked, until=localtime(made).date())
    print("\n".join(sentences(found, options.lang)), end="\n\n")
    print("\n\n".join(table(figure, options.lang) for figure in found.figures))
    if options.excel or options.json:
        every = all_figures(asked, made, list(rounds))
        cover = [
            (Say("制表人", "made by"), by), (Say("制表时间", "made at"), localtime(made).isoformat(sep=" ")),
            (Say("批次", "round"), campaign.code),
        ]  # fmt: skip
        if options.excel:
            title = Say("助企服务统计", "Figures of enterprise help")
            write(options.excel, workbook(every, cover=cover, title=title, language=options.lang))
        if options.json:
            write(options.json, as_json(every, about={key.en: value for key, value in cover}).encode())
    if options.out:
        data = document(found, issuer=options.issuer, made_on=localtime(made).date(), by=by)
        write(options.out, render("bulletin", data, made_at=made))
    return 0
