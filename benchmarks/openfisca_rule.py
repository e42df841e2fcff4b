"""The hospital rule with its yearly limit in OpenFisca-Core: stays are persons, a member's year is their group."""

import time
from collections.abc import Sequence
from typing import Any

import numpy as np
from openfisca_core.entities import build_entity
from openfisca_core.parameters import ParameterNode
from openfisca_core.periods import DateUnit
from openfisca_core.reforms import Reform
from openfisca_core.simulations import SimulationBuilder
from openfisca_core.taxbenefitsystems import TaxBenefitSystem
from openfisca_core.variables import Variable

STAY = build_entity(key="stay", plural="stays", label="stay", is_person=True)
YEAR = build_entity(
    key="member_year", plural="member_years", label="a member's year", roles=[{"key": "stay_of", "plural": "stays_of"}]
)
PERIOD = "2024"
EDGES = [
    (0, 0.0),
    (5_000, 0.015),
    (10_000, 0.02),
    (20_000, 0.03),
    (50_000, 0.05),
    (100_000, 0.08),
    (200_000, 0.09),
    (300_000, 0.10),
]


def _variable(name: str, kind: type, formula: Any = None, entity: Any = STAY) -> type[Variable]:
    fields = {"value_type": kind, "entity": entity, "definition_period": DateUnit.YEAR, "label": name}
    return type(name, (Variable,), fields | ({"formula": formula} if formula else {}))


def _uncapped(stay: Any, period: Any, parameters: Any) -> Any:
    cash = stay("cash", period)
    # The scale's edge belongs to the bracket above; the policy's edge to the one below (over, 超过).
    rate = parameters(period).rates.rate_from_tax_base(np.maximum(cash - 0.005, 0))
    good = (
        stay("in_service", period)
        * ~stay("age_fails", period)
        * ~stay("type_fails", period)
        * (cash > parameters(period).threshold)
    )
    return good * np.round(cash * rate, 2)


def _payable(stay: Any, period: Any, parameters: Any) -> Any:
    amount, order = stay("uncapped", period), stay("settled", period)
    years = stay.simulation.populations["member_year"].members_entity_id
    sorted_by = np.lexsort((order, years))
    running = np.cumsum(amount[sorted_by], dtype=np.float64)
    first = np.r_[True, years[sorted_by][1:] != years[sorted_by][:-1]]
    before_group = np.maximum.accumulate(np.where(first, running - amount[sorted_by], 0))
    after = running - before_group
    limit = parameters(period).limit
    paid = np.minimum(limit, after) - np.minimum(limit, after - amount[sorted_by])
    result = np.empty_like(amount)
    result[sorted_by] = paid
    return result


def system() -> TaxBenefitSystem:
    """This function will build the tax-benefit system with the rule."""
    built = TaxBenefitSystem([STAY, YEAR])
    rates = {
        "brackets": [
            {
                "threshold": {"values": {"2020-01-01": {"value": edge}}},
                "rate": {"values": {"2020-01-01": {"value": rate}}},
            }
            for edge, rate in EDGES
        ]
    }
    values = {"limit": 50_000, "threshold": 5_000, "highest_age": 60}
    fixed = {name: {"values": {"2020-01-01": {"value": value}}} for name, value in values.items()}
    built.parameters = ParameterNode(data={"rates": rates, **fixed})
    inputs = {"cash": float, "age": int, "in_service": bool, "type_fails": bool, "settled": int}
    for name, kind in inputs.items():
        built.add_variable(_variable(name, kind))
    built.add_variable(
        _variable(
            "age_fails", bool,
            lambda stay, period, parameters: (stay("age", period) < 16) + (stay("age", period) > parameters(period).highest_age),
        )
    )  # fmt: skip
    built.add_variable(_variable("uncapped", float, _uncapped))
    built.add_variable(_variable("payable", float, _payable))
    return built


def run(cash_fen: Any, age: Any, in_service: Any, type_fails: Any, settled: Any, years: Any) -> tuple[float, Any]:
    """This function will pay all stays; returns seconds (system built before) and payable fen."""
    built = system()
    start = time.perf_counter()
    builder = SimulationBuilder()
    builder.create_entities(built)
    builder.declare_person_entity("stay", np.arange(len(cash_fen)))
    groups = builder.declare_entity("member_year", np.unique(years))
    builder.join_with_persons(groups, years, np.full(len(years), "stay_of"))
    simulation = builder.build(built)
    simulation.set_input("cash", PERIOD, cash_fen / 100)
    for name, values in {"age": age, "in_service": in_service, "type_fails": type_fails, "settled": settled}.items():
        simulation.set_input(name, PERIOD, values)
    payable = simulation.calculate("payable", PERIOD)
    reasons = np.stack(
        [
            ~in_service,
            simulation.calculate("age_fails", PERIOD),
            type_fails,
            simulation.calculate("cash", PERIOD) <= 5_000,
        ]
    )
    assert reasons.shape[1] == len(cash_fen)
    return time.perf_counter() - start, np.rint(np.asarray(payable, dtype=np.float64) * 100).astype(np.int64)


def reform(built: TaxBenefitSystem, wanted: dict[str, Any]) -> TaxBenefitSystem:
    """This function will make a reform of a system: other rates, threshold, limit and highest age."""

    class Changed(Reform):
        def apply(self) -> None:
            self.modify_parameters(_with_values)

    def _with_values(parameters: ParameterNode) -> ParameterNode:
        rates = {
            "brackets": [
                {
                    "threshold": {"values": {"2020-01-01": {"value": edge}}},
                    "rate": {"values": {"2020-01-01": {"value": rate}}},
                }
                for edge, rate in wanted["rates"]
            ]
        }
        values = {"limit": wanted["limit"], "threshold": wanted["threshold"], "highest_age": wanted["age"]}
        fixed = {name: {"values": {"2020-01-01": {"value": value}}} for name, value in values.items()}
        return ParameterNode(data={"rates": rates, **fixed})

    return Changed(built)


def run_reforms(
    cash_fen: Any,
    age: Any,
    in_service: Any,
    type_fails: Any,
    settled: Any,
    years: Any,
    wanted: Sequence[dict[str, Any]],
) -> list[Any]:
    """This function will pay all stays under each reform, systems and simulations included; returns payable fen."""
    built = system()
    inputs = {"age": age, "in_service": in_service, "type_fails": type_fails, "settled": settled}
    paid = []
    for one in wanted:
        changed = reform(built, one)
        builder = SimulationBuilder()
        builder.create_entities(changed)
        builder.declare_person_entity("stay", np.arange(len(cash_fen)))
        groups = builder.declare_entity("member_year", np.unique(years))
        builder.join_with_persons(groups, years, np.full(len(years), "stay_of"))
        simulation = builder.build(changed)
        simulation.set_input("cash", PERIOD, cash_fen / 100)
        for name, values in inputs.items():
            simulation.set_input(name, PERIOD, values)
        payable = simulation.calculate("payable", PERIOD)
        paid.append(np.rint(np.asarray(payable, dtype=np.float64) * 100).astype(np.int64))
    return paid
