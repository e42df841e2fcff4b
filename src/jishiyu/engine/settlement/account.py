"""Every line of every file ends in exactly one bucket, and the buckets add up to the lines."""

import polars as pl

from jishiyu.engine.settlement.flaws import reasons

BUCKETS = [
    "invalid", "duplicate", "superseded", "held", "reversed", "unmatched", "ineligible", "auto", "assist", "capped",
]  # fmt: skip
# When several policies judge one stay, its lines tell the best news.
_LEADING = {"assist": 0, "auto": 1, "capped": 2, "held": 3, "ineligible": 4, "unmatched": 5}


def account(settled: pl.DataFrame, decisions: pl.DataFrame) -> pl.DataFrame:
    """This function will give each line its final bucket and reasons.

    Takes the rows of `settle` and the rows of `decide` that came from them; returns `file`, `line`, `setl_id`,
    `stay_id`, `bucket`, `reasons` (list of codes), in the order of the lines. A live line takes the bucket of its
    stay's decision; warnings of the line follow the reasons.
    """
    rank = pl.col("bucket").replace_strict(_LEADING, return_dtype=pl.Int8)
    stays = decisions.select("stay_id", pl.col("bucket").alias("_bucket"), pl.col("reasons").alias("_reasons"), _rank=rank)
    if stays["stay_id"].is_duplicated().any():
        stays = stays.sort("stay_id", "_rank").unique("stay_id", keep="first", maintain_order=True)
    flaws = reasons(settled["flaws"]).alias("_flaws")
    rows = settled.select("file", "line", "settlement_id", "stay_id", "bucket", "why").with_columns(flaws)
    rows = rows.join(stays, on="stay_id", how="left", maintain_order="left")
    takes = pl.col("bucket").is_null()
    own = pl.when(pl.col("why").is_not_null()).then(pl.concat_list("why"))
    words = pl.when(takes).then("_reasons").otherwise(own)
    flawed = pl.col("_flaws").list.len() > 0
    return rows.select(
        "file",
        "line",
        pl.col("settlement_id").alias("setl_id"),
        "stay_id",
        bucket=pl.coalesce("bucket", "_bucket"),
        reasons=pl.when(flawed & words.is_not_null()).then(pl.concat_list(words, "_flaws"))
        .when(flawed).then("_flaws")
        .otherwise(pl.coalesce(words, pl.lit([], pl.List(pl.String)))),
    )  # fmt: skip
