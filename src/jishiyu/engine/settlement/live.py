"""Lines → live settlements: what became of every line before any policy looks at it.

Order of arrival does not matter, nor which file or year the parts come in: give this function all lines that
belong together, old and new.
"""

import polars as pl

from jishiyu.engine.keys import among, hashed, repeated
from jishiyu.engine.settlement.content import COMPARED, CONTENT
from jishiyu.engine.settlement.flaws import held, invalid
from jishiyu.engine.settlement.lines import LINE_SCHEMA

# What can become of a line before a policy judges: bucket and reason code (sentences in engine/reasons.py).
FATES: list[tuple[str | None, str | None]] = [
    (None, None),
    ("invalid", None),
    ("duplicate", None),
    ("superseded", None),
    ("held", None),
    ("held", "original_unknown"),
    ("held", "undone_by_an_unusable_line"),
    ("held", "two_people_in_one_stay"),
    ("held", "two_names_in_one_stay"),
    ("held", "another_part_is_held"),
    ("reversed", "undoing_line"),
    ("reversed", "undone_by_another_line"),
    ("reversed", "flagged_as_refunded"),
    ("reversed", "flagged_as_void"),
]
_NUMBER = {fate: number for number, fate in enumerate(FATES)}
_BUCKETS = pl.Series([bucket for bucket, _ in FATES], dtype=pl.String)
_WHYS = pl.Series([why for _, why in FATES], dtype=pl.String)
_NOT_CONTENT = {"file", "line", "flaws"}


def settle(lines: pl.DataFrame, unit: str = "stay") -> pl.DataFrame:
    """This function will give every line its `stay_id`, and a `bucket` with a `why` unless it is live.

    Takes LINE_SCHEMA rows in order of arrival (columns the job does not need may be missing, then with `content`, the
    number of all that is not there); returns the same
    rows in the same order with four more columns: `stay_id`, `bucket` (`invalid`, `duplicate`, `superseded`,
    `held`, `reversed`, null = live), `why` (one reason code, null = none beyond the flaws) and `parted` (other live or
    held lines belong to the same stay).

    A settlement is live when its validity flag is 1 or absent, its refund flag 0 or absent, and no other line
    names it as undone; the undoing line is never live (subsidies.md §2; both rows of a reversal may carry any
    non-zero flag, and the original's flag often stays 0 in the first export). `unit` is that of the policies
    (`Shelf.unit`): with `settlement` each settlement is a stay of its own, named `hospital/visit/settlement`.
    """
    frame = lines.with_columns(
        stay_id=pl.concat_str(pl.col("hospital_code").fill_null(""), pl.lit("/"), pl.col("visit_id"))
    )
    fate = frame.select(pl.when(invalid(pl.col("flaws"))).then(1).otherwise(0).cast(pl.UInt8)).to_series()
    ids = hashed(frame["settlement_id"])
    fate = _repeated(frame, fate, ids)
    fate = _undone(frame, fate, ids)
    fate, parted = _stays_that_need_a_person(frame, fate)
    if unit == "settlement":  # what needs a person is still looked at by the visit
        frame = frame.with_columns(stay_id=pl.concat_str("stay_id", pl.lit("/"), "settlement_id"))
    return frame.with_columns(bucket=_BUCKETS.gather(fate), why=_WHYS.gather(fate), parted=parted)


def _repeated(frame: pl.DataFrame, fate: pl.Series, ids: pl.Series) -> pl.Series:
    """Mark duplicates (same content) and superseded versions (a newer or later line of the same settlement)."""
    again = repeated(frame["settlement_id"], ids)
    if again is None or not (again & (fate == 0)).any():
        return fate
    if CONTENT in frame.columns:
        content = [name for name in (*COMPARED, CONTENT) if name in frame.columns]
    else:
        content = [name for name in frame.columns if name in LINE_SCHEMA and name not in _NOT_CONTENT]
    at = (again & (fate == 0)).arg_true()
    versions = (
        frame.select(pl.col(*{"settlement_id", "updated_at", *content}).gather(at))
        .select("settlement_id", "updated_at", content=pl.struct(content).hash(seed=1))
        .with_columns(at=at)
    )
    distinct = versions.unique(["settlement_id", "content"], keep="first", maintain_order=True)
    duplicate = versions.join(distinct, on="at", how="anti")["at"]
    # A version with a time of update is newer than one without; among equals the later line wins.
    newest = distinct.sort("settlement_id", "updated_at", "at", nulls_last=False).unique(
        "settlement_id", keep="last", maintain_order=True
    )
    superseded = distinct.join(newest, on="at", how="anti")["at"]
    fate = fate.scatter(duplicate, _NUMBER["duplicate", None])
    return fate.scatter(superseded, _NUMBER["superseded", None])


def _undone(frame: pl.DataFrame, fate: pl.Series, ids: pl.Series) -> pl.Series:
    """Mark what was undone, the undoing lines, and undoings that cannot be followed."""
    named = frame["undoes"].is_not_null()
    undoing = frame.select("undoes", "settlement_id", fate=fate).filter(named)
    others = undoing.filter(pl.col("undoes") != pl.col("settlement_id"))
    dead = others.filter(pl.col("fate") == 0)["undoes"].unique()
    doubtful = others.filter(pl.col("fate") == _NUMBER["invalid", None])["undoes"].unique()
    open_ = fate == 0
    verdicts: list[tuple[pl.Series, tuple[str, str | None]]] = []
    if len(undoing):
        is_dead = among(frame["settlement_id"], ids, dead)
        known = frame["settlement_id"].filter(is_dead).unique()
        followed = undoing["undoes"].is_in(known.implode())
        at = named.arg_true()
        no = pl.repeat(value=False, n=frame.height, eager=True)
        verdicts.append((no.scatter(at.filter(~followed), values=True), ("held", "original_unknown")))
        verdicts.append((named, ("reversed", "undoing_line")))
        verdicts.append((is_dead, ("reversed", "undone_by_another_line")))
    refunded = (~frame["refund_flag"].is_in(["0", ""])).fill_null(value=False)
    if refunded.any():
        amounts = [name for name in ("total_fen", "cash_fen", "personal_fen") if name in frame.columns]
        negative = frame.select(pl.any_horizontal(pl.col(amounts) < 0).fill_null(value=False)).to_series()
        verdicts.append((refunded & negative, ("held", "original_unknown")))
        verdicts.append((refunded, ("reversed", "flagged_as_refunded")))
    void = (~frame["valid_flag"].is_in(["1", ""])).fill_null(value=False)
    verdicts.append((void, ("reversed", "flagged_as_void")))
    if len(doubtful):
        verdicts.append((among(frame["settlement_id"], ids, doubtful), ("held", "undone_by_an_unusable_line")))
    verdicts.append((frame.select(held(pl.col("flaws"))).to_series(), ("held", None)))
    for where, verdict in reversed(verdicts):  # the first that fits counts, so it is written last
        hit = where & open_
        if hit.any():
            fate = fate.scatter(hit.arg_true(), _NUMBER[verdict])
    return fate


def _stays_that_need_a_person(frame: pl.DataFrame, fate: pl.Series) -> tuple[pl.Series, pl.Series]:
    """Hold every part of a stay that two people share, that has two names, or of which one live part is held.

    Returns the fates, and which lines are parts of a stay that has several.
    """
    live = fate == 0
    waiting = fate.is_in([_NUMBER["held", None], _NUMBER["held", "undone_by_an_unusable_line"]])
    # A negative line that does not say what it undoes most likely undoes another part of its own stay.
    nameless = (fate == _NUMBER["held", "original_unknown"]) & frame["undoes"].is_null()
    part = live | waiting | nameless
    shared = repeated(frame["stay_id"], hashed(frame["stay_id"]).set(~part, None))
    if shared is None:
        return fate, pl.repeat(value=False, n=frame.height, eager=True)
    parts = pl.DataFrame(
        {
            "at": shared.arg_true(),
            "stay_id": frame["stay_id"].filter(shared),
            "person_key": frame["person_key"].filter(shared),
            "name_key": frame["name_key"].filter(shared),
            "live": live.filter(shared),
        }
    )
    stays = parts.group_by("stay_id").agg(
        people=pl.col("person_key").n_unique(),
        names=pl.col("name_key").drop_nulls().n_unique(),
        all_live=pl.col("live").all(),
    )
    why = (
        pl.when(pl.col("people") > 1).then(_NUMBER["held", "two_people_in_one_stay"])
        .when(pl.col("names") > 1).then(_NUMBER["held", "two_names_in_one_stay"])
        .when(~pl.col("all_live")).then(_NUMBER["held", "another_part_is_held"])
    )  # fmt: skip
    told = stays.select("stay_id", why=why.cast(pl.UInt8)).drop_nulls("why")
    waits = parts.filter("live").join(told, on="stay_id", how="inner")
    return fate.scatter(waits["at"], waits["why"]), shared
