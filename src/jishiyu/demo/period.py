"""The months of the demo: which file each settlement comes in, and what kind of file that is."""

import datetime
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from jishiyu.demo.numbers import day
from jishiyu.demo.streams import Ints

FORMATS = ("csv_utf8", "csv_gb18030", "tsv_zip", "xlsx", "parquet", "json_lines")


@dataclass(frozen=True)
class Period:
    """`count` months from the first day of a month."""

    begins: datetime.date
    count: int

    @property
    def ends(self) -> datetime.date:
        """The first day after the period."""
        return self.first_of(self.count)

    def first_of(self, month: int) -> datetime.date:
        """This function will return the first day of a month of the period."""
        months = self.begins.year * 12 + self.begins.month - 1 + month
        return datetime.date(months // 12, months % 12 + 1, 1)

    @cached_property
    def firsts(self) -> Ints:
        """The first day of every month and of the one after, as days since 1970."""
        return np.asarray([day(self.first_of(month)) for month in range(self.count + 1)], dtype=np.int64)

    def name(self, month: int) -> str:
        """This function will name a month as files do: 2023-01."""
        return f"{self.first_of(month):%Y-%m}"

    def format(self, month: int) -> str:
        """This function will return the kind of file the bureau sends in a month."""
        return FORMATS[month % len(FORMATS)]

    def nearest(self, months: Ints, formats: Sequence[str]) -> Ints:
        """This function will move months to the nearest one whose file is of one of these kinds, if there is any."""
        suitable = [month for month in range(self.count) if self.format(month) in formats]
        if not suitable:
            return months
        table = [min(suitable, key=lambda other: (abs(other - month), other)) for month in range(self.count)]
        return np.asarray(table, dtype=np.int64)[months]

    @property
    def weights(self) -> Ints:
        """How many stays are settled in each month: by its days, growing by two per cent a year (assumed)."""
        days = np.diff(self.firsts)
        return days * (1_200 + 2 * np.arange(self.count, dtype=np.int64))
