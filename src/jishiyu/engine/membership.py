"""Who was it, on that day: events × roster."""

import polars as pl

_NUMBER = pl.col("person_key")
# The hash of a number finds it. Another one, of number and name, is the proof.
_HASH = _NUMBER.hash(seed=2_147)
_PROOF = _NUMBER.hash(seed=65_537) ^ pl.col("name_key").hash(seed=131)
# What an event learns from the roster, besides whether its person is there at all.
_LEARNED = [
    pl.col("member_no"), pl.col("org_code"), pl.col("joined_on"), pl.col("left_on"), pl.col("in_service").alias("_serves"),
    pl.col("household").alias("_household"), pl.col("birth_date").alias("_birth_date"), _PROOF.alias("_proof"),
]  # fmt: skip
# A membership without a first day has always held, one without a last day still does.
_HOLDS = (pl.col("joined_on").is_null() | (pl.col("joined_on") <= pl.col("anchor_date"))) & (
    pl.col("left_on").is_null() | (pl.col("anchor_date") < pl.col("left_on"))
)
_MATCHED = pl.col("_row").is_not_null()


def _certain(test: pl.Expr) -> pl.Expr:
    """Take a test that cannot be made (no anchor date, say) for false."""
    return pl.when(test).then(statement=True).otherwise(statement=False)


_MEMBERSHIP = [
    pl.col("anchor_date"), pl.col("member_no"), pl.col("org_code"),
    _MATCHED.alias("matched"), _certain(_MATCHED & _HOLDS).alias("is_member"),
    _certain(_MATCHED & _HOLDS & pl.col("_serves")).alias("in_service"),
]  # fmt: skip


def with_membership(
    events: pl.DataFrame, roster: pl.DataFrame, anchor: pl.Expr, *, unbroken: bool = False
) -> pl.DataFrame:
    """This function will add to each event the membership that holds on its anchor date.

    Takes events (EVENT columns) and ROSTER_SCHEMA rows, several per person for several memberships, half-open
    `[joined_on, left_on)`. Adds `anchor_date`, `matched`, `is_member`, `in_service` (both on the anchor date),
    `member_no`, `org_code`, `member_since`, `household`, `birth_date`, `name_differs` and `household_differs` (the
    roster names another household than the application). Of several memberships
    the one that holds on the day counts, in service before not, same name before another, then the earliest
    joined; so two members with one number are one person and are paid once. Rows keep their order.

    `unbroken`: `member_since` is the first day of all memberships without a gap, as waiting periods count it: who
    moves from one union to another does not wait again. It costs a sort of the roster, so it has to be asked for.
    """
    people = roster.with_columns(_since=_unbroken_since(roster)) if unbroken else roster
    found = _found(events, people, anchor)
    differs = _differing(found, events, roster)
    if differs is None:  # two people share a hash: their numbers themselves have to be compared
        found = _found(events, people, anchor, exact=True)
        differs = _differing(found, events, roster)
    own = set(events.columns)
    birth = pl.coalesce("birth_date", "_birth_date") if "birth_date" in own else pl.col("_birth_date")
    household, differs_at_home = pl.col("_household"), pl.lit(value=False)
    if "household" in own:
        household = pl.coalesce("_household", "household")
        differs_at_home = (pl.col("_household") != pl.col("household")).fill_null(value=False)
    return pl.concat([events, found], how="horizontal").select(
        *[name for name in events.columns if name not in ("birth_date", "household")],
        *_MEMBERSHIP,
        member_since="_since" if unbroken else "joined_on",
        birth_date=birth,
        household=household,
        name_differs=differs,
        household_differs=differs_at_home,
    )


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


def _found(events: pl.DataFrame, people: pl.DataFrame, anchor: pl.Expr, *, exact: bool = False) -> pl.DataFrame:
    """Return for each event, in their order, its anchor date and the row of the roster that counts, nulls without one."""
    key = _NUMBER if exact else _HASH
    if events["person_key"].null_count():  # nobody is found without a number
        key = pl.when(_NUMBER.is_not_null()).then(key)
    asked = events.select(anchor.alias("anchor_date"), _PROOF.alias("_asked"), key.alias("_person"))
    known = people.select(*_LEARNED, *({"_since"} & set(people.columns)), key.alias("_person")).with_row_index("_row")
    empty = [column.name for column in known if column.name != "_person" and column.null_count() == known.height > 0]
    found = asked.with_row_index("_at").join(known.drop(empty), on="_person", how="left", maintain_order="left")
    found = found.with_columns(pl.lit(None, known.schema[name]).alias(name) for name in empty)  # nothing to look up
    return found if found.height == events.height else _one_each(found, events, people)


def _one_each(found: pl.DataFrame, events: pl.DataFrame, people: pl.DataFrame) -> pl.DataFrame:
    """Choose among several memberships of one person."""
    at = found["_at"]
    several = (at == at.shift(1)).fill_null(value=False) | (at == at.shift(-1)).fill_null(value=False)
    candidates = found.with_row_index("_place").filter(several)
    same = people["name_key"].gather(candidates["_row"]) == events["name_key"].gather(candidates["_at"])
    best = (
        candidates.with_columns(_holds=_certain(_HOLDS), _same=same.fill_null(value=True))
        .sort(
            "_at", "_holds", "_serves", "_same", "joined_on", "member_no",
            descending=[False, True, True, True, False, False],
            nulls_last=[True, True, True, True, False, True],  # without a first day: since ever, so the earliest
        )
        .unique("_at", keep="first", maintain_order=True)
    )  # fmt: skip
    return found.filter((~several).scatter(best["_place"], values=True))


def _differing(found: pl.DataFrame, events: pl.DataFrame, people: pl.DataFrame) -> pl.Expr | None:
    """Tell whose name on the roster is another than in the event; None when a person found is not the one asked for.

    Where the second hash agrees, number and name do (128 bits together with the first); elsewhere the texts decide.
    """
    doubtful = found["_proof"] != found["_asked"]
    if not doubtful.any():
        return pl.lit(value=False)
    at = doubtful.arg_true()
    rows = found["_row"].gather(at)
    if (people["person_key"].gather(rows) != events["person_key"].gather(at)).any():
        return None
    differs = (people["name_key"].gather(rows) != events["name_key"].gather(at)).fill_null(value=False)
    return pl.lit(pl.repeat(value=False, n=found.height, eager=True).scatter(at.filter(differs), values=True))
