"""GB18030 CSV and xlsx of 100,000 rows, to checked lines."""

import time
from datetime import date
from pathlib import Path
from typing import Any

import polars as pl
import xlsxwriter

from benchmarks.data import FOLDER, feed_and_roster
from jishiyu.engine.settlement.reading import read_lines

HEADINGS = {
    "setl_id": "结算ID", "init_setl_id": "原结算ID", "mdtrt_id": "就诊ID", "psn_no": "人员编号", "psn_name": "人员姓名",
    "psn_cert_type": "证件类型", "certno": "证件号码", "insutype": "险种类型", "psn_type": "人员类别", "med_type": "医疗类别",
    "begndate": "开始日期", "enddate": "结束日期", "setl_time": "结算时间", "medfee_sumamt": "医疗费总额",
    "fund_pay_sumamt": "基金支付总额", "hosp_part_amt": "医院负担", "psn_part_amt": "个人负担总金额", "acct_pay": "个人账户支出",
    "psn_cash_pay": "个人现金支出", "refd_setl_flag": "退费结算标志", "vali_flag": "有效标志", "fixmedins_code": "定点医药机构编号",
    "fixmedins_name": "定点医药机构名称", "insu_admdvs": "参保区划", "emp_name": "单位名称", "updt_time": "更新时间",
}  # fmt: skip


def files(count: int) -> dict[str, Path]:
    """This function will return the two files, making them if needed."""
    feed, _ = feed_and_roster(count)
    made = {"csv": FOLDER / f"{count}" / "gb18030.csv", "xlsx": FOLDER / f"{count}" / "feed.xlsx"}
    frame = pl.read_parquet(feed)
    frame = frame.rename({name: zh for name, zh in HEADINGS.items() if name in frame.columns})
    if not made["csv"].exists():
        made["csv"].write_bytes(frame.write_csv().encode("gb18030"))
    if not made["xlsx"].exists():
        with xlsxwriter.Workbook(made["xlsx"], {"constant_memory": True}) as workbook:
            sheet = workbook.add_worksheet()
            for number, row in enumerate([frame.columns, *frame.iter_rows()]):
                for column, value in enumerate(row):
                    sheet.write_string(number, column, value or "")
    return made


def main(count: str) -> dict[str, Any]:
    """This function will read both files to lines; returns seconds each."""
    result: dict[str, Any] = {}
    for name, path in files(int(count)).items():
        start = time.perf_counter()
        rows = sum(lines.height for lines in read_lines([path], as_of=date(2026, 6, 30)))
        result[name] = time.perf_counter() - start
        assert rows == int(count), rows
    return result
