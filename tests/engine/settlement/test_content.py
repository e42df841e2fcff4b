"""A line sent again is the same line only when all it says is the same, also what no rule asks for."""

from datetime import date
from pathlib import Path

import polars as pl
import pytest

from jishiyu.cli import main
from jishiyu.engine.settlement.content import COMPARED, HASHED
from jishiyu.engine.settlement.lines import LINE_SCHEMA
from jishiyu.engine.settlement.reading import read_lines

LINE = {
    "setl_id": "S1", "init_setl_id": "", "mdtrt_id": "V1", "psn_no": "P1", "psn_name": "张三", "psn_cert_type": "16",
    "certno": "E00000001", "med_type": "21", "begndate": "2025-03-01", "enddate": "2025-03-09",
    "setl_time": "2025-03-09 10:00:00", "medfee_sumamt": "9000.00", "fund_pay_sumamt": "3000.00", "psn_cash_pay": "6000.00",
    "fixmedins_code": "H1", "fixmedins_name": "演示医院", "dise_name": "骨折", "hosp_lv": "03",
}  # fmt: skip
ROSTER = "member_no,cert_type,certno,name,org_code,in_service,joined_on,birth_date\nM1,16,E00000001,张三,U1,1,2015-01-01,1980-01-01\n"


def write(path: Path, *lines: dict[str, str]) -> Path:
    rows = [",".join(lines[0]), *(",".join(line.values()) for line in lines)]
    path.write_text("\n".join(rows) + "\n", encoding="utf-8")
    return path


def decide(folder: Path, feed: Path, *options: str) -> list[str]:
    (folder / "roster.csv").write_text(ROSTER, encoding="utf-8")
    out = folder / f"out-{feed.stem}"
    words = ["decide", str(feed), "--roster", str(folder / "roster.csv"), "--as-of", "2026-01-01", "--out", str(out)]
    assert main([*words, *options]) == 0
    return pl.read_parquet(out / "lines.parquet")["bucket"].to_list()


@pytest.mark.parametrize("column", ["fund_pay_sumamt", "psn_no", "fixmedins_name", "dise_name", "hosp_lv"])
def test_a_line_that_differs_anywhere_takes_the_place_of_the_one_before(tmp_path: Path, column: str) -> None:
    other = LINE | {column: "1.00"}
    assert decide(tmp_path, write(tmp_path / "a.csv", LINE, other, LINE)) == ["superseded", "auto", "duplicate"]


@pytest.mark.parametrize("column", ["fund_pay_sumamt", "dise_name"])
def test_lines_of_earlier_runs_are_compared_with_all_they_said(tmp_path: Path, column: str) -> None:
    assert decide(tmp_path, write(tmp_path / "a.csv", LINE)) == ["auto"]
    history = ("--history", str(tmp_path / "out-a"))
    assert decide(tmp_path, write(tmp_path / "b.csv", LINE), *history) == ["duplicate"]
    older = LINE | {column: "1.00", "updt_time": "2025-03-10 00:00:00"}
    later = LINE | {column: "2.00", "updt_time": "2025-03-11 00:00:00"}
    assert decide(tmp_path, write(tmp_path / "c.csv", later, older), *history) == ["auto", "superseded"]


def test_what_a_file_has_no_column_for_is_what_another_leaves_empty(tmp_path: Path) -> None:
    more = LINE | {"emp_name": "", "acct_pay": "", "gend": "null", "insutype": "  "}
    feeds = [write(tmp_path / "a.csv", LINE), write(tmp_path / "b.csv", more)]
    columns = [*COMPARED, "content"]
    numbers = pl.concat([*read_lines(feeds, as_of=date(2026, 1, 1), columns=columns)])["content"]
    assert numbers[0] == numbers[1]


def test_every_column_of_a_line_is_compared_or_hashed() -> None:
    assert sorted([*COMPARED, *HASHED, "cert_type", "cert_no", "name", "file", "line", "flaws"]) == sorted(LINE_SCHEMA)
