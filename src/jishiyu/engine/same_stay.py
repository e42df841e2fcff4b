"""One stay, one claim: a stay that was applied for is not paid again when its settlement data arrives later."""

import polars as pl

REPEATED = "applied_for_already"


def hold_repeated(events: pl.DataFrame) -> pl.DataFrame:
    """This function will hold stays that an application for the same stay came before: a person has to compare them.

    Nobody lies in two hospitals at once: two stays of one person are taken for the same when they share more than the
    day of a transfer. Of an application and settlement data the data is held, of two applications the later one. What
    is held already stays held for its own reason. Events without stays that were applied for come back as they are.
    """
    if "filed_on" not in events.columns:
        return events
    stay = (pl.col("kind") == "stay") & pl.col("begins_on").is_not_null() & pl.col("ends_on").is_not_null()
    numbered = events.with_row_index("_at").filter(stay & pl.col("person_key").is_not_null())
    applied = numbered.filter(pl.col("filed_on").is_not_null() & pl.col("hold").is_null())
    if not applied.height:
        return events
    wanted = ["_at", "person_key", "event_id", "begins_on", "ends_on", "filed_on"]
    pairs = applied.select(wanted).join(numbered.select(wanted), on="person_key", suffix="_other")
    data = pl.col("filed_on_other").is_null()
    same_day = pl.col("filed_on") == pl.col("filed_on_other")
    earlier = (pl.col("filed_on") < pl.col("filed_on_other")) | (
        same_day & (pl.col("event_id") < pl.col("event_id_other"))
    )
    later = pairs.filter((data | earlier) & _overlap())
    repeated = pl.int_range(events.height, dtype=pl.UInt32, eager=True).is_in(later["_at_other"].implode())
    hold = pl.when(repeated & pl.col("hold").is_null()).then(pl.lit(REPEATED)).otherwise("hold")
    return events.with_columns(hold=hold)


def _overlap() -> pl.Expr:
    """Tell whether two stays (inclusive days) share more than the day of a transfer."""
    first = pl.max_horizontal("begins_on", "begins_on_other")
    last = pl.min_horizontal("ends_on", "ends_on_other")
    equal = (pl.col("begins_on") == pl.col("begins_on_other")) & (pl.col("ends_on") == pl.col("ends_on_other"))
    return (first < last) | equal
