"""What can be wrong with a line: one bit per flaw, with a sentence, so that a line can have several."""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from typing import Literal

import polars as pl

from jishiyu.engine.settlement.lines import AMOUNTS

Severity = Literal["invalid", "held", "warning"]
Breaks = Literal["warn", "held"]
_BREAK_SEVERITIES: tuple[Severity, ...] = ("warning", "held")


@dataclass(frozen=True)
class Flaw:
    """One kind of flaw in one column; `code` and `column` make its reason, `amount_not_exact:cash`."""

    bit: int
    code: str
    column: str
    severity: Severity
    zh: str
    en: str

    @property
    def reason(self) -> str:
        """Return the reason as it stands in files."""
        return f"{self.code}:{self.column.removesuffix('_fen')}" if self.column else self.code


REQUIRED = [
    "settlement_id", "visit_id", "hospital_code", "cert_no", "medical_type", "begins_on", "ends_on", "settled_at",
    "cash_fen",
]  # fmt: skip
IDENTIFIERS = ["settlement_id", "undoes", "visit_id"]
_DAYS = ["begins_on", "ends_on", "settled_at", "updated_at"]
COLUMN_WORDS: dict[str, tuple[str, str]] = {
    "settlement_id": ("结算ID", "settlement number"),
    "undoes": ("原结算ID", "number of the undone settlement"),
    "visit_id": ("就诊ID", "visit number"),
    "hospital_code": ("医药机构编号", "hospital code"),
    "name": ("姓名", "name"),
    "cert_type": ("证件类型", "certificate type"),
    "cert_no": ("证件号码", "certificate number"),
    "birth_date": ("出生日期", "birth date"),
    "medical_type": ("医疗类别", "medical type"),
    "begins_on": ("开始日期", "first day"),
    "ends_on": ("结束日期", "last day"),
    "settled_at": ("结算时间", "time of settlement"),
    "updated_at": ("更新时间", "time of update"),
    "refund_flag": ("退费标志", "refund flag"),
    "valid_flag": ("有效标志", "valid flag"),
    "total_fen": ("医疗费总额", "total cost"),
    "fund_fen": ("基金支付总额", "fund payment"),
    "hospital_part_fen": ("医院负担", "hospital's part"),
    "personal_fen": ("个人负担", "personal part"),
    "account_fen": ("个人账户支出", "account payment"),
    "cash_fen": ("个人现金支出", "personal cash"),
    "in_scope_fen": ("符合政策范围金额", "amount in scope"),
    "own_expense_fen": ("全自费金额", "own expense"),
    "over_limit_fen": ("超限价自费", "expense over price limits"),
    "advance_fen": ("先行自付", "own payment in advance"),
    "deductible_fen": ("起付线", "deductible"),
}
# The order is the order of the bits and of the reasons: code, severity, columns, sentence after the column's name.
_KINDS: list[tuple[str, Severity, list[str], str, str]] = [
    ("broken_row", "invalid", [""], "本行的字段数与表头不符或无法解析",
     "the row has too few or too many fields, or cannot be parsed"),
    ("unreadable_text", "invalid", [""], "本行含有无法识别的字符", "the row holds characters that cannot be read"),
    ("missing", "invalid", REQUIRED, "必填,现为空", "is required but empty"),
    ("missing", "warning", ["name"], "为空", "is empty"),
    ("digits_lost", "invalid", [*IDENTIFIERS, "cert_no"], "被表格软件改成了科学计数,位数已丢失",
     "was turned into scientific form by a spreadsheet; digits are lost"),
    ("cert_type_missing", "invalid", ["cert_type"], "为空,号码也不是身份证号", "is empty and the number is no resident number"),
    ("cert_type_unknown", "invalid", ["cert_type"], "不在代码表内", "is not in the code list"),
    ("cert_shape", "invalid", ["cert_no"], "位数或字符不符", "has a wrong length or wrong characters"),
    ("cert_check_digit", "invalid", ["cert_no"], "校验码不对", "has a wrong check digit"),
    ("cert_birth_date", "invalid", ["cert_no"], "其中的出生日期不真实", "holds a birth date that is not a real past day"),
    ("cert_place_unknown", "warning", ["cert_no"], "其中的地区代码未知", "holds an unknown place"),
    ("not_a_date", "invalid", _DAYS, "不是真实的日期", "is not a real date"),
    ("not_a_date", "warning", ["birth_date"], "不是真实的日期", "is not a real date"),
    ("begins_after_ends", "invalid", ["begins_on"], "晚于结束日期", "is after the last day"),
    ("in_the_future", "invalid", _DAYS, "晚于截止日", "is after the day of the run"),
    ("amount_not_exact", "invalid", AMOUNTS, "不是最多两位小数的金额(元)", "is no amount in yuan with at most two decimals"),
    ("amount_negative", "invalid", AMOUNTS, "为负,但本行不是冲销", "is negative although the line is no reversal"),
    *[(code, severity, [column], zh, en) for severity in _BREAK_SEVERITIES for code, column, zh, en in (
        ("personal_does_not_add_up", "personal_fen", "≠ 总额 - 基金支付 - 医院负担", "is not total less fund less hospital's part"),
        ("cash_does_not_add_up", "cash_fen", "≠ 个人负担 - 个人账户支出", "is not personal part less account payment"),
    )],
    ("unknown_refund_flag", "invalid", ["refund_flag"], "不在代码表内", "is not in the code list"),
    ("unknown_valid_flag", "invalid", ["valid_flag"], "不在代码表内", "is not in the code list"),
    ("unknown_medical_type", "held", ["medical_type"], "在参保地的代码表中未知", "is unknown in the insured area"),
]  # fmt: skip


def _flaws() -> Iterator[Flaw]:
    count = 0
    for code, severity, columns, zh, en in _KINDS:
        for column in columns:
            column_zh, column_en = COLUMN_WORDS.get(column, ("", ""))
            english = f"the {column_en} {en}" if column else en
            yield Flaw(count, code, column, severity, column_zh + zh, english[0].upper() + english[1:] + ".")
            count += 1


FLAWS: tuple[Flaw, ...] = tuple(_flaws())


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
    """Return the reasons of every mask as a List(String): `["missing:visit_id", "amount_not_exact:cash"]`."""
    kinds = flaws.unique()
    words = pl.Series([[flaw.reason for flaw in explain(mask)] for mask in kinds], dtype=pl.List(pl.String))
    pairs = pl.DataFrame({"flaws": kinds, "reasons": words})
    return flaws.alias("flaws").to_frame().join(pairs, on="flaws", how="left", maintain_order="left")["reasons"]


def with_reasons(flaws: pl.Expr) -> pl.Expr:
    """Return the same as an expression over a column of masks."""
    return flaws.map_batches(reasons, return_dtype=pl.List(pl.String))
