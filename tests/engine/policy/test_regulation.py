"""A policy reads like a regulation: numbered articles in words, in both languages, with every number in them."""

import re
from pathlib import Path

import pytest

from jishiyu.engine.policy.model import Policy
from jishiyu.engine.policy.regulation import AMOUNT_NAMES, regulation
from jishiyu.engine.policy.requirements import AMOUNT_FIELDS
from jishiyu.engine.policy.shelf import every_shipped
from tests.engine.policy.desk import policy

SHIPPED = [version for versions in every_shipped().versions.values() for version in versions]


@pytest.mark.parametrize("rule", SHIPPED, ids=lambda rule: rule.name)
@pytest.mark.parametrize("language", ["zh", "en"])
def test_no_word_of_the_file_format_is_left_in_the_text(rule: Policy, language: str) -> None:
    articles = [line for line in regulation(rule, language).splitlines() if line.startswith(("第", "Article"))]
    assert len(articles) >= 5
    assert [line for line in articles if re.search(r"[a-z]_[a-z]", line)] == []


@pytest.mark.parametrize("rule", SHIPPED, ids=lambda rule: rule.name)
@pytest.mark.parametrize("language", ["zh", "en"])
def test_every_amount_and_rate_of_the_rule_is_in_the_text(rule: Policy, language: str) -> None:
    text = regulation(rule, language)
    fens = [limit.amount_fen for limit in rule.limits if limit.amount_fen is not None]
    fens += [rule.automatic_fen, *(bracket.edge_fen for bracket in rule.formula.brackets)]
    rates = [entry.rate_ppm for entry in (*rule.formula.brackets, *rule.formula.layers)]
    assert [fen for fen in fens if f"{fen // 100:,}.{fen % 100:02d}" not in text] == []
    assert [rate for rate in rates if f"{rate / 10_000:g} %" not in text] == []


def test_every_amount_field_has_a_name() -> None:
    assert set(AMOUNT_NAMES) == AMOUNT_FIELDS


def test_layers_are_told_with_their_ceiling_and_for_whom(tmp_path: Path) -> None:
    proof = 'source = "check", status = "assumed"'
    layer = f'layer = [{{ amount = "in_scope", less = ["fund"], rate = "70 %", at_most = "1000.00", when = {{ medical_type = ["21"] }}, {proof} }}]'
    rule = policy(tmp_path, formula=f'kind = "layered"\n{layer}')
    assert "符合政策范围金额 - 基金支付(最多计 1,000.00 元) 的 70 %(限 21)(假定)" in regulation(rule, "zh")
    assert (
        "70 % of amount within policy scope less payment of the funds (at most 1,000.00 yuan of it) (only 21) (assumed)"
        in regulation(rule, "en")
    )
