"""Applications: taken from a file, kept as versions, given back as events."""

import json
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any

import polars as pl
from django.db import connection, transaction

from jishiyu.apps.audit.operations import record
from jishiyu.apps.intake.models import APPLICATION_MOVES, Application, ApplicationState
from jishiyu.apps.intake.operations import hex_hashes, moment
from jishiyu.apps.intake.problems import ApplicationsRefused, ApplicationUnknown, ReasonMissing
from jishiyu.apps.people.sealing import lookup_hashes, open_many, seal_many
from jishiyu.engine.applications import applications, read_applications
from jishiyu.engine.words import Words

PURPOSE = "intake_application.sealed"
# Medical facts and what leads to a person are sealed; there are hundreds of applications, so opening them is cheap.
SEALED = ["birth_date", "injuries", "illness", "cause"]
KEYS = ["event_id", "kind", "person_key", "name_key"]
# Applications of everybody in `together_person`, and of their households: a fire is paid once per household.
APPLICATIONS_OF_PEOPLE = """
SELECT DISTINCT application.id
FROM together_person person JOIN intake_application application ON application.person_hash = person.person_hash
WHERE application.newest AND application.state <> 'withdrawn'
"""


def take_applications(*, path: Path, by: str, as_of: date) -> list[bytes]:
    """This function will store the applications of a file and return the look-up hashes of the people concerned.

    Any format that feeds have. Taken whole or not at all: raises `ApplicationsRefused` when a row has a fault. The
    same application again changes nothing; a changed one is a new version under the same number.
    """
    read = read_applications(path, as_of=as_of)
    if read.problems.height:
        first = read.problems.row(0, named=True)
        raise ApplicationsRefused(
            file=path.name, count=read.problems.select("file", "line").n_unique(), line=first["line"],
            column=first["column"], what=Words(first["zh"], first["en"]),
        )  # fmt: skip
    events = read.events
    at = moment()
    with transaction.atomic():
        new = store_events(events=events, by=by, at=at)
        details = {"file": path.name, "applications": events.height, "new": new}
        record(by=by, action="applications.stored", record=f"file {path.name}", details=details, at=at)
    return [bytes.fromhex(key) for key in hex_hashes(events["person_key"], "person").drop_nulls().unique()]


def withdraw_application(*, number: str, by: str, because: str) -> bytes | None:
    """This function will withdraw an application and return the person's look-up hash, to be decided again.

    Raises `ApplicationUnknown` and `ReasonMissing`.
    """
    if len(because.strip()) < 2:
        raise ReasonMissing(what=number)
    with transaction.atomic():
        row = Application.objects.select_for_update().filter(number=number, newest=True).first()
        if row is None or ApplicationState.WITHDRAWN not in APPLICATION_MOVES[row.state]:
            raise ApplicationUnknown(number=number)
        Application.objects.filter(pk=row.pk).update(
            state=ApplicationState.WITHDRAWN, withdrawn_because=because.strip()
        )
        details = {"because": because.strip()}
        record(by=by, action="application.withdrawn", record=f"application {number}", details=details, at=moment(),
               changes={"state": (row.state, ApplicationState.WITHDRAWN.value)})  # fmt: skip
    return bytes(row.person_hash) if row.person_hash is not None else None


def mark_decided(query: str) -> None:
    """This function will mark the received applications whose ids a query selects as decided."""
    with connection.cursor() as cursor:
        cursor.execute(
            f"UPDATE intake_application SET state = 'decided' WHERE state = 'received' AND id IN ({query})"  # noqa: S608
        )


def application_events(query: str) -> pl.DataFrame:
    """This function will return the applications whose ids a query selects as events, people as look-up hashes."""
    rows = Application.objects.raw(
        f"SELECT * FROM intake_application WHERE id IN ({query}) ORDER BY number"  # noqa: S608 (our own constants)
    )
    stored = list(rows)
    schema = event_schema()
    if not stored:
        return pl.DataFrame(schema=schema)
    secrets = [json.loads(text) for text in open_many([bytes(row.sealed) for row in stored], purpose=PURPOSE)]
    records = [
        {
            **row.facts,
            **secret,
            "event_id": row.number,
            "kind": row.kind,
            "person_key": _hex(row.person_hash),
            "name_key": _hex(row.name_hash),
        }
        for row, secret in zip(stored, secrets, strict=True)
    ]
    dated = {name: pl.String() for name, kind in schema.items() if isinstance(kind, (pl.Date, pl.Datetime))}
    frame = pl.DataFrame(records, schema={**schema, **dated}, orient="row")
    return frame.with_columns(
        *[pl.col(name).str.to_date() for name, kind in schema.items() if kind == pl.Date],
        *[
            pl.col(name).str.to_datetime(time_unit="us")
            for name, kind in schema.items()
            if isinstance(kind, pl.Datetime)
        ],
    )


@cache
def event_schema() -> dict[str, pl.DataType]:
    """This function will return the columns of application events as the engine makes them."""
    nothing = pl.DataFrame(schema={"file": pl.String(), "line": pl.Int64()})
    return dict(applications(nothing, as_of=date.max).events.schema)


def store_events(*, events: pl.DataFrame, by: str, at: Any) -> int:
    """This function will append new versions of the events that are new or changed and return how many it were.

    `events` as `engine.applications` makes them. Must run inside the transaction of what it belongs to.
    """
    people = hex_hashes(events["person_key"], "person")
    names = hex_hashes(events["name_key"], "name")
    households = hex_hashes(events["household"], "household")
    plain = events.with_columns(household=households).to_dicts()
    texts = [json.dumps(_jsonable(row), ensure_ascii=False, sort_keys=True) for row in plain]
    contents = [h[:16] for h in lookup_hashes(texts, purpose="application") if h is not None]
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT number, version, content_hash FROM intake_application WHERE newest AND number = ANY(%s)"
            " ORDER BY id FOR UPDATE",
            [events["event_id"].to_list()],
        )
        known = {number: (version, bytes(content)) for number, version, content in cursor.fetchall()}
    wanted = [i for i, row in enumerate(plain) if known.get(row["event_id"], (0, b""))[1] != contents[i]]
    Application.objects.filter(number__in=[plain[i]["event_id"] for i in wanted], newest=True).update(newest=False)
    sealed = seal_many(
        [json.dumps(_jsonable({n: plain[i][n] for n in SEALED}), ensure_ascii=False).encode() for i in wanted],
        purpose=PURPOSE,
    )
    fresh = [
        Application(
            number=plain[i]["event_id"],
            version=known.get(plain[i]["event_id"], (0, b""))[0] + 1,
            kind=plain[i]["kind"],
            person_hash=_bytes(people[i]),
            name_hash=_bytes(names[i]),
            content_hash=contents[i],
            facts=_jsonable({name: value for name, value in plain[i].items() if name not in (*SEALED, *KEYS)}),
            sealed=token,
            state=ApplicationState.RECEIVED,
            taken_by=by,
            taken_at=at,
        )
        for i, token in zip(wanted, sealed, strict=True)
    ]
    Application.objects.bulk_create(fresh)
    return len(fresh)


def _jsonable(row: dict[str, Any]) -> dict[str, Any]:
    return {name: value.isoformat() if isinstance(value, date) else value for name, value in row.items()}


def _bytes(text: str | None) -> bytes | None:
    return None if text is None else bytes.fromhex(text)


def _hex(value: bytes | memoryview | None) -> str | None:
    return None if value is None else bytes(value).hex()
