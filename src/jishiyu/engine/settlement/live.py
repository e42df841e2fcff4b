"""Lines → live settlements: what became of every line before any policy looks at it.

Order of arrival does not matter, nor which file or year the parts come in: give this function all lines that
belong together, old and new.
"""

import polars as pl

from jishiyu.engine.settlement.flaws import held, invalid
from jishiyu.engine.settlement.lines import LINE_SCHEMA

# Reason codes that netting adds to those of the flaws; sentences stand in engine/reasons.py.
NOT_CONTENT = {"file", "line", "flaws"}


def settle(lines: pl.DataFrame) -> pl.DataFrame:
    """This function will give every line its `stay_id`, and a `bucket` with a `why` unless it is live.

    Takes LINE_SCHEMA rows in order of arrival (columns the job does not need may be missing); returns the same
    rows in the same order with three more columns: `stay_id`, `bucket` (`invalid`, `duplicate`, `superseded`,
    `held`, `reversed`, null = live) and `why` (one reason code, null = none beyond the flaws).

    A settlement is live when its validity flag is 1 or absent, its refund flag 0 or absent, and no other line
    names it as undone; the undoing line is never live (subsidies.md §2; domain facts: both rows of a reversal
    may carry any non-zero flag, and the original's flag often stays 0 in the first export).
    """
    frame = lines.with_columns(
        stay_id=pl.concat_str(pl.col("hospital_code").fill_null(""), pl.lit("/"), pl.col("visit_id")),
        bucket=pl.when(invalid(pl.col("flaws"))).then(pl.lit("invalid")).cast(pl.String),
        why=pl.lit(None, pl.String),
    )
    frame = _repeated(frame)
    frame = _undone(frame)
    return _stays_that_need_a_person(frame)


def _repeated(frame: pl.DataFrame) -> pl.DataFrame:
    """Mark duplicates (same content) and superseded versions (a newer or later line of the same settlement)."""
    valid = frame["bucket"].is_null()
    again = frame["settlement_id"].is_duplicated() & valid
    if not again.any():
        return frame
    content = [name for name in frame.columns if name in LINE_SCHEMA and name not in NOT_CONTENT]
    versions = (
        frame.with_row_index("at")
        .filter(again)
        .select("at", "settlement_id", "updated_at", content=pl.struct(content).hash(seed=1))
    )
    distinct = versions.unique(["settlement_id", "content"], keep="first", maintain_order=True)
    duplicate = versions.join(distinct, on="at", how="anti").select("at", bucket=pl.lit("duplicate"))
    # A version with a time of update is newer than one without; among equals the later line wins.
    newest = (
        distinct.sort("settlement_id", "updated_at", "at", nulls_last=False)
        .unique("settlement_id", keep="last", maintain_order=True)
        .select("at")
    )
    superseded = distinct.join(newest, on="at", how="anti").select("at", bucket=pl.lit("superseded"))
    return _put(frame, pl.concat([duplicate, superseded]).with_columns(why=pl.lit(None, pl.String)))


def _undone(frame: pl.DataFrame) -> pl.DataFrame:
    """Mark what was undone, the undoing lines, and undoings that cannot be followed."""
    open_ = pl.col("bucket").is_null()
    undoing = frame.filter(pl.col("undoes").is_not_null()).select("settlement_id", "undoes", "bucket")
    dead = undoing.filter(pl.col("bucket").is_null() & (pl.col("undoes") != pl.col("settlement_id")))["undoes"].unique()
    doubtful = undoing.filter(pl.col("bucket") == "invalid")["undoes"].unique()
    known = frame.filter(pl.col("settlement_id").is_in(dead.implode()))["settlement_id"].unique() if len(dead) else dead
    is_dead = pl.col("settlement_id").is_in(dead.implode()) if len(dead) else pl.lit(False)
    is_doubtful = pl.col("settlement_id").is_in(doubtful.implode()) if len(doubtful) else pl.lit(False)
    has_original = pl.col("undoes").is_in(known.implode()) if len(known) else pl.lit(False)
    refunded = ~pl.col("refund_flag").fill_null("0").is_in(["0", ""])
    void = ~pl.col("valid_flag").fill_null("1").is_in(["1", ""])
    amounts = [name for name in ("total_fen", "cash_fen", "personal_fen") if name in frame.columns]
    negative = pl.any_horizontal([pl.col(name) < 0 for name in amounts])
    verdict = (
        pl.when(~open_)
        .then(pl.struct(pl.col("bucket"), pl.col("why")))
        .when(pl.col("undoes").is_not_null() & ~has_original)
        .then(_verdict("held", "original_unknown"))
        .when(pl.col("undoes").is_not_null())
        .then(_verdict("reversed", "undoing_line"))
        .when(is_dead)
        .then(_verdict("reversed", "undone_by_another_line"))
        .when(refunded & negative)
        .then(_verdict("held", "original_unknown"))
        .when(refunded)
        .then(_verdict("reversed", "flagged_as_refunded"))
        .when(void)
        .then(_verdict("reversed", "flagged_as_void"))
        .when(is_doubtful)
        .then(_verdict("held", "undone_by_an_unusable_line"))
        .when(held(pl.col("flaws")))
        .then(_verdict("held", None))
        .otherwise(_verdict(None, None))
    )
    return frame.with_columns(_v=verdict).with_columns(
        bucket=pl.col("_v").struct.field("bucket"), why=pl.col("_v").struct.field("why")
    ).drop("_v")


def _stays_that_need_a_person(frame: pl.DataFrame) -> pl.DataFrame:
    """Hold every part of a stay that two people share, or of which one live part is held."""
    flawed = pl.col("bucket").is_null() | ((pl.col("bucket") == "held") & pl.col("undoes").is_null())
    parts = frame.filter(flawed)
    shared = parts.filter(parts["stay_id"].is_duplicated())
    if not shared.height:
        return frame
    stays = shared.group_by("stay_id").agg(
        people=pl.col("person_key").n_unique(), held=(pl.col("bucket") == "held").any()
    )
    two = stays.filter(pl.col("people") > 1)["stay_id"]
    partly = stays.filter(pl.col("held") & (pl.col("people") == 1))["stay_id"]
    mine = flawed & pl.col("bucket").is_null()
    in_two = pl.col("stay_id").is_in(two.implode()) if len(two) else pl.lit(False)
    in_partly = pl.col("stay_id").is_in(partly.implode()) if len(partly) else pl.lit(False)
    return frame.with_columns(
        bucket=pl.when(mine & (in_two | in_partly)).then(pl.lit("held")).otherwise("bucket"),
        why=pl.when(mine & in_two).then(pl.lit("two_people_in_one_stay"))
        .when(mine & in_partly).then(pl.lit("another_part_is_held"))
        .otherwise("why"),
    )  # fmt: skip


def _verdict(bucket: str | None, why: str | None) -> pl.Expr:
    return pl.struct(pl.lit(bucket, pl.String).alias("bucket"), pl.lit(why, pl.String).alias("why"))


def _put(frame: pl.DataFrame, verdicts: pl.DataFrame) -> pl.DataFrame:
    """Write verdicts (`at`, `bucket`, `why`) into the rows they name."""
    rows = frame.with_row_index("at").join(verdicts, on="at", how="left", suffix="_new", maintain_order="left")
    return rows.with_columns(
        bucket=pl.coalesce("bucket_new", "bucket"), why=pl.coalesce("why_new", "why")
    ).drop("at", "bucket_new", "why_new")
