"""Run the main job on medical expenditures that nobody here made.

    .venv/bin/python examples/medical_expenditures.py [FOLDER]

The data are 10,391 people of the Medical Expenditure Panel Survey (MEPS) with their real yearly spending on
prescribed drugs, as the PyPI package `linearmodels` ships them (`linearmodels.datasets.meps`). What is real: each
amount, age and sex. What is assumed, and said so in the output: one stay per person and year, 7 yuan to the dollar,
all of it personal cash, synthetic identity numbers, and (in the second run) ages moved down by 25 years, because
MEPS's sample is 65 and older while the policy pays up to 60.
"""

import contextlib
import csv
import io
import json
import sys
from datetime import date
from decimal import ROUND_HALF_UP, Decimal
from pathlib import Path

import polars as pl
from linearmodels.datasets import meps

from jishiyu.cli import main as jishiyu
from jishiyu.engine.money import yuan_text

YUAN_PER_DOLLAR = 7
YEAR = 2025
WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
FEED_HEADINGS = [
    "setl_id", "mdtrt_id", "psn_name", "psn_cert_type", "certno", "med_type", "begndate", "enddate", "setl_time",
    "medfee_sumamt", "fund_pay_sumamt", "hosp_part_amt", "psn_part_amt", "acct_pay", "psn_cash_pay", "refd_setl_flag",
    "vali_flag", "fixmedins_code", "insu_admdvs", "emp_name",
]  # fmt: skip


def certificate(number: int, age: int, *, female: bool) -> str:
    """This function will invent an identity number of somebody who is `age` in mid `YEAR`; its check digit is right."""
    order = (number // 224 % 500) * 2 + (0 if female else 1)
    area = ("220102", "220103", "220104", "220105", "220106", "220112", "220113", "220122")[number % 8]
    day = f"{number // 8 % 28 + 1:02d}"
    seventeen = f"{area}{YEAR - age}01{day}{order:03d}"
    return seventeen + "10X98765432"[sum(w * int(c) for w, c in zip(WEIGHTS, seventeen, strict=True)) % 11]


def write_inputs(folder: Path, younger: int) -> tuple[Path, Path]:
    """This function will map the survey to a settlement feed and a roster; ages are moved down by `younger` years."""
    people = meps.load()
    feed, roster = folder / f"feed-{younger}.csv", folder / f"roster-{younger}.csv"
    day = date(YEAR, 6, 15).isoformat()
    with (
        feed.open("w", encoding="utf-8", newline="") as lines,
        roster.open("w", encoding="utf-8", newline="") as members,
    ):
        settlements, memberships = csv.writer(lines), csv.writer(members)
        settlements.writerow(FEED_HEADINGS)
        memberships.writerow(
            ["member_no", "cert_type", "certno", "name", "org_code", "in_service", "joined_on", "left_on"]
        )
        for number, person in enumerate(people.itertuples(index=False)):
            age = int(person.age) - younger
            certno = certificate(number, age, female=bool(person.female))
            cash = (Decimal(str(person.drugexp)) * YUAN_PER_DOLLAR).quantize(Decimal("0.01"), ROUND_HALF_UP)
            settlements.writerow(
                [f"S{number}", f"V{number}", "演示", "01", certno, "21", day, day, f"{day} 10:00:00", cash, "0.00", "0.00", cash,
                 "0.00", cash, "0", "1", "H1", "220199", "MEPS"]
            )  # fmt: skip
            memberships.writerow([f"M{number}", "01", certno, "演示", "O1", "1", "2000-01-01", ""])
    return feed, roster


def decide(folder: Path, younger: int) -> pl.DataFrame:
    """This function will run `jishiyu decide` on the mapped survey and return its decisions."""
    feed, roster = write_inputs(folder, younger)
    out = folder / f"out-{younger}"
    with contextlib.redirect_stdout(io.StringIO()):
        status = jishiyu(["decide", str(feed), "--roster", str(roster), "--as-of", f"{YEAR}-12-31", "--out", str(out)])
    if status:
        raise SystemExit(status)
    summary = json.loads((out / "summary.json").read_text(encoding="utf-8"))
    assert summary["lines"] == len(meps.load())
    return pl.read_parquet(out / "decisions.parquet")


def distribution(decisions: pl.DataFrame) -> pl.DataFrame:
    """This function will count people, cash and subsidies (fen) per bracket; bracket 0 = no subsidy."""
    paid = pl.when(pl.col("payable_fen") > 0).then("bracket").otherwise(0)
    return (
        decisions.group_by(bracket=paid)
        .agg(
            people=pl.len(),
            cash_fen=pl.col("base_fen").sum(),
            payable_fen=pl.col("payable_fen").sum(),
            smallest_fen=pl.col("payable_fen").min(),
            largest_fen=pl.col("payable_fen").max(),
        )
        .sort("bracket")
    )


def main(folder: Path) -> None:
    """Run the job twice, with real ages and with ages moved, and print the distribution of subsidies."""
    folder.mkdir(parents=True, exist_ok=True)
    print("MEPS,10,391 人的真实处方药支出;假定:1 美元 = 7 元、全部为个人现金、每人一次住院")
    old = decide(folder, 0)
    refused = old.filter(pl.col("reasons").list.contains("age_out_of_range")).height
    print(f"真实年龄(65 岁以上):{refused:,} 人超龄,补贴 {yuan_text(int(old['payable_fen'].sum()))} 元")
    young = decide(folder, 25)
    print("年龄减 25 岁(假定):\n 档次     人数        个人现金(元)        补贴(元)    最小      最大")
    for bracket, people, cash, payable, least, most in distribution(young).iter_rows():
        name = f"第 {bracket} 档" if bracket else "未补贴"
        print(
            f" {name:<6}{people:>7,}{yuan_text(cash):>20}{yuan_text(payable):>16}{yuan_text(least):>10}{yuan_text(most):>10}"
        )
    print(
        f" 合计  {young.height:>7,}{yuan_text(int(young['base_fen'].sum())):>20}{yuan_text(int(young['payable_fen'].sum())):>16}"
    )


if __name__ == "__main__":
    main(Path(sys.argv[1]) if len(sys.argv) > 1 else Path("var/medical-expenditures"))
