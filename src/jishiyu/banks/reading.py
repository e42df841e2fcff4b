"""Result files into answers; and our own files back into payments, as the bank reads them."""

import re
from collections.abc import Mapping
from datetime import date, datetime

from jishiyu.apps.payments.bank import Answer, Outcome, Payment
from jishiyu.banks.layout import Content, Layout, amount_text, parse
from jishiyu.banks.problems import ResultTotalsDiffer, ResultUnreadable
from jishiyu.engine.words import Words

YUAN = re.compile(r"\d{1,13}(?:\.\d{1,2})?")
FEN = re.compile(r"\d{1,15}")
DATES = {8: "%Y%m%d", 10: "%Y-%m-%d"}


def read_result(layout: Layout, codes: Mapping[str, Outcome], content: bytes, *, file_name: str) -> list[Answer]:
    """Return the answers of a result file. Raises ResultUnreadable for a line that is not as the profile says or a
    code that it does not list, and ResultTotalsDiffer."""
    held = parse(layout, content, file_name=file_name)
    answers = []
    for row in held.rows:
        code = row.cells["code"]
        if code not in codes:
            known = ", ".join(codes)
            raise ResultUnreadable(
                file=file_name, line=row.line, detail=Words(
                    f"结果代码 {code!r} 不在 {known} 之列。", f"code {code!r} is none of {known}.",
                ),
            )  # fmt: skip
        answers.append(
            Answer(
                line=row.line,
                reference=row.cells["reference"],
                account=row.cells["account"],
                amount_fen=_fen(row.cells["amount"], layout.amount, file_name, row.line),
                outcome=codes[code],
                code=code,
                reason=row.cells.get("reason", ""),
                answered_on=_day(row.cells.get("date", ""), file_name, row.line),
            )
        )
    _agree(layout, held, [answer.amount_fen for answer in answers], file_name)
    return answers


def read_payments(layout: Layout, content: bytes, *, file_name: str) -> list[Payment]:
    """Return the payments of a file of ours, checked as the bank would."""
    held = parse(layout, content, file_name=file_name)
    payments = [
        Payment(
            reference=row.cells["reference"],
            account=row.cells["account"],
            name=row.cells["name"],
            amount_fen=_fen(row.cells["amount"], layout.amount, file_name, row.line),
        )
        for row in held.rows
    ]
    _agree(layout, held, [payment.amount_fen for payment in payments], file_name)
    return payments


def _fen(text: str, unit: str, file_name: str, line: int) -> int:
    if unit == "fen" and FEN.fullmatch(text):
        return int(text)
    if unit == "yuan" and YUAN.fullmatch(text):
        whole, _, rest = text.partition(".")
        return int(whole) * 100 + int(rest.ljust(2, "0"))
    raise ResultUnreadable(
        file=file_name, line=line, detail=Words(
            f"{text!r} 不是以{'分' if unit == 'fen' else '元'}为单位的金额。", f"{text!r} is no amount in {unit}.",
        ),
    )  # fmt: skip


def _day(text: str, file_name: str, line: int) -> date | None:
    if not text:
        return None
    try:
        return datetime.strptime(text, DATES[len(text)]).date()  # noqa: DTZ007 (a day, not a moment)
    except (KeyError, ValueError) as error:
        raise ResultUnreadable(
            file=file_name, line=line, detail=Words(
                f"{text!r} 不是日期(应为 20250315 或 2025-03-15)。", f"{text!r} is no date (20250315 or 2025-03-15).",
            ),
        ) from error  # fmt: skip


def _agree(layout: Layout, held: Content, amounts: list[int], file_name: str) -> None:
    """Raise ResultTotalsDiffer unless every count and sum that the file states is that of its lines."""
    for said in held.said:
        count = said.get("count", str(len(amounts)))
        total = said.get("sum", amount_text(sum(amounts), layout.amount))
        wrong_count = not count.isdigit() or int(count) != len(amounts)
        if wrong_count or _fen(total, layout.amount, file_name, 1) != sum(amounts):
            said_yuan = total if layout.amount == "yuan" else amount_text(
                _fen(total, "fen", file_name, 1), "yuan"
            )  # fmt: skip
            raise ResultTotalsDiffer(
                file=file_name, said_count=count, said_yuan=said_yuan, count=len(amounts),
                yuan=amount_text(sum(amounts), "yuan"),
            )  # fmt: skip
