"""What every file of a run holds: rows, fen, people."""

import polars as pl


class FileSums:
    """Adds up rows, sums (fen, as far as they can be read) and persons of each file, piece by piece."""

    def __init__(self) -> None:
        self._sums: dict[str, dict[str, int]] = {}
        self._people: dict[str, list[pl.Series]] = {}

    def add(self, lines: pl.DataFrame) -> None:
        """This function will count a piece; all its lines are of one file."""
        if not lines.height:
            return
        file = str(lines["file"][0])
        sums = self._sums.setdefault(file, {"rows": 0, "total_fen": 0, "cash_fen": 0})
        sums["rows"] += lines.height
        for name in ("total_fen", "cash_fen"):
            sums[name] += int(lines[name].sum())
        self._people.setdefault(file, []).append(lines["person_key"].drop_nulls().hash())

    def all(self) -> dict[str, dict[str, int]]:
        """This function will return `rows`, `total_fen`, `cash_fen` and `persons` of every file."""
        return {
            file: {**sums, "persons": pl.concat(self._people[file]).n_unique()} for file, sums in self._sums.items()
        }
