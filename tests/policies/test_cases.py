"""Every law case comes out as it is written down."""

import re
from decimal import Decimal
from typing import Any

import pytest

from tests.policies.cases import Case, every_case, run

CASES = every_case()
AMOUNTS = {"pays": "payable_fen", "uncapped": "uncapped_fen", "used_before": "used_before_fen", "base": "base_fen"}
ALONE = re.compile(r"^(.+)/S\1$")
PLAIN = {"bucket", "reasons", "bracket", "version", "year", "org_code", "member_no"}


def as_said(row: dict[str, Any], word: str) -> Any:
    """Return what a decision says about a word of the case files, in their form."""
    if word in AMOUNTS:
        return str((Decimal(row[AMOUNTS[word]]) / 100).quantize(Decimal("0.01")))
    assert word in PLAIN, f"the case files know no word {word}"
    return row[word]


@pytest.mark.parametrize("case", CASES, ids=str)
def test_the_case_is_decided_as_the_rules_say(case: Case) -> None:
    decisions, buckets = run(case)
    by_name: dict[str, list[dict[str, Any]]] = {}
    for row in decisions:
        by_name.setdefault(ALONE.sub(r"\1", row["stay_id"].removeprefix("H/")), []).append(row)

    for at, expected in enumerate(case.data["expected"], start=1):
        rows = by_name[expected.get("name", str(at))]
        if "policy" in expected:
            rows = [row for row in rows if row["policy"] == expected["policy"]]
        assert len(rows) == 1, f"{case}: {len(rows)} decisions for fact {at}"
        words = [word for word in expected if word not in ("name", "policy")]
        assert {word: as_said(rows[0], word) for word in words} == {word: expected[word] for word in words}
    if "lines" in case.data:
        assert buckets == case.data["lines"]
    if "together" in case.data:
        assert sum(row["payable_fen"] for row in decisions) == Decimal(case.data["together"]) * 100


@pytest.mark.parametrize("case", CASES, ids=str)
def test_every_case_says_what_it_expects_and_why(case: Case) -> None:
    assert set(case.data) <= {"situation", "why", "people", "facts", "expected", "lines", "together"}
    assert case.data["why"].strip()
    assert case.data["facts"]
    assert case.data["expected"] or case.data["lines"]
