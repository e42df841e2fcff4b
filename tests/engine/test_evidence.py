"""Rules about papers and reviewing: complete, with a source each, refused when they make no sense."""

import tomllib
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from jishiyu.engine.calendar import shipped_calendar
from jishiyu.engine.evidence import (
    NoRulesInForce,
    RulesRefused,
    papers_from,
    papers_on,
    review_from,
    review_on,
)

FOLDER = Path(__file__).parents[2] / "src" / "jishiyu" / "policies" / "evidence"
DAY = date(2026, 3, 2)


def data(name: str) -> dict[str, Any]:
    return tomllib.loads((FOLDER / name).read_text(encoding="utf-8"))


def codes(**facts: Any) -> list[str]:
    return [need.paper for need in papers_on(DAY).needed(**facts)]


def test_papers_go_by_kind_amount_and_cause() -> None:
    assert codes(kind="fire", amount_fen=500_000) == ["fire_certificate", "loss_evidence"]
    assert codes(kind="fire", amount_fen=500_001) == ["fire_certificate", "loss_evidence", "union_certificate"]
    assert codes(kind="accident", amount_fen=0, cause="traffic")[-1] == "police_certificate"
    assert codes(kind="accident", amount_fen=0, cause="fall") == ["not_work_injury", "hospital_records"]
    assert codes(kind="stay", amount_fen=1_000_000) == ["medical_settlement"]


def test_the_amounts_of_the_rules_are_exact_fen() -> None:
    review = review_on(DAY)
    assert (review.two_reviewers_over_fen, review.own_union_over_fen) == (1_000_000, 200_000)
    assert review.may_decide == {"subsidy_officer": 200_000, "reviewer": 5_000_000}


def test_a_deadline_says_that_it_is_assumed() -> None:
    due = review_on(DAY).due("supplement", after=DAY, calendar=shipped_calendar())
    assert (due.on, due.assumed) == (date(2026, 3, 23), True)


def test_before_the_first_rules_nothing_can_be_decided() -> None:
    with pytest.raises(NoRulesInForce, match="2020-01-01"):
        papers_on(date(2019, 12, 31))


@pytest.mark.parametrize(
    ("change", "english"),
    [
        ({"paper": "no_such_paper"}, "there is no paper no_such_paper"),
        ({"source": "nobody"}, "lacks a known source"),
        ({"status": "guessed"}, "lacks a known source"),
        ({"over": "1.005"}, "is no amount in yuan"),
        ({"over": 1000.0}, "is no amount in yuan"),
    ],
)
def test_rules_about_papers_that_make_no_sense_are_refused(change: dict[str, Any], english: str) -> None:
    rules = data("papers-2020.toml")
    rules["needed"][0] |= change
    with pytest.raises(RulesRefused, match=english):
        papers_from(rules, file="papers-2020.toml")


def test_a_sentence_twice_is_refused() -> None:
    rules = data("review-2020.toml")
    rules["sentence"].append(rules["sentence"][0])
    with pytest.raises(RulesRefused, match="twice"):
        review_from(rules, file="review-2020.toml")


def test_every_sentence_stands_in_both_languages() -> None:
    review, papers = review_on(DAY), papers_on(DAY)
    words = [*review.sentences.values(), *review.within.values(), *papers.papers.values()]
    assert all(item.words["zh"] and item.words["en"] for item in words)
