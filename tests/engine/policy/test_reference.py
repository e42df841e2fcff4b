"""The reference pages know every word of the format, and what they show is accepted."""

import re
import tomllib
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from jishiyu.engine.policy.load import load_policy, schema
from jishiyu.engine.policy.requirements import AMOUNT_FIELDS
from tests.engine.policy.desk import paid, policy_text

DOCS = Path(__file__).parents[3] / "docs" / "reference"
PAGES = {"en": DOCS / "policies.md", "zh": DOCS / "policies.zh.md"}
# Explained once, in the sections on proof and on the base.
EVERYWHERE = {"source", "status", "article", "published", "assumed", "zh", "en"} | AMOUNT_FIELDS


def sections(language: str) -> dict[str, str]:
    """Return the sections of a page by their heading; what stands before the first one is the top."""
    parts = re.split(r"^## (.+)$", PAGES[language].read_text(encoding="utf-8"), flags=re.MULTILINE)
    return dict(zip(parts[1::2], parts[2::2], strict=True))


def words(node: Any) -> Iterator[str]:
    """Yield every property and every allowed value below a part of the schema."""
    if isinstance(node, dict):
        yield from node.get("properties", {})
        yield from (value for value in node.get("enum", []) if isinstance(value, str))
        for key, value in node.items():
            if key not in ("required", "description", "default", "if", "then"):
                yield from words(value)
    elif isinstance(node, list):
        for value in node:
            yield from words(value)


def said(text: str) -> set[str]:
    """Return the words that stand in code marks or examples of a text."""
    return set(re.findall(r"[A-Za-z_]+", " ".join(re.findall(r"`+([^`]+)`+", text))))


@pytest.mark.parametrize("language", PAGES)
def test_every_word_of_the_format_is_explained_in_its_section(language: str) -> None:
    found = sections(language)
    missing = []
    for name, part in schema()["properties"].items():
        home = found.get(name, found["At the top" if language == "en" else "开头各项"])
        if name not in found and name not in said(home):
            missing.append(name)
        missing += [f"{name}.{word}" for word in sorted(set(words(part)) - EVERYWHERE - said(home))]
    proof = said(found["Proof" if language == "en" else "出处与状态"])
    assert missing == []
    assert {"source", "status", "article", "published", "assumed"} <= proof


@pytest.mark.parametrize("language", PAGES)
def test_every_amount_is_explained(language: str) -> None:
    assert said(sections(language)["base"]) >= AMOUNT_FIELDS


def test_the_schema_and_the_engine_know_the_same_amounts() -> None:
    allowed = schema()["properties"]["base"]["properties"]["amount"]["anyOf"][0]["enum"]
    assert set(allowed) == AMOUNT_FIELDS


@pytest.mark.parametrize("language", PAGES)
def test_the_complete_example_of_the_page_is_a_policy_and_pays_what_the_page_says(
    language: str, tmp_path: Path
) -> None:
    text = sections(language)["A complete example" if language == "en" else "完整示例"]
    example = re.findall(r"```toml\n(.*?)```", text, re.DOTALL)
    path = tmp_path / "example.toml"
    path.write_text(example[0], encoding="utf-8")
    rule = load_policy(path)
    stays = [{"cash": cash, "ends_on": date(2026, 2, 1)} for cash in ("12345.67", *["30000.00"] * 6)]
    assert paid(rule, *stays) == ["246.91", *["1500.00"] * 5, "253.09"]
    for amount in ("12,345.67", "246.91", "1,500.00", "8,000.00"):
        assert amount in text


@pytest.mark.parametrize("language", PAGES)
def test_the_pieces_shown_fit_into_a_policy(language: str, tmp_path: Path) -> None:
    pieces = re.findall(r"```toml\n(.*?)```", PAGES[language].read_text(encoding="utf-8"), re.DOTALL)
    assert len(pieces) == 8
    for number, piece in enumerate(pieces[1:]):
        data = tomllib.loads(piece)
        [word] = data
        if word in ("bracket", "layer"):
            kind = {"bracket": "whole_amount", "layer": "layered"}[word]
            text = policy_text(formula=f'kind = "{kind}"').replace(
                'status = "assumed"\n\n[automatic]', f'status = "assumed"\n{piece}\n[automatic]'
            )
        elif word == "base":
            text = policy_text().replace("[formula]", f"{piece}\n[formula]")
        else:
            text = policy_text(more=piece)
        path = tmp_path / f"piece-{number}.toml"
        path.write_text(
            text.replace("[sources.check]", '[sources.notice]\ntitle = "notice"\n\n[sources.check]'), encoding="utf-8"
        )
        assert load_policy(path).name == "check.rule"


def test_both_pages_have_the_same_sections_and_examples() -> None:
    english, chinese = (page.read_text(encoding="utf-8") for page in PAGES.values())
    assert len(sections("en")) == len(sections("zh"))
    assert re.findall(r"```toml\n(.*?)```", english, re.DOTALL) == re.findall(r"```toml\n(.*?)```", chinese, re.DOTALL)
    tables = [re.findall(r"^\| `([^`]+)`", page, re.MULTILINE) for page in (english, chinese)]
    assert tables[0] == tables[1]
