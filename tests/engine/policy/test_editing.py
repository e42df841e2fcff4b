"""Numbers changed by a form: the text stays as it was but for them, and each names its new source."""

import tomllib
from datetime import date
from pathlib import Path

import pytest

from jishiyu.engine.policy.editing import edited, numbers_of
from jishiyu.engine.policy.load import load_policy
from jishiyu.engine.policy.problems import NumberNotEditable, SourceNotNamed
from jishiyu.engine.policy.shelf import folder

FILES = sorted(folder().glob("*/*.toml"))
TEXT = (folder() / "changchun" / "hospital-2020.toml").read_text(encoding="utf-8")
DAY = date(2030, 1, 1)


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_every_number_of_every_shipped_policy_can_be_changed(path: Path, tmp_path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    numbers = numbers_of(text)
    assert numbers
    for number in numbers:
        value = number.value + 1 if isinstance(number.value, int) else "0.5 %" if number.kind == "rate" else "4999.99"
        made = edited(text, version="x", starts=DAY, numbers={number.path: value}, source="某市总工会〔2029〕1 号")
        assert next(found.value for found in numbers_of(made) if found.path == number.path) == value, number.key
        before, after = text.splitlines(), made.splitlines()
        assert len(set(after) - set(before)) <= 9, number.key  # the rest, comments included, is as it was


def test_version_and_first_day_change_and_until_falls_away(tmp_path: Path) -> None:
    text = TEXT.replace("from = 2020-01-01\n", "from = 2020-01-01\nuntil = 2025-01-01 # then the next one\n")
    made = edited(text, version='二〇三〇 "试行"', starts=DAY, numbers={})
    path = tmp_path / "new.toml"
    path.write_text(made, encoding="utf-8")
    policy = load_policy(path)
    assert (policy.version, policy.starts, policy.until) == ('二〇三〇 "试行"', DAY, None)
    assert {name: value for name, value in tomllib.loads(made).items() if name not in ("version", "from")} == {
        name: value for name, value in tomllib.loads(TEXT).items() if name not in ("version", "from")
    }


def test_only_what_changed_gets_the_new_source() -> None:
    numbers = {number.path: number.value for number in numbers_of(TEXT)}
    numbers["formula", "bracket", 1, "rate"] = "2.5 %"
    made = tomllib.loads(edited(TEXT, version="x", starts=DAY, numbers=numbers, source="新决定", status="published"))
    brackets = made["formula"]["bracket"]
    assert (brackets[1]["rate"], brackets[1]["source"], brackets[1]["status"]) == ("2.5 %", "decision_1", "published")
    assert (brackets[0]["source"], brackets[2]["source"]) == ("news", "assumed")
    assert made["sources"]["decision_1"] == {"title": "新决定"}


def test_a_change_without_a_source_is_refused() -> None:
    with pytest.raises(SourceNotNamed):
        edited(TEXT, version="x", starts=DAY, numbers={("threshold", "over"): "4000.00"}, source=" ")


def test_what_the_form_cannot_find_is_left_to_the_text() -> None:
    text = TEXT.replace('up_to = "10000.00"', 'up_to = """\\\n10000.00"""')
    with pytest.raises(NumberNotEditable):
        edited(text, version="x", starts=DAY, numbers={("automatic", "up_to"): "0.00"}, source="新决定")
