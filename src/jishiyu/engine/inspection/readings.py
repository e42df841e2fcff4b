"""Files of readings and of points → readings, series and points. No row is lost: what cannot be used says why."""

from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from datetime import datetime
from decimal import Decimal
from itertools import pairwise
from pathlib import Path

import polars as pl

from jishiyu.engine.columns import NULLS, bytes_of
from jishiyu.engine.dates import moment, moments_from_text
from jishiyu.engine.files.formats import tables
from jishiyu.engine.files.headings import vocabulary
from jishiyu.engine.files.tables import BROKEN
from jishiyu.engine.inspection.model import Key, Reading, Reason, Series, because
from jishiyu.engine.inspection.units import UNITS, number, unit_named
from jishiyu.engine.inspection.words import survey_words

COLUMNS = (
    "point", "kind", "voltage_level", "quantity", "phase", "value", "unit", "measured_at", "instrument", "series",
)  # fmt: skip
NEEDED = ("point", "quantity", "value", "unit")
_KEY = ["point", "kind", "voltage_level", "quantity", "phase", "unit"]
_BATCH_ROWS = 1_000_000
_MOST_BLOCKS = 256
_BLANKS = "\ufeff\u200b\u3000\u00a0 \t\r\n"
# Values of a series are halves of millionths: an even number is exact, an odd one lies between two millionths.
HALVES = 2_000_000
_MILLIONTH = Decimal("0.000001")
_LARGEST = 10**12
_PLACES = 6
_SHORT, _LONG = len("-.123456"), len("-123456789012.123456")


@dataclass
class Readings:
    """All readings of a survey: hand-held ones and series."""

    singles: list[Reading] = field(default_factory=list)
    series: list[Series] = field(default_factory=list)


@dataclass
class _Part:
    """The pieces of one series."""

    times: list[pl.Series] = field(default_factory=list)
    values: list[pl.Series] = field(default_factory=list)
    instruments: set[str] = field(default_factory=set)
    unreadable: int = 0
    examples: set[str] = field(default_factory=set)


def read_readings(path: Path) -> Readings:
    """This function will read a file of readings of any format that feeds have.

    Raises the problems of reading: file not usable, needed column missing.
    """
    return gather(_pieces(path))


def _pieces(path: Path) -> Iterator[pl.DataFrame]:
    words = vocabulary("readings")
    for table in tables(path, known=words.knows_table):
        yield from table.read(words.pick(table, NEEDED), _BATCH_ROWS)


def gather(pieces: Iterator[pl.DataFrame]) -> Readings:
    """This function will sort pieces of a table of texts (COLUMNS, `line` and `flaw` where known) into readings and series."""
    found = Readings()
    parts: dict[Key, _Part] = {}
    for piece in pieces:
        absent = [pl.lit(None, pl.String).alias(name) for name in COLUMNS if name not in piece.columns]
        places = [name for name in ("line", "flaw") if name in piece.columns]
        whole = piece.with_columns(absent).select(*COLUMNS, *places)
        if "flaw" in places and whole["flaw"].max():
            found.singles += [_broken(row) for row in whole.filter(pl.col("flaw") != 0).iter_rows(named=True)]
            whole = whole.filter(pl.col("flaw") == 0)
        long = _is_series(whole["series"])
        if not long.all():
            found.singles += [_single(row) for row in whole.filter(~long).iter_rows(named=True)]
        if long.any():
            _collect(whole if long.all() else whole.filter(long), parts)
    found.series = [_joined(key, part) for key, part in _in_one_unit(parts).items()]
    return found


def _is_series(marks: pl.Series) -> pl.Series:
    words = survey_words()
    kinds = marks.unique()
    yes = [kind for kind in kinds if kind is not None and words.word("series", text_of(kind)) == "1"]
    return marks.is_in(yes).fill_null(value=False)


def _key(row: dict[str, str | None]) -> Key:
    """Return what a row is of, in our words where they are known and as written where they are not."""
    words = survey_words()
    point, kind, level, quantity, phase, unit = (text_of(row[name]) for name in _KEY)
    known, known_level, known_unit = words.quantity(quantity), words.level(level), unit_named(unit)
    return Key(
        point=point,
        kind=words.word("kind", kind) or kind,
        level=known_level.name if known_level else level,
        quantity=name_of(*known) if known else quantity,
        phase=phase.removesuffix("相"),
        unit=known_unit.symbol if known_unit else unit,
    )


def text_of(cell: str | None) -> str:
    """This function will return what stands in a cell, without blanks around it; `null` stands for nothing."""
    text = (cell or "").strip(_BLANKS)
    return "" if text in NULLS else text


def name_of(quantity: str, order: int | None) -> str:
    """This function will return the name of a quantity in files: harmonics carry their order."""
    return f"{quantity}_{order}" if order is not None else quantity


def _broken(row: dict[str, str | None]) -> Reading:
    code = "broken_row" if int(row["flaw"] or 0) & BROKEN else "unreadable_text"
    return Reading(_key(row), text_of(row["value"]), fault=because(code, line=row.get("line") or "?"))


def _single(row: dict[str, str | None]) -> Reading:
    fault: Reason | None = None
    mark, when = text_of(row["series"]), text_of(row["measured_at"])
    measured_at: datetime | None = moment(when) if when else None
    if mark and survey_words().word("series", mark) is None:
        fault = because("series_not_known", given=mark)
    elif when and measured_at is None:
        fault = because("time_not_known", given=when)
    return Reading(_key(row), text_of(row["value"]), measured_at, text_of(row["instrument"]), fault)


def _collect(rows: pl.DataFrame, parts: dict[Key, _Part]) -> None:
    """Add rows of series to their parts; a row without a usable number or with a wrong time is counted."""
    for texts, group in _groups(rows):
        part = parts.setdefault(_key(texts), _Part())
        values = half_millionths(group["value"])
        times, wrong = moments_from_text(group["measured_at"])
        bad = values.is_null() | wrong
        if bad.any():
            part.unreadable += int(bad.sum())
            shown = group["value"].set(wrong, None).fill_null(group["measured_at"])
            part.examples.add(min((text or "" for text in shown.filter(bad)), default=""))
            values, times = values.filter(~bad), times.filter(~bad)
        part.values.append(values)
        part.times.append(times)
        part.instruments.update(filter(None, map(text_of, group["instrument"].unique())))


def _in_one_unit(parts: dict[Key, _Part]) -> dict[Key, _Part]:
    """Put series together that differ in their unit only (V and kV): in the smallest of the units, which is exact."""
    together: dict[Key, dict[str, _Part]] = {}
    for key, part in parts.items():
        unit = UNITS.get(key.unit)
        shared = replace(key, unit=unit.dimension) if unit and not unit.offset else key
        together.setdefault(shared, {})[key.unit] = part
    found: dict[Key, _Part] = {}
    for shared, by_unit in together.items():
        smallest = min(by_unit, key=lambda name: (UNITS[name].factor, name) if name in UNITS else (Decimal(0), name))
        whole = found.setdefault(replace(shared, unit=smallest), _Part())
        for name, part in sorted(by_unit.items()):
            times = int(UNITS[name].factor / UNITS[smallest].factor) if name != smallest else 1
            whole.values += [values * times for values in part.values]
            whole.times += part.times
            whole.instruments |= part.instruments
            whole.unreadable += part.unreadable
            whole.examples |= part.examples
    return found


def _groups(rows: pl.DataFrame) -> Iterator[tuple[dict[str, str | None], pl.DataFrame]]:
    """Yield the rows of every key, a key perhaps several times.

    Analysers export one quantity after the other: such blocks are cut out without moving a row. Where quantities take
    turns, rows are sorted into groups; columns that say the same on all rows are not looked at again.
    """
    first = {name: rows[name][0] for name in _KEY}
    vary = [name for name in _KEY if not rows[name].eq_missing(first[name]).all()]
    changes = rows.select(pl.any_horizontal(pl.col(name).ne_missing(pl.col(name).shift(1)) for name in vary or _KEY))
    starts = [0, *(at for at in changes.to_series().arg_true().head(_MOST_BLOCKS + 1) if at)]
    if not vary or len(starts) <= _MOST_BLOCKS:
        for start, end in pairwise([*starts, rows.height] if vary else [0, rows.height]):
            yield {name: rows[name][start] for name in _KEY}, rows.slice(start, end - start)
        return
    for texts, group in rows.partition_by(vary, as_dict=True, include_key=False).items():
        yield first | dict(zip(vary, texts, strict=True)), group


def _joined(key: Key, part: _Part) -> Series:
    return Series(
        key,
        times=pl.concat(part.times),
        values=pl.concat(part.values),
        instrument=", ".join(sorted(part.instruments)),
        unreadable=part.unreadable,
        example=min(part.examples, default=""),
    )


def half_millionths(texts: pl.Series) -> pl.Series:
    """This function will return numbers as Int64 half millionths; what is no number, or has a bound, is null.

    Digits after the sixth decimal are kept as "a little more than": the value is odd then, so comparing it with any
    limit of at most six decimals gives what the exact number would give.
    """
    plain = _plain(texts)
    if plain is not None:
        return plain
    distinct = texts.unique()
    exact = pl.Series([_halves(text) for text in distinct], dtype=pl.Int64)
    return texts.replace_strict(distinct, exact, return_dtype=pl.Int64)


def _plain(texts: pl.Series) -> pl.Series | None:
    """Return the numbers when every text is digits with at most six decimals, found out over the bytes; else null."""
    if texts.null_count() or not len(texts):
        return None
    characters, _ = bytes_of(texts)
    if (
        not characters.size
        or characters.min() < ord("-")
        or characters.max() > ord("9")
        or (characters == ord("/")).any()
    ):
        return None
    longest = int(texts.str.len_bytes().max() or 0)  # type: ignore[arg-type]
    if longest > _SHORT and (longest > _LONG or texts.str.contains(r"\.[0-9]{7}").any()):
        return None
    millionths = texts.cast(pl.Decimal(38, _PLACES), strict=False).to_physical().cast(pl.Int64, strict=False)
    if millionths.null_count():
        return None
    low, high = int(millionths.min()), int(millionths.max())  # type: ignore[arg-type]
    if max(abs(low), abs(high)) >= _LARGEST * 10**_PLACES:
        return None
    return millionths * 2


def _halves(text: str | None) -> int | None:
    found = number(text) if text else None
    if found is None or found[0] or abs(found[1]) >= _LARGEST:
        return None
    whole, rest = divmod(found[1], _MILLIONTH)
    if rest < 0:
        whole, rest = whole - 1, rest + _MILLIONTH
    return 2 * int(whole) + (1 if rest else 0)


def value_of(half: int) -> Decimal:
    """This function will return the number of half millionths, digits after the sixth left off."""
    return Decimal(half // 2) * _MILLIONTH
