"""The stays of the invented city before anything goes wrong with them: who, when, where, for how much.

Every stay has a class that says what the shipped policy will make of it (`large` and `paid` are entitled, `everyday`
lies under the threshold, `stranger` is not on the roster, the others fail a requirement) and a kind of dirt, empty
for most, that `dirt.py` turns into lines. `spoilt` stays have dirt that keeps them from ever being decided.
"""

from dataclasses import dataclass
from fractions import Fraction

import numpy as np
import polars as pl

from jishiyu.demo import costs, kinds, words
from jishiyu.demo.costs import fitted
from jishiyu.demo.curve import Curve
from jishiyu.demo.people import People
from jishiyu.demo.period import Period
from jishiyu.demo.pick import Picker
from jishiyu.demo.streams import Ints, Stream, scaled

# How many stays of each class a city of scale 1 has in 36 months (assumed; large and paid are fitted).
EVERYDAY, STRANGERS, SPOILT = 430_000, 90_000, 13_000
INELIGIBLE = {
    "retired": 16_000, "left": 8_000, "not_yet": 3_000, "too_old": 8_000, "birth": 18_000, "outpatient": 10_000,
}  # fmt: skip
DEAR_PER_MILLION = 180_000  # share of costs over the threshold among stays that nobody is paid for; assumed
STAY_TYPES = (("21", 780), ("22", 40), ("23", 40), ("24", 60), ("25", 50), ("26", 20), ("28", 10))
OUTPATIENT_TYPES = (("11", 3), ("14", 4), ("140104", 1))
HOSPITALS = 48
STORIES = (
    # the news told again: month of the period and cash (fen) of each visit of one member
    ("own payment 152,000", ((13, 15_200_000),)),
    ("own payment 340,000", ((20, 34_000_000),)),
    # 34,000 and 16,000 in the first year, then its limit is reached; 31,000 in the third: 81,000 together
    ("81,000 over the years", ((1, 34_000_000), (5, 34_000_000), (8, 6_000_000), (30, 31_000_000))),
)


@dataclass(frozen=True)
class Hospital:
    """A place of treatment; all invented."""

    code: str
    name: str
    level: str
    weight: int


def hospitals(seed: int) -> list[Hospital]:
    """This function will invent the hospitals of the city."""
    stream = Stream(seed, "hospitals")
    made = []
    for at in range(HOSPITALS):
        word = words.HOSPITAL_WORDS[at % len(words.HOSPITAL_WORDS)]
        kind, level, weight = words.HOSPITAL_KINDS[(at // len(words.HOSPITAL_WORDS) + at) % len(words.HOSPITAL_KINDS)]
        place = words.DISTRICTS[int(stream.below(1, len(words.DISTRICTS))[0])][0]
        made.append(Hospital(f"H{place}{at + 1:05d}", f"{word}{kind}(演示)", level, weight))
    return made


def make_stays(
    *, seed: int, size: Fraction, period: Period, members: People, strangers: People, curve: Curve
) -> pl.DataFrame:
    """This function will invent all stays of the period, one row each.

    `size` is the share of the whole city's three years. Columns: `class`, `dirt`, `person` (position among members, or
    among strangers for that class), `cash` (fen), `month` (of the file), `settled`, `ends`, `begins` (days since
    1970), `medical_type`, `hospital` (position), `diagnosis_code`, `diagnosis_name`, `uncapped` (fen).
    """
    told = _stories(period)
    large = costs.large(Stream(seed, "stays.large"), size, curve, _told_payments(told, curve))
    paid_count = scaled(int(fitted().parameters["hospital_payments"][0]), size)
    paid_count = max(0, paid_count - scaled(int(fitted().parameters["large_payments"][0]), size))
    parts = [
        _part(seed, period, "large", large),
        _part(seed, period, "paid", costs.ordinary(Stream(seed, "stays.paid"), paid_count)),
        _part(seed, period, "everyday", costs.everyday(Stream(seed, "stays.everyday"), scaled(EVERYDAY, size))),
    ]
    others = {**INELIGIBLE, "stranger": STRANGERS, "spoilt": SPOILT}
    for name, number in others.items():
        cash = costs.any_cost(Stream(seed, f"stays.{name}"), scaled(number, size), DEAR_PER_MILLION)
        parts.append(_part(seed, period, name, cash))
    picker = Picker(
        seed=seed, members=members, strangers=strangers, last_year=period.ends.year, lone=len(large) + len(STORIES)
    )
    heroes = pl.Series(picker.lone(len(STORIES)))
    told = told.with_columns(person=heroes.gather(told["hero"])).drop("hero")
    whole = pl.concat([told, *[picker.with_person(part) for part in parts]], how="vertical_relaxed")
    return _with_care(seed, whole).with_columns(uncapped=pl.Series(curve.uncapped(whole["cash"].to_numpy())))


def _part(seed: int, period: Period, name: str, cash: Ints) -> pl.DataFrame:
    """Give stays of one class their dirt, the month and day they are settled on, and the days of the stay."""
    stream = Stream(seed, f"days.{name}")
    count = len(cash)
    months = stream.choose(count, period.weights)
    dirt = kinds.choose(Stream(seed, f"dirt.{name}"), name, count)
    months = kinds.fit_months(dirt, months, period)
    width = np.diff(period.firsts)[months]
    settled = period.firsts[months] + stream.within(width)
    length = 2 + stream.below(count, 9) + np.where(cash > 1_000_000, stream.below(count, 20), 0)
    delay = stream.choose(count, (70, 15, 10, 5))
    by_hand = dirt == "hand_reimbursed"
    delay = np.where(by_hand, stream.between(count, 45, 300), delay)
    over_new_year = dirt == "cross_year"
    settled = np.where(over_new_year, period.firsts[months] + stream.below(count, 15) + 4, settled)
    delay = np.where(over_new_year, 0, delay)
    length = np.where(over_new_year, 25, length)
    return pl.DataFrame(
        {
            "class": pl.Series([name] * count, dtype=pl.String), "dirt": pl.Series(dirt.tolist(), dtype=pl.String),
            "cash": cash, "month": months, "settled": settled, "ends": settled - delay,
            "begins": settled - delay - length,
        }
    )  # fmt: skip


def _stories(period: Period) -> pl.DataFrame:
    """Tell the cases of the news again: in the fitted costs they are taken off the large payments."""
    rows = [
        {
            "class": "story", "dirt": kinds.CLEAN, "cash": cash, "month": month, "hero": hero,
            "settled": int(period.firsts[month]) + 19, "ends": int(period.firsts[month]) + 18,
            "begins": int(period.firsts[month]) + 3,
        }
        for hero, (_, visits) in enumerate(STORIES)
        for month, cash in visits
        if period.count >= 36 and period.begins.month == 1
    ]  # fmt: skip
    number = ("cash", "month", "hero", "settled", "ends", "begins")
    schema = {"class": pl.String(), "dirt": pl.String(), **{name: pl.Int64() for name in number}}
    return pl.DataFrame(rows, schema=schema).select(
        "class", "dirt", "cash", "month", "settled", "ends", "begins", "hero"
    )


def _told_payments(told: pl.DataFrame, curve: Curve) -> Ints:
    """Return what the stories pay above the automatic limit."""
    paid = with_payable(
        told.with_columns(person="hero", uncapped=pl.Series(curve.uncapped(told["cash"].to_numpy()))), curve
    )
    return paid.filter(pl.col("payable") > curve.automatic)["payable"].to_numpy().astype(np.int64)


def with_payable(stays: pl.DataFrame, curve: Curve) -> pl.DataFrame:
    """This function will add `payable` (fen): `uncapped` cut to what the limit of the person's year leaves."""
    year = pl.from_epoch("ends", time_unit="d").dt.year()
    total = pl.col("uncapped").cum_sum().over("person", year, order_by=["settled", "month"])
    before = total - pl.col("uncapped")
    limit = pl.lit(curve.limit)
    return stays.with_columns(payable=pl.min_horizontal(limit, total) - pl.min_horizontal(limit, before))


def _with_care(seed: int, stays: pl.DataFrame) -> pl.DataFrame:
    """Add where and what for: hospital, medical type and diagnosis, and the class behind stays of the roster."""
    stream = Stream(seed, "stays.care")
    count = stays.height
    places = hospitals(seed)
    hospital = stream.choose(count, [place.weight for place in places])
    kind = stream.choose(count, [weight for _, weight in STAY_TYPES])
    types = np.asarray([code for code, _ in STAY_TYPES])[kind]
    class_ = stays["class"].to_numpy()
    clinic = np.asarray([code for code, _ in OUTPATIENT_TYPES])[stream.choose(count, [w for _, w in OUTPATIENT_TYPES])]
    types = np.where(class_ == "birth", "52", np.where(class_ == "outpatient", clinic, types))
    everyday = stream.choose(count, [weight for *_, weight, _ in words.DIAGNOSES])
    dear = stream.choose(count, [weight for *_, weight in words.DIAGNOSES])
    injury = stream.choose(count, [weight for *_, weight in words.INJURIES])
    sick = np.where(stays["cash"].to_numpy() > 2_000_000, dear, everyday)
    listed = [*words.DIAGNOSES, *words.INJURIES, words.BIRTH, words.OUTPATIENT]
    first_injury = len(words.DIAGNOSES)
    what = np.where(types == "22", first_injury + injury, sick)
    what = np.where(class_ == "birth", len(listed) - 2, np.where(class_ == "outpatient", len(listed) - 1, what))
    return stays.with_columns(
        hospital=pl.Series(hospital), medical_type=pl.Series(types.tolist(), dtype=pl.String),
        diagnosis_code=pl.Series([item[0] for item in listed]).gather(pl.Series(what)),
        diagnosis_name=pl.Series([item[1] for item in listed]).gather(pl.Series(what)),
    )  # fmt: skip
