"""Files → lines: every line of every file, in the order of the files, checked."""

from collections import Counter
from collections.abc import Collection, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field, replace
from datetime import date
from pathlib import Path
from typing import TypeVar

import polars as pl

from jishiyu.engine.files.formats import tables
from jishiyu.engine.files.headings import vocabulary
from jishiyu.engine.settlement.checks import CHECKED, check_lines
from jishiyu.engine.settlement.content import CONTENT, HASHED
from jishiyu.engine.settlement.flaws import Breaks, held, invalid
from jishiyu.engine.settlement.lines import LINE_SCHEMA
from jishiyu.engine.settlement.totals import Tally, Totals, check_totals, split_total_row, stated_totals

BATCH_ROWS = 125_000
NEEDED = ["settlement_id", "visit_id", "cert_no", "medical_type", "begins_on", "ends_on", "settled_at", "cash_fen"]
_COUNTED = ["total_fen", "cash_fen"]
_PEOPLE = ["person_key", "cert_no"]
_FIRST = "first_cell"
T = TypeVar("T")


@dataclass
class FlawedTexts:
    """Keeps `fields` of the lines that a flaw sets aside as they stood in the file, per table.

    The file need not be read again for them; `most` of them are kept, so that a bad file does not fill the memory.
    """

    fields: Collection[str]
    most: int = 100_000
    _tables: dict[str, list[pl.DataFrame]] = field(default_factory=dict)
    _count: int = 0

    def add(self, table: str, texts: pl.DataFrame, flaws: pl.Series) -> None:
        """Take the lines with a flaw out of a piece of a table."""
        flawed = flaws.to_frame("f").select(invalid(pl.col("f")) | held(pl.col("f"))).to_series()
        if self._count < self.most and flawed.any():
            part = texts.lazy().filter(flawed).select("line", *(f for f in self.fields if f in texts.columns)).collect()
            self._count += part.height
            self._tables.setdefault(table, []).append(part)

    def tables(self, lines: pl.DataFrame) -> list[tuple[str, pl.DataFrame]] | None:
        """Return names and texts of the tables that hold these lines (`file`, `line`); None when one was not kept."""
        kept = {table: pl.concat(parts) for table, parts in self._tables.items()}
        mine = [(table, texts) for table, texts in kept.items() if table in set(lines["file"])]
        found = [texts.select("line", file=pl.lit(table)) for table, texts in mine]
        if not found or lines.join(pl.concat(found), on=["file", "line"], how="anti").height:
            return None
        return mine


def read_lines(
    paths: Sequence[Path],
    *,
    as_of: date,
    breaks: Breaks = "warn",
    columns: Collection[str] | None = None,
    batch_rows: int = BATCH_ROWS,
    flawed: FlawedTexts | None = None,
    stated: Mapping[str, Sequence[Totals]] | None = None,
    noted: dict[str, list[Totals]] | None = None,
    names: Sequence[str] | None = None,
) -> Iterator[pl.DataFrame]:
    """Yield frames of LINE_SCHEMA with every line of every file, also the broken ones, in file order.

    With `columns` only `file`, `line`, `flaws` and these columns are made; `content` is the number of all others. `flawed` takes the texts of lines that cannot
    be used. Nothing may lie after `as_of`;
    `breaks="held"` holds lines whose amounts do not add up instead of warning. Raises a `Problem` for a file
    that cannot be read or has not the needed columns, and, at its end, when a file disagrees with its stated
    control totals, those in or beside the file and those `stated` by file name (`noted` takes
    them all): take what was yielded only when the iterator came to its end. `names` are what the files are called,
    where they are some of many.
    """
    for path, name in zip(paths, names or file_names(paths), strict=True):
        told = [*(stated or {}).get(name, []), *(stated_totals(path) if path.is_file() else [])]
        yield from _read_file(
            path, name, as_of, breaks, columns, batch_rows, flawed, told, {} if noted is None else noted
        )


def _read_file(
    path: Path, name: str, as_of: date, breaks: Breaks, columns: Collection[str] | None, batch_rows: int,
    flawed: FlawedTexts | None, stated: list[Totals], noted: dict[str, list[Totals]],
) -> Iterator[pl.DataFrame]:  # fmt: skip
    if stated:
        noted.setdefault(name, []).extend(stated)
    persons = any(totals.persons is not None for totals in stated)
    wanted = None if columns is None else [*columns, *_COUNTED, *(_PEOPLE if persons else [])]
    kept = None if columns is None else [c for c in (*LINE_SCHEMA, CONTENT) if c in {"file", "line", "flaws", *columns}]
    whole, part, current = Tally(), Tally(), ""
    checked = None if columns is None else {"line", "flaw", *CHECKED, *columns}
    if checked is not None and CONTENT in checked:
        checked.update(HASHED)
    read = checked if checked is None or flawed is None else checked.union(flawed.fields)
    for table, texts, in_row in _ahead(_read_tables(path, name, read, batch_rows)):
        if table != current:
            part, current = Tally(), table
        mine = texts if checked is None else texts.select(c for c in texts.columns if c in checked)
        lines = check_lines(mine, file=table, as_of=as_of, breaks=breaks, columns=wanted)
        if flawed is not None:
            flawed.add(table, texts, lines["flaws"])
        whole.add(lines, persons=persons)
        part.add(lines, persons=False)
        if in_row:
            noted.setdefault(table, []).append(in_row)
            check_totals(table, stated=in_row, counted=part.totals())
        yield lines if kept is None else lines.select(kept)
    for totals in stated:
        check_totals(name, stated=totals, counted=whole.totals())


def _ahead(items: Iterator[T]) -> Iterator[T]:
    """Yield items while the next one is read beside."""
    with ThreadPoolExecutor(1) as beside:
        coming = beside.submit(next, items, None)
        while (item := coming.result()) is not None:
            coming = beside.submit(next, items, None)
            yield item


def read_texts(
    path: Path, *, name: str = "", lines: Collection[int] | None = None
) -> Iterator[tuple[str, pl.DataFrame]]:
    """Yield the names and unchecked texts of the tables of a file: `line`, `flaw`, our fields as String.

    This is what stood in the file, for reports to its sender; with `lines`, only these of every table.
    """
    only = None if lines is None else tuple(lines)
    for table, texts, _ in _read_tables(path, name, None, BATCH_ROWS, only):
        yield table, texts if only is None else texts.filter(pl.col("line").is_in(only))


def _read_tables(
    path: Path, name: str, fields: Collection[str] | None, batch_rows: int, only: tuple[int, ...] | None = None
) -> Iterator[tuple[str, pl.DataFrame, Totals | None]]:
    """Yield pieces of texts (`fields`, or all); with the last piece of a table what its row of totals states."""
    words = vocabulary("settlements")
    for table in tables(path, name=name, known=words.knows_table):
        picked = words.pick(table, NEEDED)
        if fields is not None:
            picked = picked.only(fields)
        picked = replace(picked, lines=only)
        if table.named:
            yield from ((table.name, texts, None) for texts in table.read(picked, batch_rows))
            continue
        # 合计 stands in the first cell, which may be a running number nobody else asks for.
        picked = replace(picked, columns=picked.columns | {_FIRST: 0})
        held: pl.DataFrame | None = None
        for texts in table.read(picked, batch_rows):
            if held is not None and texts.height:
                yield table.name, held.drop(_FIRST), None
                held = None
            if held is None and split_total_row(texts)[1] is None:
                yield table.name, texts.drop(_FIRST), None
            elif held is None:
                held = texts  # only what stands in the last row of all is a row of totals
        if held is not None:
            lines, totals = split_total_row(held)
            yield table.name, lines.drop(_FIRST), totals


def file_names(paths: Sequence[Path]) -> list[str]:
    """Return what to call the files: their names, with the folder where two share a name."""
    names = [path.name for path in paths]
    shared = {name for name, count in Counter(names).items() if count > 1}
    longer = [f"{path.parent.name}/{path.name}" if path.name in shared else path.name for path in paths]
    seen: Counter[str] = Counter()
    result = []
    for name in longer:
        seen[name] += 1
        result.append(name if seen[name] == 1 else f"{name}#{seen[name]}")
    return result
