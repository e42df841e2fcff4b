"""What is written about notices: queued in the transaction of what they tell, taken up one by one, ended."""

import json
import secrets
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

import polars as pl
from django.db import connection, transaction

from jishiyu.apps.audit.operations import record
from jishiyu.apps.jobs.operations import wake
from jishiyu.apps.notices.models import Kind, Notice, State
from jishiyu.apps.notices.problems import CodeOfAnother, NoAddress, NoticeUnknown, ReasonMissing
from jishiyu.apps.notices.texts import ADDRESS, mask_address, texts
from jishiyu.apps.people.queries import identities
from jishiyu.apps.people.sealing import open_many, seal_many

PURPOSE = "notices_notice.sealed"
STUCK = timedelta(minutes=10)  # nobody sends this long: the process was killed
WAITS = (timedelta(minutes=1), timedelta(minutes=10), timedelta(hours=1))  # before the second, third and fourth try
STAFF = "staff"
NO_ADDRESS = "没有可用的手机号或邮箱 / no usable address"
EXPIRED = "超过有效时间,未发送 / too old to be sent"
INTERRUPTED = "发送时中断,可能已送达,不再重发 / interrupted while sending; it may have arrived, so it is not sent again"

ENGLISH = """
SELECT DISTINCT one.id
FROM accounts_account account
JOIN people_person own ON own.id = account.person_id
JOIN people_person one ON coalesce(one.merged_into_id, one.id) = coalesce(own.merged_into_id, own.id)
WHERE account.for_member AND account.language LIKE 'en%%' AND one.id = ANY(%s)
"""
# What every notice of a statement has of its own, in columns; the rest is the same for all of them.
COLUMNS = ("kind", "language", "person_id", "address", "preview", "once", "minutes", "reached")
QUEUE = """
INSERT INTO notices_notice (kind, language, person_id, address, preview, sealed, state, attempts, problem, once, by,
                            queued_at, next_at, expires_at, ended_at)
SELECT word.kind, word.language, word.person_id, word.address, word.preview, word.sealed,
       CASE WHEN word.reached THEN 'queued' ELSE 'failed' END, 0, CASE WHEN word.reached THEN '' ELSE %(no_address)s END,
       word.once, %(by)s, %(at)s, %(at)s, %(at)s + word.minutes * interval '1 minute',
       CASE WHEN NOT word.reached THEN %(at)s END
FROM unnest(%(kind)s::text[], %(language)s::text[], %(person_id)s::bigint[], %(address)s::text[], %(preview)s::text[],
            %(sealed)s::bytea[], %(once)s::text[], %(minutes)s::integer[], %(reached)s::boolean[])
     WITH ORDINALITY AS word (kind, language, person_id, address, preview, sealed, once, minutes, reached, at)
ORDER BY word.at
ON CONFLICT DO NOTHING
"""
CHUNK = 20_000  # of a month of payments there are hundreds of thousands
NOBODY = ("", "", "")


@dataclass(frozen=True, kw_only=True)
class Word:
    """One notice to write: to a person (their mobile number is looked up), to an address, or to staff (neither).

    `fields` are the words' fields; `name` and `card` of a person are filled in when they are not given. `voice`
    says whose words they are where not the member's: `filer` (an officer who does it for a member; they go to `address`
    alone) or `heir`. Without a `language` it is the one in
    which the person reads their pages, else Chinese. `calendar`: an iCalendar entry, for channels that can carry a file.
    """

    kind: Kind
    fields: Mapping[str, str] = field(default_factory=dict)
    person_id: int | None = None
    address: str | None = None
    once: str | None = None
    language: str = ""
    voice: str = ""
    to_staff: bool = False  # words for members that go to the group of staff this once
    calendar: str = ""


@dataclass(frozen=True, kw_only=True)
class Letter:
    """A notice that is being sent, in the clear; `address` is empty for staff."""

    notice_id: int
    address: str
    text: str
    attempt: int
    calendar: str = ""


def queue_notice(*, word: Word, by: str, at: datetime) -> Notice:
    """This function will queue one notice and return it; raises `NoAddress` when the person cannot be reached.

    A notice of the same `once` that was queued before is returned instead.
    """
    named = word if word.once else replace(word, once=secrets.token_hex(16))
    queue_notices(words=[named], by=by, at=at)
    made = Notice.objects.get(once=named.once)
    if made.state == State.FAILED and made.problem == NO_ADDRESS:
        raise NoAddress
    return made


def queue_notices(*, words: Sequence[Word], by: str, at: datetime) -> int:
    """This function will queue any number of notices in the caller's transaction and return how many were new.

    Somebody who cannot be reached gets a row too, that says so, so that a clerk finds it.
    """
    new = 0
    with transaction.atomic():
        for start in range(0, len(words), CHUNK):
            new += _queue(words[start : start + CHUNK], by=by, at=at)
        if new > 0:
            wake(task="send_notices")
    return new


def _queue(words: Sequence[Word], *, by: str, at: datetime) -> int:
    """Queue so many notices as one statement takes, and return how many were new."""
    people = _people([word.person_id for word in words if word.person_id is not None])
    english = _readers_of_english([word.person_id for word in words if not word.language and word.person_id])
    rows, to_seal = [], []
    for word in words:
        language = word.language or ("en" if word.person_id in english else "zh")
        text = texts()[word.kind]
        name, mobile, account = people.get(word.person_id or 0, NOBODY)
        given = {"name": name, "card": account[-4:] or "----", **word.fields}
        # An address that was given is the only one, also where it is empty.
        address = mobile.replace(" ", "") if word.address is None else word.address
        reached = text.to == STAFF or word.to_staff or bool(ADDRESS.fullmatch(address))
        masked = mask_address(address) if address else ""
        preview = text.preview(language, given, voice=word.voice)
        rows.append((word.kind.value, language, word.person_id, masked, preview, word.once, text.minutes, reached))
        told = [address, text.say(language, given, voice=word.voice), *([word.calendar] if word.calendar else [])]
        to_seal.append(json.dumps(told, ensure_ascii=False).encode())
    columns = dict(zip(COLUMNS, map(list, zip(*rows, strict=True)), strict=True))
    columns["sealed"] = seal_many(to_seal, purpose=PURPOSE)
    with connection.cursor() as cursor:
        cursor.execute(QUEUE, {**columns, "by": by, "at": at, "no_address": NO_ADDRESS})
        return int(cursor.rowcount)


def _people(person_ids: Sequence[int]) -> dict[int, tuple[str, str, str]]:
    """Return name, mobile and account of people, empty where one is not known."""
    if not person_ids:
        return {}
    found = identities(person_ids=sorted(set(person_ids)))
    known = found.select(pl.col("name", "mobile", "bank_account").fill_null("")).rows()
    return dict(zip(found["person_id"], known, strict=True))


def _readers_of_english(person_ids: Sequence[int]) -> set[int]:
    """Return who of these reads the own pages in English, whichever row of theirs the account belongs to."""
    if not person_ids:
        return set()
    with connection.cursor() as cursor:
        cursor.execute(ENGLISH, [list(person_ids)])
        return {person_id for (person_id,) in cursor.fetchall()}


def take_up(*, at: datetime, limit: int = 50) -> list[Letter]:
    """This function will take up notices that wait and return them in the clear; no other process gets them.

    What is too old ends unsent; what somebody took up and never ended is ended as perhaps delivered.
    """
    with transaction.atomic():
        Notice.objects.filter(state=State.SENDING, next_at__lt=at - STUCK).update(
            state=State.FAILED, problem=INTERRUPTED, ended_at=at
        )
        Notice.objects.filter(state=State.QUEUED, expires_at__lte=at).update(
            state=State.FAILED, problem=EXPIRED, ended_at=at
        )
        waiting = Notice.objects.select_for_update(skip_locked=True).filter(state=State.QUEUED, next_at__lte=at)
        taken = list(waiting.order_by("next_at", "id")[:limit])
        for notice in taken:
            notice.state, notice.next_at, notice.attempts = State.SENDING, at, notice.attempts + 1
        Notice.objects.bulk_update(taken, ["state", "next_at", "attempts"])
    opened = open_many([bytes(notice.sealed) for notice in taken], purpose=PURPOSE)
    told = [json.loads(text) for text in opened]
    return [
        Letter(notice_id=notice.pk, address=address, text=text, attempt=notice.attempts, calendar="".join(calendar))
        for notice, (address, text, *calendar) in zip(taken, told, strict=True)
    ]


def note_sent(*, notice_id: int, at: datetime) -> None:
    """This function will note that a channel has taken a notice."""
    Notice.objects.filter(pk=notice_id, state=State.SENDING).update(state=State.SENT, ended_at=at, problem="")


def note_not_sent(*, letter: Letter, why: str, at: datetime) -> None:
    """This function will put a notice back for another try, or end it after the last one."""
    going = Notice.objects.filter(pk=letter.notice_id, state=State.SENDING)
    if letter.attempt > len(WAITS):
        going.update(state=State.FAILED, problem=why, ended_at=at)
    else:
        going.update(state=State.QUEUED, problem=why, next_at=at + WAITS[letter.attempt - 1])


def reveal_notice(*, notice_id: int, reason: str, by: str, at: datetime, codes_too: bool = False) -> str:
    """This function will return the text of a notice in the clear and record who read it and why.

    Without `codes_too` a one-time code is not shown (`CodeOfAnother`): whoever reads it could sign in as the member.
    """
    if not reason.strip():
        raise ReasonMissing
    with transaction.atomic():
        found = Notice.objects.filter(pk=notice_id).first()
        if found is None:
            raise NoticeUnknown(notice=notice_id)
        if found.kind == Kind.ONE_TIME_CODE and not codes_too:
            raise CodeOfAnother
        record(by=by, action="notices.reveal", record=f"notice {notice_id}", details={"reason": reason.strip()}, at=at)
    text: str = json.loads(open_many([bytes(found.sealed)], purpose=PURPOSE)[0])[1]
    return text
