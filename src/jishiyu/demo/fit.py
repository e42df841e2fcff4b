"""The derivation of the city's costs from the published payments.

Published are sums and counts of payments, not costs. Between the two stands the shipped policy, whose bracket
edges are assumed: so it is the distribution of personal cash payments that is fitted, and it is right only
together with those edges. The costs of one stay have three parts:

* everyday stays up to the threshold: lognormal, wholly assumed (nothing is published about stays that pay nothing);
* ordinary payments, cash from the threshold to the largest automatic payment: a lognormal cut off at both ends.
  Its two parameters are solved so that the mean payment is the published money without accidents, fires and large
  payments over the published person-times without them, and so that the share of the same lognormal beyond the
  cut is the published share of large payments;
* large payments: a gamma distribution cut off below (a power of the cash times an exponential fall). Its two parameters are solved so that the mean payment is
  that of the published payments above 10,000 yuan (less the assumed deaths) and two of them reach the yearly limit.

`python -m jishiyu.demo.fit` prints `fitted.toml`, the tables the generator draws from; they are kept in the
repository so that every machine draws from the same whole numbers. This module may use floating point: it makes
invented costs, it never touches money that is paid.
"""

import math
from collections.abc import Callable
from dataclasses import dataclass
from itertools import pairwise

import numpy as np

from jishiyu.demo.curve import Curve, hospital_curve
from jishiyu.demo.published import Published, published
from jishiyu.demo.streams import UNIT

DEATHS = 8  # assumed: how many of the 299 accidents were deaths, 20,000 yuan each
DEATH_FEN = 2_000_000
EVERYDAY_MEDIAN = 1_500.0  # assumed, yuan
EVERYDAY_SIGMA = 0.9  # assumed
EVERYDAY_LEAST_FEN = 5_000  # assumed: nobody leaves a hospital for less than 50 yuan
DEAREST_FEN = 90_000_000  # assumed: no stay costs its patient more than 900,000 yuan in cash
KNOTS = 192

Density = Callable[[float], float]


@dataclass(frozen=True)
class Targets:
    """What the published figures leave for hospital payments: counts, and money in fen."""

    count: int
    money: int
    large_count: int
    large_money: int
    at_limit: int

    @property
    def ordinary_mean(self) -> float:
        """The mean of payments up to 10,000 yuan, in fen."""
        return (self.money - self.large_money) / (self.count - self.large_count)

    @property
    def large_mean(self) -> float:
        """The mean of payments above 10,000 yuan, in fen."""
        return self.large_money / self.large_count


@dataclass(frozen=True)
class Table:
    """A distribution as whole numbers: cash in fen, and the share up to it in units of 2**-32."""

    cash: tuple[int, ...]
    share: tuple[int, ...]


@dataclass(frozen=True)
class Derived:
    """The solved parameters and the tables made from them."""

    parameters: dict[str, tuple[float, str]]
    tables: dict[str, Table]


def targets(figures: Published) -> Targets:
    """This function will subtract accidents, fires and assumed deaths from the published figures."""
    return Targets(
        count=figures.count("person_times") - figures.count("accident_count") - figures.count("fire_count"),
        money=figures.fen("money") - figures.fen("accident_money") - figures.fen("fire_money"),
        large_count=figures.count("above_10000_count") - DEATHS,
        large_money=figures.fen("above_10000_money") - DEATHS * DEATH_FEN,
        at_limit=figures.count("single_50000"),
    )


def lognormal(mu: float, sigma: float) -> Density:
    """This function will return the density of ln(yuan) as a function of yuan."""
    return lambda yuan: math.exp(-(((math.log(yuan) - mu) / sigma) ** 2) / 2)


def tempered(slope: float, scale: float) -> Density:
    """This function will return the density of ln(yuan) of a power of the amount times an exponential fall."""
    return lambda yuan: yuan**-slope * math.exp(-yuan / scale)


def table_of(density: Density, low: int, high: int, edges: tuple[int, ...]) -> Table:
    """This function will integrate a density of ln(cash) between two amounts (fen) into a table with all edges."""
    grid = {low, high, *(edge for edge in edges if low < edge < high)}
    grid |= {int(low * (high / low) ** (step / KNOTS)) for step in range(1, KNOTS)}
    knots = sorted(grid)
    masses = [_mass(density, left / 100, right / 100) for left, right in pairwise(knots)]
    whole = math.fsum(masses)
    share = [0]
    running = 0.0
    for mass in masses:
        running += mass
        share.append(int(running / whole * UNIT + 0.5))
    return Table(tuple(knots), tuple(share))


def mean_payment(table: Table, curve: Curve) -> float:
    """This function will return the mean payment (fen) of costs drawn from a table, by the middle of 64 strata each."""
    cash = np.asarray(table.cash, dtype=np.int64)
    weight = np.diff(np.asarray(table.share, dtype=np.int64))
    total = 0.0
    for step in range(64):
        inside = cash[:-1] + (np.diff(cash) * (2 * step + 1) + 64) // 128
        total += float((curve.single(inside) * weight).sum()) / UNIT
    return total / 64


def ordinary(goal: Targets, curve: Curve) -> tuple[float, float, Table]:
    """This function will solve the two parameters of ordinary payments."""
    low, high = curve.edges[0], curve.large_from

    def misses(mu: float, sigma: float) -> tuple[float, float]:
        table = table_of(lognormal(mu, sigma), low, high, curve.edges)
        above = _upper(mu, sigma, high / 100) / _upper(mu, sigma, low / 100)
        return (
            mean_payment(table, curve) / goal.ordinary_mean - 1,
            math.log(above / (goal.large_count / goal.count)),
        )

    mu, sigma = _solve(misses, 5.4, 1.6)
    return mu, sigma, table_of(lognormal(mu, sigma), low, high, curve.edges)


def large(goal: Targets, curve: Curve) -> tuple[float, float, Table]:
    """This function will solve the two parameters of large payments (the second is ln of the cut-off in yuan)."""
    low = curve.large_from
    at_limit = curve.limit * 1_000_000 // curve.rates[-1]
    edges = (*curve.edges, at_limit)

    def misses(slope: float, log_scale: float) -> tuple[float, float]:
        table = table_of(tempered(slope, math.exp(log_scale)), low, DEAREST_FEN, edges)
        reach = 1 - table.share[table.cash.index(at_limit)] / UNIT
        return (
            mean_payment(table, curve) / goal.large_mean - 1,
            math.log(max(reach, 1e-9) / (goal.at_limit / goal.large_count)),
        )

    slope, log_scale = _solve(misses, 0.5, 11.8)
    return slope, log_scale, table_of(tempered(slope, math.exp(log_scale)), low, DEAREST_FEN, edges)


def derive() -> Derived:
    """This function will solve all parameters from the published figures and the shipped policy."""
    goal, curve = targets(published()), hospital_curve()
    mu, sigma, ordinary_table = ordinary(goal, curve)
    slope, log_scale, large_table = large(goal, curve)
    everyday = table_of(
        lognormal(math.log(EVERYDAY_MEDIAN), EVERYDAY_SIGMA), EVERYDAY_LEAST_FEN, curve.edges[0], curve.edges
    )
    return Derived(
        parameters={
            "everyday_median_yuan": (EVERYDAY_MEDIAN, "assumed"),
            "everyday_sigma": (EVERYDAY_SIGMA, "assumed"),
            "deaths_in_three_years": (DEATHS, "assumed"),
            "dearest_stay_fen": (DEAREST_FEN, "assumed"),
            "hospital_payments": (goal.count, "derived"),
            "hospital_money_fen": (goal.money, "derived"),
            "large_payments": (goal.large_count, "derived"),
            "large_money_fen": (goal.large_money, "derived"),
            "at_limit_payments": (goal.at_limit, "published"),
            "ordinary_mean_fen": (goal.ordinary_mean, "derived"),
            "large_mean_fen": (goal.large_mean, "derived"),
            "ordinary_mu": (mu, "fitted"),
            "ordinary_sigma": (sigma, "fitted"),
            "large_slope": (slope, "fitted"),
            "large_log_cut_off": (log_scale, "fitted"),
        },
        tables={"everyday": everyday, "ordinary": ordinary_table, "large": large_table},
    )


def as_toml(derived: Derived) -> str:
    """This function will write what was derived as the text of `fitted.toml`."""
    out = [
        "# Made by `python -m jishiyu.demo.fit`: costs of hospital stays that lead to the published payments under the",
        "# shipped policy. The bracket edges of that policy are assumed, so these costs are right only together with",
        "# them. status: published, derived (arithmetic on published figures), fitted (solved), assumed.",
        "format = 1",
        "",
    ]
    for name, (value, status) in derived.parameters.items():
        shown = str(value) if isinstance(value, int) else f"{value:.9g}"
        out += [f"[parameter.{name}]", f"value = {shown}", f'status = "{status}"', ""]
    for name, table in derived.tables.items():
        out += [f"[table.{name}]", f"cash_fen = {_rows(table.cash)}", f"share = {_rows(table.share)}", ""]
    return "\n".join(out)


def _rows(numbers: tuple[int, ...]) -> str:
    lines = [", ".join(map(str, numbers[at : at + 9])) for at in range(0, len(numbers), 9)]
    return "[\n    " + ",\n    ".join(lines) + ",\n]"


def _mass(density: Density, low: float, high: float) -> float:
    """Integrate over ln(yuan) by Simpson's rule; the pieces are narrow."""
    left, right = math.log(low), math.log(high)
    middle = math.exp((left + right) / 2)
    return (right - left) / 6 * (density(low) + 4 * density(middle) + density(high))


def _upper(mu: float, sigma: float, yuan: float) -> float:
    return math.erfc((math.log(yuan) - mu) / sigma / math.sqrt(2)) / 2


def _solve(misses: Callable[[float, float], tuple[float, float]], x: float, y: float) -> tuple[float, float]:
    """Solve two equations by damped Newton steps with differences for derivatives."""
    step = 1e-5
    for _ in range(60):
        first, second = misses(x, y)
        if abs(first) + abs(second) < 1e-10:
            break
        by_x, by_y = misses(x + step, y), misses(x, y + step)
        a, b = (by_x[0] - first) / step, (by_y[0] - first) / step
        c, d = (by_x[1] - second) / step, (by_y[1] - second) / step
        whole = a * d - b * c
        move_x, move_y = (first * d - second * b) / whole, (second * a - first * c) / whole
        damp = min(1.0, 0.5 / max(abs(move_x), abs(move_y), 1e-12))
        x, y = x - damp * move_x, y - damp * move_y
    return x, y


if __name__ == "__main__":
    print(as_toml(derive()), end="")
