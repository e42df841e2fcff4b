"""`jishiyu policy check|show|schema|import-table`."""

import json
from pathlib import Path

import pytest
import xlsxwriter

from jishiyu.cli import main
from jishiyu.engine.policy.shelf import folder

HOSPITAL = folder() / "changchun" / "hospital-2020.toml"


def test_checks_every_shipped_file(capsys: pytest.CaptureFixture[str]) -> None:
    files = [str(path) for path in sorted(folder().glob("*/*.toml"))]
    assert main(["policy", "check", *files]) == 0
    assert capsys.readouterr().out.count("✓") == len(files)


def test_refuses_a_misspelt_word_and_names_its_line(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    text = HOSPITAL.read_text(encoding="utf-8").replace('per = "member"', 'peer = "member"')
    (tmp_path / "hospital.toml").write_text(text, encoding="utf-8")
    line = text[: text.index("[[limit]]")].count("\n") + 1
    assert main(["policy", "check", str(tmp_path / "hospital.toml")]) == 1
    said = capsys.readouterr().err
    assert "peer" in said
    assert f"line {line}" in said


def test_refuses_overlapping_versions(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    text = HOSPITAL.read_text(encoding="utf-8").replace('version = "2020-01"', 'version = "2024-01"')
    newer = tmp_path / "hospital-2024.toml"
    newer.write_text(text.replace("from = 2020-01-01", "from = 2024-01-01"), encoding="utf-8")
    assert main(["policy", "check", str(HOSPITAL), str(newer)]) == 1
    assert "2024-01-01" in capsys.readouterr().err


def test_shows_a_policy_as_numbered_articles(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["policy", "show", "changchun.hospital", "--on", "2025-03-01"]) == 0
    said = capsys.readouterr().out
    assert "第一条" in said
    assert "第 7 档 超过 300,000.00 元 10 %(假定)" in said
    assert "工人日报" in said
    assert main(["policy", "show", "changchun.hospital", "--on", "2025-03-01", "--lang", "en"]) == 0
    assert "Article 1" in capsys.readouterr().out


def test_says_which_policies_there_are(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["policy", "show", "atlantis.hospital"]) == 1
    assert "changchun.hospital" in capsys.readouterr().err


def test_says_when_no_version_holds(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["policy", "show", "changchun.hospital", "--on", "1999-01-01"]) == 1
    assert "2020-01-01" in capsys.readouterr().err


def test_prints_a_json_schema(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["policy", "schema"]) == 0
    assert json.loads(capsys.readouterr().out)["title"] == "Jishiyu policy file"


def injury_sheet(path: Path, rows: list[list[object]]) -> Path:
    with xlsxwriter.Workbook(path) as workbook:
        sheet = workbook.add_worksheet()
        for number, row in enumerate([["序号", "部位", "程度", "补贴金额(元)"], *rows]):
            sheet.write_row(number, 0, row)
    return path


def test_imports_an_injury_table_of_240_rows_from_excel(tmp_path: Path) -> None:
    rows: list[list[object]] = [[n, f"部位{n}", "闭合性骨折", 100 + n / 2] for n in range(240)]
    source = injury_sheet(tmp_path / "injuries.xlsx", rows)
    assert main(["policy", "import-table", str(source), "--out", str(tmp_path / "injuries-2026.csv")]) == 0
    lines = (tmp_path / "injuries-2026.csv").read_text(encoding="utf-8").splitlines()
    assert len(lines) == 241
    assert lines[2] == "部位1:闭合性骨折,部位1 闭合性骨折,部位1:闭合性骨折,100.50,assumed"


def test_an_imported_table_serves_a_policy(tmp_path: Path) -> None:
    source = injury_sheet(tmp_path / "injuries.xlsx", [[1, "股骨", "闭合性骨折", 2800], [2, "身故", "", 20000]])
    accident = (folder() / "changchun" / "accident-2020.toml").read_text(encoding="utf-8")
    (tmp_path / "accident.toml").write_text(accident.replace("injuries-2020.csv", "mine.csv"), encoding="utf-8")
    assert main(["policy", "import-table", str(source), "--out", str(tmp_path / "mine.csv")]) == 1
    source = injury_sheet(tmp_path / "injuries.xlsx", [[1, "股骨", "闭合性骨折", 2800]])
    assert main(["policy", "import-table", str(source), "--out", str(tmp_path / "mine.csv")]) == 0
    assert main(["policy", "check", str(tmp_path / "accident.toml")]) == 0


def test_refuses_rows_of_an_injury_table_that_are_not_usable(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    rows: list[list[object]] = [[1, "股骨", "骨裂", 2800], [2, "股骨", "骨裂", 900], [3, "胫骨", "骨裂", "一千"]]
    source = injury_sheet(tmp_path / "injuries.xlsx", rows)
    assert main(["policy", "import-table", str(source), "--out", str(tmp_path / "out.csv")]) == 1
    said = capsys.readouterr().err
    assert "line 3" in said
    assert "line 4" in said
    assert not (tmp_path / "out.csv").exists()
