"""The members of the invented city, and the people who are not members but fall ill too.

Everything is kept as arrays, one place per person. A person has one or two spells of membership; the second is a
transfer to another union, a second union at the same time, a return after a gap, or retirement.
"""

import datetime
from dataclasses import dataclass

import numpy as np
import polars as pl

from jishiyu.demo import words
from jishiyu.demo.numbers import bank_cards, day, mobiles, resident_numbers, unique_orders
from jishiyu.demo.streams import Flags, Ints, Stream
from jishiyu.demo.unions import Unions

OPEN = 2_932_896  # 9999-12-31 as days since 1970: a spell without an end
NEVER = -(10**6)
KINDS = (
    # what becomes of a membership, weight in ten thousand (all assumed)
    ("stays", 8_170), ("transfers", 500), ("leaves", 400), ("joins", 500), ("retires", 350), ("two_unions", 30),
    ("two_numbers", 20), ("returns", 30),
)  # fmt: skip
AGES = (
    # age in the middle of the period, weight in ten thousand
    (16, 20), (18, 150), (20, 300), (22, 1_000), (27, 1_400), (32, 1_500), (37, 1_450), (42, 1_350), (47, 1_250),
    (52, 1_050), (57, 430), (60, 70), (61, 60), (62, 30), (63, 0),
)  # fmt: skip


@dataclass(frozen=True)
class People:
    """Arrays over persons; days are since 1970, spells half-open, unions are positions, -1 for none."""

    cert_type: pl.Series
    number: pl.Series  # as the person's card says today
    name: pl.Series
    sex: Ints  # 1 man, 2 woman
    born: Ints
    kind: Ints  # position in KINDS; strangers have none of them
    first_union: Ints
    first_from: Ints
    first_until: Ints
    second_union: Ints
    second_from: Ints
    second_until: Ints
    second_in_service: Flags
    home: Ints  # union whose employer insures the person, known or not

    def __len__(self) -> int:
        return len(self.born)

    def in_service(self, who: Ints, on: Ints) -> Flags:
        """This function will tell who of these people was a member in service on these days."""
        first = (self.first_from[who] <= on) & (on < self.first_until[who])
        second = (self.second_from[who] <= on) & (on < self.second_until[who])
        return first | (second & self.second_in_service[who])

    def retired(self, who: Ints, on: Ints) -> Flags:
        """This function will tell who was a member, but retired."""
        second = (self.second_from[who] <= on) & (on < self.second_until[who])
        return second & ~self.second_in_service[who] & ~self.in_service(who, on)

    def outside(self, who: Ints, on: Ints) -> Flags:
        """This function will tell who was on the roster, but not a member on these days."""
        first = (self.first_from[who] <= on) & (on < self.first_until[who])
        second = (self.second_from[who] <= on) & (on < self.second_until[who])
        return ~first & ~second

    def age(self, who: Ints, on: Ints) -> Ints:
        """This function will return full years of age; who was born on 29 February turns older on 1 March."""
        frame = pl.DataFrame({"b": self.born[who], "d": on}).select(pl.all().cast(pl.Int32).cast(pl.Date))

        def number(name: str) -> pl.Expr:
            date = pl.col(name)
            return date.dt.year().cast(pl.Int64) * 10_000 + date.dt.month().cast(pl.Int64) * 100 + date.dt.day()

        return frame.select(a=(number("d") - number("b")) // 10_000)["a"].to_numpy().astype(np.int64)

    def union_on(self, who: Ints, on: Ints) -> Ints:
        """This function will return the union of the membership that holds on these days, in service first."""
        first = (self.first_from[who] <= on) & (on < self.first_until[who])
        second = (self.second_from[who] <= on) & (on < self.second_until[who])
        return np.where(first, self.first_union[who], np.where(second, self.second_union[who], -1))


def make_members(*, seed: int, unions: Unions, begins: datetime.date, ends: datetime.date) -> People:
    """This function will invent the members of the unions over the period `[begins, ends)`."""
    count = int(unions.sizes.sum())
    homes = np.repeat(unions.grassroots, unions.sizes)
    middle = day(begins) + (day(ends) - day(begins)) // 2
    sex, born = _sex_and_birth(Stream(seed, "people.births"), count, middle)
    kind = Stream(seed, "people.kinds").choose(count, [weight for _, weight in KINDS])
    stream = Stream(seed, "people.spells")
    joined = np.maximum(born + 18 * 366, day(begins) - stream.between(count, 30, 6_000))
    during = stream.between(count, day(begins) + 20, max(day(ends) - 20, day(begins) + 21))
    other = unions.grassroots[stream.below(count, len(unions.grassroots))]
    gap = stream.between(count, 60, 400)

    def of(name: str) -> Flags:
        flags: Flags = kind == [word for word, _ in KINDS].index(name)
        return flags

    # Who retires is of retiring age: women about 50 or 55, men 60, on their birthday.
    born = np.where(of("retires"), during - np.where(sex == 1, 60, np.where(during % 3 == 0, 55, 50)) * 365 - 15, born)
    joined = np.where(of("retires"), day(begins) - 5_000 + during % 3_000, joined)
    joined = np.where(of("joins"), during, joined)
    ended = of("transfers") | of("leaves") | of("retires") | of("returns")
    during = np.maximum(during, joined + 1)
    first_until = np.where(ended, during, OPEN)
    has_second = of("transfers") | of("retires") | of("two_unions") | of("two_numbers") | of("returns")
    second_from = np.where(
        of("returns"), during + gap, np.where(of("two_unions") | of("two_numbers"), joined + gap, during)
    )
    same_union = of("retires") | of("returns")
    return _with_identity(
        seed, "members", sex, born,
        kind=kind, home=homes, first_union=homes, first_from=joined, first_until=first_until,
        second_union=np.where(has_second, np.where(same_union, homes, other), -1),
        second_from=np.where(has_second, second_from, OPEN), second_until=np.full(count, OPEN, dtype=np.int64),
        second_in_service=has_second & ~of("retires"),
    )  # fmt: skip


def make_strangers(*, seed: int, unions: Unions, members: People, middle: datetime.date) -> People:
    """This function will invent people who are not on the roster: one for six members."""
    count = max(40, len(members) // 6)
    sex, born = _sex_and_birth(Stream(seed, "strangers.births"), count, day(middle))
    home = unions.grassroots[Stream(seed, "strangers.homes").below(count, len(unions.grassroots))]
    none = np.full(count, -1, dtype=np.int64)
    never = np.full(count, OPEN, dtype=np.int64)
    return _with_identity(
        seed, "strangers", sex, born, kind=none, home=home, first_union=none, first_from=never, first_until=never,
        second_union=none, second_from=never, second_until=never, second_in_service=np.zeros(count, dtype=bool),
    )  # fmt: skip


def roster(seed: int, people: People, unions: Unions) -> pl.DataFrame:
    """This function will return the rows of `roster.csv`, one per membership, days and codes as texts."""
    count = len(people)
    codes = pl.Series([union.code for union in unions.everyone])
    serial = np.arange(count, dtype=np.int64)
    two_numbers = people.kind == [word for word, _ in KINDS].index("two_numbers")
    stream = Stream(seed, "people.papers")
    old_number = stream.chance(count, 4_000) & (people.born < day(datetime.date(1981, 1, 1)))
    number = people.number.to_frame("n").select(
        n=pl.when(pl.Series(old_number) & (pl.Series(people.cert_type) == "01"))
        .then(pl.col("n").str.slice(0, 6) + pl.col("n").str.slice(8, 9))
        .otherwise("n")
    )["n"]
    no_account = stream.chance(count, 30_000)
    common = {
        "cert_type": people.cert_type, "certno": number, "name": people.name,
        "birth_date": pl.Series(people.born.astype(np.int32)).cast(pl.Date).cast(pl.String),
        "mobile": mobiles(serial),
        "bank_account": bank_cards(serial).set(pl.Series(no_account), None),
    }  # fmt: skip
    first = _spells(
        common, people.first_union, people.first_from, people.first_until, np.ones(count, dtype=bool), codes, serial
    )
    second = _spells(
        common, people.second_union, people.second_from, people.second_until, people.second_in_service, codes,
        np.where(two_numbers, serial + 10_000_000, serial),
    ).filter(pl.Series(people.second_union >= 0))  # fmt: skip
    rows = pl.concat([first, second]).sort("member_no", "joined_on", maintain_order=True)
    return rows.select(
        "member_no", "cert_type", "certno", "name", "org_code", "in_service", "joined_on", "left_on", "birth_date",
        "mobile", "bank_account",
    )  # fmt: skip


def _spells(
    common: dict[str, pl.Series], union: Ints, begins: Ints, until: Ints, serves: Flags, codes: pl.Series, serial: Ints
) -> pl.DataFrame:
    frame = pl.DataFrame(
        {
            **common,
            "u": np.maximum(union, 0),
            "b": begins.astype(np.int32),
            "e": until.astype(np.int32),
            "s": serves,
            "n": serial,
        }
    )
    return frame.select(
        *common,
        member_no=pl.lit("M") + pl.col("n").cast(pl.String).str.zfill(8),
        org_code=codes.gather(frame["u"]),
        in_service=pl.when("s").then(pl.lit("1")).otherwise(pl.lit("0")),
        joined_on=pl.col("b").cast(pl.Date).cast(pl.String),
        left_on=pl.when(pl.col("e") < OPEN)
        .then(pl.col("e").cast(pl.Date).cast(pl.String))
        .otherwise(pl.lit(None, pl.String)),
    )


def _sex_and_birth(stream: Stream, count: int, middle: int) -> tuple[Ints, Ints]:
    """Draw sex (1 man, 2 woman) and day of birth from the age bands."""
    sex = 1 + stream.chance(count, 430_000).astype(np.int64)
    band = stream.choose(count, [weight for _, weight in AGES])
    youngest = np.asarray([age for age, _ in AGES], dtype=np.int64)
    width = np.diff(np.append(youngest, 64))
    days = stream.within((width[band] * 1461) // 4)
    return sex, middle - (youngest[band] * 1461) // 4 - days


def _with_identity(seed: int, part: str, sex: Ints, born: Ints, **spells: Ints | Flags) -> People:
    """Give people numbers and names; a few have a passport, rare characters or a dotted name."""
    stream = Stream(seed, f"{part}.numbers")
    count = len(born)
    area = stream.choose(count, [weight for _, _, weight in words.DISTRICTS])
    places = np.asarray([int(code) for code, _, _ in words.DISTRICTS], dtype=np.int64)[area]
    # Members get the lower half of the orders, strangers the upper: nobody is both.
    half = 0 if part == "members" else 500
    orders = half + stream.below(count, 240) * 2 + (sex == 1)
    numbers = resident_numbers(places, born, unique_orders(places, born, orders))
    passport = stream.chance(count, 800 if part == "members" else 0)
    passports = pl.select(pl.lit("PX") + pl.int_range(count, eager=True).cast(pl.String).str.zfill(7)).to_series()
    chosen = pl.Series(passport)
    return People(
        cert_type=pl.Series(np.where(passport, "08", "01").tolist(), dtype=pl.String),
        number=numbers.zip_with(~chosen, passports), name=_names(Stream(seed, f"{part}.names"), sex), sex=sex, born=born,
        **spells,  # type: ignore[arg-type]
    )  # fmt: skip


def _names(stream: Stream, sex: Ints) -> pl.Series:
    count = len(sex)
    surnames = [*words.SURNAMES, *words.DOUBLE_SURNAMES]
    weights = [max(2, 70 - at) for at in range(len(words.SURNAMES))] + [1] * len(words.DOUBLE_SURNAMES)
    surname = pl.Series(surnames).gather(pl.Series(stream.choose(count, weights)))
    men, women = pl.Series(list(words.GIVEN_MEN)), pl.Series(list(words.GIVEN_WOMEN))
    man = pl.Series(sex == 1)
    given = [
        men.gather(pl.Series(stream.below(count, len(men)))).zip_with(
            man, women.gather(pl.Series(stream.below(count, len(women))))
        )
        for _ in range(2)
    ]
    single = pl.Series(stream.chance(count, 180_000))
    rare = pl.Series(stream.chance(count, 500))
    dotted = pl.Series(stream.chance(count, 500))
    rare_given = pl.Series(words.RARE).gather(pl.Series(stream.below(count, len(words.RARE))))
    whole = pl.Series(words.DOTTED).gather(pl.Series(stream.below(count, len(words.DOTTED))))
    frame = pl.DataFrame({"s": surname, "a": given[0], "b": given[1], "r": rare_given, "w": whole})
    return frame.select(
        n=pl.when(dotted).then("w").when(rare).then(pl.col("s") + pl.col("r")).when(single)
        .then(pl.col("s") + pl.col("a")).otherwise(pl.col("s") + pl.col("a") + pl.col("b"))
    )["n"]  # fmt: skip
