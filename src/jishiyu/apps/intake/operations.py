"""Take in what the insurance bureau sends: a feed is stored whole or not at all, and once."""

import hashlib
import json
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import asdict
from datetime import date, datetime
from pathlib import Path
from typing import Any, TypeVar

import polars as pl
from django.conf import settings
from django.db import connection, transaction
from django.utils.timezone import localtime

from jishiyu.apps.audit.operations import record
from jishiyu.apps.intake.models import Feed, FeedState, Line
from jishiyu.apps.intake.problems import FeedIsEmpty, FeedTakenBefore
from jishiyu.apps.people.problems import ReasonMissing
from jishiyu.apps.people.sealing import lookup_hashes, open_many, seal_many
from jishiyu.apps.tables.copying import copy_in
from jishiyu.apps.tables.planner import look_at_grown
from jishiyu.apps.tables.years import FEED_STEP, KEPT_BY_FEED, make_year, year_of_arrival
from jishiyu.engine.settlement.flaws import Breaks
from jishiyu.engine.settlement.lines import AMOUNTS, LINE_SCHEMA
from jishiyu.engine.settlement.reading import read_lines
from jishiyu.engine.settlement.totals import Totals

PLAIN = [
    "settlement_id", "undoes", "visit_id", "insurance_type", "person_type", "medical_type", "refund_flag",
    "valid_flag", "hospital_code", "hospital_level", "area", "employer_no", "employer_name",
]  # fmt: skip
SEALED = [
    "person_no", "name", "cert_type", "cert_no", "birth_date", "sex", "hospital_name", "diagnosis_code",
    "diagnosis_name",
]  # fmt: skip
CONTENT = [name for name in LINE_SCHEMA if name not in ("file", "line", "flaws")]
PURPOSE = "intake_line.sealed"
PIECE = 25_000  # lines at a time
Piece = TypeVar("Piece")
# The file is claimed before it is read, so that of two processes one waits here for the end of the other. Numbers only
# grow, because a later line takes the place of an earlier one: what speaks of an old year stands in the newest.
CLAIM = """
INSERT INTO intake_feed (id, sha256, name, parts, size_bytes, as_of, state, line_count, total_fen, cash_fen,
                         person_count, taken_by, taken_at, breaks, withdrawn_by, withdrawn_because)
SELECT greatest(%(year)s, coalesce(max(id), 0) / %(step)s) * %(step)s + nextval('intake_feed_id_seq'),
       %(sha256)s, %(name)s, '[]', %(size)s, %(as_of)s, 'stored', 0, 0, 0, 0, %(by)s, %(at)s, %(breaks)s, '', ''
FROM intake_feed
ON CONFLICT DO NOTHING RETURNING id
"""
COUNT = """
UPDATE intake_feed SET line_count = told.line_count, total_fen = told.total_fen, cash_fen = told.cash_fen,
                       person_count = told.person_count
FROM (
    SELECT count(*) AS line_count, coalesce(sum(total_fen), 0) AS total_fen, coalesce(sum(cash_fen), 0) AS cash_fen,
           count(DISTINCT person_hash) AS person_count
    FROM intake_line WHERE feed_id = %(feed)s
) told WHERE id = %(feed)s
"""
LOOKED_FOR = "(feed_id, settlement_id, undoes, person_hash, visit_id, hospital_code)"


def take_feed(
    *, path: Path, by: str, as_of: date, stated: Sequence[Totals] = (), breaks: Breaks | None = None,
    told: Callable[[int], None] = lambda lines: None,
) -> Feed:  # fmt: skip
    """This function will store a feed with all its lines and return it, ready to be posted.

    Stored in one transaction; a feed that was stored but not posted (the process was killed) is returned as it is, so
    doing both steps again goes on where it stopped. Nothing after the day `as_of` is accepted in a line;
    `breaks="held"` holds lines whose amounts do not add up (None: as the setting FEED_BREAKS says); `stated` are control
    totals given beside the file; `told` hears how many lines have been stored. Raises `FeedTakenBefore` when the same bytes were posted before, the problems of
    reading, and those of the control totals.
    """
    digest = _sha256(path)
    known = taken_before(sha256=digest)
    if known is not None:
        return _go_on(known, path)
    breaks_are: Breaks = breaks or ("held" if settings.FEED_BREAKS == "held" else "warn")
    at = moment()
    with transaction.atomic():
        feed_id = _claim(path, digest, by, as_of, at, breaks_are)
        if feed_id is not None:
            given = _store(feed_id, path, as_of, stated, breaks_are, told)
            feed = Feed.objects.get(pk=feed_id)
            details = {
                "sha256": digest,
                "file": path.name,
                "lines": feed.line_count,
                "as_of": as_of,
                "breaks": breaks_are,
                "stated": given,
            }
            record(by=by, action="feed.stored", record=f"feed {feed_id}", details=details, at=at)
            return feed
    known = taken_before(sha256=digest)  # another process was first
    return (
        _go_on(known, path)
        if known
        else take_feed(path=path, by=by, as_of=as_of, stated=stated, breaks=breaks_are, told=told)
    )


def taken_before(*, sha256: str) -> Feed | None:
    """This function will return the feed with these bytes unless it was taken back."""
    return Feed.objects.filter(sha256=sha256).exclude(state=FeedState.WITHDRAWN).first()


def moment() -> datetime:
    """This function will return the database's clock: one clock for all processes."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT clock_timestamp()")
        now: datetime = cursor.fetchone()[0]
        return now


def refusal(feed: Feed, file: str) -> FeedTakenBefore:
    """This function will word the kind refusal of a feed that was posted before."""
    on = localtime(feed.taken_at).date().isoformat()
    return FeedTakenBefore(file=file, on=on, by=feed.taken_by, name=feed.name, feed=feed.pk)


def sealed_rows(*, feed_id: int, lines: pl.DataFrame) -> pl.DataFrame:
    """This function will turn LINE_SCHEMA rows into rows of the table: people as hashes, identity and diagnosis sealed.

    `content_hash` covers everything the file said in a line: equal hashes, equal content.
    """
    secret = lines.select(pl.struct(SEALED).struct.json_encode()).to_series().to_list()
    whole = lines.select(pl.struct(CONTENT).struct.json_encode()).to_series()
    clean = [pl.col(name).str.replace_all("\x00", "", literal=True) for name in PLAIN]  # PostgreSQL has no NUL in text
    return lines.select(
        pl.lit(feed_id, pl.Int64).alias("feed_id"),
        pl.col("line").alias("line_no"),
        *clean,
        hex_hashes(lines["person_key"], "person").alias("person_hash"),
        hex_hashes(lines["name_key"], "name").alias("name_hash"),
        hex_hashes(whole, "line").str.slice(0, 32).alias("content_hash"),
        "begins_on", "ends_on", "settled_at", "updated_at", *AMOUNTS,
        pl.col("flaws").cast(pl.Int64),
        pl.Series("sealed", [t.hex() for t in seal_many([s.encode() for s in secret], purpose=PURPOSE)]),
    )  # fmt: skip


def hex_hashes(keys: pl.Series, purpose: str) -> pl.Series:
    """This function will return the keyed look-up hash of each text as hex; null stays null."""
    hashes = lookup_hashes(keys.to_list(), purpose=purpose)
    return pl.Series([None if value is None else value.hex() for value in hashes], dtype=pl.String)


def _go_on(feed: Feed, path: Path) -> Feed:
    if feed.state == FeedState.POSTED:
        raise refusal(feed, path.name)
    return feed


def _claim(path: Path, digest: str, by: str, as_of: date, at: datetime, breaks: Breaks) -> int | None:
    """Insert the feed's row; None when another process has claimed the file (we wait for its end)."""
    claimed: dict[str, Any] = {
        "year": year_of_arrival(on=as_of, today=localtime(at).date()), "step": FEED_STEP, "sha256": digest, "name": path.name,
        "size": path.stat().st_size, "as_of": as_of, "by": by, "at": at, "breaks": breaks,
    }  # fmt: skip
    with connection.cursor() as cursor:
        cursor.execute(CLAIM, claimed)
        row = cursor.fetchone()
    if row is None:
        return None
    for table in KEPT_BY_FEED:
        make_year(table=table, year=row[0] // FEED_STEP, step=FEED_STEP)
    return int(row[0])


def _store(
    feed_id: int, path: Path, as_of: date, stated: Sequence[Totals], breaks: Breaks, told: Callable[[int], None]
) -> dict[str, list[dict[str, int]]]:
    """Store every line of the file and return the control totals it agreed with, by table.

    The next piece is read and sealed while the database takes in this one.
    """
    parts: list[tuple[str, int]] = []
    last = stored = 0
    noted: dict[str, list[Totals]] = {}
    lines = read_lines([path], as_of=as_of, batch_rows=PIECE, breaks=breaks, stated={path.name: stated}, noted=noted)
    for name, rows in _ahead(_pieces(feed_id, lines)):
        if not parts or parts[-1][0] != name:
            parts.append((name, last))
        numbered = rows.with_columns(pl.col("line_no") + parts[-1][1])
        # In the order of an index: what stands together goes into one page of it.
        copy_in(
            numbered.sort("visit_id"),
            table="intake_line",
            hashes=["person_hash", "name_hash", "content_hash", "sealed"],
        )
        last = int(numbered["line_no"][-1])
        stored += rows.height
        told(stored)
    if not parts:
        raise FeedIsEmpty(file=path.name)
    with connection.cursor() as cursor:
        cursor.execute(COUNT, {"feed": feed_id})
    look_at_grown(table="intake_line", year=feed_id // FEED_STEP, rows=last, columns=LOOKED_FOR)
    Feed.objects.filter(pk=feed_id).update(parts=parts)
    return {
        name: [{key: value for key, value in asdict(totals).items() if value is not None} for totals in given]
        for name, given in noted.items()
    }


def _pieces(feed_id: int, read: Iterator[pl.DataFrame]) -> Iterator[tuple[str, pl.DataFrame]]:
    """Yield the name of the table and sealed rows, piece by piece; touches no table."""
    for lines in read:
        if not lines.is_empty():
            yield str(lines["file"][0]), sealed_rows(feed_id=feed_id, lines=lines)


def _ahead(pieces: Iterator[Piece]) -> Iterator[Piece]:
    """Yield the pieces while the next one is being made in a thread."""
    with ThreadPoolExecutor(1) as beside:
        coming = beside.submit(next, pieces, None)
        while (piece := coming.result()) is not None:
            coming = beside.submit(next, pieces, None)
            yield piece


def _sha256(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def reveal_line(*, feed_id: int, line_no: int, reason: str, by: str, at: datetime) -> dict[str, str | None]:
    """This function will return name, number and hospital of one line in full, and record who looked and why.

    For people who are not on the roster yet: whoever calls their employer has to name them. The diagnosis stays sealed.
    Raises people's `ReasonMissing`.
    """
    if not reason.strip():
        raise ReasonMissing
    token = Line.objects.filter(feed_id=feed_id, line_no=line_no).values_list("sealed", flat=True).get()
    told = json.loads(open_many([bytes(token)], purpose=PURPOSE)[0])
    details = {"reason": reason.strip(), "line": line_no}
    record(by=by, action="people.reveal", record=f"feed {feed_id}", details=details, at=at)
    return {name: told.get(name) for name in ("name", "cert_type", "cert_no", "hospital_name")}
