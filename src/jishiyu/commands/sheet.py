"""Print a document: the decision sheet of a stay, a payment batch, or the call list of a union, as PDF.

Examples:
  jishiyu sheet decision H22010000001/V001000000277 --out decision.pdf
  jishiyu sheet decision A2025-0031 --policy changchun.fire --unmask "审核材料" --out decision.pdf
  jishiyu sheet batch 12 --out batch.pdf
  jishiyu sheet calls 220102000123 --out calls.pdf
"""

import argparse
import getpass
from pathlib import Path

from jishiyu.commands.clock import now
from jishiyu.commands.statistics import write
from jishiyu.engine.problems import Problem


class OnlyDecisionsUnmask(Problem):
    """--unmask was given for a list."""

    en = "Only the sheet of one decision can show a name in full; lists stay masked. Leave out --unmask."
    zh = "只有单份审核表可以显示完整姓名,清单一律脱敏。请去掉 --unmask。"


class BatchNotNumber(Problem):
    """The number of a batch is not a number."""

    en = "{given} is no number of a batch. `jishiyu statistics` and the console show the numbers."
    zh = "{given} 不是批次编号。批次编号可在控制台查到。"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add the arguments of the sub-command."""
    parser.add_argument("kind", choices=("decision", "batch", "calls"), help="which document")
    parser.add_argument(
        "of", metavar="STAY|BATCH|UNION", help="stay or application, number of the batch, code of the union"
    )
    parser.add_argument("--policy", metavar="NAME", help="which subsidy, where several judge the same event")
    parser.add_argument("--issuer", default="市总工会", help="who issues it, for the head of batches and call lists")
    parser.add_argument("--unmask", metavar="REASON", help="show the name in full; who did and why goes into the trail")
    parser.add_argument("--out", type=Path, required=True, metavar="FILE.pdf", help="the file to write")


def run(options: argparse.Namespace) -> int:
    """Write the document and return 0."""
    from jishiyu.conf.start import ready

    if options.unmask is not None and options.kind != "decision":
        raise OnlyDecisionsUnmask()
    ready()
    from jishiyu.web.documents.batch import batch_sheet
    from jishiyu.web.documents.calls import call_sheet
    from jishiyu.web.documents.decision import Unmasking, decision_sheet
    from jishiyu.web.documents.render import render

    made = now()
    today = made.date()
    if options.kind == "decision":
        who = None
        if options.unmask is not None:
            who = Unmasking(by=getpass.getuser(), reason=options.unmask, at=made)
        data = decision_sheet(stay_id=options.of, policy=options.policy, made_on=today, unmasking=who)
    elif options.kind == "batch":
        if not options.of.isdecimal():
            raise BatchNotNumber(given=options.of)
        data = batch_sheet(batch_id=int(options.of), issuer=options.issuer, made_on=today)
    else:
        data = call_sheet(union_code=options.of, issuer=options.issuer, on=today)
    write(options.out, render(options.kind, data, made_at=made))
    return 0
