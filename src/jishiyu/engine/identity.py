"""Who is it: certificate numbers and names folded so that equal people are equal, and masked for screens.

Numbers follow GB 11643: six digits of place, eight of birth, three of order, one check digit.
"""

import re
from dataclasses import dataclass
from datetime import date
from functools import cache
from pathlib import Path
from tomllib import loads
from typing import Any

import numpy as np
import polars as pl
from numpy.typing import NDArray

from jishiyu.engine.columns import BLOCK, NULLS, Looks, bytes_of, look
from jishiyu.engine.short_texts import real_days

Bytes = NDArray[np.uint8]

TYPE_MISSING, TYPE_UNKNOWN, SHAPE, CHECK_DIGIT, BIRTH_DATE, PLACE, DIGITS_LOST = (1 << bit for bit in range(7))
UNUSABLE = TYPE_MISSING | TYPE_UNKNOWN | SHAPE | CHECK_DIGIT | BIRTH_DATE | DIGITS_LOST

SCIENTIFIC = r"^[0-9](?:\.[0-9]*[eE]\+?|[eE]\+)[0-9]+$"
_EIGHTEEN, _FIFTEEN, _OLD_PERMANENT = r"^[0-9]{17}[0-9X]$", r"^[0-9]{15}$", r"^[A-Z]{3}[0-9]{12}$"
_RESIDENT, _PERMANENT, _PERMIT = "01", "07", "17"
_LONGEST = 50
_UNKNOWN_TYPE = "?"
_NOT_BORN = np.iinfo(np.int32).min
_ZERO = np.uint8(48)
_WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
_CHECK = np.frombuffer(b"10X98765432", dtype=np.uint8)
_PROVINCES = (11, 12, 13, 14, 15, 21, 22, 23, 31, 32, 33, 34, 35, 36, 37, 41, 42, 43, 44, 45, 46, 50, 51, 52, 53, 54,
              61, 62, 63, 64, 65, 71, 81, 82, 83, 91)  # fmt: skip
_KNOWN_PROVINCE = np.isin(np.arange(256), _PROVINCES)
_PYTHON_DOTS = "[.\u00b7\u0387\u16eb\u2022\u2027\u2219\u22c5\u2e31\u2e33\u30fb\uff0e\uff65]"
_DOTS = r"[.\x{00b7}\x{0387}\x{16eb}\x{2022}\x{2027}\x{2219}\x{22c5}\x{2e31}\x{2e33}\x{30fb}]"


@dataclass(frozen=True)
class Certificates:
    """Folded certificates: `key` (`type:number`, null when unusable), `birth_date` (Date), `flaws` (UInt8 mask)."""

    key: pl.Series
    birth_date: pl.Series
    flaws: pl.Series


def certificate_names() -> dict[str, tuple[str, str]]:
    """Return what every certificate type is called, in Chinese and English, by its code."""
    return {code: (entry["zh"], entry["en"]) for code, entry in _type_entries().items()}


@cache
def certificate_types() -> dict[str, str]:
    """Return the code of every certificate type by its code and by the names people write."""
    return {word: code for code, entry in _type_entries().items() for word in (code, code.lstrip("0"), *entry["names"])}


@cache
def _type_entries() -> dict[str, dict[str, Any]]:
    path = Path(__file__).parents[1] / "policies" / "codes" / "certificate_types.toml"
    types: dict[str, dict[str, Any]] = loads(path.read_text(encoding="utf-8"))["types"]
    return types


def fold_certificates(cert_type: pl.Series, cert_no: pl.Series, *, as_of: date) -> Certificates:
    """Return keys, birth dates and flaws of certificates; people with equal keys are the same person.

    Lower-case x, full-width digits, spaces and 15-digit numbers of resident identity cards are folded; nothing is repaired. A missing
    type beside a well-formed resident number means a resident identity card. An empty number is null
    without a flaw. Birth dates are those inside the numbers and may not be after `as_of`.
    """
    plain = ((cert_type == _RESIDENT) & (cert_no.str.len_bytes() == 18)).fill_null(value=False)
    if plain.all():
        return _residents(cert_no, as_of)
    ours = _residents(cert_no.filter(plain), as_of)
    others = _any_types(cert_type.filter(~plain), cert_no.filter(~plain), as_of)
    # Put the parts back in order with gather: Polars 2.1 miscounts distinct texts (n_unique in groups) in a text
    # column that came about by scattering into nulls, and one person would be two.
    back = pl.concat([plain.arg_true(), (~plain).arg_true()]).arg_sort()
    return Certificates(
        pl.concat([ours.key, others.key]).gather(back),
        pl.concat([ours.birth_date, others.birth_date]).gather(back),
        pl.concat([ours.flaws, others.flaws]).gather(back),
    )


def _residents(numbers: pl.Series, as_of: date) -> Certificates:
    """Judge 18-byte texts as resident numbers."""
    flaws, born = _judge(numbers, as_of)
    if (flaws & SHAPE).any():  # a lower-case x, a full-width digit, a space: fold what can be folded
        return _any_types(pl.repeat(_RESIDENT, len(numbers), dtype=pl.String, eager=True), numbers, as_of)
    return _certificates(pl.select(pl.lit(f"{_RESIDENT}:") + numbers).to_series(), born, flaws)


def _certificates(keys: pl.Series, born: NDArray[np.int32], flaws: Bytes) -> Certificates:
    birth = pl.Series("birth_date", born).cast(pl.Date)
    unknown = born == _NOT_BORN
    if unknown.any():
        birth = birth.set(pl.Series(unknown), None)
    if flaws.any():
        unusable = pl.Series((flaws & UNUSABLE) > 0)
        keys, birth = keys.set(unusable, None), birth.set(unusable, None)
    return Certificates(keys.alias("person_key"), birth, pl.Series("flaws", flaws))


def _any_types(cert_type: pl.Series, cert_no: pl.Series, as_of: date) -> Certificates:
    """Fold and judge certificates of every type, one column step after the other."""
    number = _fold_number(cert_no)
    given = (~cert_no.str.strip_chars().is_in(NULLS)).fill_null(value=False).to_numpy()
    empty = number.is_null().to_numpy()
    lost = _where(number, SCIENTIFIC)
    code = _fold_type(cert_type)
    resident = (code.is_null() | (code == _RESIDENT)).to_numpy()  # a passport may well have 15 digits of its own
    fifteen = _where(number, _FIFTEEN) & resident
    if fifteen.any():
        number = number.scatter(np.flatnonzero(fifteen), _fifteen_to_eighteen(number.filter(pl.Series(fifteen))))
    eighteen = _where(number, _EIGHTEEN)

    code = code.set(pl.Series(eighteen) & code.is_null(), _RESIDENT)
    checked = code.is_in([_RESIDENT, _PERMIT]).fill_null(value=False).to_numpy()
    permanent = (code == _PERMANENT).fill_null(value=False).to_numpy()
    new_permanent = permanent & eighteen & (number.str.slice(0, 1) == "9").fill_null(value=False).to_numpy()
    old_permanent = permanent & _where(number, _OLD_PERMANENT)
    too_long = (number.str.len_chars() > _LONGEST).fill_null(value=False).to_numpy()

    flaws = np.zeros(len(number), dtype=np.uint8)
    born = np.full(len(number), _NOT_BORN, dtype=np.int32)
    judged = (checked & eighteen) | new_permanent
    if judged.any():
        flaws[judged], born[judged] = _judge(number.filter(pl.Series(judged)), as_of)
        flaws[new_permanent] &= ~np.uint8(PLACE)
    fits = np.where(checked, eighteen, np.where(permanent, new_permanent | old_permanent, ~too_long))
    flaws[~fits] |= SHAPE
    flaws[code.is_null().to_numpy()] = TYPE_MISSING
    flaws[(code == _UNKNOWN_TYPE).fill_null(value=False).to_numpy()] = TYPE_UNKNOWN
    flaws[lost] = DIGITS_LOST
    flaws[empty] = np.where(given[empty], SHAPE, 0)
    born[empty] = _NOT_BORN
    return _certificates(pl.select(code + pl.lit(":") + number).to_series(), born, flaws)


def _where(texts: pl.Series, pattern: str) -> NDArray[np.bool_]:
    return texts.str.contains(pattern).fill_null(value=False).to_numpy()


def _fold_number(numbers: pl.Series) -> pl.Series:
    """Fold full-width forms, spaces, the apostrophe that keeps a number text in sheets, and case; empty is null."""
    folded = numbers.str.normalize("NFKC").str.replace_all(r"[\s\x{feff}\x{200b}-\x{200f}]", "")
    folded = folded.str.strip_chars_start("'").str.to_uppercase()
    return folded.set(folded.is_in(NULLS), None)


def _fold_type(types: pl.Series) -> pl.Series:
    """Return the codes of certificate types; empty is null, what nobody knows is `?`."""
    folded = types.str.normalize("NFKC").str.replace_all(r"\s", "").str.replace(r"^([0-9]{1,2})\.0$", "${1}")
    folded = folded.set(folded.is_in(NULLS), None)
    return folded.replace_strict(certificate_types(), default=_UNKNOWN_TYPE, return_dtype=pl.String).set(
        folded.is_null(), None
    )


def _fifteen_to_eighteen(numbers: pl.Series) -> pl.Series:
    """Put the century into 15-digit numbers and compute their check digits; 15 digits were given out to 1999."""
    seventeen = numbers.str.slice(0, 6) + "19" + numbers.str.slice(6)
    check = _check_characters(_by_place(seventeen, 17))
    return seventeen + pl.Series([chr(character) for character in check.tolist()], dtype=pl.String)


def _by_place(texts: pl.Series, width: int) -> Bytes:
    """Return the characters of equally long texts, one row per place."""
    return np.ascontiguousarray(bytes_of(texts)[0].reshape(-1, width).T)


def _check_characters(characters: Bytes) -> Bytes:
    # The largest sum is 9 x 107, so 16 bits are enough.
    total = np.zeros(characters.shape[1], dtype=np.uint16)
    for place, weight in zip(characters, _WEIGHTS, strict=False):
        total += (place - _ZERO) * np.uint8(weight)
    return _CHECK[total % 11]


def _judge(numbers: pl.Series, as_of: date) -> tuple[Bytes, NDArray[np.int32]]:
    """Return flaws and days of birth (since 1970) of 18-byte texts; with a wrong shape nothing else is judged."""
    rows = bytes_of(numbers)[0].reshape(-1, 18)
    blocks = [_judge_block(rows[start : start + BLOCK], as_of) for start in range(0, max(len(rows), 1), BLOCK)]
    flaws, born = zip(*blocks, strict=True)
    return np.concatenate(flaws), np.concatenate(born)


def _judge_block(rows: Bytes, as_of: date) -> tuple[Bytes, NDArray[np.int32]]:
    characters = np.ascontiguousarray(rows.T)
    digits = characters[:17] - _ZERO
    last = characters[17]
    shape = (digits.max(axis=0) < 10) & ((last == ord("X")) | (last - _ZERO < 10)) if len(rows) else last < 0
    check = _check_characters(characters) == last
    province = _KNOWN_PROVINCE[digits[0] * np.uint8(10) + digits[1]]
    born, real = real_days(np.ascontiguousarray(rows[:, 6:14]).view(np.uint64)[:, 0])
    real &= born <= (as_of - date(1970, 1, 1)).days
    flaws = np.where(shape, ~check * np.uint8(CHECK_DIGIT) | ~real * np.uint8(BIRTH_DATE) | ~province * np.uint8(PLACE),
                     np.uint8(SHAPE))  # fmt: skip
    return flaws.astype(np.uint8), born


def name_keys(names: pl.Series, looks: Looks | None = None) -> pl.Series:
    """Return names folded for comparing: one kind of middle dot, no spaces, full-width forms and case folded."""
    looks = looks or look(names)
    if looks.common:
        return (names if looks.shortest else names.set(names == "", None)).alias("name_key")
    folded = names.str.normalize("NFKC").str.replace_all(r"[\s\x{feff}\x{200b}-\x{200f}]", "")
    folded = folded.str.replace_all(_DOTS, "·").str.to_uppercase()
    return folded.set(folded == "", None).alias("name_key")


def mask_number(number: str) -> str:
    """Return a certificate number or account with its middle hidden: 220***********1234."""
    if len(number) <= 7:
        return number[:1] + "*" * (len(number) - 1)
    return number[:3] + "*" * (len(number) - 7) + number[-4:]


def mask_name(name: str) -> str:
    """Return a name with all but its first character hidden; dotted names keep the part before the dot."""
    parts = re.split(f"({_PYTHON_DOTS})", name.strip(), maxsplit=1)
    if len(parts) == 3 and parts[0]:
        return parts[0] + parts[1] + "*" * len(parts[2])
    return parts[0][:1] + "*" * (len(parts[0]) - 1)
