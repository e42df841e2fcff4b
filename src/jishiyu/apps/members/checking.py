"""What the lines of a roster file say against one another, before they are compared with the books."""

import polars as pl

from jishiyu.apps.members.findings import FINDING_SCHEMA, FINDINGS

# Those of whom nobody wrote down when they joined, and those who never left, for comparing.
BEGINS = pl.col("joined_on").fill_null(pl.date(1, 1, 1))
ENDS = pl.col("left_on").fill_null(pl.date(9999, 12, 31))


def check_lines(lines: pl.DataFrame, *, org_codes: pl.Series, not_ours: pl.Series | None = None) -> pl.DataFrame:
    """Return FINDING_SCHEMA and `row` for the lines that cannot be taken.

    Takes ROSTER_SCHEMA columns and `row`, `file`, `line`, as the reader gives them; `org_codes` are those known,
    `not_ours` those of them that whoever brings the file has no say in.
    """
    alone = [
        _found(lines, ~pl.col("org_code").is_in(org_codes.implode()), "org_code", "union_unknown", "org_code"),
        _two_names(lines),
    ]
    if not_ours is not None:
        alone.append(
            _found(lines, pl.col("org_code").is_in(not_ours.implode()), "org_code", "union_of_others", "org_code")
        )
    single = pl.concat(alone)
    return pl.concat([single, *_twice(lines.join(single, on="row", how="anti"))])


def _found(
    lines: pl.DataFrame, wrong: pl.Expr, column: str, code: str, value: str | None = None, other: str | None = None
) -> pl.DataFrame:
    return (
        lines.filter(wrong.fill_null(value=False))
        .select(
            "row",
            "file",
            "line",
            column=pl.lit(column),
            value=(pl.col(value) if value else pl.lit(None)).cast(pl.String),
            code=pl.lit(code),
            refuses=pl.lit(FINDINGS[code].refuses),
            other_line=(pl.col(other) if other else pl.lit(None)).cast(pl.Int64),
        )
        .select("row", *FINDING_SCHEMA)
    )


def _two_names(lines: pl.DataFrame) -> pl.DataFrame:
    """Find every line whose number stands under several names: nobody can tell which line is right."""
    names = lines.filter(pl.col("person_key").is_duplicated()).sort("row")
    names = names.with_columns(
        first_name=pl.col("name_key").first().over("person_key"), first=pl.col("line").first().over("person_key")
    )
    others = pl.col("name_key") != pl.col("first_name")
    second = names.filter(others).group_by("person_key").agg(second=pl.col("line").first())
    doubtful = names.join(second, on="person_key").with_columns(other=pl.when(others).then("first").otherwise("second"))
    return _found(doubtful, pl.lit(value=True), "name", "name_differs_in_file", other="other")


def _twice(lines: pl.DataFrame) -> list[pl.DataFrame]:
    """Find the later of two lines that say the same person was in the same union on the same day.

    Walking each person and union by day of joining, a line collides when it begins before the latest end so far.
    """
    pair = ["person_key", "org_code"]
    walked = (
        lines.filter(pl.struct(pair).is_duplicated())
        .with_columns(begins=BEGINS, ends=ENDS)
        .sort(*pair, "begins", "row")
        .with_columns(
            furthest=pl.col("ends").cum_max().shift(1).over(pair),
            other=pl.col("line").shift(1).over(pair),
            same=(pl.col("begins") == pl.col("begins").shift(1).over(pair)),
        )
    )
    collides = pl.col("begins") < pl.col("furthest")
    return [
        _found(walked, collides & pl.col("same"), "joined_on", "line_repeated", other="other"),
        _found(walked, collides & ~pl.col("same"), "joined_on", "overlaps_line", other="other"),
    ]
