"""`jishiyu decide` and `explain` as scripts use them: real files, exit status, result folders."""

import json
from pathlib import Path

import polars as pl
import pytest

from jishiyu.cli import main

SAMPLE = Path(__file__).parents[1] / "data" / "hospital"
AS_OF = "2026-06-30"


def decide(out: Path, *feeds: Path, roster: Path = SAMPLE / "roster.csv", options: tuple[str, ...] = ()) -> int:
    names = [str(feed) for feed in feeds]
    return main(["decide", *names, "--roster", str(roster), "--as-of", AS_OF, "--out", str(out), *options])


def expected() -> dict[str, list[object]]:
    return dict(json.loads((SAMPLE / "expected.json").read_text(encoding="utf-8"))["payable"])


def payable(out: Path) -> dict[str, list[object]]:
    rows = pl.read_parquet(out / "decisions.parquet").select("stay_id", "bucket", "payable_fen").iter_rows()
    return {stay.split("/")[1]: [bucket, fen] for stay, bucket, fen in rows}


def feed_parts(folder: Path, parts: int) -> list[Path]:
    heading, *lines = (SAMPLE / "feed.csv").read_text(encoding="utf-8").splitlines()
    files = []
    for number in range(parts):
        path = folder / f"part{number}.csv"
        path.write_text("\n".join([heading, *lines[number::parts]]) + "\n", encoding="utf-8")
        files.append(path)
    return files


def test_decides_the_sample_feed_exactly(tmp_path: Path) -> None:
    assert decide(tmp_path / "out", SAMPLE / "feed.csv") == 0
    assert payable(tmp_path / "out") == expected()
    summary = json.loads((tmp_path / "out" / "summary.json").read_text(encoding="utf-8"))
    assert summary["lines"] == 485
    assert sum(summary["lines_per_bucket"].values()) == 485
    assert summary["payable_fen"] == 236_361_114
    assert summary["control_totals"]["feed.csv"]["rows"] == 485


def test_writes_the_columns_that_scripts_rely_on(tmp_path: Path) -> None:
    decide(tmp_path / "out", SAMPLE / "feed.csv")
    assert pl.read_parquet_schema(tmp_path / "out" / "decisions.parquet").names() == [
        "stay_id", "member_no", "org_code", "policy", "version", "anchor_date", "year", "base_fen", "bracket",
        "rate_ppm", "uncapped_fen", "used_before_fen", "payable_fen", "bucket", "reasons",
    ]  # fmt: skip
    lines = pl.read_parquet(tmp_path / "out" / "lines.parquet")
    assert lines.columns == ["file", "line", "setl_id", "stay_id", "bucket", "reasons"]
    assert lines["line"].to_list() == list(range(2, 487))
    assert lines.null_count().row(0) == (0,) * 6


def test_a_feed_in_pieces_gives_the_same_decisions(tmp_path: Path) -> None:
    decide(tmp_path / "whole", SAMPLE / "feed.csv")
    decide(tmp_path / "pieces", *reversed(feed_parts(tmp_path, 3)))
    whole, pieces = (
        pl.read_parquet(tmp_path / name / "decisions.parquet").sort("stay_id") for name in ("whole", "pieces")
    )
    assert whole.equals(pieces)


def test_the_same_feed_again_posts_nothing(tmp_path: Path) -> None:
    decide(tmp_path / "one", SAMPLE / "feed.csv")
    assert decide(tmp_path / "two", SAMPLE / "feed.csv", options=("--history", str(tmp_path / "one"))) == 0
    adjustments = pl.read_parquet(tmp_path / "two" / "adjustments.parquet")
    assert adjustments["difference_fen"].to_list() == [0] * adjustments.height
    assert adjustments["owed_fen"].sum() == 236_361_114
    lines = pl.read_parquet(tmp_path / "two" / "lines.parquet")
    assert set(lines["bucket"]) == {"duplicate", "invalid"}


def test_monthly_runs_with_history_post_the_whole_in_sum(tmp_path: Path) -> None:
    history: tuple[str, ...] = ()
    differences = 0
    for number, part in enumerate(feed_parts(tmp_path, 4)):
        out = tmp_path / f"run{number}"
        decide(out, part, options=history)
        if history:
            differences += pl.read_parquet(out / "adjustments.parquet")["difference_fen"].sum()
        else:
            differences += pl.read_parquet(out / "decisions.parquet")["payable_fen"].sum()
        history = (*history, "--history", str(out))
    assert differences == 236_361_114
    assert payable(tmp_path / "run3") == expected()


def test_a_reversal_in_a_later_run_takes_the_amount_back(tmp_path: Path) -> None:
    heading, *lines = (SAMPLE / "feed.csv").read_text(encoding="utf-8").splitlines()
    original = next(line for line in lines if line.startswith("S001000000101,"))
    (tmp_path / "first.csv").write_text(f"{heading}\n{original}\n", encoding="utf-8")
    cells = original.split(",")
    cells[0], cells[1], cells[19] = "U1", cells[0], "1"
    cells[13:19] = [f"-{cell}" for cell in cells[13:19]]
    (tmp_path / "second.csv").write_text(f"{heading}\n{','.join(cells)}\n", encoding="utf-8")
    decide(tmp_path / "one", tmp_path / "first.csv")
    decide(tmp_path / "two", tmp_path / "second.csv", options=("--history", str(tmp_path / "one")))
    [row] = pl.read_parquet(tmp_path / "two" / "adjustments.parquet").to_dicts()
    assert (row["owed_fen"], row["posted_fen"], row["difference_fen"]) == (0, 1_600_000, -1_600_000)
    assert pl.read_parquet(tmp_path / "two" / "lines.parquet")["bucket"].to_list() == ["reversed"]


def test_applications_of_an_earlier_run_stay_owed(tmp_path: Path) -> None:
    claims = tmp_path / "applications.csv"
    claims.write_text(
        "申请编号,类型,证件类型,证件号码,姓名,事发日期,申请日期,致伤原因,伤情,治疗结束,已交材料\n"
        "A1,意外伤害,01,220106196701208683,张一,2024-01-05,2024-02-05,fall,femur:closed,是,not_work_injury;hospital_records\n",
        encoding="utf-8",
    )
    decide(tmp_path / "one", SAMPLE / "feed.csv", options=("--applications", str(claims)))
    decide(tmp_path / "two", SAMPLE / "feed.csv", options=("--history", str(tmp_path / "one")))
    adjustments = pl.read_parquet(tmp_path / "two" / "adjustments.parquet")
    accident = adjustments.filter(pl.col("policy") == "changchun.accident").to_dicts()
    assert [(row["owed_fen"], row["difference_fen"]) for row in accident] == [(280_000, 0)]


def test_refuses_a_feed_whose_totals_disagree_and_writes_nothing(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    feed = tmp_path / "feed.csv"
    feed.write_bytes((SAMPLE / "feed.csv").read_bytes())
    (tmp_path / "feed.csv.totals.json").write_text('{"rows": 486}', encoding="utf-8")
    assert decide(tmp_path / "out", feed) == 1
    assert not (tmp_path / "out").exists()
    assert "486" in capsys.readouterr().err
    assert list(tmp_path.glob(".out.*")) == []


def test_refuses_a_feed_that_is_not_there(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert decide(tmp_path / "out", tmp_path / "nothing.csv") == 1
    assert "nothing.csv" in capsys.readouterr().err


@pytest.mark.parametrize("engine", ["local", "spark"])
def test_says_which_of_its_files_is_not_there(engine: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    words = [
        "decide",
        str(SAMPLE / "feed.csv"),
        "--roster",
        str(tmp_path / "nobody.csv"),
        "--out",
        str(tmp_path / "out"),
    ]
    assert main([*words, "--engine", engine]) == 1
    assert "nobody.csv" in capsys.readouterr().err
    assert not list(tmp_path.iterdir())


def test_wrong_usage_exits_with_two(tmp_path: Path) -> None:
    with pytest.raises(SystemExit) as stop:
        main(["decide", str(SAMPLE / "feed.csv"), "--out", str(tmp_path / "out")])
    assert stop.value.code == 2


def test_refuses_to_replace_its_own_history(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    decide(tmp_path / "out", SAMPLE / "feed.csv")
    assert decide(tmp_path / "out", SAMPLE / "feed.csv", options=("--history", str(tmp_path / "out"))) == 1
    assert "--history" in capsys.readouterr().err
    assert payable(tmp_path / "out") == expected()


def test_nothing_may_lie_after_the_day_of_the_run(tmp_path: Path) -> None:
    main(
        ["decide", str(SAMPLE / "feed.csv"), "--roster", str(SAMPLE / "roster.csv"), "--as-of", "2024-06-30",
         "--out", str(tmp_path / "out")]
    )  # fmt: skip
    lines = pl.read_parquet(tmp_path / "out" / "lines.parquet")
    future = lines.filter(pl.col("reasons").list.contains("in_the_future:ends_on"))
    assert future.height > 100
    assert set(future["bucket"]) == {"invalid"}


def test_the_problem_sheet_lists_each_unusable_line_masked(tmp_path: Path) -> None:
    import openpyxl

    decide(tmp_path / "out", SAMPLE / "feed.csv")
    workbook = openpyxl.load_workbook(tmp_path / "out" / "problems.xlsx")
    rows = [[cell.value for cell in row] for row in workbook.worksheets[0].iter_rows(min_row=2)]
    assert [row[1] for row in rows] == ["305", "308", "348"]
    assert all("校验码" in row[3] for row in rows)
    everything = " ".join(str(value) for row in rows for value in row)
    assert "220103199011104971" not in everything
    assert "220***********4971" in everything


def test_explains_in_chinese_and_english(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    decide(tmp_path / "out", SAMPLE / "feed.csv")
    capsys.readouterr()
    assert main(["explain", str(tmp_path / "out"), "--stay", "H22010000001/V001000000101"]) == 0
    chinese = capsys.readouterr().out
    assert "您 2024 年 9 月住院,个人现金支付 201,234.56 元,适用第 6 档 9 %,补贴 18,111.11 元" in chinese
    assert "本年度已用 0.00 元,上限 50,000.00 元" in chinese
    assert "第七条" in chinese
    assert main(["explain", str(tmp_path / "out"), "--stay", "V001000000101", "--lang", "en"]) == 0
    assert "bracket 6 at 9 %, subsidy 18,111.11 yuan" in capsys.readouterr().out


def test_explains_everything_of_a_member(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    decide(tmp_path / "out", SAMPLE / "feed.csv")
    member = pl.read_parquet(tmp_path / "out" / "decisions.parquet").filter(pl.col("bucket") == "capped")["member_no"][
        0
    ]
    mine = pl.read_parquet(tmp_path / "out" / "decisions.parquet").filter(pl.col("member_no") == member)
    capsys.readouterr()
    assert main(["explain", str(tmp_path / "out"), "--member", member]) == 0
    printed = capsys.readouterr().out
    assert all(stay in printed for stay in mine["stay_id"])
    assert "实际补贴 0.00 元" in printed


def test_says_when_nothing_was_decided(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    decide(tmp_path / "out", SAMPLE / "feed.csv")
    assert main(["explain", str(tmp_path / "out"), "--stay", "no-such-stay"]) == 1
    assert "no-such-stay" in capsys.readouterr().err


def test_says_what_is_wrong_in_both_languages(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert decide(tmp_path / "out", tmp_path / "nothing.csv") == 1
    chinese, english = capsys.readouterr().err.splitlines()
    assert chinese.startswith("jishiyu: ")
    assert "nothing.csv" in chinese
    assert "文件" in chinese
    assert english.startswith("jishiyu: There is no file nothing.csv.")


def test_tells_the_clerk_about_applications_and_roster_rows_that_were_left_out(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    import openpyxl

    applications = tmp_path / "applications.csv"
    applications.write_text(
        "申请编号,类型,证件号码,事发日期,申请日期\nA1,洪水,220106196701208683,2025-01-01,2025-01-05\n", "utf-8"
    )
    roster = tmp_path / "roster.csv"
    text = (SAMPLE / "roster.csv").read_text(encoding="utf-8")
    roster.write_text(text + "M9,01,4.40300E+17,张三,O1,1,2010-01-01,,,,\n", encoding="utf-8")
    options = ("--applications", str(applications))
    assert decide(tmp_path / "out", SAMPLE / "feed.csv", roster=roster, options=options) == 0
    said = capsys.readouterr().out
    assert "485 lines" in said
    assert "申请有 1 处问题" in said
    assert "名册有 1 处问题" in said
    workbook = openpyxl.load_workbook(tmp_path / "out" / "problems.xlsx")
    assert [cell.value for cell in workbook["申请"][1]] == ["文件", "行号", "字段", "代码", "原因", "reason"]
    assert workbook["申请"]["E2"].value.startswith("不是可用的词")


def test_control_totals_can_be_stated_on_the_command_line_and_stay_in_the_summary(tmp_path: Path) -> None:
    totals = tmp_path / "bureau.csv"
    totals.write_text("rows,persons\n485,178\n", encoding="utf-8")
    decide(tmp_path / "out", SAMPLE / "feed.csv", options=("--totals", str(totals)))
    summary = json.loads((tmp_path / "out" / "summary.json").read_text(encoding="utf-8"))
    assert summary["stated_totals"] == {"feed.csv": [{"rows": 485, "persons": 178}]}


@pytest.mark.parametrize(("stated", "sentence"), [("rows\n486\n", "486"), ("words\n1\n", "words"), (None, "none.csv")])
def test_stated_totals_that_disagree_or_cannot_be_read_refuse_the_run(
    tmp_path: Path, stated: str | None, sentence: str, capsys: pytest.CaptureFixture[str]
) -> None:
    totals = tmp_path / ("none.csv" if stated is None else "bureau.csv")
    if stated is not None:
        totals.write_text(stated, encoding="utf-8")
    assert decide(tmp_path / "out", SAMPLE / "feed.csv", options=("--totals", str(totals))) == 1
    assert sentence in capsys.readouterr().err
    assert not (tmp_path / "out").exists()


def test_totals_pair_with_feeds(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    totals = tmp_path / "bureau.csv"
    totals.write_text("rows\n485\n", encoding="utf-8")
    parts = feed_parts(tmp_path, 2)
    assert decide(tmp_path / "out", *parts, options=("--totals", str(totals))) == 1
    assert "1 files of --totals for 2 feeds" in capsys.readouterr().err
