"""The fund's books.

  jishiyu ledger appropriate 1000000.00 --document 市总财〔2025〕3号 --by li.na
  jishiyu ledger appropriate -5000.00 --document 市总财〔2025〕9号 --by li.na     takes money back
  jishiyu ledger balance --since 2025-01-01 --until 2026-01-01 --policy changchun.hospital
  jishiyu ledger export --out fund.beancount        then: bean-check fund.beancount
  jishiyu ledger check                              the books balance and agree with what is owed and sent

Exit status: 0 done, 1 refused or the check found something, 2 wrong usage.
"""

import argparse
import getpass
from collections.abc import Callable
from datetime import date
from pathlib import Path

from jishiyu.commands.clock import now
from jishiyu.engine.money import fen_from_text, yuan_text
from jishiyu.engine.problems import Problem


class NotAnAmount(Problem):
    """A word that is no exact amount in yuan."""

    en = "{text!r} is no amount in yuan. Write it with at most two decimals, such as 1000000.00."
    zh = "{text!r} 不是以元为单位的金额。请最多写两位小数,例如 1000000.00。"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the actions."""
    # An amount may begin with a minus sign; argparse takes it for a number as long as no option looks like one.
    actions = parser.add_subparsers(dest="action", required=True, metavar="ACTION")
    parts = {name: actions.add_parser(name, help=summary) for name, (summary, _) in ACTIONS.items()}
    parts["appropriate"].add_argument("amount", metavar="YUAN")
    parts["appropriate"].add_argument("--document", required=True, metavar="NUMBER", help="enters it once")
    parts["appropriate"].add_argument(
        "--on", type=date.fromisoformat, metavar="DATE", help="value day (default: today)"
    )
    parts["appropriate"].add_argument("--by", default=getpass.getuser(), help="who does it")
    parts["balance"].add_argument("--since", type=date.fromisoformat, metavar="DATE", help="from this day on")
    parts["balance"].add_argument("--until", type=date.fromisoformat, metavar="DATE", help="before this day")
    parts["balance"].add_argument("--policy", metavar="NAME")
    parts["export"].add_argument("--out", type=Path, required=True, metavar="FILE")
    parts["export"].add_argument("--by-day", action="store_true", help="one transaction per day and kind")


def run(options: argparse.Namespace) -> int:
    """Do one action."""
    from jishiyu.conf.start import ready

    ready()
    return ACTIONS[options.action][1](options)


def fen(text: str) -> int:
    """Return yuan as typed in fen; raises NotAnAmount."""
    import polars as pl

    amounts, wrong = fen_from_text(pl.Series([text], dtype=pl.String))
    if wrong[0] or amounts[0] is None:
        raise NotAnAmount(text=text)
    return int(amounts[0])


def _appropriate(options: argparse.Namespace) -> int:
    from jishiyu.apps.payments.operations import appropriate
    from jishiyu.apps.payments.queries import free_fen

    moment = now()
    new = appropriate(
        amount_fen=fen(options.amount), reference=options.document, by=options.by, on=options.on or moment.date(),
        at=moment,
    )  # fmt: skip
    print("已入账 / booked" if new else "此文件号已入账,未重复登记 / known already, not booked twice")
    print(f"基金可用 / free in the fund: {yuan_text(free_fen())} 元 / yuan")
    return 0


def _balance(options: argparse.Namespace) -> int:
    from jishiyu.apps.ledger.chart import Role
    from jishiyu.apps.ledger.queries import balances

    rows = balances(since=options.since, until=options.until, policy=options.policy)
    print("科目 / account | 期初 / before | 借方 / debit | 贷方 / credit | 期末 / after")
    for row in rows:
        name = f"{Role(row.role).label} / {row.role} {row.policy}".strip()
        amounts = (row.before_fen, row.debit_fen, row.credit_fen, row.after_fen)
        print(" | ".join([name, *map(yuan_text, amounts)]))
    if options.policy is None:
        print(f"试算 / trial balance: {yuan_text(sum(row.after_fen for row in rows))}")
    return 0


def _export(options: argparse.Namespace) -> int:
    from jishiyu.apps.files.writing import write_safely
    from jishiyu.apps.ledger.beancount import export

    lines = list(export(by_day=options.by_day))
    options.out.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    write_safely(options.out, ("\n".join(lines) + "\n").encode())
    print(f"{options.out}: {len(lines)} 行 / lines. bean-check {options.out}")
    return 0


def _check(options: argparse.Namespace) -> int:
    from jishiyu.apps.ledger.queries import sums_that_differ, trial_balance_fen, unbalanced_entries
    from jishiyu.apps.payments.queries import disagreements

    total, broken, differences = trial_balance_fen(), unbalanced_entries(), disagreements()
    for key in broken:
        print(f"不平 / does not balance: {key}")
    for row in differences:
        print(
            f"不符 / disagree: {row.account} {row.policy}: 账簿 / ledger {yuan_text(row.ledger_fen)}, "
            f"业务 / states {yuan_text(row.states_fen)}"
        )
    stray = sums_that_differ()
    for name in stray:
        print(f"合计与分录不符 / kept sum is not that of the postings: {name}")
    whole = not total and not broken and not differences and not stray
    print(f"试算 / trial balance: {yuan_text(total)}; {'相符 / all agrees' if whole else '不符 / NOT all agrees'}")
    return 0 if whole else 1


ACTIONS: dict[str, tuple[str, Callable[[argparse.Namespace], int]]] = {
    "appropriate": ("book money received into the fund, under its document number", _appropriate),
    "balance": ("show every account for a period", _balance),
    "export": ("write the books for an independent checker (Beancount)", _export),
    "check": ("see whether the books balance and agree with the payments", _check),
}
