"""`jishiyu whatif` as scripts use it: fixed words, real files, exit status."""

import csv
import io
import json
import re
from pathlib import Path

import pytest
from python_calamine import CalamineWorkbook

from jishiyu.cli import main
from jishiyu.engine.policy.shelf import folder

SAMPLE = Path(__file__).parents[1] / "data" / "hospital"
AS_OF = "2026-06-30"
TODAY = folder() / "changchun" / "hospital-2020.toml"


@pytest.fixture(scope="module")
def results(tmp_path_factory: pytest.TempPathFactory) -> Path:
    out = tmp_path_factory.mktemp("results") / "out"
    assert (
        main(
            [
                "decide",
                str(SAMPLE / "feed.csv"),
                "--roster",
                str(SAMPLE / "roster.csv"),
                "--as-of",
                AS_OF,
                "--out",
                str(out),
            ]
        )
        == 0
    )
    return out


@pytest.fixture
def draft(tmp_path: Path) -> Path:
    text = (
        TODAY.read_text(encoding="utf-8")
        .replace('"5000.00"', '"4000.00"')
        .replace('version = "2020-01"', 'version = "2027-01"')
    )
    path = tmp_path / "draft.toml"
    path.write_text(text.replace('rate = "10 %"', 'rate = "12 %"'), encoding="utf-8")
    return path


def ask(first: Path, second: Path, history: Path, *options: str) -> int:
    return main(["whatif", "--policy", str(first), "--against", str(second), "--history", str(history), *options])


def test_prints_both_languages_and_writes_excel_json_csv_and_both_policies(
    results: Path, draft: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    out = tmp_path / "what"
    assert ask(TODAY, draft, results, "--out", str(out)) == 0
    printed = capsys.readouterr().out
    assert "总体对比" in printed
    assert "Side by side" in printed
    assert "2,363,611.14" in printed  # what decide paid
    assert {path.name for path in out.iterdir()} == {"what.xlsx", "what.json", "what.csv", "A.toml", "B.toml"}
    assert (out / "A.toml").read_bytes() == TODAY.read_bytes()
    assert (out / "B.toml").read_bytes() == draft.read_bytes()
    told = json.loads((out / "what.json").read_text(encoding="utf-8"))
    money = told["figures"]["whatif-totals"]["rows"][1]
    assert money["a"] == "2,363,611.14"
    assert told["about"]["policies"]["B"] == draft.read_text(encoding="utf-8")
    rows = list(csv.DictReader(io.StringIO((out / "what.csv").read_text(encoding="utf-8-sig"))))
    assert {
        "figure": "whatif-totals",
        "row": "金额\uff08元\uff09",
        "row_en": "yuan",
        "column": "a",
        "value": "2363611.14",
    } in rows
    book = CalamineWorkbook.from_path(out / "what.xlsx")
    sheet = next(name for name in book.sheet_names if name.endswith("方案甲文本"))
    lines = [row[1] for row in book.get_sheet_by_name(sheet).to_python()[3:]]
    assert "\n".join(str(line) for line in lines).strip() == TODAY.read_text(encoding="utf-8").strip()


def test_a_policy_against_itself_changes_nobody(results: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert ask(TODAY, TODAY, results, "--lang", "en") == 0
    printed = capsys.readouterr().out
    assert re.search(r"no change +\d+ +100\.0 % +0\.00", printed)
    assert "总体对比" not in printed


def test_feeds_with_their_roster_give_the_same(
    results: Path, draft: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    folder_of_feeds = tmp_path / "feeds"
    folder_of_feeds.mkdir()
    for name in ("feed.csv", "roster.csv"):
        (folder_of_feeds / name).write_bytes((SAMPLE / name).read_bytes())
    assert ask(TODAY, draft, results) == 0
    first = capsys.readouterr().out
    assert ask(TODAY, draft, folder_of_feeds, "--as-of", AS_OF) == 0
    assert capsys.readouterr().out == first


def test_prints_no_number_of_a_person(
    results: Path, draft: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    out = tmp_path / "what"
    assert ask(TODAY, draft, results, "--out", str(out)) == 0
    texts = [capsys.readouterr().out, *((out / name).read_text(encoding="utf-8") for name in ("what.csv", "what.json"))]
    assert not any(re.search(r"(?<!\d)[1-9]\d{16}[\dXx]", text) for text in texts)


def test_refuses_a_folder_without_history(tmp_path: Path, draft: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert ask(TODAY, draft, tmp_path) == 1
    assert "holds no history" in capsys.readouterr().err


def test_refuses_policies_that_judge_nothing_in_common(results: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert ask(TODAY, folder() / "changchun" / "fire-2020.toml", results) == 1
    assert "nothing to compare" in capsys.readouterr().err


def test_refuses_a_policy_that_is_not_understood(
    results: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    broken = tmp_path / "broken.toml"
    broken.write_text(TODAY.read_text(encoding="utf-8").replace("[threshold]", "[treshold]"), encoding="utf-8")
    assert ask(TODAY, broken, results, "--out", str(tmp_path / "what")) == 1
    assert "treshold" in capsys.readouterr().err
    assert not (tmp_path / "what").exists()


def test_says_what_is_missing_in_results_of_an_earlier_version(
    results: Path, draft: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    old = tmp_path / "old"
    old.mkdir()
    for path in results.iterdir():
        if path.name != "roster.parquet":
            (old / path.name).write_bytes(path.read_bytes())
    assert ask(TODAY, draft, old) == 1
    assert "roster.parquet" in capsys.readouterr().err


def test_foretells_and_finds_brackets_when_asked(
    tmp_path: Path, draft: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    city = tmp_path / "city"
    assert main(["demo-data", "--scale", "1/400", "--out", str(city)]) == 0
    capsys.readouterr()
    assert ask(TODAY, draft, city, "--lang", "en", "--months", "12", "--fees", "3%", "--members", "-1.5 %", "--fund", "100,000.00",
               "--budget", "80000.00", "--brackets", "3", "--most", "12%") == 0  # fmt: skip
    printed = capsys.readouterr().out
    assert "Fees grow 3 % a year, events -1.5 %" in printed
    assert "100,000.00 yuan at the start" in printed
    assert "twelve months on end" in printed
    assert "Best beside today" in printed
    assert "a proven gap of at most 0.0" in printed


def test_an_amount_that_is_none_is_wrong_usage(results: Path, draft: Path, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as stopped:
        ask(TODAY, draft, results, "--fund", "much")
    assert stopped.value.code == 2
    assert "is not an amount in yuan" in capsys.readouterr().err


def test_who_is_one_person_is_told_by_the_whole_roster(
    tmp_path: Path, draft: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """A third name under a member number says that the number is wrong, also when that person was never ill."""
    heading, *lines = (SAMPLE / "roster.csv").read_text(encoding="utf-8").splitlines()
    names = heading.split(",")
    ill = {row["certno"] for row in csv.DictReader((SAMPLE / "feed.csv").read_text(encoding="utf-8").splitlines())}
    rows = [dict(zip(names, line.split(","), strict=True)) for line in lines]
    often = [row for row in rows if row["certno"] in ill][:2]
    never = next(row for row in rows if row["certno"] not in ill)
    often[1]["member_no"], often[1]["name"] = often[0]["member_no"], often[0]["name"]
    never["member_no"] = often[0]["member_no"]
    path = tmp_path / "roster.csv"
    path.write_text("\n".join([heading, *(",".join(row.values()) for row in rows)]) + "\n", encoding="utf-8")
    out = tmp_path / "out"
    assert main(["decide", str(SAMPLE / "feed.csv"), "--roster", str(path), "--as-of", AS_OF, "--out", str(out)]) == 0
    decided = json.loads((out / "summary.json").read_text(encoding="utf-8"))["payable_fen"]
    capsys.readouterr()
    assert ask(TODAY, draft, out, "--lang", "en") == 0
    assert f"{decided / 100:,.2f}" in capsys.readouterr().out
