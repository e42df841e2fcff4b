"""A checked roster file on its way into the books: hashed, sealed, and laid beside them in `members_rosterline`."""

from typing import Any

import polars as pl
from django.db import connection

from jishiyu.apps.people.queries import IDENTITY_FIELDS, SEALED, contact_hashes
from jishiyu.apps.people.sealing import lookup_hashes, open_many, seal_many
from jishiyu.apps.tables.copying import copy_in, copy_out

SLICE = 200_000  # tokens as text take a kilobyte per line for a moment
CONTENT = pl.Struct(dict.fromkeys(IDENTITY_FIELDS, pl.String()))
STAGED = [
    "roster_import_id", "row", "file", "line", "person_hash", "name_hash", "sealed", "content_hash", "mobile_hash", "account_hash",
    "birth_date", "sex", "org_code",
    "member_no", "in_service", "joined_on", "left_on", "household_hash", "refused",
]  # fmt: skip
SEXES = {"1": "1", "2": "2", "男": "1", "女": "2"}
HEXED = ["person_hash", "name_hash", "sealed", "content_hash", "mobile_hash", "account_hash", "household_hash"]
# People on record whose identity data the file gives differently, one row each.
DIFFERENT = """
SELECT DISTINCT ON (line.person_hash) encode(line.person_hash, 'hex'), encode(line.sealed, 'hex'),
       encode(person.sealed, 'hex')
FROM members_rosterline line
JOIN people_person person ON person.person_hash = line.person_hash
WHERE line.roster_import_id = %s AND NOT line.refused AND line.content_hash <> person.content_hash
ORDER BY line.person_hash, line.row
"""
PAIR_SCHEMA: dict[str, Any] = {"person_hash": pl.String(), "given": pl.String(), "stored": pl.String()}


def stage(lines: pl.DataFrame, *, import_id: int, refused: pl.Series) -> None:
    """Write the lines of a file into `members_rosterline`; identity data only hashed and sealed.

    Takes ROSTER_SCHEMA and ORIGIN_SCHEMA columns and `row`; `refused` are row numbers.
    """
    whole = lines.with_columns(content=_content(lines), refused=pl.col("row").is_in(refused.implode()), sex=_sex())
    for part in whole.iter_slices(SLICE):
        frame = part.with_columns(
            roster_import_id=pl.lit(import_id),
            person_hash=_hashed(part["person_key"], "person"),
            name_hash=_hashed(part["name_key"], "name"),
            household_hash=_hashed(part["household"], "household"),
            content_hash=_hashed(part["content"], "content"),
            sealed=_sealed(part["content"]),
            **_contacts(part["content"]),
        )
        copy_in(frame.select(STAGED), table="members_rosterline", hashes=HEXED)
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE members_rosterline")
    _keep_what_the_file_leaves_out(import_id)


def _content(lines: pl.DataFrame) -> pl.Series:
    """Return the JSON to seal; a number folded as in `person_key`; what one line of a person gives holds for all."""
    parts = pl.col("person_key").str.splitn(":", 2).struct
    # Each from the person's last line that has it, so that all lines of a person seal the same content.
    latest = [pl.col(name).drop_nulls().last().over("person_key") for name in ("name", "mobile", "bank_account")]
    return (
        lines.select(
            pl.col("person_key", "name", "mobile", "bank_account"),
            cert_type=parts.field("field_0"),
            cert_no=parts.field("field_1"),
        )
        .with_columns(latest)
        .select(content=pl.struct(IDENTITY_FIELDS).struct.json_encode())
        .to_series()
    )


def _sex() -> pl.Expr:
    """Read the sex from a resident number, whose seventeenth digit is odd for men (GB 11643), else from its column."""
    order = pl.col("person_key").str.extract(r"^01:\d{16}(\d)[\dX]$").cast(pl.Int8)
    by_number = pl.when(order % 2 == 1).then(pl.lit("1")).when(order % 2 == 0).then(pl.lit("2"))
    return pl.coalesce(by_number, pl.col("sex").replace_strict(SEXES, default=None, return_dtype=pl.String))


def _hashed(texts: pl.Series, purpose: str) -> pl.Series:
    return _hexed(lookup_hashes(texts.to_list(), purpose=purpose))


def _hexed(hashes: list[bytes | None]) -> pl.Series:
    return pl.Series([None if value is None else value.hex() for value in hashes], dtype=pl.String)


def _contacts(content: pl.Series) -> dict[str, pl.Series]:
    """Return what somebody can be found by besides number and name, from the JSON to seal."""
    known = content.str.json_decode(CONTENT).struct
    hashes = contact_hashes(
        mobiles=known.field("mobile").to_list(), accounts=known.field("bank_account").to_list()
    )  # fmt: skip
    names = ("mobile_hash", "account_hash")
    return {name: _hexed(found) for name, found in zip(names, hashes, strict=True)}


def _sealed(content: pl.Series) -> pl.Series:
    tokens = seal_many([text.encode() for text in content.to_list()], purpose=SEALED)
    return pl.Series([token.hex() for token in tokens], dtype=pl.String)


def _keep_what_the_file_leaves_out(import_id: int) -> None:
    """Fill empty mobiles and accounts from what is on record: a file without that column must not erase it."""
    pairs = copy_out(DIFFERENT, schema=PAIR_SCHEMA, parameters=[import_id])
    if pairs.is_empty():
        return
    given, stored = opened(pairs["given"]), opened(pairs["stored"])
    content = (
        pl.DataFrame({"given": given, "stored": stored})
        .select(
            pl.struct(
                pl.coalesce(pl.col("given").struct.field(name), pl.col("stored").struct.field(name)).alias(name)
                for name in IDENTITY_FIELDS
            )
            .struct.json_encode()
            .alias("content")
        )
        .to_series()
    )
    filled = pairs.select("person_hash").with_columns(
        sealed=_sealed(content), content_hash=_hashed(content, "content"), **_contacts(content)
    )
    with connection.cursor() as cursor:
        cursor.execute(
            "CREATE TEMP TABLE roster_filled (person_hash bytea PRIMARY KEY, sealed bytea, content_hash bytea,"
            " mobile_hash bytea, account_hash bytea)"
            " ON COMMIT DROP"
        )
        copy_in(filled, table="roster_filled", hashes=filled.columns)
        cursor.execute(
            "UPDATE members_rosterline line SET sealed = filled.sealed, content_hash = filled.content_hash,"
            " mobile_hash = filled.mobile_hash, account_hash = filled.account_hash"
            " FROM roster_filled filled WHERE line.person_hash = filled.person_hash AND line.roster_import_id = %s",
            [import_id],
        )
        cursor.execute("DROP TABLE roster_filled")


def opened(tokens: pl.Series) -> pl.Series:
    """Return what was sealed of people, as a struct of IDENTITY_FIELDS, from tokens in hex."""
    texts = open_many([bytes.fromhex(token) for token in tokens.to_list()], purpose=SEALED)
    return pl.Series([text.decode() for text in texts], dtype=pl.String).str.json_decode(CONTENT)
