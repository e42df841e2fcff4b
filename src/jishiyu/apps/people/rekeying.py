"""A new sealing key, and everything stored sealed again with it."""

import json
from base64 import b64decode, b64encode
from datetime import datetime
from pathlib import Path

from django.conf import settings
from django.db import connection, transaction
from psycopg import sql

from jishiyu.apps.audit.operations import record
from jishiyu.apps.people import keyfile
from jishiyu.apps.people.models import Person
from jishiyu.apps.people.operations import match_keys
from jishiyu.apps.people.queries import SEALED, contact_hashes
from jishiyu.apps.people.sealing import current_head, keys, open_many, seal_many

# Every column that holds sealed tokens; its purpose is "table.column". A test compares this with the tables.
SEALED_COLUMNS = (
    ("people_person", "sealed"),
    ("members_rosterline", "sealed"),
    ("intake_line", "sealed"),
    ("intake_application", "sealed"),
    ("payments_attempt", "payee"),
    ("subsidies_heir", "sealed"),
    ("notices_notice", "sealed"),
    ("outside_setting", "sealed"),
    ("applications_application", "form"),
    ("applications_move", "words"),
    ("applications_complaint", "words"),
    ("applications_complaint", "answer"),
    ("enterprises_enterprise", "contact"),
    ("enterprises_needlist", "contact"),
    ("experts_expert", "mobile"),
)
CHUNK = 20_000
# Rows have many kinds of keys, but all have a place, in a table kept by year one within its partition; the lock keeps
# it theirs until the new token is in.
TAKE = """
SELECT tableoid::bigint, ctid::text, {column} FROM {table} WHERE substring({column} FROM 1 FOR 3) <> %s LIMIT %s
FOR UPDATE
"""
PUT = """
UPDATE {table} SET {column} = fresh.token
FROM unnest(%s::bigint[], %s::text[], %s::bytea[]) AS fresh(part, place, token)
WHERE {table}.ctid = fresh.place::tid AND {table}.tableoid = fresh.part::oid
"""


# Secrets of second factors stand as text inside JSON (django-allauth's table); the head of a token is its first three
# bytes, which are the first four letters in base 64. Passkeys are public keys: nothing of them is sealed.
FACTOR_PURPOSE = "mfa_authenticator.secret"
TAKE_FACTORS = """
SELECT id, data->>'secret' FROM mfa_authenticator
WHERE type = 'totp' AND substring(data->>'secret' FROM 1 FOR 4) <> %s ORDER BY id LIMIT %s FOR UPDATE
"""
PUT_FACTORS = """
UPDATE mfa_authenticator SET data = jsonb_set(data::jsonb, '{secret}', to_jsonb(fresh.secret))
FROM unnest(%s::bigint[], %s::text[]) AS fresh(id, secret) WHERE mfa_authenticator.id = fresh.id
"""


def hash_contacts(*, after: int) -> int | None:
    """Fill in the look-up hashes of mobiles and accounts of one chunk of people that have neither, from what is sealed.

    For people who were taken in before these hashes existed. Returns the last id it looked at; None at the end.
    """
    with transaction.atomic():
        found = list(
            Person.objects.select_for_update(no_key=True).order_by("id")
            .filter(id__gt=after, mobile_hash=None, account_hash=None)[:CHUNK]
        )  # fmt: skip
        known = [json.loads(text) for text in open_many([bytes(person.sealed) for person in found], purpose=SEALED)]
        mobiles, accounts = contact_hashes(
            mobiles=[one.get("mobile") for one in known], accounts=[one.get("bank_account") for one in known]
        )
        for person, mobile, account in zip(found, mobiles, accounts, strict=True):
            person.mobile_hash, person.account_hash = mobile, account
        changed = [person for person in found if person.mobile_hash or person.account_hash]
        Person.objects.bulk_update(changed, ["mobile_hash", "account_hash"], batch_size=2_000)
    return found[-1].pk if found else None


def draw_next_key(*, by: str, at: datetime) -> int:
    """Add a sealing key of the next version to the key file, of the algorithm the settings name; return the version.

    From now on it seals; the older keys stay in the file, because backups and what is not sealed anew need them.
    """
    path = Path(settings.KEY_FILE)
    keyfile.replace_file(path, keyfile.with_next_seal_key(keyfile.read_file(path), settings.KEY_ALGORITHMS))
    keys.cache_clear()
    version = keys().current
    with transaction.atomic():
        match_keys()
        record(by=by, action="keys.next", record=f"seal key {version}", details={}, at=at)
    return version


def seal_again(*, table: str, column: str) -> int:
    """Seal one chunk of a column with the newest key in one transaction, and return how many rows it was.

    Call it until it returns 0. Killed in between, nothing is lost: every row opens with the old or the new key.
    """
    names = {"table": sql.Identifier(table), "column": sql.Identifier(column)}
    purpose = f"{table}.{column}"
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(sql.SQL(TAKE).format(**names), [current_head(), CHUNK])
        rows = cursor.fetchall()
        if rows:
            # What is said does not change, only its wrapping: append-only tables let it pass this once.
            cursor.execute(sql.SQL("ALTER TABLE {table} DISABLE TRIGGER USER").format(**names))
            parts, places, sealed = (list(told) for told in zip(*rows, strict=True))
            tokens = seal_many(open_many([bytes(token) for token in sealed], purpose=purpose), purpose=purpose)
            cursor.execute(sql.SQL(PUT).format(**names), [parts, places, tokens])
            cursor.execute(sql.SQL("ALTER TABLE {table} ENABLE TRIGGER USER").format(**names))
    return len(rows)


def seal_factors_again() -> int:
    """Seal one chunk of the secrets of second factors with the newest key, and return how many it was; until 0."""
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(TAKE_FACTORS, [b64encode(current_head()).decode(), CHUNK])
        rows = cursor.fetchall()
        if rows:
            secrets = open_many([b64decode(text) for _, text in rows], purpose=FACTOR_PURPOSE)
            fresh = [b64encode(token).decode() for token in seal_many(secrets, purpose=FACTOR_PURPOSE)]
            cursor.execute(PUT_FACTORS, [[number for number, _ in rows], fresh])
    return len(rows)
