"""Settlement lines for tests, as texts, and files of every kind written from them."""

import csv
import io
import json
import zipfile
from collections.abc import Sequence
from datetime import date
from pathlib import Path
from typing import Any

import polars as pl
import xlsxwriter
import xlwt

from jishiyu.engine.settlement.flaws import reasons
from jishiyu.engine.settlement.reading import read_lines

AS_OF = date(2026, 6, 30)
SAMPLE = Path(__file__).parents[2] / "data" / "hospital"
CHINESE = {
    "setl_id": "结算ID", "init_setl_id": "原结算ID", "mdtrt_id": "就诊ID", "psn_no": "人员编号", "psn_name": "人员姓名",
    "psn_cert_type": "证件类型", "certno": "证件号码", "med_type": "医疗类别", "begndate": "开始日期", "enddate": "结束日期",
    "setl_time": "结算时间", "medfee_sumamt": "医疗费总额(元)", "fund_pay_sumamt": "基金支付总额", "hosp_part_amt": "医院负担",
    "psn_part_amt": "个人负担总金额", "acct_pay": "个人账户支出", "psn_cash_pay": "个人现金支出", "refd_setl_flag": "退费标志",
    "vali_flag": "有效标志", "fixmedins_code": "定点医药机构编号", "fixmedins_name": "定点医药机构名称",
    "insu_admdvs": "参保地医保区划", "emp_name": "单位名称", "updt_time": "更新时间",
}  # fmt: skip
_VALID = {
    "setl_id": "S1", "init_setl_id": "", "mdtrt_id": "V1", "psn_no": "P1", "psn_name": "张三", "psn_cert_type": "01",
    "certno": "220102199808018132", "med_type": "21", "begndate": "2025-03-01", "enddate": "2025-03-09",
    "setl_time": "2025-03-09 10:11:12", "medfee_sumamt": "20000.00", "fund_pay_sumamt": "8000.00",
    "hosp_part_amt": "0", "psn_part_amt": "12000.00", "acct_pay": "500.50", "psn_cash_pay": "11499.50",
    "refd_setl_flag": "0", "vali_flag": "1", "fixmedins_code": "H1", "fixmedins_name": "长春市某医院",
    "insu_admdvs": "220199", "emp_name": "长春某厂", "updt_time": "",
}  # fmt: skip


def a_line(**changes: str) -> dict[str, str]:
    """Return a line without a flaw, with changes."""
    return _VALID | changes


def some_lines(count: int = 3) -> list[dict[str, str]]:
    """Return different lines without a flaw; one of the names has characters outside GBK."""
    names = ["张㛃", "李𬭎", "王五"]
    return [a_line(setl_id=f"S{n}", mdtrt_id=f"V{n}", psn_name=names[n % 3]) for n in range(count)]


def csv_text(lines: Sequence[dict[str, str]], *, separator: str = ",", headings: dict[str, str] | None = None) -> str:
    """Return lines as CSV text; `headings` gives other names to the columns."""
    stream = io.StringIO()
    writer = csv.writer(stream, delimiter=separator, lineterminator="\n")
    writer.writerow([(headings or {}).get(name, name) for name in lines[0]])
    writer.writerows(line.values() for line in lines)
    return stream.getvalue()


def write_zip(path: Path, members: dict[str, str | bytes]) -> Path:
    """Write a ZIP of texts."""
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in members.items():
            archive.writestr(name, content)
    return path


def write_xlsx(
    path: Path, rows: Sequence[Sequence[Any]], *, sheets: dict[str, Sequence[Sequence[Any]]] | None = None
) -> Path:
    """Write rows of texts, numbers and dates as cells of their own kind."""
    with xlsxwriter.Workbook(path, {"default_date_format": "yyyy-mm-dd"}) as workbook:
        for name, content in (sheets or {"结算明细": rows}).items():
            sheet = workbook.add_worksheet(name)
            for number, row in enumerate(content):
                for column, cell in enumerate(row):
                    if isinstance(cell, str):
                        sheet.write_string(number, column, cell)
                    else:
                        sheet.write(number, column, cell)
    return path


def write_xls(path: Path, rows: Sequence[Sequence[Any]]) -> Path:
    """Write rows as an old Excel file."""
    workbook = xlwt.Workbook(encoding="utf-8")
    sheet = workbook.add_sheet("Sheet1")
    for number, row in enumerate(rows):
        for column, cell in enumerate(row):
            sheet.write(number, column, cell)
    workbook.save(str(path))
    return path


def write_json_lines(path: Path, lines: Sequence[dict[str, Any]]) -> Path:
    """Write one object per line."""
    path.write_text("\n".join(json.dumps(line, ensure_ascii=False) for line in lines) + "\n", encoding="utf-8")
    return path


def table(lines: Sequence[dict[str, str]]) -> list[list[str]]:
    """Return a heading row and the rows of lines."""
    return [list(lines[0]), *[list(line.values()) for line in lines]]


def lines_of(*paths: Path, **options: Any) -> pl.DataFrame:
    """Read all lines of files, with their reasons beside them."""
    lines = pl.concat(list(read_lines(list(paths), as_of=AS_OF, **options)))
    return lines.with_columns(reasons=reasons(lines["flaws"]))


def reasons_of(path: Path, **options: Any) -> list[list[str]]:
    """Return the reasons of every line of a file."""
    found: list[list[str]] = lines_of(path, **options)["reasons"].to_list()
    return found


def reasons_for(folder: Path, **changes: str) -> list[str]:
    """Return the reasons of one line with changes."""
    path = folder / "one.csv"
    path.write_text(csv_text([a_line(**changes)]), encoding="utf-8")
    return reasons_of(path)[0]
