"""problems.xlsx: the lines that cannot be used or need a person, as they stood in the file, for the bureau."""

import re
from collections.abc import Callable, Mapping, Sequence
from functools import cache
from pathlib import Path

import polars as pl

from jishiyu.engine.files.workbook import ROWS_PER_SHEET, Sheet, workbook
from jishiyu.engine.identity import mask_name, mask_number
from jishiyu.engine.reasons import say
from jishiyu.engine.settlement.reading import FlawedTexts, file_names, read_texts

# Diagnoses do not leave the house: they are not needed to put a line right.
_LEFT_OUT = {"diagnosis_code", "diagnosis_name"}
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
_WIDTHS = [10, 10, 10, 48, 48, *[16] * len(_HEADINGS)]


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
    parts = []
    for path, name in zip(feeds, file_names(feeds), strict=True):
        mine = lines.filter((pl.col("file") == name) | pl.col("file").str.starts_with(f"{name}/"))
        if mine.height:
            tables = kept.tables(mine) or read_texts(path, name=name, lines=mine["line"].unique().to_list())
            parts += [_rows(texts.join(mine.filter(pl.col("file") == table), on="line")) for table, texts in tables]
    rows = pl.concat(parts) if parts else pl.DataFrame(schema=dict.fromkeys([*_FIRST, *_HEADINGS.values()], pl.String))
    if not rows.height:
        nothing = {"原因": ["没有需要处理的行"], "reason": ["nothing to put right"]}
        rows = pl.concat([rows, pl.DataFrame(nothing)], how="diagonal")
    pages = [
        Sheet(f"问题{number or ''}", page, widths=_WIDTHS, frozen=len(_FIRST))
        for number, page in enumerate(rows.iter_slices(ROWS_PER_SHEET))
    ]
    more = [Sheet(name, table.head(ROWS_PER_SHEET).cast(pl.String)) for name, table in others.items()]
    return workbook([*pages, *more])


def _rows(lines: pl.DataFrame) -> pl.DataFrame:
    """Return flawed lines as they are shown, in their order."""
    lines = lines.sort("line")
    treatment = pl.when(pl.col("bucket") == "invalid").then(pl.lit("不可用")).otherwise(pl.lit("待核实"))
    first = lines.select(
        pl.col("file").alias("文件"),
        pl.col("line").cast(pl.String).alias("行号"),
        treatment.alias("处理"),
        _said(lines["reasons"], "zh", ";").alias("原因"),
        _said(lines["reasons"], "en", "; ").alias("reason"),
    )
    return first.with_columns(_shown(lines, name).alias(heading) for name, heading in _HEADINGS.items())


def _said(reasons: pl.Series, language: str, separator: str) -> pl.Series:
    said = cache(lambda codes: separator.join(say(code, language) for code in codes))
    return pl.Series([said(tuple(codes)) for codes in reasons.to_list()], dtype=pl.String)


def _shown(lines: pl.DataFrame, name: str) -> pl.Series:
    """Return a column of the file, masked."""
    if name not in lines.columns or name in _LEFT_OUT:
        return pl.repeat(None, lines.height, dtype=pl.String, eager=True)
    mask = _MASKS.get(name)
    texts = lines[name]
    return pl.Series([text and mask(text) for text in texts.to_list()], dtype=pl.String) if mask else texts
