"""Finding people: by number, by hash, and who counts after a merge."""

import json
import re
import unicodedata
from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

import polars as pl
from django.db import connection

from jishiyu.apps.people.models import Certificate, Person
from jishiyu.apps.people.problems import NumberUnusable
from jishiyu.apps.people.sealing import lookup_hash, lookup_hashes, open_many
from jishiyu.engine import identity
from jishiyu.engine.words import Words, listed

SEALED = "people_person.sealed"
IDENTITY_FIELDS = ("cert_type", "cert_no", "name", "mobile", "bank_account")
IDENTITY_SCHEMA: dict[str, Any] = {"person_id": pl.Int64(), **dict.fromkeys(IDENTITY_FIELDS, pl.String())}
CANONICAL_SCHEMA: dict[str, Any] = {"person_hash": pl.String(), "canonical_hash": pl.String(), "person_id": pl.Int64()}
FLAWS = {
    identity.TYPE_UNKNOWN: Words("证件类型不明", "unknown type"),
    identity.SHAPE: Words("位数或字符不对", "wrong length or characters"),
    identity.CHECK_DIGIT: Words("校验码不符", "wrong check digit"),
    identity.BIRTH_DATE: Words("出生日期不存在", "no such birth date"),
    identity.DIGITS_LOST: Words("末位已丢失", "digits lost by a spreadsheet"),
}


def identity_json(fields: Mapping[str, str | None]) -> str:
    """Return what is sealed of a person: JSON of IDENTITY_FIELDS in this order, without spaces, as Polars writes it."""
    frame = pl.DataFrame(
        [[fields.get(name)] for name in IDENTITY_FIELDS], schema=dict.fromkeys(IDENTITY_FIELDS, pl.String)
    )
    return str(frame.select(pl.struct(IDENTITY_FIELDS).struct.json_encode()).item())


def fold_mobile(text: str) -> str:
    """Return a mobile number as it is compared: half-width, without spaces, hyphens and the code of China."""
    plain = re.sub(r"[\s-]", "", unicodedata.normalize("NFKC", text))
    return re.sub(r"^(?:\+|00)?86(?=1\d{10}$)", "", plain)


def fold_account(text: str) -> str:
    """Return an account as the bank writes it: half-width, without spaces and hyphens."""
    return re.sub(r"[\s-]", "", unicodedata.normalize("NFKC", text))


def contact_hashes(
    *, mobiles: Sequence[str | None], accounts: Sequence[str | None]
) -> tuple[list[bytes | None], list[bytes | None]]:
    """Return the look-up hashes of mobiles and of accounts, each in its order; None where there is none."""
    folded = (
        [fold_mobile(text or "") or None for text in mobiles],
        [fold_account(text or "") or None for text in accounts],
    )
    return lookup_hashes(folded[0], purpose="mobile"), lookup_hashes(folded[1], purpose="account")


def trace(value: str | None, field: str) -> str | None:
    """Return what the trail may say of a sensitive field: masked, and the beginning of its keyed hash.

    The hash tells two values apart that look alike when masked, and proves later which one it was.
    """
    if not value:
        return None
    hidden = identity.mask_name(value) if field == "name" else identity.mask_number(value)
    return f"{hidden} #{lookup_hash(value, purpose=f'trace {field}').hex()[:12]}"


def hash_of_number(*, cert_type: str, cert_no: str, as_of: date) -> bytes:
    """Return the look-up hash of a certificate as typed by a person; raises NumberUnusable.

    15 and 18 digits of one person give the same hash, whatever spaces, width or case they are typed with.
    """
    folded = identity.fold_certificates(
        pl.Series([cert_type], dtype=pl.String), pl.Series([cert_no], dtype=pl.String), as_of=as_of
    )
    key = folded.key[0]
    if key is None:
        said = [sentence for flaw, sentence in FLAWS.items() if folded.flaws[0] & flaw]
        raise NumberUnusable(masked=identity.mask_number(cert_no), flaw=listed(said or [Words("无号码", "no number")]))
    return lookup_hash(key)


def person_by_number(*, cert_type: str, cert_no: str, as_of: date) -> Person | None:
    """Return the person this number leads to (after merges: the one that counts), or None."""
    hashed = hash_of_number(cert_type=cert_type, cert_no=cert_no, as_of=as_of)
    found = Certificate.objects.select_related("person__merged_into").filter(person_hash=hashed).first()
    return (found.person.merged_into or found.person) if found else None


def canonical_people(*, hashes: Sequence[bytes]) -> pl.DataFrame:
    """Return CANONICAL_SCHEMA for the certificates that are known: hashes as hex, `person_id` of who counts.

    Every certificate of one human being, merged persons included, has the same `canonical_hash`.
    """
    with connection.cursor() as cursor:
        cursor.execute(
            """
            SELECT encode(certificate.person_hash, 'hex'), encode(counts.person_hash, 'hex'), counts.id
            FROM unnest(%s::bytea[]) AS wanted(person_hash)
            JOIN people_certificate certificate ON certificate.person_hash = wanted.person_hash
            JOIN people_person person ON person.id = certificate.person_id
            JOIN people_person counts ON counts.id = coalesce(person.merged_into_id, person.id)
            """,
            [list(hashes)],
        )
        return pl.DataFrame(cursor.fetchall(), schema=CANONICAL_SCHEMA, orient="row").unique(maintain_order=True)


def identity_of(person: Person) -> dict[str, Any]:
    """Return what is sealed of somebody whose row is there already, in the clear, by the names of IDENTITY_FIELDS."""
    opened: dict[str, Any] = json.loads(open_many([bytes(person.sealed)], purpose=SEALED)[0])
    return opened


def identities(*, person_ids: Sequence[int]) -> pl.DataFrame:
    """Return IDENTITY_SCHEMA in the clear for these persons, in ascending order of `person_id`.

    For files that must carry them (a bank file). The caller records in the trail that it did; to show one person
    to one officer there is `reveal`.
    """
    with connection.cursor() as cursor:
        cursor.execute("SELECT id, sealed FROM people_person WHERE id = ANY(%s) ORDER BY id", [list(person_ids)])
        rows = cursor.fetchall()
    texts = open_many([bytes(sealed) for _, sealed in rows], purpose=SEALED)
    fields = [json.loads(text) for text in texts]
    columns: dict[str, list[Any]] = {"person_id": [person_id for person_id, _ in rows]}
    columns |= {name: [entry.get(name) for entry in fields] for name in IDENTITY_FIELDS}
    return pl.DataFrame(columns, schema=IDENTITY_SCHEMA)
