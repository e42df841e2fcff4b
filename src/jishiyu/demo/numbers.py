"""Numbers with check digits for invented people and unions: resident numbers, bank cards, credit codes.

Sources: GB 11643 (resident numbers), ISO/IEC 7812 (Luhn), GB 11714 and GB 32100-2015 (unified social credit codes).
"""

import datetime

import numpy as np
import polars as pl

from jishiyu.demo.streams import Ints

EPOCH = datetime.date(1970, 1, 1)
RESIDENT_WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
RESIDENT_CHECKS = "10X98765432"
CREDIT_CHARACTERS = "0123456789ABCDEFGHJKLMNPQRTUWXY"
ORGANISATION_CHARACTERS = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ"
ORGANISATION_WEIGHTS = (3, 7, 9, 10, 5, 8, 4, 2)
DEMO_CARD_PREFIX = "62999900"  # an invented issuer: no bank has it
DEMO_MOBILE_PREFIX = "1990"
UNION_CREDIT_PREFIX = "81"  # GB 32100-2015: 8 trade unions, 1 grassroots


def day(date: datetime.date) -> int:
    """This function will return a date as days since 1970."""
    return (date - EPOCH).days


def dates(days: Ints) -> pl.Series:
    """This function will return days since 1970 as dates."""
    return pl.Series(days.astype(np.int32), dtype=pl.Int32).cast(pl.Date)


def compact_dates(days: Ints) -> Ints:
    """This function will return days since 1970 as whole numbers YYYYMMDD."""
    parts = dates(days).to_frame("d").select(
        n=pl.col("d").dt.year().cast(pl.Int64) * 10_000 + pl.col("d").dt.month().cast(pl.Int64) * 100
        + pl.col("d").dt.day().cast(pl.Int64)
    )  # fmt: skip
    return parts["n"].to_numpy().astype(np.int64)


def padded(numbers: Ints, width: int) -> pl.Series:
    """This function will write whole numbers with leading zeros."""
    return pl.Series(numbers, dtype=pl.Int64).cast(pl.String).str.zfill(width)


def resident_numbers(places: Ints, born: Ints, orders: Ints) -> pl.Series:
    """This function will build 18-digit resident numbers from place, day of birth and order (odd for men)."""
    seventeen = (places * 100_000_000 + compact_dates(born)) * 1_000 + orders
    total = np.zeros(len(seventeen), dtype=np.int64)
    rest = seventeen.copy()
    for weight in reversed(RESIDENT_WEIGHTS):
        total += rest % 10 * weight
        rest //= 10
    checks = np.asarray(list(RESIDENT_CHECKS))[total % 11]
    return pl.select(padded(seventeen, 17) + pl.Series(checks.tolist(), dtype=pl.String)).to_series()


def unique_orders(places: Ints, born: Ints, orders: Ints) -> Ints:
    """This function will move orders by two (the sex stays) until no two people share place, birth and order."""
    orders = orders.copy()
    for _ in range(400):
        keys = (places * 100_000 + born) * 1_000 + orders
        sequence = np.argsort(keys, kind="stable")
        twice = sequence[1:][np.diff(keys[sequence]) == 0]
        if len(twice) == 0:
            return orders
        orders[twice] = (orders[twice] + 2) % 1_000
    raise ValueError("more people of one place and birthday than there are numbers")


def fifteen_digits(numbers: pl.Series) -> pl.Series:
    """This function will write 18-digit numbers in the form given out before 1999."""
    return pl.select(numbers.str.slice(0, 6) + numbers.str.slice(8, 9)).to_series()


def wrong_check_digit(numbers: pl.Series) -> pl.Series:
    """This function will put a wrong check digit at the end of 18-digit numbers."""
    last = numbers.str.slice(17)
    return pl.select(numbers.str.slice(0, 17) + last.replace_strict(
        {character: RESIDENT_CHECKS[(at + 3) % 11] for at, character in enumerate(RESIDENT_CHECKS)}
    )).to_series()  # fmt: skip


def bank_cards(serials: Ints) -> pl.Series:
    """This function will build 19-digit cards of an invented issuer that pass the Luhn check."""
    body = int(DEMO_CARD_PREFIX) * 10_000_000_000 + serials
    total = np.zeros(len(body), dtype=np.int64)
    rest = body.copy()
    for place in range(18):
        digit = rest % 10 * (2 if place % 2 == 0 else 1)
        total += digit // 10 + digit % 10
        rest //= 10
    return pl.select(padded(body, 18) + padded((10 - total % 10) % 10, 1)).to_series()


def mobiles(serials: Ints) -> pl.Series:
    """This function will build mobile numbers of a range set aside for the demo."""
    return pl.select(pl.lit(DEMO_MOBILE_PREFIX) + padded(serials, 7)).to_series()


def credit_code(place: str, serial: int) -> str:
    """This function will build the 18-character credit code of a grassroots union."""
    body = f"{serial:08d}"
    total = sum(
        ORGANISATION_CHARACTERS.index(character) * weight
        for character, weight in zip(body, ORGANISATION_WEIGHTS, strict=True)
    )
    organisation = body + "0123456789X0"[(11 - total % 11) % 11]
    seventeen = UNION_CREDIT_PREFIX + place + organisation
    weighted = sum(CREDIT_CHARACTERS.index(character) * pow(3, at, 31) for at, character in enumerate(seventeen))
    return seventeen + CREDIT_CHARACTERS[(31 - weighted % 31) % 31]
