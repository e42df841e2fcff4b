"""Pay what is owed: batch, second signature, bank file, answers of the bank, another try, recoveries.

  jishiyu pay signatory wang.fang --member M000123     (or --no-member) who may prepare and approve
  jishiyu pay prepare --profile generic-csv --by li.na
  jishiyu pay approve 12 --by wang.fang                another person than the one who prepared
  jishiyu pay send 12 --out to-bank --by li.na         writes the bank file; again gives the same file
  jishiyu pay result from-bank/result.csv --profile generic-csv --by li.na
  jishiyu pay retry --corrected --by li.na             whose account was corrected since
  jishiyu pay retry 345 --reason "账户已恢复" --by li.na
  jishiyu pay recover 7 --repaid 300.00 --slip 回单88 --by li.na
  jishiyu pay cancel 13 --reason "错选了银行" --by li.na
  jishiyu pay close 12 --by li.na
  jishiyu pay status --calls                           what waits, and whom to call

Exit status: 0 done, 1 refused with a sentence that says why, 2 wrong usage.
"""

import argparse
import getpass
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

from jishiyu.commands.clock import now
from jishiyu.engine.money import yuan_text

if TYPE_CHECKING:
    from jishiyu.apps.payments.operations import ResultRead


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the actions."""
    actions = parser.add_subparsers(dest="action", required=True, metavar="ACTION")
    parts = {name: actions.add_parser(name, help=summary) for name, (summary, _) in ACTIONS.items()}
    parts["signatory"].add_argument("name", metavar="NAME", help="what this person gives as --by")
    who = parts["signatory"].add_mutually_exclusive_group(required=True)
    who.add_argument("--member", metavar="NUMBER", help="their own member number: they never approve their own payment")
    who.add_argument("--no-member", action="store_true", help="they are declared to be no member")
    who.add_argument("--end", action="store_true", help="from today on they sign no more")
    for name in ("prepare", "result"):
        parts[name].add_argument("--profile", default="generic-csv", help="the bank's profile (default: generic-csv)")
    parts["prepare"].add_argument("--limit", type=int, metavar="N", help="at most so many payments, the oldest first")
    parts["prepare"].add_argument("--policy", metavar="NAME", help="only this subsidy, such as changchun.hospital")
    for name in ("approve", "send", "cancel", "close"):
        parts[name].add_argument("batch", type=int, metavar="BATCH")
    parts["send"].add_argument("--out", type=Path, required=True, metavar="FOLDER", help="where the bank file goes")
    parts["cancel"].add_argument("--reason", required=True, metavar="SENTENCE")
    parts["result"].add_argument("file", type=Path, metavar="FILE")
    parts["retry"].add_argument("entitlements", nargs="*", type=int, metavar="ENTITLEMENT")
    how = parts["retry"].add_mutually_exclusive_group(required=True)
    how.add_argument("--corrected", action="store_true", help="all whose account or name was corrected since")
    how.add_argument("--reason", metavar="SENTENCE", help="try these again as they are, because")
    _recover_arguments(parts["recover"])
    parts["status"].add_argument("--calls", action="store_true", help="also whom to call, by union")
    for name, part in parts.items():
        if name != "status":
            part.add_argument("--by", default=getpass.getuser(), help="who does it (default: the system's user)")


def _recover_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("recovery", type=int, metavar="RECOVERY")
    step = parser.add_mutually_exclusive_group(required=True)
    step.add_argument("--ask-back", metavar="REASON", help="ask the member to pay it back")
    step.add_argument("--repaid", metavar="YUAN", help="money came back; give its bank slip with --slip")
    step.add_argument("--propose-write-off", metavar="REASON")
    step.add_argument("--approve-write-off", action="store_true", help="as the second person")
    parser.add_argument("--slip", default="", metavar="NUMBER")


def run(options: argparse.Namespace) -> int:
    """Do one action."""
    from jishiyu.conf.start import ready

    ready()
    return ACTIONS[options.action][1](options)


def _signatory(options: argparse.Namespace) -> int:
    from jishiyu.apps.payments.operations import end_signatory, name_signatory

    moment = now()
    if options.end:
        end_signatory(name=options.name, on=moment.date(), by=options.by, at=moment)
    else:
        name_signatory(name=options.name, member_no=options.member, by=options.by, at=moment)
    print(f"{options.name}: {'不再签字 / signs no more' if options.end else '可以签字 / may sign'}")
    return 0


def _prepare(options: argparse.Namespace) -> int:
    from jishiyu.apps.payments.operations import prepare_batch
    from jishiyu.banks import open_bank

    moment = now()
    done = prepare_batch(
        by=options.by, on=moment.date(), at=moment, bank=open_bank(options.profile), limit=options.limit,
        policy=options.policy,
    )  # fmt: skip
    if done.set_off_count:
        print(f"抵扣 / set off: {done.set_off_count} 笔, {yuan_text(done.set_off_fen)} 元 / yuan")
    if done.unpayable:
        print(f"无法付款 / cannot be paid: {len(done.unpayable)}; jishiyu pay status --calls")
    if done.batch_id is None:
        print("没有编成批次 / no batch")
        return 0
    print(f"批次 / batch {done.batch_id}: {done.count} 笔 / payments, {yuan_text(done.sum_fen)} 元 / yuan")
    print(f"jishiyu pay approve {done.batch_id} --by …")
    return 0


def _approve(options: argparse.Namespace) -> int:
    from jishiyu.apps.payments.operations import approve_batch

    moment = now()
    batch = approve_batch(batch_id=options.batch, by=options.by, on=moment.date(), at=moment)
    print(f"批次 / batch {batch.id}: 已复核 / approved, {batch.count}, {yuan_text(batch.sum_fen)} 元 / yuan")
    return 0


def _cancel(options: argparse.Namespace) -> int:
    from jishiyu.apps.payments.operations import cancel_batch

    moment = now()
    cancel_batch(batch_id=options.batch, by=options.by, reason=options.reason, on=moment.date(), at=moment)
    print(f"批次 / batch {options.batch}: 已取消 / cancelled")
    return 0


def _close(options: argparse.Namespace) -> int:
    from jishiyu.apps.payments.operations import close_batch

    moment = now()
    close_batch(batch_id=options.batch, by=options.by, on=moment.date(), at=moment)
    print(f"批次 / batch {options.batch}: 已关闭 / closed")
    return 0


def _send(options: argparse.Namespace) -> int:
    from jishiyu.apps.payments.operations import send_batch
    from jishiyu.apps.payments.queries import batch_profile
    from jishiyu.banks import open_bank

    moment = now()
    bank = open_bank(batch_profile(batch_id=options.batch))
    sent = send_batch(batch_id=options.batch, by=options.by, on=moment.date(), at=moment, bank=bank, folder=options.out)
    for file, path in zip(sent.files, sent.paths, strict=True):
        print(f"{path}: {file.count} 笔 / payments, {yuan_text(file.sum_fen)} 元 / yuan")
        print(f"  SHA-256 {file.sha256}")
        if file.truncated:
            print(f"  户名超长已截断 / names cut to the bank's length: {len(file.truncated)} ({file.truncated[0]} …)")
    if not sent.first_time:
        print("此前已送出,内容相同 / sent before, the same content")
    return 0


def _result(options: argparse.Namespace) -> int:
    from jishiyu.apps.payments.operations import read_result
    from jishiyu.banks import open_bank
    from jishiyu.banks.problems import ResultFileMissing

    moment = now()
    try:
        content = options.file.read_bytes()
    except OSError as error:
        raise ResultFileMissing(file=options.file, reason=error.strerror) from error
    done = read_result(
        content=content, file_name=options.file.name, by=options.by, on=moment.date(), at=moment,
        bank=open_bank(options.profile),
    )  # fmt: skip
    _say_result(done)
    return 0


def _say_result(done: "ResultRead") -> None:
    from jishiyu.apps.payments.models import AttemptState

    if done.known_before:
        print("此文件已读过,未作改动 / read before, nothing was changed")
    for state, (count, total) in sorted(done.moved.items()):
        print(f"{AttemptState(state).label} / {state}: {count} 笔 / payments, {yuan_text(total)} 元 / yuan")
    print(f"无变化 / without effect: {done.ignored} (已受理 / accepted: {done.accepted})")
    if done.missing:
        shown = ", ".join(done.missing[:5])
        print(f"银行未答复 / not answered by the bank: {len(done.missing)} ({shown}{' …' * (len(done.missing) > 5)})")


def _retry(options: argparse.Namespace) -> int:
    from jishiyu.apps.payments.operations import release, release_corrected

    moment = now()
    if options.corrected:
        count = release_corrected(by=options.by, on=moment.date(), at=moment)
    else:
        count = release(
            entitlement_ids=options.entitlements, reason=options.reason, by=options.by, on=moment.date(), at=moment
        )
    print(f"重新列为应付 / owed again: {count}")
    return 0


def _recover(options: argparse.Namespace) -> int:
    from jishiyu.apps.payments import operations
    from jishiyu.commands.ledger import fen

    moment = now()
    step = {"recovery_id": options.recovery, "by": options.by, "on": moment.date(), "at": moment}
    if options.ask_back:
        operations.ask_back(reason=options.ask_back, **step)
    elif options.repaid:
        operations.record_repayment(amount_fen=fen(options.repaid), reference=options.slip, **step)
    elif options.propose_write_off:
        operations.propose_write_off(reason=options.propose_write_off, **step)
    else:
        operations.approve_write_off(**step)
    print(f"追回款 / recovery {options.recovery}: 已登记 / noted")
    return 0


def _status(options: argparse.Namespace) -> int:
    from jishiyu.apps.payments.models import BatchState
    from jishiyu.apps.payments.queries import calls, free_fen, open_batches, standings
    from jishiyu.apps.subsidies.models import EntitlementState

    print(f"基金可用 / free in the fund: {yuan_text(free_fen())} 元 / yuan")
    for row in standings():
        label = EntitlementState(row.state).label
        print(f"{row.policy}  {label} / {row.state}: {row.count}, {yuan_text(row.sum_fen)} 元 / yuan")
    for batch in open_batches():
        label = BatchState(batch.state).label
        print(
            f"批次 / batch {batch.id} ({batch.profile}) {label} / {batch.state}: {batch.count}, "
            f"{yuan_text(batch.sum_fen)} 元 / yuan, {batch.made_by} {batch.checked_by}"
        )
    waiting = calls()
    print(f"须联系 / to be called about: {len(waiting)}")
    for call in waiting if options.calls else []:
        print(
            f"  {call.union_name}  补贴 / entitlement {call.entitlement_id}  {yuan_text(call.amount_fen)} 元 / yuan  "
            f"{call.reason} {call.detail}"
        )
    return 0


ACTIONS: dict[str, tuple[str, Callable[[argparse.Namespace], int]]] = {
    "signatory": ("name who may prepare and approve payments", _signatory),
    "prepare": ("put what is owed into a batch", _prepare),
    "approve": ("sign a batch as the second person", _approve),
    "cancel": ("give up a batch that no file was made of", _cancel),
    "send": ("write the bank file of an approved batch", _send),
    "result": ("read a result file of the bank", _result),
    "retry": ("let returned or failed payments be tried again", _retry),
    "recover": ("ask back, take repayments, write off", _recover),
    "close": ("put an answered batch away", _close),
    "status": ("show what is owed, under way, paid, stuck", _status),
}
