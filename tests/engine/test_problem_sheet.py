"""problems.xlsx is the same whether the texts were kept while reading or are read again."""

import io
from pathlib import Path

import openpyxl
import pytest

from jishiyu.engine.policy.shelf import shipped
from jishiyu.engine.problem_sheet import SHOWN, problem_sheet
from jishiyu.engine.run import Outcome, run
from jishiyu.engine.settlement.flaws import FLAWS
from jishiyu.engine.settlement.reading import FlawedTexts
from tests.engine.kept import Kept
from tests.engine.test_history import AS_OF, SAMPLE


def outcome_of(feed: Path, flawed: FlawedTexts) -> Outcome:
    return run([feed], roster=SAMPLE / "roster.csv", policies=shipped(), as_of=AS_OF, keep=Kept(), flawed=flawed)


def rows_of(sheet: bytes) -> list[list[object]]:
    [page] = openpyxl.load_workbook(io.BytesIO(sheet)).worksheets
    return [[cell.value for cell in row] for row in page.iter_rows()]


@pytest.fixture
def feed(tmp_path: Path) -> Path:
    path = tmp_path / "feed.csv"
    path.write_bytes((SAMPLE / "feed.csv").read_bytes())
    return path


def test_kept_texts_and_the_file_make_the_same_sheet(feed: Path) -> None:
    kept, nothing = FlawedTexts(SHOWN), FlawedTexts(SHOWN, most=0)
    outcome = outcome_of(feed, kept)
    outcome_of(feed, nothing)
    assert nothing.tables(outcome.doubtful) is None
    again = problem_sheet([feed], outcome.doubtful, {}, nothing)
    feed.unlink()  # what was kept needs no file
    rows = rows_of(problem_sheet([feed], outcome.doubtful, {}, kept))
    assert len(rows) == 1 + 3
    assert rows == rows_of(again)


def test_lines_that_are_held_for_a_reason_beyond_their_flaws_are_read_again(feed: Path) -> None:
    heading, *lines = feed.read_text(encoding="utf-8").splitlines()
    names, row = heading.split(","), lines[0].split(",")
    row[names.index("setl_id")], row[names.index("init_setl_id")] = "U1", "a settlement that nobody sent"
    feed.write_text("\n".join([heading, *lines, ",".join(row)]) + "\n", encoding="utf-8")
    kept = FlawedTexts(SHOWN)
    outcome = outcome_of(feed, kept)
    rows = rows_of(problem_sheet([feed], outcome.doubtful, {}, kept))
    assert [row[1] for row in rows[1:]] == ["305", "308", "348", "487"]
    assert "U1" in rows[-1]


def test_the_sheet_shows_every_column_a_reason_can_name_and_says_it_in_two_languages(feed: Path) -> None:
    heading, *lines = feed.read_text(encoding="utf-8").splitlines()
    names, row = heading.split(","), lines[0].split(",")
    wrong = {"setl_id": "U2", "inscp_scp_amt": "1.234", "fulamt_ownpay_amt": "2.345", "overlmt_selfpay": "3.456",
             "preselfpay_amt": "4.567", "act_pay_dedc": "5.678", "brdy": "1980-13-32", "hosp_lv": "9", "emp_no": "E77"}  # fmt: skip
    more = [name for name in wrong if name not in names]
    values = dict(zip(names, row, strict=True)) | wrong
    text = [",".join([*names, *more]), ",".join(values.values())]
    feed.write_text("\n".join(text) + "\n", encoding="utf-8")
    kept = FlawedTexts(SHOWN)
    heads, said = rows_of(problem_sheet([feed], outcome_of(feed, kept).doubtful, {}, kept))
    cells = dict(zip(heads, said, strict=True))
    assert (cells["出生日期(遮蔽)"], cells["医院等级"], cells["单位编号"]) == ("1980-**-**", "9", "E77")
    amounts = ["符合政策范围金额", "全自费金额", "超限价自费", "先行自付", "起付线"]
    assert [cells[name] for name in amounts] == ["1.234", "2.345", "3.456", "4.567", "5.678"]
    assert "符合政策范围金额不是最多两位小数的金额(元)" in str(cells["原因"])
    assert "The amount in scope is no amount in yuan with at most two decimals" in str(cells["reason"])


def test_every_column_with_a_flaw_has_its_value_in_the_sheet() -> None:
    assert {flaw.column for flaw in FLAWS if flaw.column} <= set(SHOWN)
