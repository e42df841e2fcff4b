"""What can be wrong with a line of a roster, as a table for the clerk who sent it."""

from dataclasses import dataclass, field

import polars as pl

from jishiyu.engine.identity import mask_name, mask_number

PROBLEM_SCHEMA: dict[str, pl.DataType] = {
    "file": pl.String(),
    "line": pl.Int64(),
    "column": pl.String(),
    "value": pl.String(),
    "code": pl.String(),
    "severity": pl.String(),
    "zh": pl.String(),
    "en": pl.String(),
}
SENTENCES: dict[str, tuple[str, str]] = {
    "broken_row": ("本行的字段数与表头不符或无法解析", "The row has too few or too many fields, or cannot be parsed."),
    "unreadable_text": ("本行含有无法识别的字符", "The row holds characters that cannot be read."),
    "missing": ("必填项为空", "A required field is empty."),
    "digits_lost": ("号码被表格软件改成了科学计数,位数已丢失", "A spreadsheet turned the number into scientific form; digits are lost."),
    "cert_type_missing": ("没有证件类型,号码也不是身份证号", "The certificate type is empty and the number is no resident number."),
    "cert_type_unknown": ("证件类型不在代码表内", "The certificate type is not in the code list."),
    "cert_shape": ("证件号码的位数或字符不符", "The certificate number has a wrong length or wrong characters."),
    "cert_check_digit": ("证件号码的校验码不对", "The check digit of the certificate number is wrong."),
    "cert_birth_date": ("证件号码中的出生日期不真实", "The birth date within the certificate number is not a real past date."),
    "cert_place_unknown": ("证件号码的地区代码未知", "The place within the certificate number is unknown."),
    "not_a_date": ("不是真实的日期", "This is not a real date."),
    "not_yes_or_no": ("应填 1 或 0、是或否", "Write 1 or 0, yes or no."),
    "left_before_joined": ("离会日期不晚于入会日期", "The day of leaving is not after the day of joining."),
    "birth_date_differs": ("出生日期与证件号码不一致,以号码为准", "The birth date differs from the one in the number; the number counts."),
    "not_a_mobile": ("不是手机号码,已留空", "This is not a mobile number; it was left empty."),
    "not_an_account": ("不是银行账号,已留空", "This is not a bank account; it was left empty."),
    "number_of_two_members": ("同一证件号码属于两个会员号", "Two members have this certificate number."),
    "fifteen_and_eighteen": ("同一人既有 15 位又有 18 位号码", "One person stands here with 15 and with 18 digits."),
    "member_of_two_numbers": ("同一会员号有两个证件号码", "One member number has two certificate numbers."),
    "memberships_overlap": ("同一人的会籍时间重叠", "Memberships of one person overlap."),
}  # fmt: skip
_MASKED_NUMBERS = {"cert_no", "mobile", "bank_account"}


@dataclass
class ProblemList:
    """Collects problems as frames and puts sentences to them at the end."""

    parts: list[pl.DataFrame] = field(default_factory=list)

    def of(self, file: str, texts: pl.DataFrame) -> "Report":
        """Return where to report the problems of a piece of a file."""
        return Report(self, file, texts)

    def add(self, rows: pl.DataFrame, code: str, column: str, severity: str) -> None:
        """Note a problem on rows that have `file`, `line` and the column."""
        if not rows.height:
            return
        value = rows[column] if column else pl.repeat(None, rows.height, dtype=pl.String, eager=True)
        masked = pl.Series([mask(column, text) for text in value.cast(pl.String)], dtype=pl.String)
        zh, en = SENTENCES[code]
        words = {"column": column, "code": code, "severity": severity, "zh": zh, "en": en}
        self.parts.append(
            rows.select("file", "line")
            .with_columns(value=masked, **{name: pl.lit(text, pl.String) for name, text in words.items()})
            .select(list(PROBLEM_SCHEMA))
        )

    def frame(self) -> pl.DataFrame:
        """Return all problems in the order of their lines."""
        if not self.parts:
            return pl.DataFrame(schema=PROBLEM_SCHEMA)
        return pl.concat(self.parts).sort("file", "line", maintain_order=True)


@dataclass
class Report:
    """The problems of one piece of a file; rows with an error are not usable."""

    problems: ProblemList
    file: str
    texts: pl.DataFrame
    bad: pl.Series | None = None
    broken: pl.Series | None = None

    @property
    def any_unusable(self) -> bool:
        """Return whether a row has an error."""
        return self.bad is not None

    @property
    def usable(self) -> pl.Series:
        """Return the rows without an error."""
        return pl.repeat(value=True, n=self.texts.height, eager=True) if self.bad is None else ~self.bad

    def error(self, where: pl.Series, code: str, column: str = "") -> None:
        """Report rows that cannot be used; broken rows have no other problems."""
        noted = self._note(where, code, column, "error")
        if noted is not None:
            self.bad = noted if self.bad is None else self.bad | noted
            if code == "broken_row":
                self.broken = noted

    def warning(self, where: pl.Series, code: str, column: str = "") -> None:
        """Report rows that are kept."""
        self._note(where, code, column, "warning")

    def _note(self, where: pl.Series, code: str, column: str, severity: str) -> pl.Series | None:
        if not where.any():
            return None
        where = where.fill_null(value=False)
        if self.broken is not None:
            where = where & ~self.broken
        rows = self.texts.filter(where).with_columns(file=pl.lit(self.file))
        self.problems.add(rows, code, column, severity)
        return where


def mask(column: str, text: str | None) -> str | None:
    """Return a value as it may be shown: people and accounts masked, other long numbers too."""
    if text is None:
        return None
    if column in _MASKED_NUMBERS:
        return mask_number(text)
    return mask_name(text) if column == "name" else text
