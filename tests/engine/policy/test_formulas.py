"""Every kind of formula, every threshold and every way of rounding, worked out by hand."""

import random
from datetime import date
from decimal import ROUND_CEILING, ROUND_DOWN, ROUND_HALF_UP, Decimal
from pathlib import Path

import polars as pl
import pytest

from jishiyu.engine.policy.formulas import amount, bracket_of, rate_of, share
from tests.engine.policy.desk import BASE, PROOF, brackets, decided, paid, policy

STEPS = brackets(("over", "0.00", "10 %"), ("over", "1000.00", "20 %"), ("over", "3000.00", "50 %"))


def threshold(edge: str, kind: str) -> str:
    """Return a threshold section: `over = "1000.00"`, gate or deductible."""
    return f'[threshold]\n{edge}\nkind = "{kind}"\nzh = "门槛"\nen = "threshold"\n{PROOF}\n'


def rounding(to: str, mode: str) -> str:
    """Return a rounding section."""
    return f'[rounding]\nto = "{to}"\nmode = "{mode}"\n{PROOF}\n'


def test_whole_amount_uses_one_rate_for_everything(tmp_path: Path) -> None:
    rule = policy(tmp_path, formula=f'kind = "whole_amount"\n{STEPS}')
    assert paid(rule, {"cash": "1000.00"}, {"cash": "1000.01"}, {"cash": "3000.00"}, {"cash": "3000.01"}) == [
        "100.00", "200.00", "600.00", "1500.01",  # 3000.01 × 50 % = 1500.005
    ]  # fmt: skip


def test_marginal_uses_each_rate_for_its_part_only(tmp_path: Path) -> None:
    rule = policy(tmp_path, formula=f'kind = "marginal"\n{STEPS}')
    # 4000 = 1000 × 10 % + 2000 × 20 % + 1000 × 50 % = 100 + 400 + 500
    assert paid(rule, {"cash": "1000.00"}, {"cash": "3000.00"}, {"cash": "4000.00"}) == ["100.00", "500.00", "1000.00"]
    assert [row["bracket"] for row in decided(rule, {"cash": "1000.00"}, {"cash": "4000.00"})] == [1, 3]


def test_marginal_rounds_the_sum_and_not_the_parts(tmp_path: Path) -> None:
    steps = brackets(("over", "0.00", "50 %"), ("over", "0.01", "50 %"), ("over", "0.02", "50 %"))
    rule = policy(tmp_path, formula=f'kind = "marginal"\n{steps}')
    assert paid(rule, {"cash": "0.03"}) == ["0.02"]  # 0.015; rounded part by part it would be 0.03


def test_flat_takes_one_share_of_the_base(tmp_path: Path) -> None:
    rule = policy(tmp_path, formula='kind = "flat"\nrate = "1.2345 %"')
    assert paid(rule, {"cash": "10000.00"}, {"cash": "0.40"}) == ["123.45", "0.00"]


def test_layered_adds_shares_of_different_amounts_each_up_to_its_own_ceiling(tmp_path: Path) -> None:
    layers = """kind = "layered"
layer = [
    { amount = "in_scope", less = ["fund"], rate = "70 %", at_most = "1000.00", source = "check", status = "assumed" },
    { amount = "own_expense", rate = "10 %", source = "check", status = "assumed" },
]"""
    rule = policy(tmp_path, formula=layers)
    # (1500 − 600) × 70 % + 333.33 × 10 % = 630 + 33.333
    first = {"cash": "1.00", "in_scope": "1500.00", "fund": "600.00", "own_expense": "333.33"}
    # 2000 counts as 1000 only: 700 + 0
    second = {"cash": "1.00", "in_scope": "2600.00", "fund": "600.00", "own_expense": "0.00"}
    assert paid(rule, first, second) == ["663.33", "700.00"]


def test_a_ceiling_does_not_stand_in_for_an_amount_that_is_not_known(tmp_path: Path) -> None:
    layers = 'kind = "layered"\nlayer = [{ amount = "in_scope", rate = "70 %", at_most = "10000.00", source = "check", status = "assumed" }]'
    known = {"cash": "6000.00", "in_scope": "20000.00"}
    rows = decided(policy(tmp_path, formula=layers), known, {"cash": "6000.00", "in_scope": None})
    assert [(row["bucket"], row["reasons"], row["payable_fen"]) for row in rows] == [
        ("auto", [], 700_000), ("held", ["base_missing"], 0),
    ]  # fmt: skip


def test_a_layer_counts_only_where_its_when_applies(tmp_path: Path) -> None:
    layers = """kind = "layered"
layer = [
    { amount = "cash", rate = "70 %", when = { medical_type = ["21"] }, source = "check", status = "assumed" },
    { amount = "cash", rate = "50 %", when = { medical_type = ["14"] }, source = "check", status = "assumed" },
]"""
    rule = policy(tmp_path, formula=layers)
    rows = [{"cash": "100.00", "medical_type": code} for code in ("21", "14", "52")]
    assert paid(rule, *rows) == ["70.00", "50.00", "0.00"]
    assert decided(rule, *rows)[2]["reasons"] == ["below_minimum"]


def test_a_layer_whose_amount_is_not_stated_holds_the_event(tmp_path: Path) -> None:
    layers = """kind = "layered"
layer = [
    { amount = "cash", rate = "50 %", source = "check", status = "assumed" },
    { amount = "own_expense", rate = "10 %", source = "check", status = "assumed" },
]"""
    rule = policy(tmp_path, formula=layers)
    row = decided(rule, {"cash": "100.00", "own_expense": None}, {"cash": "1.00", "own_expense": "1.00"})[0]
    assert (row["bucket"], row["reasons"], row["payable_fen"]) == ("held", ["base_missing"], 0)


@pytest.mark.parametrize(("entries", "expected"), [("most_severe", "800.00"), ("sum", "1000.50")])
def test_table_looks_up_every_entry(tmp_path: Path, entries: str, expected: str) -> None:
    (tmp_path / "injuries.csv").write_text(
        "key,zh,amount,status\nhand,手,200.50,assumed\nleg,腿,800.00,published\n", encoding="utf-8"
    )
    formula = f'kind = "table"\ntable = "injuries.csv"\nfield = "injuries"\nentries = "{entries}"'
    rule = policy(tmp_path, formula=formula)
    assert paid(rule, {"cash": "0.00", "injuries": "hand ; leg"}) == [expected]


@pytest.mark.parametrize("injuries", ["nose", "hand;nose", "", None, "hand;"])
def test_an_entry_that_is_not_in_the_table_holds_the_event(tmp_path: Path, injuries: str | None) -> None:
    (tmp_path / "injuries.csv").write_text("key,amount,status\nhand,200.50,assumed\n", encoding="utf-8")
    rule = policy(tmp_path, formula='kind = "table"\ntable = "injuries.csv"\nfield = "injuries"')
    row = decided(rule, {"cash": "0.00", "injuries": injuries})[0]
    assert (row["bucket"], row["reasons"], row["payable_fen"]) == ("held", ["not_in_table"], 0)


def test_per_day_counts_nights_up_to_its_most(tmp_path: Path) -> None:
    rule = policy(tmp_path, formula='kind = "per_day"\namount = "60.00"\nmax_days = 180')
    stay = {"cash": "0.00", "begins_on": date(2025, 1, 1)}
    rows = [
        stay | {"ends_on": end} for end in (date(2025, 1, 1), date(2025, 1, 11), date(2025, 6, 30), date(2025, 7, 1))
    ]
    assert paid(rule, *rows) == ["0.00", "600.00", "10800.00", "10800.00"]


def test_lump_sum_does_not_look_at_the_amount(tmp_path: Path) -> None:
    rule = policy(tmp_path, formula='kind = "lump_sum"\namount = "4000.00"')
    assert paid(rule, {"cash": "1.00"}, {"cash": "100000.00"}) == ["4000.00", "4000.00"]


@pytest.mark.parametrize(
    ("edge", "kind", "expected"),
    [
        ('over = "1000.00"', "gate", ["0.00", "0.00", "1000.01", "1500.00"]),
        ('from = "1000.00"', "gate", ["0.00", "1000.00", "1000.01", "1500.00"]),
        ('over = "1000.00"', "deductible", ["0.00", "0.00", "0.01", "500.00"]),
        ('from = "1000.00"', "deductible", ["0.00", "0.00", "0.01", "500.00"]),
    ],
)
def test_a_threshold_is_a_gate_or_is_subtracted(tmp_path: Path, edge: str, kind: str, expected: list[str]) -> None:
    rule = policy(tmp_path, more=threshold(edge, kind))
    rows = [{"cash": cash} for cash in ("999.99", "1000.00", "1000.01", "1500.00")]
    assert paid(rule, *rows) == expected


def test_brackets_apply_to_what_is_left_after_a_deductible(tmp_path: Path) -> None:
    rule = policy(tmp_path, formula=f'kind = "whole_amount"\n{STEPS}', more=threshold('over = "500.00"', "deductible"))
    assert paid(rule, {"cash": "1500.00"}, {"cash": "1500.01"}) == ["100.00", "200.00"]
    assert decided(rule, {"cash": "1500.00"})[0]["base_fen"] == 150_000


@pytest.mark.parametrize(
    ("to", "mode", "expected"),
    [
        ("fen", "half_up", ["12.35", "12.34", "1.00"]),
        ("fen", "down", ["12.34", "12.34", "0.99"]),
        ("fen", "up", ["12.35", "12.34", "1.00"]),
        ("jiao", "half_up", ["12.30", "12.30", "1.00"]),
        ("jiao", "down", ["12.30", "12.30", "0.90"]),
        ("jiao", "up", ["12.40", "12.40", "1.00"]),
        ("yuan", "half_up", ["12.00", "12.00", "1.00"]),
        ("yuan", "down", ["12.00", "12.00", "0.00"]),
        ("yuan", "up", ["13.00", "13.00", "1.00"]),
    ],
)
def test_rounding_happens_once_at_the_end(tmp_path: Path, to: str, mode: str, expected: list[str]) -> None:
    rule = policy(tmp_path, formula='kind = "flat"\nrate = "50 %"', more=rounding(to, mode))
    # exactly 12.345, 12.34 and 0.995
    assert paid(rule, {"cash": "24.69"}, {"cash": "24.68"}, {"cash": "1.99"}) == expected


@pytest.mark.parametrize("kind", ["lump_sum", "per_day", "table"])
def test_amounts_of_a_table_are_rounded_too(tmp_path: Path, kind: str) -> None:
    (tmp_path / "t.csv").write_text("key,amount,status\nx,10.50,assumed\n", encoding="utf-8")
    formula = {
        "lump_sum": 'kind = "lump_sum"\namount = "10.50"',
        "per_day": 'kind = "per_day"\namount = "10.50"',
        "table": 'kind = "table"\ntable = "t.csv"\nfield = "injuries"',
    }[kind]
    rule = policy(tmp_path, formula=formula, more=rounding("yuan", "half_up"))
    stay = {"cash": "0.00", "injuries": "x", "begins_on": date(2025, 3, 9), "ends_on": date(2025, 3, 10)}
    assert paid(rule, stay) == ["11.00"]


def test_smaller_payments_than_the_minimum_are_not_made(tmp_path: Path) -> None:
    rule = policy(tmp_path, more=f'[minimum]\npayment = "50.00"\n{PROOF}\n')
    rows = decided(rule, {"cash": "49.99"}, {"cash": "50.00"})
    assert [(row["bucket"], row["payable_fen"]) for row in rows] == [("ineligible", 0), ("auto", 5000)]
    assert rows[0]["reasons"] == ["below_minimum"]


def test_the_base_adds_subtracts_and_takes_a_share(tmp_path: Path) -> None:
    base = f'[base]\ntitle = {{ zh = "基数", en = "base" }}\namount = ["cash", "account"]\nless = ["own_expense"]\nshare = "50 %"\n{PROOF}\n'
    rule = policy(tmp_path, base=base)
    assert paid(rule, {"cash": "800.00", "account": "300.00", "own_expense": "100.00"}) == ["500.00"]


@pytest.mark.parametrize("missing", ["cash", "account", "own_expense"])
def test_an_amount_that_is_not_stated_is_not_taken_for_zero(tmp_path: Path, missing: str) -> None:
    base = f'[base]\ntitle = {{ zh = "基数", en = "base" }}\namount = ["cash", "account"]\nless = ["own_expense"]\n{PROOF}\n'
    rule = policy(tmp_path, base=base)
    whole: dict[str, str | None] = {"cash": "800.00", "account": "300.00", "own_expense": "100.00"}
    row = decided(rule, whole | {missing: None}, whole)[0]
    assert (row["bucket"], row["reasons"], row["payable_fen"]) == ("held", ["base_missing"], 0)


def test_the_base_differs_by_insurance_type_and_the_first_case_that_fits_counts(tmp_path: Path) -> None:
    cases = f"""{BASE}
[[base.case]]
amount = "total"
share = "10 %"
when = {{ insurance_type = ["390", "391"] }}

[[base.case]]
amount = "in_scope"
when = {{ insurance_type = ["390"], area = ["220199"] }}

[[base.case]]
amount = "in_scope"
when = {{ area = ["220199"] }}
"""
    rule = policy(tmp_path, base=cases)
    amounts = {"cash": "100.00", "total": "5000.00", "in_scope": "700.00"}
    rows = [
        amounts | {"insurance_type": "390", "area": "220199"},
        amounts | {"insurance_type": "310", "area": "220199"},
        amounts | {"insurance_type": "310", "area": "220200"},
        amounts | {"insurance_type": None, "area": None},
    ]
    assert paid(rule, *rows) == ["500.00", "700.00", "100.00", "100.00"]


def test_a_hundred_thousand_random_shares_have_no_wrong_fen() -> None:
    chance = random.Random(7)
    size = 100_000
    amounts = [
        chance.choice([chance.randrange(10**5), chance.randrange(10**8), chance.randrange(10**12)]) for _ in range(size)
    ]
    rates = [chance.choice([15_000, 20_000, 100_000, 1_000_000, chance.randrange(1_000_001)]) for _ in range(size)]
    frame = pl.DataFrame({"amount": amounts, "rate": rates}, schema={"amount": pl.Int64, "rate": pl.Int64})
    modes = {"half_up": ROUND_HALF_UP, "down": ROUND_DOWN, "up": ROUND_CEILING}
    for unit, place in ((1, Decimal("1")), (10, Decimal("1E1")), (100, Decimal("1E2"))):
        for mode, decimal_mode in modes.items():
            found = frame.select(share(pl.col("amount"), pl.col("rate"), unit, mode)).to_series().to_list()
            expected = [
                int((Decimal(amount * rate).scaleb(-6)).quantize(place, decimal_mode))
                for amount, rate in zip(amounts, rates, strict=True)
            ]
            assert found == expected, (unit, mode)


def test_a_hundred_thousand_random_amounts_through_marginal_brackets_have_no_wrong_fen(tmp_path: Path) -> None:
    steps = [("0.00", "0.75"), ("3000.00", "12.3456"), ("17500.01", "33.3333"), ("250000.00", "70")]
    rule = policy(
        tmp_path, formula='kind = "marginal"\n' + brackets(*[("over", edge, f"{rate} %") for edge, rate in steps])
    )
    chance = random.Random(8)
    cash = [chance.choice([chance.randrange(400_000), chance.randrange(10**8)]) for _ in range(100_000)]
    frame = pl.DataFrame({"cash": cash}, schema={"cash": pl.Int64})  # the expressions alone, without people
    value = pl.col("cash")
    found = (
        frame.select(amount(rule, value, rate_of(rule.formula, bracket_of(rule.formula, value)))).to_series().to_list()
    )
    edges = [(Decimal(edge) * 100, Decimal(rate)) for edge, rate in steps]
    tops = [edge for edge, _ in edges[1:]] + [Decimal("Infinity")]
    for fen, engine in zip(cash, found, strict=True):
        exact = sum(
            (
                (min(Decimal(fen), top) - edge) * rate / 100
                for (edge, rate), top in zip(edges, tops, strict=True)
                if fen > edge
            ),
            Decimal(0),
        )
        assert engine == int(exact.quantize(Decimal(1), ROUND_HALF_UP)), fen
