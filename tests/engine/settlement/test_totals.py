"""A file is taken whole or not at all: stated control totals against the lines."""

import json
from pathlib import Path

import pytest

from jishiyu.engine.settlement import totals
from tests.engine.settlement.feed_files import a_line, csv_text, lines_of, some_lines, table, write_xlsx, write_zip

RIGHT = {"rows": 3, "total": "60,000.00", "cash": 34498.50, "persons": 1}


def write_feed(folder: Path) -> Path:
    """Write three lines of one person."""
    path = folder / "feed.csv"
    path.write_text(csv_text(some_lines(3)), encoding="utf-8")
    return path


def test_takes_a_file_that_agrees_with_the_totals_beside_it(tmp_path: Path) -> None:
    path = write_feed(tmp_path)
    (tmp_path / "feed.csv.totals.json").write_text(json.dumps(RIGHT))
    (tmp_path / "feed.csv.totals.csv").write_bytes(
        "行数,医疗费总额,个人现金支出,人数\n3,60000,34498.5,1\n".encode("gb18030")
    )
    assert lines_of(path).height == 3
    assert lines_of(path, columns=["visit_id"]).columns == ["file", "line", "visit_id", "flaws", "reasons"]


@pytest.mark.parametrize(
    ("change", "problem", "words"),
    [
        ({"rows": 4}, totals.RowsDisagree, ["4 rows", "holds 3"]),
        ({"total": "60000.01"}, totals.TotalDisagrees, ["60,000.01 yuan", "60,000.00"]),
        ({"cash": "34498.49"}, totals.CashDisagrees, ["34,498.49 yuan", "34,498.50"]),
        ({"persons": 2}, totals.PersonsDisagree, ["2 people", "about 1"]),
        ({"cash": "much"}, totals.TotalsUnreadable, ["cash", "much"]),
    ],
)
def test_refuses_a_file_that_disagrees_and_says_both_figures(
    change: dict[str, str], problem: type[Exception], words: list[str], tmp_path: Path
) -> None:
    path = write_feed(tmp_path)
    (tmp_path / "feed.csv.totals.json").write_text(json.dumps(RIGHT | change))
    with pytest.raises(problem) as caught:
        lines_of(path)
    assert all(word in str(caught.value) for word in words)


def test_reads_totals_as_keys_and_values_in_either_language(tmp_path: Path) -> None:
    content = "总行数,3\n医疗费总额,60000.00\npsn_cash_pay,34498.50\n备注,一月\n".encode("gb18030")
    assert totals.read_totals("t", content) == totals.Totals(3, 6000000, 3449850, None)


def test_refuses_totals_that_say_nothing(tmp_path: Path) -> None:
    path = write_feed(tmp_path)
    for content in ("{}", '{"notes": 1}', "[1", "甲,乙\n"):
        (tmp_path / "feed.csv.totals.json").write_text(content)
        with pytest.raises(totals.TotalsUnreadable):
            lines_of(path)


def test_finds_the_totals_inside_a_zip_over_all_its_members(tmp_path: Path) -> None:
    members: dict[str, str | bytes] = {"a.txt": csv_text(some_lines(2)), "b.txt": csv_text([a_line(setl_id="S9")])}
    right = write_zip(tmp_path / "right.zip", members | {"control.totals.json": json.dumps(RIGHT)})
    wrong = write_zip(tmp_path / "wrong.zip", members | {"totals.json": json.dumps(RIGHT | {"rows": 2})})
    assert lines_of(right).height == 3
    with pytest.raises(totals.RowsDisagree):
        lines_of(wrong)


def total_row(label: str, at: str = "setl_id", **amounts: str) -> dict[str, str]:
    """Return a row of totals under the columns of a line."""
    return dict.fromkeys(a_line(), "") | {at: label} | amounts


@pytest.mark.parametrize("label", ["合计", "合 计", "总计", "合计:3笔", "合计(3条)", "Total"])
def test_a_row_of_totals_is_no_line_and_is_checked(label: str, tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    right = total_row(label, medfee_sumamt="60,000.00", psn_cash_pay="34498.50")
    path.write_text(csv_text([*some_lines(3), right]), encoding="utf-8")
    assert lines_of(path)["line"].to_list() == [2, 3, 4]
    path.write_text(csv_text([*some_lines(3), right | {"psn_cash_pay": "1"}]), encoding="utf-8")
    with pytest.raises(totals.CashDisagrees):
        lines_of(path)
    path.write_text(csv_text([*some_lines(3)[:2], right]), encoding="utf-8")
    with pytest.raises((totals.RowsDisagree, totals.TotalDisagrees)):
        lines_of(path)


def test_a_row_of_totals_is_found_in_a_column_nobody_reads_and_in_short_rows(tmp_path: Path) -> None:
    numbered = [{"序号": str(n)} | line for n, line in enumerate(some_lines(3))]
    rows = [*table(numbered), ["合计", *list(total_row("", psn_cash_pay="34498.50").values())]]
    assert lines_of(write_xlsx(tmp_path / "a.xlsx", rows)).height == 3
    path = tmp_path / "a.csv"
    path.write_text(csv_text(some_lines(3)) + "合计,3条\n", encoding="utf-8")
    assert lines_of(path).height == 3


def test_a_row_of_totals_in_the_middle_is_a_line(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_text(csv_text([*some_lines(2), total_row("合计"), *some_lines(1)]), encoding="utf-8")
    found = lines_of(path)
    assert found["line"].to_list() == [2, 3, 4, 5]
    assert "missing:cert_no" in found["reasons"].to_list()[2]


def test_a_row_of_totals_alone_in_the_last_piece_is_still_found(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "a.csv"
    path.write_text(csv_text([*some_lines(30), total_row("合计", psn_cash_pay="344985.00")]), encoding="utf-8")
    monkeypatch.setattr("jishiyu.engine.files.delimited.PIECE", 100)
    assert lines_of(path, batch_rows=1).height == 30
