"""Rounds of help as data: what is shipped, and what is refused with its line."""

from datetime import date
from pathlib import Path

import pytest

from jishiyu.engine.help.campaign import CampaignRefused, load_campaign, months_after, read_campaign, shipped

POWER = shipped()["power-1"].read_text(encoding="utf-8")


@pytest.mark.parametrize("name", shipped())
def test_every_shipped_round_is_taken_and_says_what_is_assumed(name: str) -> None:
    round_ = load_campaign(shipped()[name])
    assert round_.code == name
    assert len(round_.levels) == 4
    assert "clocks" in round_.assumed
    assert all(item.checks and item.vocabulary and item.skills for item in round_.items)


def test_the_power_round_is_the_one_of_the_news() -> None:
    round_ = load_campaign(shipped()["power-1"])
    assert [aim.words.zh for aim in round_.aims] == [
        "设备更可靠",
        "成本更节约",
        "办电更便捷",
        "用能更清洁",
        "技能更精湛",
    ]
    assert [level.zh for level in round_.levels] == ["市总工会", "制造业工会联合会", "供电公司工会", "企业工会"]
    assert (round_.ends_on, round_.team_max) == (months_after(round_.begins_on, 6), 7)
    assert round_.clocks == {"forward": 1, "confirm": 1, "visit": 2, "report": 3, "escalate": 1}


def test_the_second_round_is_a_different_one() -> None:
    power, other = (load_campaign(shipped()[name]) for name in ("power-1", "digital-1"))
    assert not set(power.skills) & set(other.skills)
    assert {aim.code for aim in other.aims} != {aim.code for aim in power.aims}
    assert other.clocks["visit"] != power.clocks["visit"]


MISTAKES = {
    "a skill nobody names": ("rcd = 3, earthing", "rcdx = 3, earthing", "skills.rcdx", "no [[skill]] names"),
    "a level of six": ("{ transformer = 4 }", "{ transformer = 6 }", "skills.transformer", "at most 5"),
    "no clock of the visit": ("visit = 2\n", "", "clocks", "lacks visit"),
    "hours out of order": ('"13:00", "16:30"', '"11:00", "16:30"', "spans.[2]", "not after"),
    "a word of one letter": ('"碳排放"', '"碳"', "vocabulary.[1]", "at least 2"),
    "a source nobody lists": ('source = "news"', 'source = "paper"', "period.source", "[sources] does not have"),
    "an unknown word": ("months = 6", "weeks = 6", "period.weeks", "unknown word"),
    "a date in quotes": ("begins = 2026-03-02", 'begins = "soon"', "period.begins", "date without quotes"),
    "an item named twice": ('code = "charging"\n  zh', 'code = "carbon"\n  zh', "code", "named twice"),
    "no TOML": ("format = 1", "format = = 1", "", "not TOML"),
}


@pytest.mark.parametrize("mistake", MISTAKES)
def test_a_mistake_is_refused_with_its_line(mistake: str) -> None:
    old, new, where, words = MISTAKES[mistake]
    assert old in POWER
    text = POWER.replace(old, new, 1)
    with pytest.raises(CampaignRefused) as refused:
        read_campaign(text, name="mine.toml")
    fault = next(fault for fault in refused.value.faults if where in fault.where and words in fault.en)
    assert fault.zh
    if new and where and mistake != "an item named twice":
        assert (
            text.splitlines()[fault.line - 1].strip().startswith(new.split()[0].strip('"{')[:5])
            or new in text.splitlines()[fault.line - 1]
        )


def test_what_is_no_file_is_refused(tmp_path: Path) -> None:
    with pytest.raises(CampaignRefused, match="cannot be read"):
        load_campaign(tmp_path / "nothing.toml")


@pytest.mark.parametrize(
    ("day", "months", "after"),
    [("2026-03-02", 6, "2026-09-02"), ("2026-08-31", 6, "2027-02-28"), ("2026-12-01", 1, "2027-01-01"), ("2026-10-31", 14, "2027-12-31")],
)  # fmt: skip
def test_months_are_counted_from_day_to_day(day: str, months: int, after: str) -> None:
    assert months_after(date.fromisoformat(day), months).isoformat() == after
