"""problems.xlsx: the lines that cannot be used or need a person, as they stood in the file, for the bureau."""

import io
import re
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

import polars as pl
import xlsxwriter

from jishiyu.engine.identity import mask_name, mask_number
from jishiyu.engine.reasons import say
from jishiyu.engine.settlement.reading import FlawedTexts, file_names, read_texts

# Diagnoses do not leave the house: they are not needed to put a line right.
_LEFT_OUT = {"diagnosis_code", "diagnosis_name"}
_ROWS_PER_SHEET = 1_000_000
_FIRST = ["文件", "行号", "处理", "原因", "reason"]
_HEADINGS = {
    "settlement_id": "结算ID", "undoes": "原结算ID", "visit_id": "就诊ID", "person_no": "人员编号", "name": "姓名(遮蔽)",
    "cert_type": "证件类型", "cert_no": "证件号码(遮蔽)", "birth_date": "出生日期(遮蔽)", "insurance_type": "险种",
    "person_type": "人员类别",
    "medical_type": "医疗类别", "begins_on": "开始日期", "ends_on": "结束日期", "settled_at": "结算时间",
    "total_fen": "医疗费总额", "fund_fen": "基金支付总额", "hospital_part_fen": "医院负担", "personal_fen": "个人负担",
    "account_fen": "个人账户支出", "cash_fen": "个人现金支出", "in_scope_fen": "符合政策范围金额",
    "own_expense_fen": "全自费金额", "over_limit_fen": "超限价自费", "advance_fen": "先行自付", "deductible_fen": "起付线",
    "refund_flag": "退费标志", "valid_flag": "有效标志",
    "hospital_code": "医药机构编号", "hospital_name": "医药机构名称", "hospital_level": "医院等级", "area": "参保区划",
    "employer_no": "单位编号", "employer_name": "单位名称",
    "updated_at": "更新时间",
}  # fmt: skip


def _mask_day(day: str) -> str:
    return day[:4] + re.sub("[0-9]", "*", day[4:])


_MASKS: dict[str, Callable[[str], str]] = {
    "cert_no": mask_number, "name": mask_name, "person_no": mask_number, "birth_date": _mask_day,
}  # fmt: skip
SHOWN = [name for name in _HEADINGS if name not in _LEFT_OUT]


def problem_sheet(
    feeds: Sequence[Path], lines: pl.DataFrame, others: Mapping[str, pl.DataFrame], kept: FlawedTexts
) -> bytes:
    """This function will return an Excel workbook with every `invalid` and `held` line and its reasons in Chinese and English.

    `lines` are the `invalid` and `held` lines with `file`, `line`, `bucket`, `reasons`; the values are those of the files, numbers and names masked, as text.
    `others` are further sheets by name: problems of roster and applications as tables of texts. A feed is read again
    only for lines whose texts were not `kept`.
    """
    buffer = io.BytesIO()
    workbook = xlsxwriter.Workbook(buffer, {"strings_to_formulas": False, "strings_to_urls": False})
    sheet = _Sheet(workbook)
    for path, name in zip(feeds, file_names(feeds), strict=True):
        mine = lines.filter((pl.col("file") == name) | pl.col("file").str.starts_with(f"{name}/"))
        if mine.height:
            tables = kept.tables(mine) or read_texts(path, name=name, lines=mine["line"].unique().to_list())
            for table, texts in tables:
                sheet.add(_matching(texts, mine.filter(pl.col("file") == table)))
    sheet.close(lines.height)
    for name, rows in others.items():
        _table(workbook, name, rows)
    workbook.close()
    return buffer.getvalue()


def _table(workbook: Any, name: str, rows: pl.DataFrame) -> None:
    page = workbook.add_worksheet(name)
    for column, heading in enumerate(rows.columns):
        page.write_string(0, column, heading)
        for at, value in enumerate(rows[heading].cast(pl.String).head(_ROWS_PER_SHEET), start=1):
            page.write_string(at, column, value or "")


def _matching(texts: pl.DataFrame, wanted: pl.DataFrame) -> pl.DataFrame:
    return texts.join(wanted, on="line", how="inner").sort("line")


class _Sheet:
    """Writes rows one after the other and begins a new sheet where Excel's rows end."""

    def __init__(self, workbook: Any) -> None:
        self.workbook = workbook
        self.bold = workbook.add_format({"bold": True, "bg_color": "#E6F0FA"})
        self.written = 0
        self.page: Any = None
        self.columns: list[str] = []

    def add(self, rows: pl.DataFrame) -> None:
        fields = [name for name in rows.columns if name in _HEADINGS]
        for row in rows.iter_rows(named=True):
            if self.page is None or self.written % _ROWS_PER_SHEET == 0:
                self._begin()
            self.written += 1
            at = (self.written - 1) % _ROWS_PER_SHEET + 1
            zh, en = (separator.join(say(code, language) for code in row["reasons"])
                      for language, separator in (("zh", ";"), ("en", "; ")))  # fmt: skip
            self._row(
                at,
                [
                    row["file"],
                    str(row["line"]),
                    "不可用" if row["bucket"] == "invalid" else "待核实",
                    zh,
                    en,
                ],
            )
            for name in fields:
                value = row[name]
                if value is not None and name not in _LEFT_OUT:
                    text = _MASKS[name](value) if name in _MASKS else value
                    self.page.write_string(at, self.columns.index(name) + len(_FIRST), text)

    def close(self, count: int) -> None:
        if self.page is None:
            self._begin()
            if count == 0:
                self._row(1, ["", "", "", "没有需要处理的行", "nothing to put right"])

    def _begin(self) -> None:
        self.page = self.workbook.add_worksheet(
            f"问题{'' if not self.written else self.written // _ROWS_PER_SHEET + 1}"
        )
        self.page.freeze_panes(1, len(_FIRST))
        self.page.set_column(0, 2, 10)
        self.page.set_column(3, 4, 48)
        self.page.set_column(5, 50, 16)
        self.columns = list(_HEADINGS)
        for at, heading in enumerate([*_FIRST, *_HEADINGS.values()]):
            self.page.write_string(0, at, heading, self.bold)

    def _row(self, at: int, texts: list[str]) -> None:
        for column, text in enumerate(texts):
            self.page.write_string(at, column, text)
