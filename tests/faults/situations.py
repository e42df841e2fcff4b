"""A small fund at each step of its work, built by the commands themselves, for processes to be killed in.

Every function runs in a process of its own, in the database that is being prepared.
"""

from pathlib import Path
from typing import Any

from jishiyu import cli
from jishiyu.apps.members.models import Membership
from jishiyu.apps.payments.bank import Answer, Outcome, Payment
from jishiyu.apps.payments.models import Attempt
from jishiyu.apps.payments.sending import reference
from jishiyu.banks import open_bank
from jishiyu.conf.start import ready
from tests.apps.payments.fund import result_bytes
from tests.apps.subsidies.situations import FEED, ROSTER, member, reversal, stay, write

AS_OF = "2026-01-15"
BANK = open_bank("generic-csv")
MEMBERS = 24
WITHOUT_ACCOUNT = 12
STRANGER = 40
ANSWERS = {
    "13": Outcome.FAILED,
    "14": Outcome.RETURNED,
    "15": Outcome.UNKNOWN,
    "16": Outcome.ACCEPTED,
}
LATER = {"15": Outcome.PAID, "16": Outcome.PAID, "17": Outcome.RETURNED}
CODES = {outcome: code for code, outcome in BANK.codes.items()}


def account(who: int) -> str:
    """Return the account of a member."""
    return f"62220200000000{who:05d}"


def roster(*, until: int = MEMBERS) -> list[dict[str, str]]:
    """Return the roster's lines; one member has no account."""
    return [member(who, bank_account="" if who == WITHOUT_ACCOUNT else account(who)) for who in range(1, until + 1)]


def first_feed() -> list[dict[str, str]]:
    """Return about forty lines that end in every bucket."""
    eighth, tenth = stay(8, "8", "9000.00"), stay(10, "10", "6000.00", updt_time="2025-03-11 08:00:00")
    ninth = stay(9, "9", "7000.00")
    return [
        stay(1, "1", "8000.00"), stay(2, "2", "12000.00"), stay(3, "3", "152000.00"),
        *[stay(4, f"4{letter}", "340000.00", setl_time=f"2025-03-10 1{number}:00:00")
          for number, letter in enumerate("abc")],
        stay(5, "5", "3000.00"), stay(STRANGER, "6", "30000.00", emp_name="U1工会"), stay(7, "7", "9000.00", med_type="99"),
        eighth, reversal(eighth), ninth, ninth, tenth, tenth | {"psn_cash_pay": "6500.00", "medfee_sumamt": "6500.00",
        "psn_part_amt": "6500.00", "updt_time": "2025-03-12 08:00:00"}, stay(11, "11", "9000.00", certno="123"),
        *[stay(who, str(who), f"{who}000.50") for who in range(12, MEMBERS + 1)],
        *[stay(who, f"{who}x", "100.00") for who in range(12, MEMBERS)],
    ]  # fmt: skip


def second_feed() -> list[dict[str, str]]:
    """Return what comes later: what was paid and what failed is undone, a line is corrected, new stays come."""
    when = {"setl_time": "2025-04-20 10:00:00", "begndate": "2025-04-01", "enddate": "2025-04-20"}
    paid, failed, more = stay(1, "1", "8000.00"), stay(13, "13", "13000.50"), stay(18, "18", "18000.50")
    corrected = more | {"psn_cash_pay": "28000.50", "medfee_sumamt": "28000.50", "psn_part_amt": "28000.50",
                        "updt_time": "2025-04-20 08:00:00"}  # fmt: skip
    return [
        reversal(paid), reversal(failed), reversal(stay(2, "2", "12000.00")), corrected, stay(1, "1new", "7000.00", **when),
        stay(19, "19new", "9000.00", **when), stay(STRANGER, "6new", "9000.00", **when),
    ]  # fmt: skip


def third_feed() -> list[dict[str, str]]:
    """Return what changes the call list: two large stays are undone, and a capped one of the first feed is not any more.

    A stranger comes again, and somebody whose case is open.
    """
    when = {"setl_time": "2025-05-20 10:00:00", "begndate": "2025-05-01", "enddate": "2025-05-20"}
    return [
        reversal(stay(3, "3", "152000.00")), reversal(stay(4, "4a", "340000.00", setl_time="2025-03-10 10:00:00")),
        stay(STRANGER, "6third", "12000.00", **when), stay(20, "20third", "9000.00", **when),
    ]  # fmt: skip


def found(folder: str) -> None:
    """Make the tables, take in unions and the roster, name who signs, and give the fund money."""
    ready()
    at = Path(folder)
    (at / "unions.csv").write_text("code,name,kind\nU1,U1工会,grassroots\n", encoding="utf-8")
    write(at / "roster.csv", ROSTER, roster())
    write(at / "roster-later.csv", ROSTER, [*roster(until=22), member(STRANGER, bank_account=account(STRANGER))])
    write(at / "first.csv", FEED, first_feed())
    write(at / "second.csv", FEED, second_feed())
    write(at / "third.csv", FEED, third_feed())
    run("load unions", at / "unions.csv", "--by", "li.na")
    run("load roster", at / "roster.csv", "--yes", "--as-of", AS_OF, "--by", "li.na")
    for name in ("li.na", "wang.fang", "zhao.min"):
        run("pay signatory", name, "--no-member", "--by", "admin")
    run("ledger appropriate 1000000.00 --document", "市总财〔2025〕1号", "--by", "zhao.min")
    assert Membership.objects.count() == MEMBERS


def run(words: str, *more: object) -> None:
    """Run one command."""
    assert cli.main([*words.split(), *map(str, more)]) == 0, words


def answer(folder: str) -> None:
    """Write the two result files of the bank for the batch whose file lies in the folder."""
    at = Path(folder)
    payments: list[Payment] = [
        payment
        for path in sorted((at / "to-bank").iterdir())
        for payment in BANK.payments_of(path.read_bytes(), file_name=path.name)
    ]
    visits = {
        reference(attempt.id): attempt.entitlement.stay_id.split("/V")[1]
        for attempt in Attempt.objects.select_related("entitlement")
    }
    first = [says(payment, ANSWERS.get(visits[payment.reference], Outcome.PAID)) for payment in payments]
    later = [
        says(payment, LATER[visits[payment.reference]], day=20)
        for payment in payments
        if visits[payment.reference] in LATER
    ]
    assert (len(later), len({line.outcome for line in first})) == (3, 5)
    (at / "result-1.csv").write_bytes(result_bytes(first))
    (at / "result-2.csv").write_bytes(result_bytes(later))


def says(payment: Payment, outcome: Outcome, *, day: int = 17) -> Answer:
    """Let the bank answer about one payment."""
    from datetime import date

    told: dict[str, Any] = {"line": 0, "reason": "", "answered_on": date(2025, 4, day)}
    return Answer(
        reference=payment.reference, account=payment.account, amount_fen=payment.amount_fen, outcome=outcome,
        code=CODES[outcome], **told,
    )  # fmt: skip
