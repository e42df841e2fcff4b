"""What the bank's answers do: the table a clerk can read (reconciliation.csv), and files that do not fit."""

import csv
from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest

from jishiyu.apps.ledger.queries import trial_balance_fen
from jishiyu.apps.payments import operations as pay
from jishiyu.apps.payments.bank import Outcome
from jishiyu.apps.payments.models import Attempt, AttemptState, Batch, ResultFile
from jishiyu.apps.payments.problems import ResultRefused
from jishiyu.apps.payments.queries import disagreements
from jishiyu.apps.payments.reconciliation import Ruling, ruling
from jishiyu.banks import open_bank
from jishiyu.banks.problems import ResultTotalsDiffer, ResultUnreadable
from tests.apps.payments import fund
from tests.apps.payments.fund import BANK, CLERK, WHEN, Member, says
from tests.once import made_once

with (Path(__file__).parent / "reconciliation.csv").open(encoding="utf-8", newline="") as table:
    CASES = [tuple(row.values())[:4] for row in csv.DictReader(table)]
OTHER_DAY = date(2025, 3, 19)


@made_once
def _two_sent(folder: Path) -> None:
    """Two payments of 75.00 and 80.00 are at the bank."""
    fund.open_fund()
    fund.owe(fund.join([Member(), Member("李四", "6222020000000000002")]), [75_00, 80_00])
    fund.sent_batch(folder)


@pytest.fixture(autouse=True)
def _books_agree(db: None) -> Iterator[None]:
    """Whatever was done, the books agree with the states."""
    yield
    assert trial_balance_fen() == 0
    assert disagreements() == []


def bring_to(state: str, attempt: Attempt) -> None:
    """Let the bank answer so that the attempt is in this state."""
    if state == "returned":
        fund.read([says(attempt, "paid")])
    if state != "sent":
        fund.read([says(attempt, state)])


@pytest.mark.parametrize(("state", "outcome", "what", "then"), CASES)
def test_follows_the_table(state: str, outcome: str, what: str, then: str) -> None:
    first, second = fund.attempts()
    bring_to(state, first)
    answers = [says(second, "paid", account="6222020000000000002"), says(first, outcome, day=OTHER_DAY)]
    if what == "refuse":
        with pytest.raises(ResultRefused, match="line 4"):
            fund.read(answers)
        assert fund.states() == [then, "sent"]
        return
    done = fund.read(answers)
    assert fund.states() == [then, "paid"]
    assert sum(count for count, _ in done.moved.values()) == (2 if what == "move" else 1)
    assert done.ignored == (0 if what == "move" else 1)


def test_the_table_is_complete_and_is_the_one_in_the_code() -> None:
    for state, outcome, what, _ in CASES:
        assert ruling(state=AttemptState(state), outcome=Outcome(outcome), said_before=False) == what
    settled = {state for state, *_ in CASES}
    assert len(CASES) == len(settled) * len(Outcome) == 25
    for state in set(AttemptState) - settled:
        for outcome in Outcome:
            for before in (False, True):
                assert ruling(state=state, outcome=outcome, said_before=before) is Ruling.REFUSE


def test_the_same_file_again_changes_nothing() -> None:
    answers = [says(fund.attempts()[0], "paid")]
    first = fund.read(answers)
    again = fund.read(answers, name="renamed.csv")
    assert (again.known_before, again.moved, again.ignored) == (True, {}, 1)
    assert again.result_file_id == first.result_file_id
    assert ResultFile.objects.count() == 1
    assert first.missing == again.missing == (f"JS{fund.attempts()[1].id:010d}",)


def test_an_answer_given_before_is_ignored_in_another_file_but_not_a_new_one() -> None:
    first, second = fund.attempts()
    fund.read([says(first, "paid")])
    fund.read([says(first, "returned", day=OTHER_DAY)])
    other = says(second, "paid", account="6222020000000000002")
    assert fund.read([says(first, "paid"), other]).ignored == 1
    assert fund.states() == ["returned", "paid"]
    with pytest.raises(ResultRefused):
        fund.read([says(first, "paid", day=date(2025, 3, 20))])
    with pytest.raises(ResultRefused):
        fund.read([says(first, "paid", day=None)])


def test_a_cumulative_file_after_a_late_return_and_a_second_try_pays_nothing_twice(tmp_path: Path) -> None:
    first, _ = fund.attempts()
    fund.read([says(first, "paid")])
    fund.read([says(first, "returned", day=OTHER_DAY)])
    pay.release(entitlement_ids=[first.entitlement_id], reason="账户已恢复", by=CLERK, **WHEN)
    fund.sent_batch(tmp_path)
    third = fund.attempts()[2]
    fund.read([says(first, "paid"), says(first, "returned", day=OTHER_DAY), says(third, "paid")][1:])
    assert [attempt.state for attempt in fund.attempts()] == ["returned", "sent", "paid"]


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        ({"amount_fen": 75_01}, "75.00 yuan were sent, the file says 75.01"),
        ({"account": "6222020000000000003"}, "622\\*+0003 is not the one it was sent to"),
    ],
)
def test_another_amount_or_account_refuses_the_file(change: dict[str, object], sentence: str) -> None:
    first, second = fund.attempts()
    with pytest.raises(ResultRefused, match=sentence):
        fund.read([says(second, "paid", account="6222020000000000002"), says(first, "paid", **change)])  # type: ignore[arg-type]
    assert fund.states() == ["sent", "sent"]
    assert ResultFile.objects.count() == 0


@pytest.mark.parametrize("reference", ["JS9999999999", "JS1", "X", "", "JS00000000٣1"])
def test_a_payment_that_was_never_sent_refuses_the_file(reference: str) -> None:
    content = fund.result_bytes([says(fund.attempts()[0], "paid")])
    wrong = content.replace(f"JS{fund.attempts()[0].id:010d}".encode(), reference.encode("gb18030"))
    with pytest.raises(ResultRefused):
        pay.read_result(content=wrong, file_name="x.csv", by=CLERK, bank=BANK, **WHEN)


def test_a_payment_of_a_batch_not_sent_yet_refuses_the_file() -> None:
    fund.owe(fund.join([Member()]), [90_00])
    fund.approve(fund.prepare().batch_id)
    with pytest.raises(ResultRefused, match="never sent"):
        fund.read([says(fund.attempts()[2], "paid")])


def test_a_file_of_another_bank_is_refused() -> None:
    excel = open_bank("excel")
    rows = [
        {
            "reference": f"JS{fund.attempts()[0].id:010d}", "account": "6222020000000000001", "name": "",
            "amount": "75.00", "code": "成功", "reason": "", "date": "",
        }
    ]  # fmt: skip
    from jishiyu.banks.layout import render

    content = render(excel.result, rows, {"count": "1", "sum": "75.00"})
    with pytest.raises(ResultRefused, match="generic-csv"):
        pay.read_result(content=content, file_name="x.xlsx", by=CLERK, bank=excel, **WHEN)


def test_two_lines_for_one_payment_must_say_the_same() -> None:
    first, _ = fund.attempts()
    with pytest.raises(ResultRefused, match="differently"):
        fund.read([says(first, "paid"), says(first, "failed")])
    done = fund.read([says(first, "paid"), says(first, "paid")])
    assert (done.moved, done.ignored) == ({"paid": (1, 75_00)}, 1)


@pytest.mark.parametrize("totals", [{"count": 2}, {"sum_fen": 75_01}])
def test_control_sums_that_do_not_agree_refuse_the_file(totals: dict[str, int]) -> None:
    with pytest.raises(ResultTotalsDiffer):
        fund.read([says(fund.attempts()[0], "paid")], **totals)
    assert fund.states() == ["sent", "sent"]


def test_an_unlisted_code_refuses_the_file() -> None:
    content = fund.result_bytes([says(fund.attempts()[0], "paid")]).replace(b",100,", b",101,")
    with pytest.raises(ResultUnreadable, match="line 3: code '101' is none of"):
        pay.read_result(content=content, file_name="x.csv", by=CLERK, bank=BANK, **WHEN)


def test_a_batch_is_answered_only_when_nothing_waits() -> None:
    first, second = fund.attempts()
    fund.read([says(first, "paid"), says(second, "unknown", account="6222020000000000002")])
    assert Batch.objects.get().state == "sent"
    fund.read([says(second, "failed", account="6222020000000000002")])
    assert Batch.objects.get().state == "answered"
