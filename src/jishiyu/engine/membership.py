"""Who was it, on that day: events × roster."""

import polars as pl

from jishiyu.engine.keys import hashed

# What an event learns from the roster, besides whether its person is there at all.
LEARNED = ["member_no", "org_code", "in_service", "joined_on", "left_on", "household", "birth_date"]


def with_membership(
    events: pl.DataFrame, roster: pl.DataFrame, anchor: pl.Expr, *, unbroken: bool = False
) -> pl.DataFrame:
    """This function will add to each event the membership that holds on its anchor date.

    Takes events (EVENT columns) and ROSTER_SCHEMA rows, several per person for several memberships, half-open
    `[joined_on, left_on)`. Adds `anchor_date`, `matched`, `is_member`, `in_service` (both on the anchor date),
    `member_no`, `org_code`, `member_since`, `household`, `birth_date` and `name_differs`. Of several memberships
    the one that holds on the day counts, in service before not, same name before another, then the earliest
    joined; so two members with one number are one person and are paid once. Rows keep their order.

    `unbroken`: `member_since` is the first day of all memberships without a gap, as waiting periods count it: who
    moves from one union to another does not wait again. It costs a sort of the roster, so it has to be asked for.
    """
    events = events.with_columns(anchor_date=anchor)
    rows = _rows(events, roster)
    names = hashed(events["name_key"])
    learned = roster.with_columns(hashed(roster["name_key"]).alias("_name")).select(
        pl.col(*LEARNED, "_name").gather(pl.lit(rows))
    )
    found = pl.concat([events.drop("household", "birth_date", strict=False), learned], how="horizontal").with_columns(
        matched=rows.is_not_null(), name_differs=(pl.col("_name") != pl.lit(names)).fill_null(value=False)
    )
    holds = pl.col("matched") & _holds()
    since = _unbroken_since(roster).gather(rows) if unbroken else found["joined_on"]
    own = [name for name in ("birth_date", "household") if name in events.columns]
    return found.with_columns(
        is_member=holds,
        in_service=(holds & pl.col("in_service")).fill_null(value=False),
        member_since=since,
        birth_date=pl.coalesce(events["birth_date"], "birth_date") if "birth_date" in own else pl.col("birth_date"),
        household=pl.coalesce("household", events["household"]) if "household" in own else pl.col("household"),
    ).drop("joined_on", "left_on", "_name")


def _holds() -> pl.Expr:
    """A membership without a first day has always held, one without a last day still does."""
    joined = pl.col("joined_on").is_null() | (pl.col("joined_on") <= pl.col("anchor_date"))
    return (joined & (pl.col("left_on").is_null() | (pl.col("anchor_date") < pl.col("left_on")))).fill_null(value=False)


def _unbroken_since(roster: pl.DataFrame) -> pl.Series:
    """Return for each row of the roster the first day of the unbroken run of memberships it belongs to."""
    runs = (
        roster.select(
            "person_key",
            joined=pl.col("joined_on").fill_null(pl.date(1, 1, 1)),
            left=pl.col("left_on").fill_null(pl.date(9999, 12, 31)),
        )
        .with_row_index("row")
        .sort("person_key", "joined", "left")
        .with_columns(reached=pl.col("left").cum_max().shift(1).over("person_key"))
        .with_columns(run=(pl.col("reached").is_null() | (pl.col("joined") > pl.col("reached"))).cum_sum())
    )
    return runs.with_columns(since=pl.col("joined").first().over("run")).sort("row")["since"]


def _rows(events: pl.DataFrame, roster: pl.DataFrame) -> pl.Series:
    """Return for each event the row of the roster that counts; null = the person is not on the roster."""
    people = pl.DataFrame({"person": hashed(roster["person_key"])}).with_row_index("row")
    asked = pl.DataFrame({"person": hashed(events["person_key"])})
    found = asked.with_row_index("at").join(people, on="person", how="left", maintain_order="left")
    rows = found["row"]
    if found.height > events.height:
        several = (found["at"] == found["at"].shift(1)).fill_null(value=False)
        several = several | (found["at"] == found["at"].shift(-1)).fill_null(value=False)
        best = _best(events, roster, found.filter(several))
        rows = rows.filter((found["at"] != found["at"].shift(1)).fill_null(value=True))
        rows = rows.scatter(best["at"], best["row"])
    if _same_people(events["person_key"], roster["person_key"], rows):
        return rows
    return _rows_by_name(events, roster)


def _same_people(asked: pl.Series, people: pl.Series, rows: pl.Series) -> bool:
    """Tell whether a second, independent hash agrees for every row found by the first (128 bits together)."""
    return bool((people.hash(seed=65_537).gather(rows) == asked.hash(seed=65_537)).fill_null(value=True).all())


def _rows_by_name(events: pl.DataFrame, roster: pl.DataFrame) -> pl.Series:
    """Find the rows by the keys themselves, for the day when two hashes collide."""
    people = roster.select(person="person_key").with_row_index("row")
    asked = events.select(person="person_key")
    best = _best(events, roster, asked.with_row_index("at").join(people, on="person", how="inner"))
    return pl.repeat(None, events.height, dtype=pl.UInt32, eager=True).scatter(best["at"], best["row"])


def _best(events: pl.DataFrame, roster: pl.DataFrame, candidates: pl.DataFrame) -> pl.DataFrame:
    """Choose among several memberships of one person: `at` = number of the event, `row` = row of the roster."""
    same = roster["name_key"].gather(candidates["row"]) == events["name_key"].gather(candidates["at"])
    return (
        candidates.with_columns(
            *[roster[name].gather(candidates["row"]).alias(name) for name in ("member_no", "joined_on", "left_on", "in_service")],
            anchor_date=events["anchor_date"].gather(candidates["at"]),
            same=same.fill_null(value=True),
        )
        .with_columns(holds=_holds())
        .sort(
            "at", "holds", "in_service", "same", "joined_on", "member_no",
            descending=[False, True, True, True, False, False],
            nulls_last=[True, True, True, True, False, True],  # without a first day: since ever, so the earliest
        )
        .unique("at", keep="first", maintain_order=True)
        .select("at", "row")
    )  # fmt: skip
