"""Lines as a person sees them: with their place in the file, what became of them, names and numbers masked."""

import json
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.db import connection

from jishiyu.apps.intake.models import Feed
from jishiyu.apps.people.sealing import open_many
from jishiyu.engine.identity import mask_name, mask_number

LINE_SEALED = "intake_line.sealed"
LINE_COLUMNS = """line.feed_id, line.line_no, feed.name AS feed_name, feed.parts, fate.bucket,
       coalesce(fate.reasons, '{}') AS reasons, fate.stay_id, line.settlement_id, line.undoes, line.visit_id,
       line.hospital_code, line.medical_type, line.begins_on, line.ends_on, line.settled_at, line.total_fen,
       line.fund_fen, line.personal_fen, line.account_fen, line.cash_fen, line.employer_name, line.sealed"""
# Ordered by `line_no`; the parameters are those of `lines_of_feed`.
_LINES_OF_FEED = """
SELECT {columns}
FROM intake_line line
JOIN intake_feed feed ON feed.id = line.feed_id
LEFT JOIN intake_fate fate ON fate.feed_id = line.feed_id AND fate.line_no = line.line_no
WHERE line.feed_id = %(feed)s
AND (%(buckets)s::text[] IS NULL OR fate.bucket = ANY(%(buckets)s))
AND (%(reason)s::text IS NULL OR %(reason)s = ANY(fate.reasons))
AND (%(settlement)s::text IS NULL OR line.settlement_id = %(settlement)s OR line.undoes = %(settlement)s)
AND (%(visit)s::text IS NULL OR line.visit_id = %(visit)s)
AND (%(hospital)s::text IS NULL OR line.hospital_code = %(hospital)s)
AND (%(line)s::integer IS NULL OR line.line_no = %(line)s)
"""
# Lines that name the same settlement, undo it, or belong to the same stay, wherever they came from.
_BESIDE = """
WITH this AS (SELECT * FROM intake_line WHERE feed_id = %(feed)s AND line_no = %(line)s),
near AS (
    SELECT line.feed_id, line.line_no FROM this JOIN intake_line line ON line.settlement_id = this.settlement_id
    UNION SELECT line.feed_id, line.line_no FROM this JOIN intake_line line ON line.settlement_id = this.undoes
    UNION SELECT line.feed_id, line.line_no FROM this JOIN intake_line line ON line.undoes = this.settlement_id
    UNION SELECT line.feed_id, line.line_no FROM this JOIN intake_line line ON line.undoes = this.undoes
    UNION SELECT line.feed_id, line.line_no FROM this JOIN intake_line line
        ON line.visit_id = this.visit_id AND line.hospital_code = this.hospital_code
)
SELECT {columns}
FROM near JOIN intake_line line USING (feed_id, line_no)
JOIN intake_feed feed ON feed.id = line.feed_id
LEFT JOIN intake_fate fate ON fate.feed_id = line.feed_id AND fate.line_no = line.line_no
WHERE (line.feed_id, line.line_no) <> (%(feed)s, %(line)s)
ORDER BY line.feed_id, line.line_no LIMIT 50
"""

# A stay is named by its hospital and its visit, and its settlement where policies judge each by itself; lines that moved to another stay by their fate are left out.
_OF_STAY = """
SELECT {columns}
FROM intake_line line
JOIN intake_feed feed ON feed.id = line.feed_id AND feed.state <> 'withdrawn'
LEFT JOIN intake_fate fate ON fate.feed_id = line.feed_id AND fate.line_no = line.line_no
WHERE line.hospital_code = split_part(%(stay)s, '/', 1)
AND line.visit_id = ANY (ARRAY[
    substr(%(stay)s, strpos(%(stay)s, '/') + 1),
    regexp_replace(substr(%(stay)s, strpos(%(stay)s, '/') + 1), '/[^/]*$', '')
])
AND (fate.stay_id IS NULL OR fate.stay_id = %(stay)s)
ORDER BY line.settled_at, line.feed_id, line.line_no LIMIT 200
"""
LINES_OF_FEED, BESIDE, OF_STAY = (text.format(columns=LINE_COLUMNS) for text in (_LINES_OF_FEED, _BESIDE, _OF_STAY))


@dataclass(frozen=True, slots=True, kw_only=True)
class LineRow:
    """One line as a person sees it: name and number masked, amounts in fen.

    `file` and `line` are its place in the file; `whole`: the file has only this one table.
    """

    feed_id: int
    line_no: int
    file: str
    line: int
    whole: bool
    bucket: str | None
    reasons: tuple[str, ...]
    stay_id: str | None
    settlement_id: str | None
    undoes: str | None
    visit_id: str | None
    hospital_code: str | None
    hospital_name: str
    medical_type: str | None
    begins_on: date | None
    ends_on: date | None
    settled_at: datetime | None
    total_fen: int | None
    fund_fen: int | None
    personal_fen: int | None
    account_fen: int | None
    cash_fen: int | None
    employer_name: str
    name: str
    number: str


def lines_of_feed(*, feed_id: int) -> tuple[str, dict[str, Any]]:
    """This function will return the query of a feed's lines and its parameters, for `line_row`; order by `line_no`.

    Parameters that are None leave everything in: `buckets` (a list), `reason`, `settlement`, `visit`, `hospital`, `line`.
    """
    wanted = ("buckets", "reason", "settlement", "visit", "hospital", "line")
    return LINES_OF_FEED, {"feed": feed_id, **dict.fromkeys(wanted)}


def line_row(*values: Any) -> LineRow:
    """This function will make a row of `lines_of_feed` what a person may see: name and number masked."""
    feed_id, line_no, feed_name, parts, bucket, codes, *rest, sealed = values
    told = json.loads(open_many([bytes(sealed)], purpose=LINE_SEALED)[0])
    held = json.loads(parts) if isinstance(parts, str) else parts
    file, line = place_in_file(Feed(name=feed_name, parts=held), line_no)
    names = (
        "stay_id", "settlement_id", "undoes", "visit_id", "hospital_code", "medical_type", "begins_on", "ends_on",
        "settled_at", "total_fen", "fund_fen", "personal_fen", "account_fen", "cash_fen", "employer_name",
    )  # fmt: skip
    facts = dict(zip(names, rest, strict=True))
    facts["employer_name"] = facts["employer_name"] or ""
    return LineRow(
        feed_id=feed_id, line_no=line_no, file=file, line=line, whole=len(held) < 2, bucket=bucket, reasons=tuple(codes),
        hospital_name=told.get("hospital_name") or "", name=mask_name(told.get("name") or ""),
        number=mask_number(told.get("cert_no") or ""), **facts,
    )  # fmt: skip


def line_of_feed(*, feed_id: int, line_no: int) -> LineRow | None:
    """This function will return one line, masked."""
    sql, parameters = lines_of_feed(feed_id=feed_id)
    found = _line_rows(sql, {**parameters, "line": line_no})
    return found[0] if found else None


def lines_beside(*, feed_id: int, line_no: int) -> list[LineRow]:
    """This function will return lines that repeat, undo or share the stay of a line, masked; 50 at most."""
    return _line_rows(BESIDE, {"feed": feed_id, "line": line_no})


def lines_of_stay(*, stay_id: str) -> list[LineRow]:
    """This function will return every line of a stay (`hospital/visit`), masked, in the order of settling."""
    return _line_rows(OF_STAY, {"stay": stay_id}) if "/" in stay_id else []


def _line_rows(sql: str, parameters: dict[str, Any]) -> list[LineRow]:
    with connection.cursor() as cursor:
        cursor.execute(sql, parameters)
        return [line_row(*row) for row in cursor.fetchall()]


def place_in_file(feed: Feed, line_no: int) -> tuple[str, int]:
    """This function will return the table (member of a ZIP, sheet) and the number of a line as a person sees it."""
    name, offset = next((part for part in reversed(feed.parts) if line_no > part[1]), (feed.name, 0))
    return str(name), line_no - int(offset)
