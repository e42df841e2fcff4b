"""`jishiyu pair` as scripts use it: files in, files out, exit status."""

import csv
import json
from pathlib import Path

import pytest

from jishiyu.cli import main


@pytest.fixture
def tables(tmp_path: Path) -> tuple[str, str]:
    assert main(["pair", "--invent", "18", "18", "10", "--seed", "6", "--out", str(tmp_path)]) == 0
    return str(tmp_path / "needs.csv"), str(tmp_path / "people.csv")


def rows(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def test_writes_plan_reasons_and_score(
    tables: tuple[str, str], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    out = tmp_path / "out"
    assert main(["pair", *tables, "--out", str(out)]) == 0
    assert sorted(path.name for path in out.iterdir()) == ["plan.csv", "reasons.csv", "score.json"]
    plan = rows(out / "plan.csv")
    assert list(plan[0]) == ["need_id", "start", "halfdays", "person_id", "role"]
    score = json.loads((out / "score.json").read_text(encoding="utf-8"))
    assert {"served", "score", "bound", "gap", "parts", "seconds", "status"} <= set(score)
    assert score["status"] == "optimal"
    assert (score["score"], score["gap"]) == (score["bound"], 0)
    assert sum(score["parts"].values()) == score["score"]
    needs = {row["need_id"] for row in rows(tmp_path / "needs.csv")}
    served = {row["need_id"] for row in plan}
    assert len(served) == score["served"]
    reasons = rows(out / "reasons.csv")
    assert {row["need_id"] for row in reasons if row["kind"] == "left_out"} == needs - served
    assert len([row for row in reasons if row["kind"] == "paired"]) == len(plan)
    assert "已证明最优" in capsys.readouterr().out


def test_pins_and_a_previous_plan(tables: tuple[str, str], tmp_path: Path) -> None:
    assert main(["pair", *tables, "--out", str(tmp_path / "one")]) == 0
    first = rows(tmp_path / "one" / "plan.csv")
    pins = tmp_path / "pins.csv"
    pins.write_text(f"need_id,start,person_id,rule\n{first[0]['need_id']},,,ban\n", encoding="utf-8")
    again = ["--pins", str(pins), "--previous", str(tmp_path / "one" / "plan.csv"), "--out", str(tmp_path / "two")]
    assert main(["pair", *tables, *again]) == 0
    second = rows(tmp_path / "two" / "plan.csv")
    assert first[0]["need_id"] not in {row["need_id"] for row in second}
    score = json.loads((tmp_path / "two" / "score.json").read_text(encoding="utf-8"))
    assert score["aims"]["changes"]["value"] >= 1


def test_a_bad_line_is_told_and_the_rest_is_paired(
    tables: tuple[str, str], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    needs = Path(tables[0])
    needs.write_text(needs.read_text(encoding="utf-8") + "BAD,厂,nonsense,1,0,5,0,0,3,,3,7\n", encoding="utf-8")
    assert main(["pair", *tables, "--out", str(tmp_path / "out")]) == 0
    told = capsys.readouterr().err
    assert "第 20 行" in told
    assert "line 20" in told
    problems = [row for row in rows(tmp_path / "out" / "reasons.csv") if row["kind"] == "problem"]
    assert "BAD" in {row["need_id"] for row in problems}


def test_a_pin_that_breaks_a_rule_is_refused_and_nothing_is_written(
    tables: tuple[str, str], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    pins = tmp_path / "pins.csv"
    pins.write_text("need_id,start,person_id\nN0001,399,\n", encoding="utf-8")
    assert main(["pair", *tables, "--pins", str(pins), "--out", str(tmp_path / "out")]) == 1
    assert "第 2 行" in capsys.readouterr().err
    assert not (tmp_path / "out").exists()


def test_wrong_usage_and_missing_files(tmp_path: Path) -> None:
    for arguments in (["pair"], ["pair", "--out", str(tmp_path)], ["pair", "a", "b", "--seconds", "0", "--out", "x"]):
        with pytest.raises(SystemExit) as caught:
            main(arguments)
        assert caught.value.code == 2
    assert main(["pair", str(tmp_path / "none.csv"), str(tmp_path / "none.csv"), "--out", str(tmp_path / "o")]) == 1
