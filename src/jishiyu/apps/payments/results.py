"""A result file into the books: every line fits what was sent, or none is taken."""

import hashlib
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.db import connection, transaction

from jishiyu.apps.audit.operations import record
from jishiyu.apps.ledger.chart import Kind
from jishiyu.apps.ledger.operations import post_entries
from jishiyu.apps.payments.bank import Answer, Bank, Outcome
from jishiyu.apps.payments.models import AttemptState, Batch, BatchState, ResultFile
from jishiyu.apps.payments.payees import account_hashes
from jishiyu.apps.payments.problems import ResultRefused
from jishiyu.apps.payments.reconciliation import GOES_TO, Ruling, ruling
from jishiyu.apps.payments.sending import reference
from jishiyu.apps.people.queries import fold_account
from jishiyu.engine.identity import mask_number
from jishiyu.engine.money import yuan_text
from jishiyu.engine.words import Words

PREFIX = "JS"


@dataclass(frozen=True, slots=True)
class ResultRead:
    """What a result file said and did. Amounts in fen; `missing` are sent payments of its batches still unanswered."""

    result_file_id: int
    known_before: bool
    moved: Mapping[str, tuple[int, int]]
    ignored: int
    accepted: int
    batches: tuple[int, ...]
    missing: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Sent:
    """One attempt as it stands while its batch is locked."""

    attempt_id: int
    batch_id: int
    profile: str
    state: AttemptState
    amount_fen: int
    account_hash: bytes
    policy: str


@transaction.atomic
def read_result(*, content: bytes, file_name: str, by: str, on: date, at: datetime, bank: Bank) -> ResultRead:
    """Match a result file line by line with what was sent, and book it; the same file again changes nothing.

    Raises what `bank.read` raises, and ResultRefused: a payment never sent, another account or amount, the same
    payment answered twice in different ways, or an answer that contradicts a settled one (paid and later returned
    is no contradiction). Then nothing was taken.
    """
    answers = bank.read(content, file_name=file_name)
    sha256 = hashlib.sha256(content).hexdigest()
    ids = _attempt_ids(answers, file_name)
    sent = _locked(ids)
    known = ResultFile.objects.filter(sha256=sha256).first()
    if known is not None:
        return _read_before(known.id, answers, sent)
    _fit(answers, ids, sent, bank, file_name)
    moves = _judge(answers, ids, sent, file_name)
    kept = ResultFile.objects.create(
        sha256=sha256, name=file_name, profile=bank.name, count=len(answers),
        sum_fen=sum(answer.amount_fen for answer in answers), read_by=by, read_at=at,
    )  # fmt: skip
    _keep_answers(kept.id, answers, ids, moves)
    _move(moves, on=on)
    done = _summary(kept.id, answers, sent, moves, at=at)
    details = {
        "sha256": sha256, "lines": len(answers), "ignored": done.ignored, "batches": list(done.batches),
        "moved": {state: list(pair) for state, pair in done.moved.items()}, "missing": len(done.missing),
    }  # fmt: skip
    record(by=by, action="payments.read_result", record=f"result file {kept.id}", details=details, at=at)
    return done


def _attempt_ids(answers: Sequence[Answer], file_name: str) -> list[int]:
    """Return the attempt of each answer; a reference that is none of ours refuses the file."""
    ids = []
    for answer in answers:
        digits = answer.reference.removeprefix(PREFIX)
        if not digits.isascii() or not digits.isdigit() or reference(int(digits)) != answer.reference:
            raise _refused(answer, file_name, "this is no payment of ours.", "该业务编号不是本系统发出的。")
        ids.append(int(digits))
    return ids


def _locked(ids: Sequence[int]) -> dict[int, Sent]:
    """Return the attempts by id after locking their batches, in order: every change of an attempt holds that lock."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT id FROM payments_batch WHERE id IN"
            " (SELECT batch_id FROM payments_attempt WHERE id = ANY(%s)) ORDER BY id FOR UPDATE",
            [list(ids)],
        )
        cursor.execute(_SENT, [list(ids)])
        rows = cursor.fetchall()
    return {row[0]: Sent(row[0], row[1], row[2], AttemptState(row[3]), row[4], bytes(row[5]), row[6]) for row in rows}


def _fit(answers: Sequence[Answer], ids: Sequence[int], sent: Mapping[int, Sent], bank: Bank, file_name: str) -> None:
    """Refuse the file unless every line names a payment we sent through this bank, to the same account and amount."""
    hashes = account_hashes([fold_account(answer.account) for answer in answers])
    for answer, attempt_id, hashed in zip(answers, ids, hashes, strict=True):
        attempt = sent.get(attempt_id)
        if attempt is None or attempt.state in (AttemptState.IN_BATCH, AttemptState.CANCELLED):
            raise _refused(answer, file_name, "this payment was never sent.", "该笔从未送交银行。")
        if attempt.profile != bank.name:
            raise _refused(
                answer, file_name, f"it was sent through {attempt.profile}.", f"该笔是通过 {attempt.profile} 送出的。"
            )
        if attempt.amount_fen != answer.amount_fen:
            ours, theirs = yuan_text(attempt.amount_fen), yuan_text(answer.amount_fen)
            raise _refused(
                answer, file_name, f"{ours} yuan were sent, the file says {theirs}.",
                f"送出 {ours} 元,文件为 {theirs} 元。",
            )  # fmt: skip
        if attempt.account_hash != hashed:
            masked = mask_number(answer.account)
            raise _refused(
                answer, file_name, f"the account {masked} is not the one it was sent to.",
                f"账号 {masked} 与送出的账号不一致。",
            )  # fmt: skip


def _judge(
    answers: Sequence[Answer], ids: Sequence[int], sent: Mapping[int, Sent], file_name: str
) -> dict[int, tuple[Sent, AttemptState]]:
    """Return which attempts move where; refuse the file at the first line that contradicts what is settled."""
    before = _said_before(ids)
    seen: dict[int, Answer] = {}
    moves: dict[int, tuple[Sent, AttemptState]] = {}
    for answer, attempt_id in zip(answers, ids, strict=True):
        attempt = sent[attempt_id]
        if (first := seen.setdefault(attempt_id, answer)) is not answer:
            if (first.outcome, first.code, first.answered_on) != (answer.outcome, answer.code, answer.answered_on):
                raise _refused(
                    answer, file_name, f"line {first.line} answers the same payment differently.",
                    f"与第 {first.line} 行对同一笔的答复不同。",
                )  # fmt: skip
            continue
        said = answer.answered_on is not None and (
            attempt_id, answer.outcome.value, answer.code, answer.answered_on
        ) in before  # fmt: skip
        verdict = ruling(state=attempt.state, outcome=answer.outcome, said_before=said)
        if verdict is Ruling.REFUSE:
            state = Words.of(attempt.state)
            raise _refused(
                answer, file_name, f"it is settled as '{state.en}', now the bank says {answer.outcome.value}.",
                f"该笔已是“{state.zh}”,本次银行却答复为 {answer.outcome.value}。",
            )  # fmt: skip
        if verdict is Ruling.MOVE:
            moves[attempt_id] = (attempt, GOES_TO[answer.outcome])
    return moves


def _said_before(ids: Sequence[int]) -> set[tuple[Any, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT attempt_id, outcome, code, answered_on FROM payments_bankanswer"
            " WHERE attempt_id = ANY(%s) AND answered_on IS NOT NULL",
            [list(ids)],
        )
        return set(cursor.fetchall())


def _keep_answers(
    file_id: int, answers: Sequence[Answer], ids: Sequence[int], moves: Mapping[int, tuple[Sent, AttemptState]]
) -> None:
    first = {attempt_id: answer for answer, attempt_id in zip(reversed(answers), reversed(ids), strict=True)}
    with connection.cursor() as cursor, cursor.copy(
        "COPY payments_bankanswer (result_file_id, line, attempt_id, outcome, code, reason, answered_on, moved)"
        " FROM STDIN"
    ) as copy:  # fmt: skip
        for answer, attempt_id in zip(answers, ids, strict=True):
            moved = attempt_id in moves and first[attempt_id] is answer
            copy.write_row(
                (file_id, answer.line, attempt_id, answer.outcome.value, answer.code, answer.reason,
                 answer.answered_on, moved)
            )  # fmt: skip


def _move(moves: Mapping[int, tuple[Sent, AttemptState]], *, on: date) -> None:
    """Move attempts and entitlements, and post each kind of move to the ledger."""
    lists: dict[str, Any] = {
        "ids": list(moves),
        "old": [attempt.state.value for attempt, _ in moves.values()],
        "new": [state.value for _, state in moves.values()],
    }
    with connection.cursor() as cursor:
        for statement in (_MOVE_ATTEMPTS, _MOVE_ENTITLEMENTS):
            cursor.execute(statement, lists)
            if cursor.rowcount != len(moves):
                raise AssertionError(f"{cursor.rowcount} rows moved, not {len(moves)}")
    posts: dict[Kind, list[tuple[int, str, int]]] = defaultdict(list)
    for attempt, state in moves.values():
        if kind := _kind(attempt.state, state):
            posts[kind].append((attempt.attempt_id, attempt.policy, attempt.amount_fen))
    for kind, rows in posts.items():
        post_entries(kind=kind, rows=rows, on=on)


def _kind(old: AttemptState, new: AttemptState) -> Kind | None:
    if new is AttemptState.RETURNED:
        return Kind.RETURNED_LATE if old is AttemptState.PAID else Kind.RETURNED
    return {AttemptState.PAID: Kind.PAID, AttemptState.FAILED: Kind.FAILED}.get(new)


def _summary(
    file_id: int, answers: Sequence[Answer], sent: Mapping[int, Sent],
    moves: Mapping[int, tuple[Sent, AttemptState]], *, at: datetime,
) -> ResultRead:  # fmt: skip
    batches = tuple(sorted({attempt.batch_id for attempt in sent.values()}))
    moved: dict[str, tuple[int, int]] = {}
    for attempt, state in moves.values():
        count, total = moved.get(state.value, (0, 0))
        moved[state.value] = (count + 1, total + attempt.amount_fen)
    _settle(batches)
    return ResultRead(
        result_file_id=file_id, known_before=False, moved=moved, ignored=len(answers) - len(moves),
        accepted=sum(answer.outcome is Outcome.ACCEPTED for answer in answers), batches=batches,
        missing=_missing(batches),
    )  # fmt: skip


def _read_before(file_id: int, answers: Sequence[Answer], sent: Mapping[int, Sent]) -> ResultRead:
    batches = tuple(sorted({attempt.batch_id for attempt in sent.values()}))
    return ResultRead(
        result_file_id=file_id, known_before=True, moved={}, ignored=len(answers), accepted=0, batches=batches,
        missing=_missing(batches),
    )  # fmt: skip


def _settle(batches: Sequence[int]) -> None:
    """Call a sent batch answered when nothing in it waits any more."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT DISTINCT batch_id FROM payments_attempt WHERE batch_id = ANY(%s) AND state IN ('sent', 'unknown')",
            [list(batches)],
        )
        waiting = {batch_id for (batch_id,) in cursor.fetchall()}
    done = set(batches) - waiting
    Batch.objects.filter(id__in=done, state=BatchState.SENT).update(state=BatchState.ANSWERED)


def _missing(batches: Sequence[int]) -> tuple[str, ...]:
    """Return the references in these batches about which the bank has said nothing at all."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT attempt.id FROM payments_attempt attempt WHERE attempt.batch_id = ANY(%s)"
            " AND attempt.state = 'sent' AND NOT EXISTS"
            " (SELECT 1 FROM payments_bankanswer answer WHERE answer.attempt_id = attempt.id) ORDER BY attempt.id",
            [list(batches)],
        )
        return tuple(reference(attempt_id) for (attempt_id,) in cursor.fetchall())


def _refused(answer: Answer, file_name: str, en: str, zh: str) -> ResultRefused:
    shown = answer.reference if len(answer.reference) <= 16 else mask_number(answer.reference)
    return ResultRefused(file=file_name, line=answer.line, reference=shown, detail=Words(zh, en))


_SENT = """
SELECT attempt.id, attempt.batch_id, batch.profile, attempt.state, attempt.amount_fen, attempt.account_hash,
       entitlement.policy
  FROM payments_attempt attempt
  JOIN payments_batch batch ON batch.id = attempt.batch_id
  JOIN subsidies_entitlement entitlement ON entitlement.id = attempt.entitlement_id
 WHERE attempt.id = ANY(%s)
"""

_MOVE_ATTEMPTS = """
UPDATE payments_attempt attempt SET state = move.new
  FROM unnest(%(ids)s::bigint[], %(old)s::text[], %(new)s::text[]) AS move(id, old, new)
 WHERE attempt.id = move.id AND attempt.state = move.old
"""

_MOVE_ENTITLEMENTS = """
UPDATE subsidies_entitlement entitlement SET state = move.new
  FROM unnest(%(ids)s::bigint[], %(old)s::text[], %(new)s::text[]) AS move(id, old, new)
  JOIN payments_attempt attempt ON attempt.id = move.id
 WHERE entitlement.id = attempt.entitlement_id AND entitlement.state = move.old
"""
