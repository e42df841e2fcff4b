"""Injury tables from Excel or CSV → the CSV that lies beside a policy (key, zh, en, amount, status)."""

import csv
import io
from pathlib import Path

import polars as pl

from jishiyu.engine import money
from jishiyu.engine.files.formats import tables
from jishiyu.engine.files.headings import vocabulary
from jishiyu.engine.policy.problems import PolicyFault, TableRefused

COLUMNS = ("key", "zh", "en", "amount", "status")
_ROWS = 100_000


def import_table(source: Path, out: Path, *, status: str) -> int:
    """This function will turn a table with body part, degree and amount (yuan) into a policy's CSV.

    A row's key is its code, or `part:degree`. Raises `TableRefused`, which lists every row that is not usable: a
    key missing or used twice, an amount that is not exact yuan. Returns the number of rows written.
    """
    words = vocabulary("injuries")
    pieces = [
        texts
        for table in tables(source, known=words.knows_table)
        for texts in table.read(words.pick(table, ["amount"]), _ROWS)
    ]
    rows = pl.concat(pieces, how="diagonal")
    absent = [
        pl.lit(None, pl.String).alias(name)
        for name in ("key", "zh", "en", "site", "degree")
        if name not in rows.columns
    ]
    rows = rows.with_columns(absent).with_columns(pl.col(pl.String).str.strip_chars())
    rows = rows.with_columns(
        key=pl.coalesce(_given("key"), pl.concat_str(_given("site"), _given("degree"), separator=":")),
        zh=pl.coalesce(_given("zh"), pl.concat_str("site", "degree", separator=" ")),
    )
    fen, wrong = money.fen_from_text(rows["amount"])
    faults = _faults(rows, fen, wrong)
    if faults:
        raise TableRefused(source.name, faults)
    buffer = io.StringIO()
    writer = csv.writer(buffer, lineterminator="\n")
    writer.writerow(COLUMNS)
    for key, zh, en, amount in zip(rows["key"], rows["zh"], rows["en"], fen, strict=True):
        writer.writerow([key, zh or key, en or key, f"{money.fen_to_yuan(amount)}", status])
    out.write_text(buffer.getvalue(), encoding="utf-8")
    return rows.height


def _given(name: str) -> pl.Expr:
    return pl.when(pl.col(name) != "").then(pl.col(name))


def _faults(rows: pl.DataFrame, fen: pl.Series, wrong: pl.Series) -> list[PolicyFault]:
    """List what is wrong with the rows, by line."""
    twice = rows["key"].is_not_null() & ~rows["key"].is_first_distinct()
    bad = (fen.is_null() | wrong | (fen <= 0)).fill_null(value=True)
    tests = [
        (rows["key"].is_null(), "key", "has neither a code nor body part and degree", "没有编码,也没有部位和程度"),
        (twice, "key", "stands twice", "重复出现"),
        (
            bad,
            "amount",
            "is not an amount in yuan above zero with at most two decimals",
            "不是大于零、最多两位小数的金额(元)",
        ),
    ]
    return [
        PolicyFault(line, where, en, zh)
        for mask, where, en, zh in tests
        for line in rows["line"].filter(mask.fill_null(value=False)).to_list()
    ]
