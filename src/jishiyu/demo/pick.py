"""Who a stay happens to: people chosen so that the stay's class comes true on the day of discharge."""

from collections.abc import Callable

import numpy as np
import polars as pl

from jishiyu.demo.numbers import dates
from jishiyu.demo.people import KINDS, People
from jishiyu.demo.streams import Flags, Ints, Stream

YOUNGEST, OLDEST = 16, 60
ROUNDS = 80
Test = Callable[[Ints, Ints], Flags]


class Picker:
    """Chooses people for stays; those of large stays fall ill in no other class, so that no limit is met by chance."""

    def __init__(self, *, seed: int, members: People, strangers: People, last_year: int, lone: int) -> None:
        self.seed = seed
        self.last_year = last_year
        self.members = members
        self.strangers = strangers
        steady = np.flatnonzero((members.kind == 0) & (self._ages_at_the_end() < 55) & (self._ages_at_the_end() > 25))
        order = Stream(seed, "pick.lone").order(len(steady))
        self.reserved = steady[order[:lone]].astype(np.int64)
        self._used = 0
        self._free = np.ones(len(members), dtype=bool)
        self._free[self.reserved] = False

    def lone(self, count: int) -> Ints:
        """This function will hand out people who have no other stay."""
        self._used += count
        return self.reserved[self._used - count : self._used]

    def with_person(self, stays: pl.DataFrame) -> pl.DataFrame:
        """This function will add `person` to stays of one class; stays nobody fits are left out."""
        if not stays.height:
            return stays.with_columns(person=pl.lit(None, pl.Int64))
        name = str(stays["class"][0])
        ends = stays["ends"].to_numpy().astype(np.int64)
        stream = Stream(self.seed, f"pick.{name}")
        if name == "large":
            return stays.with_columns(person=pl.Series(self.lone(len(ends))))
        if name == "stranger":
            return stays.with_columns(person=pl.Series(stream.below(len(ends), len(self.strangers))))
        # A number of fifteen digits needs somebody born before 2000, a small x a number that ends in one.
        dirt = stays["dirt"].to_numpy()
        pool, test = self._class(name)
        person = self._drawn(
            stream, pool, ends, test, np.asarray(dirt == "lower_case_x"), np.asarray(dirt == "fifteen_digits")
        )
        return stays.with_columns(person=pl.Series(person)).filter(pl.col("person") >= 0)

    def _class(self, name: str) -> tuple[Ints, Test]:
        members = self.members
        everyone = np.flatnonzero(self._free).astype(np.int64)

        def of(*names: str) -> Ints:
            wanted = [at for at, (word, _) in enumerate(KINDS) if word in names]
            return np.flatnonzero(np.isin(members.kind, wanted) & self._free).astype(np.int64)

        def eligible(who: Ints, on: Ints) -> Flags:
            age = members.age(who, on)
            return members.in_service(who, on) & (age >= YOUNGEST) & (age <= OLDEST)

        def mother(who: Ints, on: Ints) -> Flags:
            age = members.age(who, on)
            flags: Flags = eligible(who, on) & (members.sex[who] == 2) & (age >= 20) & (age <= 42)
            return flags

        def too_old(who: Ints, on: Ints) -> Flags:
            return members.in_service(who, on) & (members.age(who, on) > OLDEST)

        def not_yet(who: Ints, on: Ints) -> Flags:
            return members.outside(who, on) & (on < members.first_from[who])

        def left(who: Ints, on: Ints) -> Flags:
            return members.outside(who, on) & (on >= members.first_until[who])

        old = everyone[self._ages_at_the_end()[everyone] > OLDEST]
        return {
            "retired": (of("retires"), members.retired), "left": (of("leaves"), left), "not_yet": (of("joins"), not_yet),
            "too_old": (old, too_old), "birth": (everyone, mother),
        }.get(name, (everyone, eligible))  # fmt: skip

    def _drawn(self, stream: Stream, pool: Ints, ends: Ints, test: Test, ends_in_x: Flags, old_number: Flags) -> Ints:
        """Draw until everybody fits; -1 where nobody did after many rounds."""
        person = np.full(len(ends), -1, dtype=np.int64)
        if not len(pool):
            return person
        resident = (self.members.cert_type == "01").to_numpy()
        with_x = self.members.number.str.ends_with("X").to_numpy()
        before_2000 = self.members.born < 10_957
        open_ = np.arange(len(ends))
        for _ in range(ROUNDS):
            who = pool[stream.below(len(open_), len(pool))]
            # The older, the likelier to be in hospital: from three in ten at 16 to all at 60.
            likely = stream.below(len(open_), 60) < np.clip((ends[open_] - self.members.born[who]) // 366 + 2, 18, 60)
            fits = likely & test(who, ends[open_]) & resident[who]
            fits &= (~ends_in_x[open_] | with_x[who]) & (~old_number[open_] | before_2000[who])
            person[open_[fits]] = who[fits]
            open_ = open_[~fits]
            if not len(open_):
                break
        return person

    def _ages_at_the_end(self) -> Ints:
        years = dates(self.members.born).dt.year().to_numpy().astype(np.int64)
        return self.last_year - years
