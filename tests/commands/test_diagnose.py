"""`jishiyu diagnose`: files in, files out, exit status."""

import csv
import io
from pathlib import Path

import pytest
from pypdf import PdfReader

from examples.workshop import write
from jishiyu.cli import main

COLUMNS = ["point", "quantity", "value", "limit", "standard", "edition", "clause", "verdict", "reason"]


@pytest.fixture
def workshop(tmp_path: Path) -> Path:
    write(tmp_path)
    return tmp_path


def table(folder: Path) -> list[dict[str, str]]:
    """Return the rows of findings.csv."""
    with (folder / "findings.csv").open(encoding="utf-8", newline="") as file:
        reader = csv.DictReader(file)
        rows = list(reader)
    assert reader.fieldnames == COLUMNS
    return rows


def diagnose(*arguments: object) -> int:
    return main(["diagnose", *map(str, arguments)])


def test_a_workshop_is_diagnosed(workshop: Path, capsys: pytest.CaptureFixture[str]) -> None:
    out = workshop / "result"
    code = diagnose(workshop / "readings.csv", "--points", workshop / "points.csv", "--on", "2025-06-18", "--out", out)
    assert code == 0
    rows = table(out)
    harmonic = next(row for row in rows if row["quantity"] == "harmonic_u_5")
    assert [harmonic[name] for name in COLUMNS[:8]] == [
        "PCC", "harmonic_u_5", "3.26", "≤ 3.2 %", "GB/T 14549", "1993", "4", "fails",
    ]  # fmt: skip
    assert "95 % 值超出限值" in harmonic["reason"]
    assert "the 95 % value is beyond the limit" in harmonic["reason"]
    told = capsys.readouterr().out
    assert "不合格 7" in told
    assert "7 fail" in told
    pages = PdfReader(io.BytesIO((out / "report.pdf").read_bytes())).pages
    assert len(pages) >= 4
    assert sorted(path.name for path in out.iterdir()) == ["findings.csv", "report.pdf"]


def test_readings_alone_are_enough(tmp_path: Path) -> None:
    path = tmp_path / "readings.csv"
    path.write_text(
        "point,kind,voltage_level,quantity,phase,value,unit,measured_at,instrument,series\n"
        "P1,pcc,10kV,voltage,,10.2,V,,,0\nP1,pcc,,voltage,,10.2,kV,,,0\nP1,pcc,10kV,voltage,,10.8,kV,,,0\n",
        encoding="utf-8",
    )
    assert diagnose(path, "--out", tmp_path / "out") == 0
    rows = table(tmp_path / "out")
    assert sorted((row["value"], row["verdict"]) for row in rows) == [("10.2", ""), ("10.2", ""), ("10.8", "attention")]
    reasons = sorted(row["reason"] for row in rows if not row["verdict"])
    assert reasons[0].startswith("10.2 V 与电压等级 10kV 相差过大,像是单位写错(应为 kV?)")
    assert reasons[1].startswith("没有电压等级")


def test_the_same_files_give_the_same_findings(workshop: Path) -> None:
    lines = (workshop / "readings.csv").read_text(encoding="gb18030").splitlines()
    (workshop / "mixed.csv").write_text("\n".join([lines[0], *reversed(lines[1:])]), encoding="utf-8")
    for name in ("readings", "mixed"):
        assert diagnose(workshop / f"{name}.csv", "--on", "2025-06-18", "--out", workshop / name) == 0
    assert (workshop / "readings" / "findings.csv").read_bytes() == (workshop / "mixed" / "findings.csv").read_bytes()


def test_the_day_chooses_the_edition(workshop: Path) -> None:
    for day, edition in (("2009-04-30", "1990"), ("2009-05-01", "2008")):
        assert diagnose(workshop / "readings.csv", "--on", day, "--out", workshop / day) == 0
        voltages = {row["edition"] for row in table(workshop / day) if row["quantity"] == "voltage"}
        assert voltages == {edition}


@pytest.mark.parametrize(
    ("files", "arguments", "words"),
    [
        ({}, ["missing.csv"], "找不到文件"),
        ({"r.csv": "a,b\n1,2\n"}, ["r.csv"], "缺少列"),
        ({"r.csv": "point,quantity,value,unit\nP,frequency,50,Hz\n", "p.csv": "point,place,remark\nP,屋顶,x\n"},
         ["r.csv", "--points", "p.csv"], "屋顶"),
        ({"r.csv": "point,quantity,value,unit\nP,frequency,50,Hz\n", "p.csv": "point,photo,remark\nP,no.jpg,x\n"},
         ["r.csv", "--points", "p.csv"], "no.jpg"),
        ({"r.csv": "point,quantity,value,unit\nP,frequency,50,Hz\n", "p.csv": "point,photo,remark\nP,r.csv,x\n"},
         ["r.csv", "--points", "p.csv"], "不是可以读取的图片"),
    ],
)  # fmt: skip
def test_what_cannot_be_used_is_refused_and_nothing_is_written(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], files: dict[str, str], arguments: list[str], words: str
) -> None:
    for name, text in files.items():
        (tmp_path / name).write_text(text, encoding="utf-8")
    told = [tmp_path / part if "." in part else part for part in arguments]
    assert diagnose(*told, "--out", tmp_path / "out") == 1
    assert words in capsys.readouterr().err
    assert not (tmp_path / "out").exists()


def test_a_folder_that_cannot_be_written_is_a_sentence(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = tmp_path / "r.csv"
    path.write_text("point,quantity,value,unit\nP,frequency,50,Hz\n", encoding="utf-8")
    assert diagnose(path, "--out", path) == 1
    assert "无法写入" in capsys.readouterr().err


@pytest.mark.parametrize("arguments", [[], ["r.csv"], ["r.csv", "--out", "x", "--on", "18.6.2025"]])
def test_wrong_usage_is_status_two(arguments: list[str]) -> None:
    with pytest.raises(SystemExit) as stopped:
        diagnose(*arguments)
    assert stopped.value.code == 2
