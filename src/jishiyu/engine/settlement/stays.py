"""Live settlements → stays, the events that hospital policies judge."""

import polars as pl

from jishiyu.engine.settlement.lines import AMOUNTS

# What a stay takes from its last settlement; everything else is summed, smallest or largest.
FROM_LAST = [
    "name_key", "birth_date", "sex", "insurance_type", "person_type", "medical_type", "hospital_level", "area",
    "employer_no", "employer_name", "diagnosis_code",
]  # fmt: skip
# A stay claims no amount of its own; policies whose formula looks at none name this as their base.
CLAIMED = pl.lit(0, pl.Int64)


def stays(settled: pl.DataFrame) -> pl.DataFrame:
    """This function will join the live and held settlements of each stay into one event row.

    Takes the rows of `settle`; a stay is its live settlements with the same (hospital, visit). Amounts (fen) are
    sums, `begins_on` the smallest, `ends_on` and `settled_at` the largest, the rest comes from the last
    settlement in the order (`settled_at`, `settlement_id`); `claimed_fen` is 0. `hold` is the reason code that a person has to clear,
    null for a stay that can be decided. Columns missing in the input stay missing. Where parts of a stay differ in their
    medical type, a column `medical_types` lists them (null for other stays), so that no policy goes by the last one alone.
    """
    # Undoings without an original carry negative amounts and no claim: they hold themselves, not a stay.
    claims = pl.col("bucket").is_null() | (
        (pl.col("bucket") == "held")
        & pl.col("undoes").is_null()
        & (pl.col("why") != "original_unknown").fill_null(value=True)
    )
    amounts = [name for name in AMOUNTS if name in settled.columns]
    last = [name for name in FROM_LAST if name in settled.columns]
    rows = (
        settled.lazy()
        .filter(claims)
        .select(
            pl.col("stay_id").alias("event_id"),
            pl.lit("stay").alias("kind"),
            "person_key",
            *last,
            "begins_on",
            "ends_on",
            "settled_at",
            pl.col("settlement_id").alias("last_settlement_id"),
            *amounts,
            hold=pl.when(pl.col("bucket") == "held").then(pl.coalesce("why", pl.lit("flawed_line"))),
            claimed_fen=CLAIMED,
            parted="parted",
        )
        .collect()
    )
    many, rows = rows["parted"], rows.drop("parted")
    if not many.any():
        return rows
    joined = _joined(rows.filter(many), last, amounts)
    if "medical_types" in joined.columns and joined["medical_types"].null_count() == joined.height:
        joined = joined.drop("medical_types")
    return pl.concat([rows.filter(~many), joined], how="diagonal")


def _joined(parts: pl.DataFrame, last: list[str], amounts: list[str]) -> pl.DataFrame:
    """Join the settlements of stays that have several."""
    types = pl.col("medical_type").drop_nulls().unique().sort()
    differ = [pl.when(types.len() > 1).then(types.implode()).alias("medical_types")] if "medical_type" in last else []
    return (
        parts.sort("event_id", "settled_at", "last_settlement_id")
        .group_by("event_id", maintain_order=True)
        .agg(
            pl.col("kind").last(),
            pl.col("person_key").last(),
            # All parts that state a name state the same one (`settle`); the last part may be silent about it.
            *[(pl.col(name).drop_nulls() if name == "name_key" else pl.col(name)).last() for name in last],
            pl.col("begins_on").min(),
            pl.col("ends_on").max(),
            pl.col("settled_at").max(),
            pl.col("last_settlement_id").last(),
            # An amount that one part does not state is not known for the stay; a sum would pass it off as zero.
            *[pl.when(pl.col(name).null_count() == 0).then(pl.col(name).sum()).alias(name) for name in amounts],
            pl.col("claimed_fen").first(),
            pl.col("hold").drop_nulls().first(),
            *differ,
        )
        .select(*parts.columns, *(["medical_types"] if differ else []))
    )
