"""Dates and moments as files write them: 2024-01-31, 20240131, 2024/1/31, with a time, sheet serial numbers."""

import re
from datetime import date, datetime, time, timedelta

import polars as pl

from jishiyu.engine import short_texts
from jishiyu.engine.columns import NULLS, once_if_alike

# Local time of the place: files carry no zone.
_FIRST, _LAST = datetime.fromisoformat("1900-01-01"), datetime.fromisoformat("2199-12-31T23:59:59.999999")
_SERIAL_ZERO = datetime.fromisoformat("1899-12-30")
_SEPARATED = re.compile(
    r"([0-9]{4})([-/.年])([0-9]{1,2})([-/.月])([0-9]{1,2})日?"
    r"(?:[T ]?([0-9]{1,2}):([0-9]{1,2})(?::([0-9]{1,2})(?:[.,]([0-9]{1,9}))?)?Z?)?"
)
_PACKED = re.compile(r"([0-9]{4})([0-9]{2})([0-9]{2})(?:[T ]?([0-9]{2}):?([0-9]{2})(?::?([0-9]{2}))?)?")
# Day numbers of sheets, 1927 to 2145: five digits, so that they are never taken for 20240131.
_SERIAL = re.compile(r"([1-8][0-9]{4})(?:\.([0-9]+))?")
# Lengths at which a format cannot be mistaken for another; what fits none of them is read word by word.
_FORMATS = [(10, "%Y-%m-%d"), (10, "%Y/%m/%d"), (8, "%Y%m%d"), (19, "%Y-%m-%d %H:%M:%S"), (19, "%Y/%m/%d %H:%M:%S"),
            (19, "%Y-%m-%dT%H:%M:%S"), (14, "%Y%m%d%H%M%S")]  # fmt: skip


def moment(text: str) -> datetime | None:
    """Return the day or moment that a text means, or null when it means none or one outside 1900 to 2199."""
    text = text.strip()
    if match := _SEPARATED.fullmatch(text):
        year, first, month, second, day, hour, minute, seconds, fraction = match.groups()
        if (first == "年") != (second == "月") or (first != "年" and first != second):
            return None
        return _real(year, month, day, hour, minute, seconds, fraction)
    if match := _PACKED.fullmatch(text):
        return _real(*match.groups(), None)
    if match := _SERIAL.fullmatch(text):
        days, fraction = match.groups()
        # Sheets hold seconds as fractions of a day, cut at 15 digits: the nearest second is what was typed.
        numerator, denominator = int(fraction or 0), 10 ** len(fraction or "")
        seconds_of_day = (2 * numerator * 86_400 + denominator) // (2 * denominator)
        return _SERIAL_ZERO + timedelta(days=int(days), seconds=seconds_of_day)
    return None


def _real(*parts: str | None) -> datetime | None:
    year, month, day, hour, minute, seconds = (int(part or 0) for part in parts[:6])
    microsecond = int((parts[6] or "0")[:6].ljust(6, "0"))
    try:
        found = datetime.combine(date(year, month, day), time(hour, minute, seconds, microsecond))
    except ValueError:
        return None
    return found if _FIRST <= found <= _LAST else None


@once_if_alike
def moments_from_text(texts: pl.Series) -> tuple[pl.Series, pl.Series]:
    """Return the moments (Datetime, microseconds) and which texts are no real date. Empty text is null, no mistake."""
    if (found := _all_alike(texts)) is not None:
        return found, pl.repeat(value=False, n=len(found), eager=True)
    lengths = texts.str.len_bytes()
    found = pl.Series(texts.name, [None], dtype=pl.Datetime("us")).new_from_index(0, len(texts))
    for length, form in _FORMATS:
        open_ = found.is_null() & (lengths == length)
        if open_.any():
            whole = open_.all()
            part = texts if whole else texts.filter(open_)
            read = _read(part, form)
            read = read.set(~read.is_between(_FIRST, _LAST), None)
            found = read if whole else found.scatter(open_.arg_true(), read)
    missed = found.is_null() & (lengths > 0)
    if missed.any():
        found, missed = _word_by_word(texts, found, missed)
    return found, missed.fill_null(value=False)


def _all_alike(texts: pl.Series) -> pl.Series | None:
    """Return the moments when all texts have the form of the first one; else null."""
    length = texts.head(1).str.len_bytes().sum()
    if not (texts.str.len_bytes() == length).all():  # nulls do not count
        return None
    for form in (form for wide, form in _FORMATS if wide == length):
        if not _read(texts.head(1), form).null_count():
            read = _read(texts, form)
            return read if read.null_count() == texts.null_count() and read.is_between(_FIRST, _LAST).all() else None
    return None


def _read(texts: pl.Series, form: str) -> pl.Series:
    return texts.str.to_datetime(form, time_unit="us", strict=False)


def _word_by_word(texts: pl.Series, found: pl.Series, missed: pl.Series) -> tuple[pl.Series, pl.Series]:
    rest = texts.filter(missed)
    distinct = rest.unique()
    folded = distinct.str.normalize("NFKC").str.strip_chars()
    read = pl.Series([moment(text) for text in folded], dtype=pl.Datetime("us"))
    looked_up = rest.replace_strict(distinct, read, return_dtype=pl.Datetime("us"))
    blank = rest.replace_strict(distinct, folded.is_in(NULLS), return_dtype=pl.Boolean)
    positions = missed.arg_true()
    return found.scatter(positions, looked_up), missed.scatter(positions, looked_up.is_null() & ~blank)


@once_if_alike
def days_from_text(texts: pl.Series) -> tuple[pl.Series, pl.Series]:
    """Return the days (Date) and which texts are no real date; a time beside the day is left off."""
    days, read = short_texts.days(texts)
    if (read == texts.is_not_null()).all() and not (days < _FIRST.date()).any():
        days = days.set(~read, None) if texts.null_count() else days
        return days, pl.repeat(value=False, n=len(days), eager=True)
    moments, missed = moments_from_text(texts)
    return moments.cast(pl.Date), missed
