"""What the laboratory says a policy pays is what `decide` pays: to the fen, event by event, for any policy."""

import dataclasses
from pathlib import Path

import numpy as np
import polars as pl
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from jishiyu.cli import main
from jishiyu.engine.decide import decide
from jishiyu.engine.laboratory.base import Base, measured
from jishiyu.engine.laboratory.bench import Bench
from jishiyu.engine.laboratory.history import History, read_history
from jishiyu.engine.laboratory.pieces import plain
from jishiyu.engine.laboratory.variants import Totals, Variants
from jishiyu.engine.policy.model import Policy
from jishiyu.engine.policy.shelf import Shelf, every_shipped
from jishiyu.engine.settlement.lines import AMOUNTS
from tests.engine.laboratory.cities import AS_OF, SAMPLE, always, changed, city, policies, today


def decided(history: History, policy: Policy) -> pl.DataFrame:
    """Return what `decide` pays, by stay."""
    shelf = Shelf({policy.name: (policy,)})
    return decide(history.events, history.roster, None, shelf).sort("stay_id").with_columns(person="person_key")


def totals_of(decisions: pl.DataFrame) -> Totals:
    paid = decisions.filter(pl.col("payable_fen") > 0)
    return Totals(int(paid["payable_fen"].sum()), paid.height, paid["person"].n_unique())


@pytest.fixture(scope="module")
def bench() -> Bench:
    return Bench(measured(city(), [today()]))


def by_stay(bench: Bench, amounts: np.ndarray) -> dict[int, int]:  # type: ignore[type-arg]
    return dict(zip(bench.base.rows["event_id"], amounts.tolist(), strict=True))


def assert_alike(bench: Bench, history: History, policy: Policy) -> None:
    """Compare event by event: the base numbers events in the order of their names among those that are judged."""
    decisions = decided(history, policy)
    known = decisions.filter(pl.col("policy").is_not_null())
    judged = bench.judged(policy)
    for name, ours in (("payable_fen", judged.payable), ("uncapped_fen", judged.uncapped)):
        theirs = dict(enumerate(known[name], start=1))
        assert {at: fen for at, fen in by_stay(bench, ours).items() if fen} == {
            at: fen for at, fen in theirs.items() if fen
        }
    assert Variants(bench).totals([policy]) == [totals_of(decisions)]


def test_the_policy_in_force_pays_in_the_laboratory_what_it_pays_outside(bench: Bench) -> None:
    assert_alike(bench, city(), always(today()))
    decisions = decided(city(), today())
    assert (decisions["bucket"] == "capped").sum() > 20  # the limit is reached often, or this would prove little
    assert (decisions["payable_fen"] < decisions["uncapped_fen"]).sum() > 40


@given(policy=policies())
@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_any_policy_pays_in_the_laboratory_what_decide_pays(bench: Bench, policy: Policy) -> None:
    assert plain(policy) is not None or len({one.window for one in policy.limits} - {"payment"}) > 1
    assert_alike(bench, city(), policy)


@given(amount=st.integers(0, 4_000_000_000_000), policy=policies())
@settings(max_examples=200, deadline=None)
def test_pieces_pay_any_amount_as_the_columns_do(amount: int, policy: Policy) -> None:
    found = plain(dataclasses.replace(policy, limits=()))
    assert found is not None
    row = city().events.head(1).with_columns(person_key=pl.lit("P0001"), medical_type=pl.lit("21"))
    edges = (
        [one.edge_fen + off for one in policy.formula.brackets for off in (-1, 0, 1)] if policy.formula.brackets else []
    )
    amounts = [amount, *(edge for edge in edges if edge >= 0)]
    rows = pl.concat([row] * len(amounts)).with_columns(
        cash_fen=pl.Series(amounts), event_id=pl.Series([f"H/{at}" for at in range(len(amounts))])
    )
    roster = city().roster.with_columns(in_service=pl.lit(value=True), birth_date=pl.lit(AS_OF.replace(year=1980)))
    decisions = decided(History(rows, roster), dataclasses.replace(policy, limits=()))
    theirs = dict(zip(decisions["stay_id"], decisions["payable_fen"], strict=True))
    assert [theirs[f"H/{at}"] for at in range(len(amounts))] == [found.amount(value) for value in amounts]


@pytest.mark.parametrize("age", [59, 60, 63])
@pytest.mark.parametrize("kind", ["whole_amount", "marginal"])
@pytest.mark.parametrize("limit", [1_000, 2_000_000, 8_000_000])
def test_sliders_of_age_kind_and_limit(bench: Bench, age: int, kind: str, limit: int) -> None:
    assert_alike(bench, city(), always(changed(age=age, kind=kind, limit=limit, over=400_000)))


def test_a_formula_that_is_no_line_is_judged_by_decide_itself() -> None:
    policy = dataclasses.replace(
        always(every_shipped().versions["guangdong.hospital-second"][0]),
        requirements=today().requirements,
        base=today().base,
    )
    assert plain(policy) is None
    names = [name for name in AMOUNTS if name not in city().events.columns]
    amounts = [(pl.col("cash_fen") if name == "in_scope_fen" else pl.lit(0, pl.Int64)).alias(name) for name in names]
    history = History(city().events.with_columns(amounts), city().roster)
    assert_alike(Bench(measured(history, [policy])), history, policy)
    assert decided(history, policy)["payable_fen"].sum() > 0


def test_the_base_from_its_file_is_the_base(bench: Bench, tmp_path: Path) -> None:
    bench.base.save(tmp_path / "base.arrow")
    again = Base.load(tmp_path / "base.arrow")
    assert again.rows.equals(bench.base.rows)
    assert (again.anchor, again.kinds, again.left_out) == (bench.base.anchor, bench.base.kinds, bench.base.left_out)
    assert Variants(Bench(again)).totals([today()]) == Variants(bench).totals([today()])


def test_the_base_holds_nobody_by_name_or_number(bench: Bench) -> None:
    rows = bench.base.rows
    assert rows.schema["person_key"] == rows.schema["event_id"] == rows.schema["last_settlement_id"] == pl.Int64
    assert {"name_key", "member_no", "employer_name", "employer_no", "org_code"}.isdisjoint(rows.columns)
    assert not any("P0" in str(value) for row in rows.head(50).iter_rows() for value in row)


def test_a_run_of_the_sample_data_asked_again_gives_what_it_decided(tmp_path: Path) -> None:
    out = tmp_path / "out"
    assert (
        main(
            [
                "decide",
                str(SAMPLE / "feed.csv"),
                "--roster",
                str(SAMPLE / "roster.csv"),
                "--as-of",
                str(AS_OF),
                "--out",
                str(out),
            ]
        )
        == 0
    )
    history = read_history(out, policies=[today()], as_of=AS_OF)
    bench = Bench(measured(history, [today()]))
    assert bench.judged(today()).payable.sum() == 236_361_114
    decisions = pl.read_parquet(out / "decisions.parquet").filter(pl.col("payable_fen") > 0)
    assert sorted(decisions["payable_fen"]) == sorted(fen for fen in bench.judged(today()).payable.tolist() if fen)


def test_feeds_with_their_roster_are_a_history_too(tmp_path: Path) -> None:
    for name in ("feed.csv", "roster.csv"):
        (tmp_path / name).write_bytes((SAMPLE / name).read_bytes())
    history = read_history(tmp_path, policies=[today()], as_of=AS_OF)
    assert Bench(measured(history, [today()])).judged(today()).payable.sum() == 236_361_114
