"""`jishiyu explain` years later: by the very text that decided, or not at all."""

from pathlib import Path

import pytest

from jishiyu.cli import main
from jishiyu.engine.policy.shelf import folder

SAMPLE = Path(__file__).parents[1] / "data" / "hospital"
HOSPITAL = folder() / "changchun" / "hospital-2020.toml"
APPLICATION = (
    "application_id,kind,certno,name,event_on,filed_on,cause,papers\n"
    "D1,death,220106196701208683,张一,{day},{day},fall,not_work_injury;hospital_records\n"
)


def decide(out: Path, *options: str) -> None:
    files = [str(SAMPLE / "feed.csv"), "--roster", str(SAMPLE / "roster.csv"), "--as-of", "2026-06-30"]
    assert main(["decide", *files, "--out", str(out), *options]) == 0


def test_explains_by_the_policy_file_of_the_run_only(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    own = tmp_path / "own.toml"
    own.write_text(HOSPITAL.read_text(encoding="utf-8").replace('rate = "10 %"', 'rate = "9.5 %"'), encoding="utf-8")
    out = str(tmp_path / "out")
    decide(tmp_path / "out", "--policy", str(own))
    assert main(["explain", out, "--member", "M000165"]) == 1
    assert "own.toml" in capsys.readouterr().err
    assert main(["explain", out, "--member", "M000165", "--policy", str(own)]) == 0
    assert "9.5 %" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("day", "words"), [("2025-03-01", "身故,按伤情对照表,补贴 20,000.00 元"), ("2019-03-01", "当日没有有效的政策版本")]
)
def test_names_what_happened_and_says_when_no_version_was_in_force(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], day: str, words: str
) -> None:
    applications = tmp_path / "applications.csv"
    applications.write_text(APPLICATION.format(day=day), encoding="utf-8")
    decide(tmp_path / "out", "--applications", str(applications))
    capsys.readouterr()
    assert main(["explain", str(tmp_path / "out"), "--stay", "D1"]) == 0
    assert words in capsys.readouterr().out
