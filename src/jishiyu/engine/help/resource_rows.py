"""The rows of a resource list in Excel or CSV, as plain text."""

import unicodedata
from collections.abc import Mapping
from pathlib import Path

from jishiyu.engine.files.formats import tables
from jishiyu.engine.files.headings import vocabulary

KIND = "resource_list"
NEEDED = ("code", "name", "part")
_ROWS = 10_000
Row = Mapping[str, str]


def resource_rows(path: Path, *, name: str) -> list[tuple[int, Row]]:
    """This function will return the rows that hold anything: the line a person sees, the cells by field, and the `flaw` of the row.

    Raises the problems of `engine/files` for what is no table, and `ColumnsMissing` without a column of `NEEDED`.
    """
    words = vocabulary(KIND)
    found: list[tuple[int, Row]] = []
    for table in tables(path, name=name, known=words.knows_table, headed=True):
        for texts in table.read(words.pick(table, NEEDED), _ROWS):
            for row in texts.iter_rows(named=True):
                cells = {key: _plain(value) for key, value in row.items() if isinstance(value, str)}
                if any(cells.values()) or row["flaw"]:
                    found.append((row["line"], {**cells, "flaw": str(row["flaw"])}))
    return found


def _plain(text: str) -> str:
    return unicodedata.normalize("NFKC", text).strip()
