"""Call lists per employer union: who has to be contacted, what was done, and what is overdue.

  jishiyu cases list --union 2201020001
  jishiyu cases list --reason over_limit --overdue-on 2026-03-01
  jishiyu cases list --excel calls.xlsx
  jishiyu cases log 17 --called "单位已通知本人" --due 2026-03-10
  jishiyu cases log 17 --papers "材料齐全"
  jishiyu cases propose 17 --amount 12160.00 --note "材料核对无误" --by li.na
  jishiyu cases approve 17 --by wang.fang   another person, who approves what the first has seen
  jishiyu cases heir 17                    who receives the subsidy for a death, masked
  jishiyu cases heir 17 --name 王某 --relation 配偶 --proof "户口簿复印件,存档" --because "单位工会来电" --by li.na
  jishiyu cases close 18 --because "本人放弃申请"
  jishiyu cases history 17
  jishiyu cases rematch                    after a change of the roster

Exit status: 0 done, 1 refused with a sentence that says why, 2 wrong usage.
"""

import argparse
import getpass
from datetime import date
from pathlib import Path

from jishiyu.commands.clock import CITY_TIME, now, today
from jishiyu.engine.money import yuan_text
from jishiyu.engine.words import Words

REASONS = ("over_limit", "unmatched", "held", "no_data")


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the actions."""
    actions = parser.add_subparsers(dest="action", required=True, metavar="ACTION")
    listed = actions.add_parser("list", help="show cases, the longest due first")
    listed.add_argument("--union", metavar="CODE", help="only this union and everything below it")
    listed.add_argument("--reason", choices=REASONS)
    listed.add_argument(
        "--overdue-on", type=date.fromisoformat, metavar="DATE", help="only what was due before this day"
    )
    listed.add_argument("--all", action="store_true", help="also cases that have ended")
    listed.add_argument("--excel", type=Path, metavar="FILE", help="write the list to an Excel file, masked")
    log = actions.add_parser("log", help="note a step")
    steps = log.add_mutually_exclusive_group(required=True)
    steps.add_argument("--called", metavar="SENTENCE", help="the union was called")
    steps.add_argument("--promised", metavar="SENTENCE", help="papers were promised for the day of --due")
    steps.add_argument("--papers", metavar="SENTENCE", help="the papers have come in")
    steps.add_argument("--hand-to", metavar="OFFICER", help="give the case to an officer; say why with --note")
    log.add_argument("--due", type=date.fromisoformat, metavar="DATE", help="when to ask again")
    log.add_argument("--note", default="", help="a sentence for --hand-to")
    log.add_argument("--union", metavar="CODE", help="with --hand-to: the union that takes over")
    propose = actions.add_parser("propose", help="sign a case over the automatic limit as the first of two")
    propose.add_argument("--amount", required=True, metavar="YUAN", help="the amount that was looked at")
    propose.add_argument("--note", required=True, metavar="SENTENCE", help="what was checked")
    approve = actions.add_parser("approve", help="approve as the second person what the first has seen")
    approve.add_argument("--note", default="", metavar="SENTENCE", help="what was checked besides")
    heir = actions.add_parser(
        "heir", help="show, or name, who receives the subsidy for a death; the account is asked for"
    )
    heir.add_argument("--name", metavar="NAME", help="who receives it: an heir, or the union of the employer")
    heir.add_argument("--relation", default="", metavar="WORD", help="what they are to the deceased")
    heir.add_argument("--phone", default="", metavar="NUMBER", help="where messages about the money go")
    heir.add_argument("--proof", default="", metavar="SENTENCE", help="the paper that shows the kinship")
    heir.add_argument("--because", default="", metavar="SENTENCE", help="why it is named or corrected")
    close = actions.add_parser("close", help="close a case without paying")
    close.add_argument("--because", required=True, metavar="SENTENCE")
    history = actions.add_parser("history", help="show every step of a case")
    rematch = actions.add_parser("rematch", help="decide everybody again whose roster data has changed")
    for one in (log, propose, approve, heir, close, history):
        one.add_argument("case", type=int, metavar="CASE")
    for one in (log, propose, approve, heir, close, rematch):
        one.add_argument("--by", default=getpass.getuser(), help="account of the officer (default: the system's user)")


def run(options: argparse.Namespace) -> int:
    """Do one action."""
    from jishiyu.conf.start import ready

    ready()
    day = today()
    if options.action == "list":
        return _list(options, day)
    if options.action == "history":
        return _history(options)
    return _change(options, day)


def _change(options: argparse.Namespace, day: date) -> int:
    """Take a step with a case, or decide people again."""
    from jishiyu.apps.subsidies import operations

    step = {"case_id": getattr(options, "case", 0), "by": options.by}
    match options.action:
        case "propose" | "approve":
            _sign(options, day)
        case "heir":
            _heir(options)
        case "close":
            operations.close_case(**step, because=options.because)
            print("已关闭 / closed")
        case "rematch":
            outcome = operations.rematch(by=options.by, on=day)
            print(f"重新核定 / decided again: {outcome.people:,} 人 / people, {outcome.decisions:,} 项 / decisions")
        case _:
            _log(options, step, day)
    return 0


def _sign(options: argparse.Namespace, day: date) -> None:
    """Put the first, or the second, of two signatures under a case."""
    from jishiyu.apps.applications.operations import Actor, propose_approval, second_approval
    from jishiyu.commands.ledger import fen

    step = {"case_id": options.case, "by": Actor(name=options.by, role=""), "on": day, "at": now()}
    if options.action == "propose":
        proposal = propose_approval(**step, seen_fen=fen(options.amount), sentence=options.note)
        print(f"已提出,待第二人批准 / proposed, a second person approves: {yuan_text(proposal.seen_fen)} 元")
    else:
        print(f"已批准 / approved: {yuan_text(second_approval(**step, sentence=options.note))} 元")


def _heir(options: argparse.Namespace) -> None:
    """Show who receives the subsidy for a death; with a name, put them on record first."""
    from jishiyu.apps.subsidies.heirs import HeirFacts, death_of_case, heirs_of, name_heir
    from jishiyu.engine.identity import mask_name, mask_number

    stay, person = death_of_case(case_id=options.case)
    if options.name:
        # Asked for, not an option: what is typed into a shell stays in its history.
        account = input("收款账号 / account: ")
        facts = HeirFacts(name=options.name, relation=options.relation, account=account, phone=options.phone)
        name_heir(
            stay_id=stay, person_id=person, facts=facts, proof=options.proof, reason=options.because, by=options.by,
            at=now(),
        )  # fmt: skip
    known = heirs_of(stay_ids=[stay]).get(stay)
    if known is None:
        print("尚未登记领取人 / nobody is named to receive it")
    else:
        print(f"领取人 / receives: {mask_name(known.name)}  {known.relation}  {mask_number(known.account)}")


def _log(options: argparse.Namespace, step: dict[str, object], day: date) -> None:
    from jishiyu.apps.subsidies import operations
    from jishiyu.apps.subsidies.models import CaseState

    number, by = int(str(step["case_id"])), str(step["by"])
    if options.called:
        case = operations.log_call(case_id=number, by=by, sentence=options.called, on=day, due_on=options.due)
    elif options.promised:
        case = operations.log_promise(case_id=number, by=by, sentence=options.promised, on=day, due_on=options.due)
    elif options.papers:
        case = operations.log_papers(case_id=number, by=by, sentence=options.papers, on=day)
    else:
        case = operations.hand_over(
            case_id=number, by=by, to=options.hand_to, sentence=options.note, union_code=options.union
        )
    print(f"事项 / case {number}: {Words.of(CaseState(case.state)).both}, 期限 / due {case.due_on}")


def _list(options: argparse.Namespace, day: date) -> int:
    from jishiyu.apps.subsidies.models import CaseReason, CaseState
    from jishiyu.apps.subsidies.queries import call_list
    from jishiyu.web.call_list import write_call_list

    rows = call_list(
        union_code=options.union, reason=options.reason, overdue_on=options.overdue_on, with_ended=options.all
    )
    for row in rows:
        words = [
            Words.of(CaseReason(row.reason)).both,
            Words.of(CaseState(row.state)).both,
            row.employer or "单位不明 / unknown",
            row.name,
        ]
        amount = f"{yuan_text(row.amount_fen)} 元" if row.amount_fen else "—"
        print(f"{row.case_id:>7}  {row.due_on}  {'  '.join(words)}  {amount}  {row.last_sentence}")
    print(f"共 {len(rows)} 件 / {len(rows)} cases")
    if options.excel:
        write_call_list(rows, options.excel, made_on=day)
        print(f"已写入 / written: {options.excel}")
    return 0


def _history(options: argparse.Namespace) -> int:
    from jishiyu.apps.subsidies.queries import history_of_case

    for move in history_of_case(options.case):
        second = f" + {move.second}" if move.second else ""
        due = f", 期限 / due {move.due_on}" if move.due_on else ""
        print(
            f"{move.at.astimezone(CITY_TIME):%Y-%m-%d %H:%M}  {move.by}{second}: {move.to_state}  {move.sentence}{due}"
        )
    return 0
