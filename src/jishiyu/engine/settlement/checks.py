"""Texts of a feed → checked lines: every value parsed exactly, every flaw a bit, no line dropped."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from datetime import date

import numpy as np
import polars as pl

from jishiyu.engine import identity
from jishiyu.engine.columns import folded_code, look, may_have_points, trimmed
from jishiyu.engine.dates import days_from_text, moments_from_text
from jishiyu.engine.files.headings import vocabulary
from jishiyu.engine.files.tables import BROKEN, UNREADABLE
from jishiyu.engine.money import fen_from_text
from jishiyu.engine.settlement import flaws
from jishiyu.engine.settlement.content import CONTENT, content_numbers
from jishiyu.engine.settlement.flaws import Breaks
from jishiyu.engine.settlement.lines import AMOUNTS, DATES, LINE_SCHEMA, MOMENTS, TEXTS
from jishiyu.engine.settlement.medical_types import fold_medical_types

CERTIFICATE = {
    identity.TYPE_MISSING: ("cert_type_missing", "cert_type"),
    identity.TYPE_UNKNOWN: ("cert_type_unknown", "cert_type"),
    identity.SHAPE: ("cert_shape", "cert_no"),
    identity.CHECK_DIGIT: ("cert_check_digit", "cert_no"),
    identity.BIRTH_DATE: ("cert_birth_date", "cert_no"),
    identity.PLACE: ("cert_place_unknown", "cert_no"),
    identity.DIGITS_LOST: ("digits_lost", "cert_no"),
}
FLAGS = {"refund_flag": ("0", "1", "2"), "valid_flag": ("0", "1")}
CODES = ["cert_type", "insurance_type", "person_type", "medical_type", "area", "hospital_level", "sex", *FLAGS]
# What the checks look at, whatever columns are asked for.
CHECKED = [
    "settlement_id", "undoes", "visit_id", "name", "cert_type", "cert_no", "medical_type", "refund_flag", "valid_flag",
    "hospital_code", "area", *AMOUNTS, *DATES, *MOMENTS,
]  # fmt: skip
_MADE = {"person_key", "name_key"}


@dataclass
class _Lines:
    """Columns as they get ready, and the flaws found on the way."""

    height: int
    columns: dict[str, pl.Series] = field(default_factory=dict)
    kinds: dict[str, pl.Series] = field(default_factory=dict)
    found: list[tuple[int, pl.Series]] = field(default_factory=list)

    def mark(self, where: pl.Series, code: str, column: str = "", severity: flaws.Severity | None = None) -> None:
        """Note a flaw on the lines where a condition holds; unknown is no."""
        if where.any():
            self.found.append((flaws.bit(code, column, severity), where.fill_null(value=False)))

    def mask(self) -> pl.Series:
        """Return all flaws as one bit mask per line."""
        mask = np.zeros(self.height, dtype=np.uint64)
        for flaw_bit, where in self.found:
            mask[where.to_numpy()] |= np.uint64(flaw_bit)
        return pl.Series("flaws", mask)


def check_lines(
    texts: pl.DataFrame, *, file: str, as_of: date, breaks: Breaks = "warn", columns: list[str] | None = None
) -> pl.DataFrame:
    """Return the lines of LINE_SCHEMA (or `file`, `line`, `flaws` and the named columns of it) with their flaws.

    With `content` among the columns there is also the number that stands for all the rest of a line (`content_numbers`).

    `texts` has `line`, `flaw` and our fields as String; fields the file does not have are null. Amounts are
    fen, periods are whole days, nothing may lie after `as_of`.
    """
    lines = _Lines(texts.height)
    broken = (texts["flaw"] & BROKEN) > 0
    if broken.any():
        hide = pl.when(~broken)
        texts = texts.with_columns(hide.then(pl.col(name)) for name in texts.columns if name not in ("line", "flaw"))
    with ThreadPoolExecutor(pl.thread_pool_size()) as pool:
        jobs = [pool.submit(job, lines, texts) for job in _jobs(texts, as_of, columns)]
        for job in jobs:
            job.result()
    _check_together(lines, texts, as_of=as_of, breaks=breaks)
    if broken.any():
        lines.found = [(flaw_bit, where & ~broken) for flaw_bit, where in lines.found]
        lines.mark(broken, "broken_row")
    lines.mark((texts["flaw"] & UNREADABLE) > 0, "unreadable_text")
    frame = _shape(lines, texts, file, columns)
    return (
        frame
        if columns is None or CONTENT not in columns
        else frame.with_columns(content_numbers(lines.columns, texts))
    )


def _shape(lines: _Lines, texts: pl.DataFrame, file: str, columns: list[str] | None) -> pl.DataFrame:
    wanted = (
        list(LINE_SCHEMA) if columns is None else [c for c in LINE_SCHEMA if c in {"file", "line", "flaws", *columns}]
    )
    ready = lines.columns | {"line": texts["line"], "flaws": lines.mask()}
    parts = [
        ready[name].alias(name)
        if name in ready
        else pl.lit(file if name == "file" else None, LINE_SCHEMA[name]).alias(name)
        for name in wanted
    ]
    return texts.select(parts)


Job = Callable[[_Lines, pl.DataFrame], None]


def _jobs(texts: pl.DataFrame, as_of: date, columns: list[str] | None) -> list[Job]:
    """Return one job per column to read, the long ones first, so that all cores are busy to the end."""
    there = set(texts.columns) if columns is None else set(texts.columns) & {*CHECKED, *columns}
    jobs: list[Job] = [lambda lines, frame: _certificates(lines, frame, as_of)]
    jobs += [_moment(name) for name in MOMENTS if name in there]
    jobs += [_amount(name) for name in AMOUNTS if name in there]
    jobs += [_day(name) for name in DATES if name in there and name != "birth_date"]
    jobs += [_text(name) for name in TEXTS if name in there and name not in (*CODES, "cert_no", *_MADE)]
    jobs += [_code(name) for name in CODES if name in there and name != "cert_type"]
    return jobs


def _amount(name: str) -> Job:
    def job(lines: _Lines, texts: pl.DataFrame) -> None:
        fen, wrong = fen_from_text(texts[name])
        lines.columns[name] = fen
        lines.mark(wrong, "amount_not_exact", name)

    return job


def _day(name: str) -> Job:
    def job(lines: _Lines, texts: pl.DataFrame) -> None:
        lines.columns[name], wrong = days_from_text(texts[name])
        lines.mark(wrong, "not_a_date", name)

    return job


def _moment(name: str) -> Job:
    def job(lines: _Lines, texts: pl.DataFrame) -> None:
        lines.columns[name], wrong = moments_from_text(texts[name])
        lines.mark(wrong, "not_a_date", name)

    return job


def _text(name: str) -> Job:
    def job(lines: _Lines, texts: pl.DataFrame) -> None:
        looks = look(texts[name])
        lines.columns[name] = trimmed(texts[name], looks)
        if name == "name":
            lines.columns["name_key"] = identity.name_keys(lines.columns[name], looks)
        if name in flaws.IDENTIFIERS and may_have_points(looks):
            lines.mark(lines.columns[name].str.contains(identity.SCIENTIFIC), "digits_lost", name)

    return job


def _code(name: str) -> Job:
    def job(lines: _Lines, texts: pl.DataFrame) -> None:
        codes, kinds = folded_code(texts[name])
        if name in FLAGS and not kinds.drop_nulls().is_in(FLAGS[name]).all():
            codes = codes.replace(vocabulary("settlements").values[name])
            kinds = codes.unique()
        lines.columns[name], lines.kinds[name] = codes, kinds

    return job


def _certificates(lines: _Lines, texts: pl.DataFrame, as_of: date) -> None:
    cert_type = _column(texts, "cert_type")
    found = identity.fold_certificates(cert_type, texts["cert_no"], as_of=as_of)
    lines.columns["cert_type"] = trimmed(cert_type)
    lines.columns["cert_no"] = trimmed(texts["cert_no"])
    lines.columns["person_key"] = found.key
    birth = found.birth_date
    if birth.null_count() and "birth_date" in texts.columns:
        given, wrong = days_from_text(texts["birth_date"])
        birth = birth.zip_with(birth.is_not_null(), given)
        lines.mark(wrong, "not_a_date", "birth_date")
    lines.columns["birth_date"] = birth
    if found.flaws.max():
        for flaw_bit, (code, column) in CERTIFICATE.items():
            lines.mark((found.flaws & flaw_bit) > 0, code, column)


def _column(texts: pl.DataFrame, name: str) -> pl.Series:
    return texts[name] if name in texts.columns else pl.repeat(None, texts.height, dtype=pl.String, eager=True)


def _check_together(lines: _Lines, texts: pl.DataFrame, *, as_of: date, breaks: Breaks) -> None:
    """Check what takes several columns of a line."""
    columns = lines.columns
    for name in (*flaws.REQUIRED, "name"):
        if name in columns and columns[name].null_count():
            given = columns[name].is_null() & _is_blank(texts[name])
            lines.mark(given, "missing", name)
    for name, known in FLAGS.items():
        if name in columns and not lines.kinds[name].drop_nulls().is_in(known).all():
            lines.mark(~columns[name].is_in(known), f"unknown_{name}", name)
    columns["medical_type"], unknown = fold_medical_types(columns["medical_type"], columns.get("area"), lines.kinds)
    if unknown is not None:
        lines.mark(unknown, "unknown_medical_type", "medical_type")
    begins, ends = columns["begins_on"], columns["ends_on"]
    lines.mark(begins > ends, "begins_after_ends", "begins_on")
    for name in ("begins_on", "ends_on", *MOMENTS):
        if name in columns:
            latest = columns[name].max()
            if latest is not None and pl.Series([latest]).cast(pl.Date).item() > as_of:
                lines.mark(columns[name].cast(pl.Date) > as_of, "in_the_future", name)
    _check_amounts(lines, breaks)


def _is_blank(texts: pl.Series) -> pl.Series:
    return texts.is_null() | (trimmed(texts).is_null())


def _check_amounts(lines: _Lines, breaks: Breaks) -> None:
    columns = lines.columns
    below = {name: columns[name] < 0 for name in AMOUNTS if name in columns}
    if any(where.any() for where in below.values()):
        reversal = _reversal(lines)
        for name, where in below.items():
            lines.mark(where & ~reversal, "amount_negative", name)
    severity: flaws.Severity = "held" if breaks == "held" else "warning"
    get = columns.get
    total, fund, hospital, personal, account, cash = (get(name) for name in AMOUNTS[:6])
    if total is not None and fund is not None and hospital is not None and personal is not None:
        lines.mark(personal != total - fund - hospital, "personal_does_not_add_up", "personal_fen", severity)
    if personal is not None and account is not None and cash is not None:
        lines.mark(cash != personal - account, "cash_does_not_add_up", "cash_fen", severity)


def _reversal(lines: _Lines) -> pl.Series:
    reversal = pl.repeat(value=False, n=lines.height, eager=True)
    if "refund_flag" in lines.columns:
        reversal |= (lines.columns["refund_flag"] != "0").fill_null(value=False)
    if "undoes" in lines.columns:
        reversal |= lines.columns["undoes"].is_not_null()
    return reversal
