"""What can be wrong with a line: one bit per flaw, with a sentence, so that a line can have several."""

from dataclasses import dataclass
from functools import cache
from typing import Literal

import polars as pl

Severity = Literal["invalid", "held", "warning"]
Breaks = Literal["warn", "held"]


@dataclass(frozen=True)
class Flaw:
    """One kind of flaw in one column; `code` and `column` make its reason, `amount_not_exact:cash_fen`."""

    bit: int
    code: str
    column: str
    severity: Severity
    zh: str
    en: str

    @property
    def reason(self) -> str:
        """Return the reason as it stands in files."""
        return f"{self.code}:{self.column}" if self.column else self.code


REQUIRED = [
    "settlement_id", "visit_id", "hospital_code", "cert_no", "medical_type", "begins_on", "ends_on", "settled_at",
    "cash_fen",
]  # fmt: skip
IDENTIFIERS = ["settlement_id", "undoes", "visit_id"]
AMOUNTS = [
    "total_fen", "fund_fen", "hospital_part_fen", "personal_fen", "account_fen", "cash_fen", "in_scope_fen",
    "own_expense_fen", "over_limit_fen", "advance_fen", "deductible_fen",
]  # fmt: skip

_LINE: list[tuple[str, str, Severity, str, str]] = [
    ("broken_row", "", "invalid", "本行的字段数与表头不符或无法解析", "The row has too few or too many fields, or cannot be parsed."),
    ("unreadable_text", "", "invalid", "本行含有无法识别的字符", "The row holds characters that cannot be read."),
]  # fmt: skip
_MISSING: list[tuple[str, str, Severity, str, str]] = [
    *[("missing", column, "invalid", "必填项为空", "A required field is empty.") for column in REQUIRED],  # type: ignore[list-item]
    ("missing", "name", "warning", "姓名为空", "The name is empty."),
]
_DIGITS: list[tuple[str, str, Severity, str, str]] = [
    ("digits_lost", column, "invalid", "号码被表格软件改成了科学计数,位数已丢失",
     "The number was turned into scientific form by a spreadsheet; digits are lost.")
    for column in [*IDENTIFIERS, "cert_no"]
]  # fmt: skip
_CERTIFICATE: list[tuple[str, str, Severity, str, str]] = [
    ("cert_type_missing", "cert_type", "invalid", "没有证件类型,号码也不是身份证号", "The certificate type is empty and the number is not a resident number."),
    ("cert_type_unknown", "cert_type", "invalid", "证件类型不在代码表内", "The certificate type is not in the code list."),
    ("cert_shape", "cert_no", "invalid", "证件号码的位数或字符不符", "The certificate number has a wrong length or wrong characters."),
    ("cert_check_digit", "cert_no", "invalid", "证件号码的校验码不对", "The check digit of the certificate number is wrong."),
    ("cert_birth_date", "cert_no", "invalid", "证件号码中的出生日期不真实", "The birth date within the certificate number is not a real past date."),
    ("cert_place_unknown", "cert_no", "warning", "证件号码的地区代码未知", "The place within the certificate number is unknown."),
]  # fmt: skip
_DATES: list[tuple[str, str, Severity, str, str]] = [
    *[("not_a_date", column, "invalid", "不是真实的日期", "This is not a real date.")
      for column in ("begins_on", "ends_on", "settled_at", "updated_at")],
    ("not_a_date", "birth_date", "warning", "不是真实的日期", "This is not a real date."),
    ("begins_after_ends", "begins_on", "invalid", "开始日期晚于结束日期", "The stay begins after it ends."),
    *[("in_the_future", column, "invalid", "日期晚于截止日", "The date lies after the day of the run.")
      for column in ("begins_on", "ends_on", "settled_at", "updated_at")],
]  # type: ignore[list-item]  # fmt: skip
_AMOUNTS: list[tuple[str, str, Severity, str, str]] = [
    *[("amount_not_exact", column, "invalid", "不是最多两位小数的金额(元)", "This is not an amount in yuan with at most two decimals.")
      for column in AMOUNTS],
    *[("amount_negative", column, "invalid", "非冲销行的金额为负", "The amount is negative although the line is no reversal.")
      for column in AMOUNTS],
]  # type: ignore[list-item]  # fmt: skip
_BREAKS = [
    ("personal_does_not_add_up", "personal_fen", "个人负担 ≠ 总额 - 基金 - 医院负担", "Personal part is not total less fund less hospital part."),
    ("cash_does_not_add_up", "cash_fen", "个人现金 ≠ 个人负担 - 个人账户", "Cash is not personal part less account."),
]  # fmt: skip
_CODES: list[tuple[str, str, Severity, str, str]] = [
    *[(code, column, "warning", zh, en) for code, column, zh, en in _BREAKS],  # type: ignore[list-item]
    *[(code, column, "held", zh, en) for code, column, zh, en in _BREAKS],  # type: ignore[list-item]
    ("unknown_refund_flag", "refund_flag", "invalid", "退费标志不在代码表内", "The refund flag is not in the code list."),
    ("unknown_valid_flag", "valid_flag", "invalid", "有效标志不在代码表内", "The valid flag is not in the code list."),
    ("unknown_medical_type", "medical_type", "held", "该参保地的医疗类别未知", "The medical type is unknown for the insured area."),
]  # fmt: skip

FLAWS: tuple[Flaw, ...] = tuple(
    Flaw(bit, *entry)
    for bit, entry in enumerate([*_LINE, *_MISSING, *_DIGITS, *_CERTIFICATE, *_DATES, *_AMOUNTS, *_CODES])
)
_BY_REASON = {(flaw.reason, flaw.severity): flaw for flaw in reversed(FLAWS)}


def bit(code: str, column: str = "", severity: Severity | None = None) -> int:
    """Return the mask of one flaw; `severity` chooses where a flaw can be a warning or a reason to hold."""
    for flaw in FLAWS:
        if (flaw.code, flaw.column) == (code, column) and severity in (None, flaw.severity):
            return 1 << flaw.bit
    raise KeyError((code, column, severity))


def _mask(severity: Severity) -> int:
    return sum(1 << flaw.bit for flaw in FLAWS if flaw.severity == severity)


def invalid(flaws: pl.Expr) -> pl.Expr:
    """Return whether a mask holds a flaw that makes a line unusable."""
    return (flaws & pl.lit(_mask("invalid"), pl.UInt64)) != 0


def held(flaws: pl.Expr) -> pl.Expr:
    """Return whether a mask holds a flaw that a person must look at."""
    return (flaws & pl.lit(_mask("held"), pl.UInt64)) != 0


def warned(flaws: pl.Expr) -> pl.Expr:
    """Return whether a mask holds a flaw that is only reported."""
    return (flaws & pl.lit(_mask("warning"), pl.UInt64)) != 0


@cache
def explain(mask: int) -> tuple[Flaw, ...]:
    """Return the flaws of a mask in the order of their bits."""
    return tuple(flaw for flaw in FLAWS if mask >> flaw.bit & 1)


def reasons(flaws: pl.Series) -> pl.Series:
    """Return the reasons of every mask as a List(String): `["missing:visit_id", "amount_not_exact:cash_fen"]`."""
    kinds = flaws.unique()
    words = pl.Series([[flaw.reason for flaw in explain(mask)] for mask in kinds], dtype=pl.List(pl.String))
    pairs = pl.DataFrame({"flaws": kinds, "reasons": words})
    return flaws.to_frame("flaws").join(pairs, on="flaws", how="left", maintain_order="left")["reasons"]
