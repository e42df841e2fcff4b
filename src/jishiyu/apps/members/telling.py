"""Members whose mobile or account a roster file changed are told, like those of whom an officer changes it on the screen."""

from datetime import datetime
from typing import Any

import polars as pl
from django.db import connection

from jishiyu.apps.members.staging import opened
from jishiyu.apps.notices.models import Kind
from jishiyu.apps.notices.operations import Word, queue_notices
from jishiyu.apps.people.queries import fold_account, fold_mobile
from jishiyu.apps.tables.copying import copy_out

SLICE = 20_000
# Whose mobile or account may be another one, as it was before; hashes may be missing of people from earlier versions.
BEFORE = """
CREATE TEMP TABLE roster_before ON COMMIT DROP AS
SELECT changed.person_id, person.sealed
FROM roster_person changed
JOIN people_person person ON person.id = changed.person_id
JOIN members_rosterline line ON line.roster_import_id = %(import_id)s AND line.row = changed.row
WHERE line.mobile_hash IS DISTINCT FROM person.mobile_hash OR line.account_hash IS DISTINCT FROM person.account_hash
"""
CHANGED = """
SELECT before.person_id, encode(before.sealed, 'hex'), encode(person.sealed, 'hex')
FROM roster_before before JOIN people_person person ON person.id = before.person_id
WHERE before.person_id > %s ORDER BY before.person_id LIMIT %s
"""
SCHEMA: dict[str, Any] = {"person_id": pl.Int64(), "before": pl.String(), "now": pl.String()}


def remember(*, import_id: int) -> None:
    """Keep for this transaction what is on record of those whom the import changes; call it before it does."""
    with connection.cursor() as cursor:
        cursor.execute("DROP TABLE IF EXISTS roster_before")
        cursor.execute(BEFORE, {"import_id": import_id})
        cursor.execute("CREATE INDEX ON roster_before (person_id)")
        cursor.execute("ANALYZE roster_before")


def tell(*, import_id: int, by: str, at: datetime) -> int:
    """Queue a notice for every mobile and every account that is another one now, at the mobile number of before.

    Without one of before it goes to the one of now; a first mobile is no news. Returns how many people were told.
    """
    after = people = 0
    while not (part := copy_out(CHANGED, schema=SCHEMA, parameters=[after, SLICE])).is_empty():
        after = int(part["person_id"][-1])
        words = []
        for person_id, before, now in zip(part["person_id"], opened(part["before"]), opened(part["now"]), strict=True):
            kinds = _changed(before, now)
            people += bool(kinds)
            words += [
                Word(kind=kind, person_id=person_id, address=fold_mobile(before["mobile"] or "") or None,
                     once=f"roster import {import_id} {kind} of person {person_id}")
                for kind in kinds
            ]  # fmt: skip
        queue_notices(words=words, by=by, at=at)
    return people


def _changed(before: dict[str, str | None], now: dict[str, str | None]) -> list[Kind]:
    mobiles = [fold_mobile(one["mobile"] or "") for one in (before, now)]
    accounts = [fold_account(one["bank_account"] or "") for one in (before, now)]
    found = [Kind.MOBILE_CHANGED] if mobiles[0] and mobiles[0] != mobiles[1] else []
    return found + ([Kind.ACCOUNT_CHANGED] if accounts[0] != accounts[1] else [])
