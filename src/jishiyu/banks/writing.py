"""Payments into bank files: split, cut to the bank's lengths, summed and hashed."""

import hashlib
from collections.abc import Sequence
from datetime import date

from jishiyu.apps.payments.bank import BankFile, Payment
from jishiyu.banks.layout import Layout, amount_text, fill, render
from jishiyu.banks.problems import NameNotEncodable, NameNotSafe
from jishiyu.engine.identity import mask_name, mask_number
from jishiyu.engine.words import Words

FORMULA_STARTS = ("=", "+", "-", "@")


def write_files(layout: Layout, *, batch: int, on: date, payments: Sequence[Payment]) -> list[BankFile]:
    """Return the files of a batch, as many as the bank's greatest number of rows asks for.

    The same arguments give the same bytes. Raises NameNotEncodable and NameNotSafe.
    """
    for payment in payments:
        if problem := obstacle(layout, name=payment.name, account=payment.account):
            raise problem
    parts = [payments[at : at + layout.max_rows] for at in range(0, len(payments), layout.max_rows)]
    return [_file(layout, batch, on, part, number) for number, part in enumerate(parts, 1)]


def obstacle(layout: Layout, *, name: str, account: str) -> NameNotEncodable | NameNotSafe | None:
    """Return the problem of a name that this layout cannot carry, or None.

    In a text file a name that a spreadsheet would take for a formula is refused and not altered: the bank compares
    it with its own. In a workbook every cell is text, so there it is harmless.
    """
    masked, hidden = mask_name(name), mask_number(account)
    if not name.isprintable():
        return NameNotSafe(
            masked=masked, account=hidden, detail=Words("含换行或控制字符", "holds a line break or control character"),
        )  # fmt: skip
    if layout.format == "sheet":
        return None
    if not layout.quote and layout.separator in name:
        return NameNotSafe(
            masked=masked, account=hidden, detail=Words(
                f"含分隔符 {layout.separator}", f"holds the separator {layout.separator}",
            ),
        )  # fmt: skip
    if name.startswith(FORMULA_STARTS):
        return NameNotSafe(
            masked=masked, account=hidden, detail=Words(
                f"以 {name[0]} 开头,会被当作公式", f"begins with {name[0]} like a formula",
            ),
        )  # fmt: skip
    try:
        name.encode(layout.encoding)
    except UnicodeEncodeError as error:
        code = f"{ord(name[error.start]):04X}"
        return NameNotEncodable(masked=masked, account=hidden, code=code, encoding=layout.encoding.upper())
    return None


def truncated_to(text: str, *, max_bytes: int, encoding: str) -> str:
    """Return the text cut to so many bytes of the encoding, by whole characters."""
    while len(text.encode(encoding)) > max_bytes:
        text = text[:-1]
    return text


def _file(layout: Layout, batch: int, on: date, payments: Sequence[Payment], part: int) -> BankFile:
    total = sum(payment.amount_fen for payment in payments)
    tokens = {
        "batch": f"{batch:08d}",
        "date": on.strftime("%Y%m%d"),
        "part": f"{part:02d}",
        "count": str(len(payments)),
        "sum": amount_text(total, layout.amount),
    }
    limit = next((column.max_bytes for column in layout.columns if column.field == "name"), None)
    rows, truncated = [], []
    for number, payment in enumerate(payments, 1):
        name = payment.name if limit is None else truncated_to(
            payment.name, max_bytes=limit, encoding=layout.encoding
        )  # fmt: skip
        if name != payment.name:
            truncated.append(payment.reference)
        rows.append(
            {
                "line": str(number),
                "account": payment.account,
                "name": name,
                "amount": amount_text(payment.amount_fen, layout.amount),
                "reference": payment.reference,
            }
        )
    content = render(layout, rows, tokens)
    return BankFile(
        name=fill(layout.file_name, tokens), content=content, sha256=hashlib.sha256(content).hexdigest(),
        count=len(payments), sum_fen=total, truncated=tuple(truncated),
    )  # fmt: skip
