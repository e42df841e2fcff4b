"""Who was it, on that day: events × roster."""

import polars as pl

# What an event learns from the roster; `matched` = on the roster at all, `is_member` = on the anchor date.
LEARNED = ["member_no", "org_code", "in_service", "joined_on", "left_on", "household"]


def with_membership(events: pl.DataFrame, roster: pl.DataFrame, anchor: pl.Expr) -> pl.DataFrame:
    """This function will add to each event the membership that holds on its anchor date.

    Takes events (EVENT columns) and ROSTER_SCHEMA rows, several per person for several memberships, half-open
    `[joined_on, left_on)`. Adds `anchor_date`, `matched`, `is_member`, `in_service` (both on the anchor date),
    `member_no`, `org_code`, `member_since`, `household`, `birth_date` and `name_differs`. Of several memberships
    the one that holds on the day counts, in service before not, same name before another, then the earliest
    joined; so two members with one number are one person and are paid once. Rows keep their order.
    """
    events = events.with_columns(anchor_date=anchor)
    if "household" in events.columns:
        events = events.rename({"household": "_own_household"})
    if "birth_date" in events.columns:
        events = events.rename({"birth_date": "_own_birth_date"})
    memberships = roster.select(
        "person_key", *LEARNED, "birth_date", pl.col("name_key").alias("_name"), matched=pl.lit(value=True)
    )
    several = memberships["person_key"].is_duplicated()
    if several.any():
        single = memberships.filter(~several)
        found = events.join(single, on="person_key", how="left", maintain_order="left")
        found = _pick(found, events, memberships.filter(several))
    else:
        found = events.join(memberships, on="person_key", how="left", maintain_order="left")
    return _derive(found)


def _pick(found: pl.DataFrame, events: pl.DataFrame, several: pl.DataFrame) -> pl.DataFrame:
    """Replace the rows of people with several memberships by the one that counts."""
    numbered = events.with_row_index("_at")
    candidates = numbered.join(several, on="person_key", how="inner")
    if not candidates.height:
        return found
    best = (
        candidates.with_columns(
            _holds=_holds(), _same=(pl.col("_name") == pl.col("name_key")).fill_null(value=True)
        )
        .sort(
            "_at", "_holds", "in_service", "_same", "joined_on", "member_no",
            descending=[False, True, True, True, False, False],
            nulls_last=True,
        )
        .unique("_at", keep="first", maintain_order=True)
        .drop("_holds", "_same")
    )  # fmt: skip
    rest = found.with_row_index("_at").join(best.select("_at"), on="_at", how="anti")
    return pl.concat([rest, best.select(rest.columns)]).sort("_at").drop("_at")


def _holds() -> pl.Expr:
    joined = pl.col("joined_on").is_null() | (pl.col("joined_on") <= pl.col("anchor_date"))
    return (joined & (pl.col("left_on").is_null() | (pl.col("anchor_date") < pl.col("left_on")))).fill_null(value=False)


def _derive(found: pl.DataFrame) -> pl.DataFrame:
    own_birth = [pl.col("_own_birth_date")] if "_own_birth_date" in found.columns else []
    own_household = [pl.col("_own_household")] if "_own_household" in found.columns else []
    matched = pl.col("matched").fill_null(value=False)
    holds = matched & _holds()
    return found.with_columns(
        matched=matched,
        is_member=holds,
        in_service=(holds & pl.col("in_service")).fill_null(value=False),
        member_since=pl.col("joined_on"),
        birth_date=pl.coalesce(*own_birth, "birth_date"),
        household=pl.coalesce("household", *own_household),
        name_differs=(matched & (pl.col("_name") != pl.col("name_key"))).fill_null(value=False),
    ).drop("_own_birth_date", "_own_household", "_name", "joined_on", "left_on", strict=False)
