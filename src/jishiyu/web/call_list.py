"""The call list as an Excel file: one sheet per employer union, names and numbers masked, space for what was said."""

import re
from collections.abc import Sequence
from datetime import date
from itertools import groupby
from pathlib import Path

import xlsxwriter

from jishiyu.apps.subsidies.models import CaseReason, CaseState
from jishiyu.apps.subsidies.queries import CallListRow
from jishiyu.engine.money import fen_to_yuan

HEADINGS = [
    "事项编号", "事由", "状态", "姓名", "证件号码", "会员号", "就诊", "出院日期", "个人现金支付(元)", "待批补贴(元)",
    "办理期限", "经办人", "最近一次联系", "本次联系情况",
]  # fmt: skip
WIDTHS = [9, 18, 10, 10, 20, 14, 34, 12, 16, 16, 12, 12, 40, 40]
NO_UNION = "单位不明"


def write_call_list(rows: Sequence[CallListRow], path: Path, *, made_on: date) -> int:
    """This function will write the cases to an Excel file, a sheet per union or employer, and return the sheets."""
    by_employer = sorted(rows, key=lambda row: (row.employer or NO_UNION, row.due_on, row.case_id))
    names: set[str] = set()
    with xlsxwriter.Workbook(path, {"constant_memory": False, "strings_to_formulas": False}) as book:
        formats = {
            "head": book.add_format({"bold": True, "text_wrap": True, "border": 1, "bg_color": "#D9E8FB"}),
            "text": book.add_format({"text_wrap": True, "valign": "top", "border": 1, "num_format": "@"}),
            "money": book.add_format({"num_format": "#,##0.00", "valign": "top", "border": 1}),
            "day": book.add_format({"num_format": "yyyy-mm-dd", "valign": "top", "border": 1}),
        }
        for employer, cases in groupby(by_employer, key=lambda row: row.employer or NO_UNION):
            _sheet(book, formats, employer, list(cases), made_on, _sheet_name(employer, names))
        if not names:
            book.add_worksheet("无事项").write(0, 0, f"截至 {made_on} 没有待联系事项")
    return len(names)


def _sheet(
    book: xlsxwriter.Workbook, formats: dict[str, object], employer: str, cases: list[CallListRow], made_on: date,
    name: str,
) -> None:  # fmt: skip
    sheet = book.add_worksheet(name)
    sheet.write(0, 0, f"{employer} 联系清单({made_on},{len(cases)} 件)")
    for column, (heading, width) in enumerate(zip(HEADINGS, WIDTHS, strict=True)):
        sheet.set_column(column, column, width)
        sheet.write(2, column, heading, formats["head"])
    for at, row in enumerate(cases, start=3):
        texts = {
            1: CaseReason(row.reason).label, 2: CaseState(row.state).label, 3: row.name, 4: row.number,
            5: row.member_no or "", 6: row.stay_id, 11: row.officer, 12: row.last_sentence, 13: "",
        }  # fmt: skip
        sheet.write_number(at, 0, row.case_id, formats["text"])
        for column, text in texts.items():
            sheet.write_string(at, column, text, formats["text"])
        for column, day in ((7, row.on), (10, row.due_on)):
            if day:
                sheet.write_datetime(at, column, day, formats["day"])
        for column, fen in ((8, row.cash_fen), (9, row.amount_fen or None)):
            if fen is not None:
                sheet.write_number(at, column, fen_to_yuan(fen), formats["money"])
    sheet.freeze_panes(3, 0)
    sheet.set_landscape()
    sheet.fit_to_pages(1, 0)
    sheet.repeat_rows(2)


def _sheet_name(employer: str, taken: set[str]) -> str:
    """Return a name that Excel accepts (31 characters, none of []:*?/\\) and that is not taken yet."""
    plain = re.sub(r"[\[\]:*?/\\']", " ", employer).strip()[:31] or NO_UNION
    name, number = plain, 1
    while name.lower() in taken:
        number += 1
        name = f"{plain[:27]} {number}"
    taken.add(name.lower())
    return name
