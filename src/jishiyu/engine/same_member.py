"""One member under two certificates, a passport before and an identity card now: one person, with one limit."""

import polars as pl


def same_members(roster: pl.DataFrame, problems: pl.DataFrame) -> pl.DataFrame | None:
    """This function will return `person_key` and `one`, the key that stands for it, of members with two certificates.

    Takes what `read_roster` returns. A member number with two certificates and one name is one person; where the
    names differ the number itself is wrong, which the problems of the roster say. None when there is nobody.
    """
    return tied(roster) if (problems["code"] == "member_of_two_numbers").any() else None


def tied(roster: pl.DataFrame) -> pl.DataFrame | None:
    """This function will return what `same_members` does, for a roster that holds all lines of its member numbers."""
    rows = roster.select("member_no", "person_key", "name_key").unique()
    one_name = (pl.col("person_key").n_unique().over("member_no") > 1) & (
        pl.col("name_key").n_unique().over("member_no") == 1
    )
    pairs = rows.filter(one_name).select("member_no", "person_key", one="person_key")
    while True:  # a person of two numbers ties three certificates together, and so on
        smallest = pl.col("one").min()
        following = pairs.with_columns(smallest.over("member_no")).with_columns(smallest.over("person_key"))
        if following.equals(pairs):
            break
        pairs = following
    return pairs.select("person_key", "one").unique().sort("person_key") if pairs.height else None


def shared_numbers(roster: pl.DataFrame) -> pl.Series:
    """This function will return the member numbers under which several certificates stand, whatever their names."""
    pairs = roster.select("member_no", "person_key").unique()
    return pairs.filter(pairs["member_no"].is_duplicated())["member_no"].unique()


def as_one(rows: pl.DataFrame, same: pl.DataFrame | None) -> pl.DataFrame:
    """This function will put the key that stands for a person into `person_key`."""
    if same is None or not same.height:
        return rows
    return rows.with_columns(pl.col("person_key").replace(same["person_key"], same["one"]))
