"""Live settlements → stays, the events that hospital policies judge."""

import polars as pl

from jishiyu.engine.settlement.lines import AMOUNTS

# What a stay takes from its last settlement; everything else is summed, smallest or largest.
FROM_LAST = [
    "name_key", "birth_date", "sex", "insurance_type", "person_type", "medical_type", "hospital_level", "area",
    "employer_no", "employer_name", "diagnosis_code",
]  # fmt: skip


def stays(settled: pl.DataFrame) -> pl.DataFrame:
    """This function will join the live and held settlements of each stay into one event row.

    Takes the rows of `settle`; a stay is its live settlements with the same (hospital, visit). Amounts (fen) are
    sums, `begins_on` the smallest, `ends_on` and `settled_at` the largest, the rest comes from the last
    settlement in the order (`settled_at`, `settlement_id`). `hold` is the reason code that a person has to clear,
    null for a stay that can be decided. Columns missing in the input stay missing. Source: subsidies.md §2.
    """
    rows = settled.filter(
        pl.col("bucket").is_null() | ((pl.col("bucket") == "held") & pl.col("undoes").is_null())
    )
    amounts = [name for name in AMOUNTS if name in rows.columns]
    last = [name for name in FROM_LAST if name in rows.columns]
    hold = pl.when(pl.col("bucket") == "held").then(pl.coalesce("why", pl.lit("flawed_line")))
    # Undoings without an original carry negative amounts and no claim: they hold themselves, not a stay.
    rows = rows.filter(pl.col("why").is_null() | (pl.col("why") != "original_unknown"))
    columns = [
        pl.col("stay_id").alias("event_id"), pl.lit("stay").alias("kind"), "person_key", *last, "begins_on", "ends_on",
        "settled_at", pl.col("settlement_id").alias("last_settlement_id"), *amounts, hold.alias("hold"),
    ]  # fmt: skip
    many = rows["stay_id"].is_duplicated()
    if not many.any():
        return rows.select(columns)
    single = rows.filter(~many).select(columns)
    joined = (
        rows.filter(many)
        .with_columns(hold=hold)
        .sort("stay_id", "settled_at", "settlement_id")
        .group_by("stay_id", maintain_order=True)
        .agg(
            pl.col("person_key").last(),
            *[pl.col(name).last() for name in last],
            pl.col("begins_on").min(),
            pl.col("ends_on").max(),
            pl.col("settled_at").max(),
            pl.col("settlement_id").last().alias("last_settlement_id"),
            *[pl.col(name).sum() for name in amounts],
            pl.col("hold").drop_nulls().first(),
        )
    )
    joined = joined.with_columns(kind=pl.lit("stay")).rename({"stay_id": "event_id"}).select(single.columns)
    return pl.concat([single, joined])
