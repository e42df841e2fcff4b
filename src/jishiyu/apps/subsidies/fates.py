"""What becomes of each line: the bucket of lines that are new, and of older ones that a new line may have moved."""

import polars as pl

from jishiyu.apps.subsidies.statements import execute
from jishiyu.apps.tables.copying import copy_in, copy_out

OLD: dict[str, pl.DataType] = {
    "feed_id": pl.Int64(), "line": pl.Int64(), "old_bucket": pl.String(), "old_stay_id": pl.String(),
    "old_reasons": pl.List(pl.String()),
}  # fmt: skip
ASKED = """
CREATE TEMPORARY TABLE IF NOT EXISTS fate_asked (feed_id bigint, line_no integer) ON COMMIT DROP;
TRUNCATE fate_asked
"""
FATES = """
SELECT fate.feed_id, fate.line_no, fate.bucket, fate.stay_id, array_to_json(fate.reasons)
FROM {asked} asked JOIN intake_fate fate ON fate.feed_id = asked.feed_id AND fate.line_no = asked.line_no
"""
FRESH = """
CREATE TEMPORARY TABLE IF NOT EXISTS fresh_fate (LIKE intake_fate) ON COMMIT DROP;
TRUNCATE fresh_fate
"""
UPDATE = """
UPDATE intake_fate fate SET bucket = fresh.bucket, reasons = fresh.reasons, stay_id = fresh.stay_id
FROM fresh_fate fresh WHERE fate.feed_id = fresh.feed_id AND fate.line_no = fresh.line_no
"""


def with_old_fates(*, lines: pl.DataFrame, decided_anew: pl.Series, feed_id: int | None) -> pl.DataFrame:
    """This function will add `old_bucket`, `old_stay_id` and `old_reasons` (null for a new line) to judged lines.

    A feed can move an older line only through its stay (`decided_anew`, or shared with a line of the feed) or through
    a settlement that both name. The fates of all other lines are as they were, and are not read: a person's history
    is spread over the whole table. Without a feed all are read.
    """
    if feed_id is None:
        return lines.join(_read("together_line"), on=["feed_id", "line"], how="left", maintain_order="left")
    own = pl.col("feed_id") == feed_id
    mine = lines.filter(own)
    named = pl.concat([mine["settlement_id"], mine["undoes"]]).drop_nulls().unique().implode()
    stays = pl.concat([mine["stay_id"], decided_anew]).drop_nulls().unique().implode()
    shares = [pl.col("stay_id").is_in(stays), pl.col("settlement_id").is_in(named), pl.col("undoes").is_in(named)]
    touched = pl.any_horizontal([share.fill_null(value=False) for share in shares])
    asked = lines.filter(touched & ~own).select("feed_id", line_no="line")
    execute(ASKED)
    copy_in(asked, table="fate_asked")
    execute("ANALYZE fate_asked")
    known = lines.join(_read("fate_asked"), on=["feed_id", "line"], how="left", maintain_order="left")
    as_it_was = ~touched & ~own
    return known.with_columns(
        old_bucket=pl.when(as_it_was).then("bucket").otherwise("old_bucket"),
        old_stay_id=pl.when(as_it_was).then("stay_id").otherwise("old_stay_id"),
        old_reasons=pl.when(as_it_was).then("reasons").otherwise("old_reasons"),
    )


def write_fates(lines: pl.DataFrame) -> None:
    """This function will store the bucket of every line that is new or has changed (rows of `with_old_fates`)."""
    rows = lines.select(
        "feed_id", pl.col("line").alias("line_no"), "stay_id", "bucket", "reasons",
        known=pl.col("old_bucket").is_not_null(),
        same=pl.col("old_bucket").eq_missing(pl.col("bucket")) & pl.col("old_stay_id").eq_missing(pl.col("stay_id"))
        & pl.col("old_reasons").list.join("\x1f").eq_missing(pl.col("reasons").list.join("\x1f")),
    )  # fmt: skip
    copy_in(rows.filter(~pl.col("known")).drop("known", "same"), table="intake_fate")
    changed = rows.filter(pl.col("known") & ~pl.col("same")).drop("known", "same")
    if changed.height:
        execute(FRESH)
        copy_in(changed, table="fresh_fate")
        execute("ANALYZE fresh_fate")
        execute(UPDATE)


def _read(asked: str) -> pl.DataFrame:
    return copy_out(FATES.format(asked=asked), schema=OLD)
