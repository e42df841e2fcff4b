"""Every line of every file ends in exactly one bucket, and the buckets add up to the lines."""

import polars as pl

from jishiyu.engine.keys import repeated
from jishiyu.engine.settlement.flaws import reasons

BUCKETS = [
    "invalid", "duplicate", "superseded", "held", "reversed", "unmatched", "ineligible", "auto", "assist", "capped",
]  # fmt: skip
# When several policies judge one stay, its lines tell the best news.
_LEADING = {"assist": 0, "auto": 1, "capped": 2, "held": 3, "ineligible": 4, "unmatched": 5}


def account(settled: pl.DataFrame, decisions: pl.DataFrame, *, once: bool = False) -> pl.DataFrame:
    """This function will give each line its final bucket and reasons.

    Takes the rows of `settle` and the rows of `decide` that came from them; returns `file`, `line`, `setl_id`,
    `stay_id`, `bucket`, `reasons` (list of codes), in the order of the lines. A live line takes the bucket of its
    stay's decision; warnings of the line follow the reasons. `once` says that no stay has two decisions; otherwise that
    is looked for.
    """
    verdicts = decisions.select("stay_id", "bucket", "reasons")
    if not once and repeated(verdicts["stay_id"]) is not None:
        rank = pl.col("bucket").replace_strict(_LEADING, return_dtype=pl.Int8)
        verdicts = (
            verdicts.with_columns(_rank=rank)
            .sort("stay_id", "_rank")
            .unique("stay_id", keep="first", maintain_order=True)
        )
    live = settled["bucket"].is_null()
    rows = _rows_of(settled["stay_id"].filter(live), settled["parted"].filter(live), verdicts["stay_id"])
    places = pl.repeat(0, settled.height, dtype=pl.UInt32, eager=True).scatter(live.arg_true(), rows)
    words = verdicts.select("bucket", "reasons")
    words, places = _fates(words, places, settled, ~live)
    words, places = _with_flaws(words, places, settled["flaws"])
    return settled.select("file", "line", pl.col("settlement_id").alias("setl_id"), "stay_id").with_columns(
        words["bucket"].gather(places), words["reasons"].gather(places)
    )


def _fates(
    words: pl.DataFrame, places: pl.Series, settled: pl.DataFrame, where: pl.Series
) -> tuple[pl.DataFrame, pl.Series]:
    """Add the words of lines that netting settled; `places` says which row of `words` speaks of a line."""
    if not where.any():
        return words, places
    mine = settled.lazy().filter(where).select("bucket", "why").collect()
    pairs = mine.unique(maintain_order=True).with_row_index("at", offset=words.height)
    at = mine.join(pairs, on=["bucket", "why"], how="left", nulls_equal=True, maintain_order="left")["at"]
    reasons = pl.when(pl.col("why").is_not_null()).then(pl.concat_list("why")).otherwise(pl.lit([], pl.List(pl.String)))
    return pl.concat([words, pairs.select("bucket", reasons=reasons)], rechunk=True), places.scatter(
        where.arg_true(), at
    )


def _with_flaws(words: pl.DataFrame, places: pl.Series, flaws: pl.Series) -> tuple[pl.DataFrame, pl.Series]:
    """Let the flaws of a line follow its reasons."""
    flawed = flaws != 0
    if not flawed.any():
        return words, places
    mine = words.select(pl.all().gather(places.filter(flawed)))
    mine = mine.with_columns(reasons=pl.concat_list("reasons", reasons(flaws.filter(flawed))))
    at = pl.int_range(words.height, words.height + mine.height, dtype=pl.UInt32, eager=True)
    return pl.concat([words, mine], rechunk=True), places.scatter(flawed.arg_true(), at)


def _rows_of(wanted: pl.Series, parted: pl.Series, stays: pl.Series) -> pl.Series:
    """Return the row of each wanted stay among the stays; `parted` are those that come in parts.

    Decisions about stays of one settlement mostly come in the order of their lines, so a comparison finds them;
    the others are looked up by name.
    """
    several = parted.any()
    single = wanted.filter(~parted) if several else wanted
    in_order = len(single) <= len(stays) and bool((stays.head(len(single)) == single).all())
    if not in_order:
        return _look_up(wanted, stays)
    rows = pl.int_range(len(single), dtype=pl.UInt32, eager=True)
    if not several:
        return rows
    rest = _look_up(wanted.filter(parted), stays.slice(len(single))) + len(single)
    places = pl.repeat(0, len(wanted), dtype=pl.UInt32, eager=True).scatter((~parted).arg_true(), rows)
    return places.scatter(parted.arg_true(), rest.cast(pl.UInt32))


def _look_up(wanted: pl.Series, stays: pl.Series) -> pl.Series:
    names = pl.DataFrame({"stay": stays}).with_row_index("row")
    return wanted.to_frame("stay").join(names, on="stay", how="left", maintain_order="left")["row"]
