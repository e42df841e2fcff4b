"""What the queries of applications return: frozen rows, names masked, amounts in fen."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime

from jishiyu.apps.applications.forms import Field
from jishiyu.apps.applications.models import Verdict
from jishiyu.apps.applications.signals import Signal
from jishiyu.engine.evidence import Need


@dataclass(frozen=True, slots=True, kw_only=True)
class Filter:
    """What a list shows; None leaves everything in. `union_code` covers the union and all below it.

    `signed`: its reviewer has signed as the first of two, so that it waits for another person; or has not.
    """

    states: Sequence[str] | None = None
    kinds: Sequence[str] | None = None
    union_code: str | None = None
    person_id: int | None = None
    number: str | None = None
    reviewer: str | None = None
    filed_by: str | None = None
    case_id: int | None = None
    since: date | None = None
    until: date | None = None
    overdue_on: date | None = None
    signed: bool | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ApplicationRow:
    """One application in a list: name masked, amounts in fen."""

    id: int
    number: str
    kind: str
    state: str
    person_id: int
    name: str
    union_code: str
    union_name: str
    event_on: date | None
    filed_on: date | None
    filed_by: str
    filed_as: str
    base_fen: int | None
    expected_fen: int
    decided_fen: int | None
    decide_due_on: date | None
    supplement_due_on: date | None
    appeal_due_on: date | None
    due_assumed: bool
    reviewer: str
    returns: int
    first_signer: str
    papers: int
    signals: tuple[Signal, ...]


@dataclass(frozen=True, slots=True)
class Page:
    """Some rows of a list, and how many there are altogether."""

    rows: list[ApplicationRow]
    total: int


@dataclass(frozen=True, slots=True, kw_only=True)
class StepRow:
    """One step in the life of an application, with the sentences that were picked, in both languages, and own words."""

    what: str
    from_state: str
    to_state: str
    by: str
    at: datetime
    zh: tuple[str, ...]
    en: tuple[str, ...]
    words: str
    due_on: date | None
    amount_fen: int | None


@dataclass(frozen=True, slots=True, kw_only=True)
class PaperRow:
    """One paper: what it is in both languages, and what is known of the file."""

    id: int
    paper: str
    zh: str
    en: str
    given_name: str
    media_type: str
    size_bytes: int
    pages: int
    sha256: str
    scan: str
    added_by: str
    added_at: datetime
    handed_in: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class ApplicationFile:
    """Everything that belongs to one application.

    `form` holds (field, text) in the order of the form and is not masked, nor are `steps[…].words`: showing them is
    for the member, who filed it, and who decides. `missing` are papers still needed, `moves` the states it can go to.
    """

    row: ApplicationRow
    masked_number: str
    turn: int
    form: tuple[tuple[Field, str], ...]
    papers: tuple[PaperRow, ...]
    needed: tuple[Need, ...]
    missing: tuple[str, ...]
    steps: tuple[StepRow, ...]
    verdicts: tuple[Verdict, ...]
    moves: tuple[str, ...]
    case_id: int | None
    case_reason: str
    complaints: tuple[int, ...] = field(default=())


@dataclass(frozen=True, slots=True, kw_only=True)
class Waiting:
    """How many of one thing wait, since when the oldest does, and how many are overdue."""

    what: str
    zh: str
    en: str
    count: int
    oldest_on: date
    age_days: int
    overdue: int


@dataclass(frozen=True, slots=True, kw_only=True)
class ProposalRow:
    """A case that one person has signed; amounts in fen, the name masked."""

    case_id: int
    by: str
    seen_fen: int
    amount_fen: int
    at: datetime
    sentence: str
    name: str
    employer: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ComplaintRow:
    """One complaint with its words and the answer, in the clear: for the member and for who answers."""

    id: int
    person_id: int
    name: str
    application: str
    state: str
    words: str
    filed_by: str
    filed_at: datetime
    due_on: date
    answer: str
    answered_by: str
    answered_at: datetime | None
