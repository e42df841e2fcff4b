"""The reference pages name every heading, code and key that the program knows."""

from pathlib import Path
from tomllib import loads

import pytest

from jishiyu.engine.files.headings import FEEDS
from jishiyu.engine.pairing.line_problems import SENTENCES as PAIRING_PROBLEMS
from jishiyu.engine.roster_problems import SENTENCES
from jishiyu.engine.settlement.flaws import FLAWS
from scripts import limits

REFERENCE = Path(__file__).parents[2] / "docs" / "reference"
PAGES = {"settlements": ["feeds.md", "feeds.zh.md"], "roster": ["roster.md", "roster.zh.md"]}
PAGES |= {reads: ["inspection.md", "inspection.zh.md"] for reads in ("readings", "points")}
PAIRING = ["pairing.md", "pairing.zh.md"]
PAGES |= dict.fromkeys(("needs", "people", "pins", "plan"), PAIRING)


@pytest.mark.parametrize(
    "path", [path for path in FEEDS.glob("*.toml") if loads(path.read_text("utf-8"))["reads"] in PAGES], ids=str
)
def test_every_heading_of_a_vocabulary_stands_in_both_languages_of_its_page(path: Path) -> None:
    data = loads(path.read_text(encoding="utf-8"))
    headings = [*data["fields"].values(), *data.get("otherwise", {}).values(), data.get("order", [])]
    for page in PAGES[data["reads"]]:
        text = (REFERENCE / page).read_text(encoding="utf-8")
        assert [heading for several in headings for heading in several if heading not in text] == []


@pytest.mark.parametrize("page", PAGES["settlements"])
def test_every_flaw_stands_in_the_page(page: str) -> None:
    text = (REFERENCE / page).read_text(encoding="utf-8")
    assert [flaw.code for flaw in FLAWS if f"`{flaw.code}`" not in text] == []


@pytest.mark.parametrize("page", PAGES["roster"])
def test_every_problem_of_a_roster_stands_in_the_page(page: str) -> None:
    text = (REFERENCE / page).read_text(encoding="utf-8")
    assert [code for code in SENTENCES if f"`{code}`" not in text] == []


@pytest.mark.parametrize("language", ["en", "zh"])
def test_the_table_of_limits_is_the_one_that_judges(language: str) -> None:
    assert limits.PAGES[language].read_text(encoding="utf-8") == limits.page(language), "run scripts/limits.py"
    assert limits.table(language).count("\n|") > 50


@pytest.mark.parametrize("page", PAIRING)
def test_every_problem_of_a_table_for_pairing_stands_in_the_page(page: str) -> None:
    text = (REFERENCE / page).read_text(encoding="utf-8")
    assert [code for code in PAIRING_PROBLEMS if f"`{code}`" not in text] == []
