"""What goes in and out, as it stands in the OpenAPI document. Amounts are yuan as text with two places."""

import re
from datetime import date, datetime
from decimal import Decimal
from typing import Annotated, Any, Literal

from ninja import Schema
from ninja.params.functions import Query
from pydantic import BeforeValidator, ConfigDict, Field

from jishiyu.engine.money import yuan_text
from jishiyu.web.api.reading import Written


def _day(text: Any) -> date:
    if not (isinstance(text, str) and re.fullmatch(r"[0-9]{4}-[0-9]{2}-[0-9]{2}", text)):
        raise ValueError("no day")
    return date.fromisoformat(text)


def _whole(found: Any) -> Any:
    """Return 3.0 as 3: to JSON both are the same number."""
    if isinstance(found, Written) and len(found) < 20 and Decimal(found) == Decimal(found).to_integral_value():
        return int(Decimal(found))
    return found


BASE64 = r"^(?:[0-9A-Za-z+/]{4})+(?:[0-9A-Za-z+/]{2}==|[0-9A-Za-z+/]{3}=)?$"
BIGGEST = 9_223_372_036_854_775_807
Id = Annotated[int, Field(ge=1, le=BIGGEST)]
After = Annotated[int, Field(ge=0, le=BIGGEST)]
Limit = Annotated[int, Field(ge=1, le=500)]
# Days as they are written in ISO 8601 and in no other way: a bare number is no day.
Day = Annotated[date, BeforeValidator(_day)]
# Defaults of lists. (An annotation that carries bounds loses the default that stands behind it.)
FROM_THE_FIRST: Any = Query(0, description="the id (or line) that the last page ended with / 上一页最后一项的编号")
FIFTY: Any = Query(50)
HUNDRED: Any = Query(100)
Word = Annotated[str, Field(max_length=120, pattern=r"^[^\x00-\x1f\x7f]*$")]
Name = Annotated[str, Field(min_length=1, max_length=80, pattern=r"^[0-9A-Za-z][0-9A-Za-z._-]*$")]
Amount = Annotated[str, Field(pattern=r"^-?[0-9]{1,13}\.[0-9]{2}$", examples=["12000.00"])]
Field_ = Annotated[str, Field(min_length=1, max_length=64)]
Value = Annotated[str, Field(max_length=1000)] | int | bool | float | None
Line = Annotated[dict[Field_, Value], Field(min_length=1, max_length=200)]
Lines = Annotated[list[Line], Field(min_length=1, max_length=5000)]
Count = Annotated[int, Field(strict=True, ge=1, le=100_000_000), BeforeValidator(_whole)]


class Body(Schema):
    """A body that may hold nothing else."""

    model_config = ConfigDict(extra="forbid")


class Totals(Body):
    """Control totals: what the sender says the lines are. The reader compares and takes nothing when they differ."""

    rows: Count | None = None
    total: Amount | None = None
    cash: Amount | None = None
    persons: Count | None = None

    def texts(self) -> dict[str, str]:
        """Return what was stated, as text."""
        return {key: str(value) for key, value in self.model_dump().items() if value is not None}


class Settlements(Body):
    """Settlement lines in the bureau's own field names (interface 2304, SETL_D, or Chinese headings)."""

    name: Name
    lines: Lines
    totals: Totals = Totals()


class PushBegin(Body):
    """A push in parts: what it is called."""

    name: Name


class Part(Body):
    """One part of a push."""

    lines: Lines


class PushEnd(Body):
    """The end of a push: how many parts and lines it should have, and control totals."""

    parts: Count
    lines: Count
    totals: Totals = Totals()


class Nothing(Body):
    """An empty object."""


class Roster(Body):
    """Roster lines: one per membership, fields as in the roster file."""

    name: Name
    lines: Lines


class Result(Body):
    """A result file as the bank wrote it, Base64; `profile` is the way of writing it was sent with."""

    profile: Name
    file_name: Annotated[str, Field(min_length=1, max_length=120, pattern=r"^[^\x00-\x1f\x7f/\\]*$")]
    content: Annotated[str, Field(min_length=4, pattern=BASE64)]


class JobOut(Schema):
    """Long work: follow it at `href` until `state` is done, refused or failed."""

    job: int
    state: str
    href: str
    step_zh: str
    step_en: str
    done: int
    of: int
    zh: str
    en: str
    result: dict[str, Any]


class PushOut(Schema):
    """A push in parts."""

    push: int
    name: str
    state: str
    parts: list[int]
    lines: int
    job: int | None


class FeedOut(Schema):
    """One file of the bureau and where its lines ended."""

    feed: int
    name: str
    state: str
    sha256: str
    lines: int
    total: str
    cash: str
    persons: int
    taken_by: str
    taken_at: datetime
    posted_at: datetime | None
    buckets: dict[str, int]


class FeedsOut(Schema):
    """Files, the newest first."""

    items: list[FeedOut]
    before: int | None


class LineOut(Schema):
    """One line and its bucket; name and number masked."""

    line: int
    file: str
    line_in_file: int
    settlement_id: str | None
    visit_id: str | None
    hospital_code: str | None
    name: str
    number: str
    ends_on: date | None
    total: str | None
    cash: str | None
    bucket: str | None
    reasons: list[str]
    stay_id: str | None


class LinesOut(Schema):
    """Lines in their order; `next` is the line to ask `after` for more."""

    items: list[LineOut]
    next: int | None


class RosterOut(Schema):
    """What a roster would change or did, and what is wrong with its lines."""

    roster: int
    state: str
    lines: int
    new: int
    changed: int
    left: int
    unchanged: int
    refused: int
    problems: list[dict[str, Any]]


class ResultOut(Schema):
    """What a result file said and did."""

    result_file: int
    known_before: bool
    moved: dict[str, dict[str, Any]]
    ignored: int
    accepted: int
    batches: list[int]
    missing: list[str]


class DecisionOut(Schema):
    """One decision; name and number masked unless a reveal was asked for."""

    decision: int
    stay_id: str
    policy: str
    version: str
    seq: int
    newest: bool
    kind: str
    bucket: str
    reasons: list[str]
    name: str
    number: str
    masked: bool
    member_no: str | None
    union_code: str | None
    on: date | None
    base: str | None
    bracket: int | None
    rate_ppm: int | None
    uncapped: str
    used_before: str
    payable: str
    feed: int | None
    decided_at: datetime


class DecisionsOut(Schema):
    """Decisions by id; `next` is the id to ask `after` for more."""

    items: list[DecisionOut]
    next: int | None


class PaymentOut(Schema):
    """What is owed or paid to one member for one stay, with the last attempt."""

    payment: int
    stay_id: str
    policy: str
    state: str
    amount: str
    set_off: str
    union_code: str
    decision: int
    created_at: datetime
    attempt: str | None
    attempt_no: int | None
    attempt_state: str | None
    batch: int | None
    pay_on: date | None


class PaymentsOut(Schema):
    """Payments by id."""

    items: list[PaymentOut]
    next: int | None


class FiguresOut(Schema):
    """Figures by their keys, with what was asked."""

    about: dict[str, Any]
    figures: dict[str, Any]


class ProblemOut(Schema):
    """What is wrong, in both languages (RFC 9457)."""

    type: str
    status: int
    title: str
    zh: str
    en: str
    places: list[dict[str, str]] | None = None


Bucket = Literal[
    "invalid", "duplicate", "superseded", "held", "reversed", "unmatched", "ineligible", "auto", "assist", "capped"
]
PaymentState = Literal["owed", "in_batch", "sent", "paid", "returned", "failed", "unknown", "set_off"]


def yuan(fen: int | None) -> str | None:
    """Return an amount in fen as the API writes it."""
    return None if fen is None else yuan_text(fen).replace(",", "")
