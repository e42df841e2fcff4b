"""Costs of hospital stays, drawn from the fitted tables in whole numbers."""

import tomllib
from dataclasses import dataclass
from fractions import Fraction
from functools import cache
from importlib import resources

import numpy as np

from jishiyu.demo.curve import Curve
from jishiyu.demo.fit import Table
from jishiyu.demo.streams import UNIT, Ints, Stream, scaled


@dataclass(frozen=True)
class Fitted:
    """What `fitted.toml` says: parameters by name (value, status), and the tables of costs."""

    parameters: dict[str, tuple[float, str]]
    tables: dict[str, Table]


@cache
def fitted() -> Fitted:
    """This function will load the fitted parameters and tables."""
    text = (resources.files("jishiyu.demo") / "fitted.toml").read_text(encoding="utf-8")
    data = tomllib.loads(text)
    return Fitted(
        parameters={name: (item["value"], item["status"]) for name, item in data["parameter"].items()},
        tables={name: Table(tuple(item["cash_fen"]), tuple(item["share"])) for name, item in data["table"].items()},
    )


def cash_at(table: Table, units: Ints) -> Ints:
    """This function will return the cash (fen) at shares given in [0, 2**32): above the first knot, up to the last."""
    share = np.asarray(table.share, dtype=np.int64)
    cash = np.asarray(table.cash, dtype=np.int64)
    piece = np.clip(np.searchsorted(share, units, side="right") - 1, 0, len(cash) - 2)
    width = np.maximum(share[piece + 1] - share[piece], 1)
    drawn: Ints = cash[piece] + 1 + (cash[piece + 1] - cash[piece] - 1) * (units - share[piece]) // width
    return drawn


def everyday(stream: Stream, count: int) -> Ints:
    """This function will draw costs (fen) of stays up to the threshold of the policy."""
    return cash_at(fitted().tables["everyday"], stream.units(count))


def ordinary(stream: Stream, count: int) -> Ints:
    """This function will draw costs (fen) that are paid without a person looking at them, one from each stratum."""
    return cash_at(fitted().tables["ordinary"], stream.strata(count))


def any_cost(stream: Stream, count: int, dear_per_million: int) -> Ints:
    """This function will draw costs (fen) of stays that nobody is paid for: everyday ones and some dear ones."""
    cash = everyday(stream, count)
    dear = stream.chance(count, dear_per_million)
    return np.where(dear, cash_at(fitted().tables["ordinary"], stream.units(count)), cash)


def large(stream: Stream, scale: Fraction, curve: Curve, told: Ints) -> Ints:
    """This function will draw the costs (fen) of large payments, beside those of the stories already `told`.

    Takes the share of the city's size and time and the payments (fen) of the stories; their number and sum are
    taken off the published ones. The strata are shifted together until the sum meets what is left.
    """
    parameters = fitted().parameters
    count = scaled(int(parameters["large_payments"][0]), scale) - len(told)
    if count <= 0:
        return np.zeros(0, dtype=np.int64)
    money = scaled(int(parameters["large_money_fen"][0]), scale) - int(told.sum())
    table = fitted().tables["large"]

    def drawn(shift: int) -> Ints:
        # Shares u become u**(2**-shift / 1024): a smooth pull of all strata to one side.
        strata = (np.arange(count, dtype=np.int64) * 2 + 1) * UNIT // (2 * count)
        pulled = strata + strata * (UNIT - strata) // UNIT * shift // 1024
        return cash_at(table, np.clip(pulled, 0, UNIT - 1))

    low, high = -1000, 1000
    while high - low > 1:
        middle = (low + high) // 2
        low, high = (middle, high) if int(curve.single(drawn(middle)).sum()) <= money else (low, middle)
    return drawn(low)[stream.order(count)]
