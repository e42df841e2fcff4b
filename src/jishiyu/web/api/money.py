"""Decisions, payments, results of the bank, figures."""

import base64
import binascii
import json
from typing import Annotated, Any

from django.http import Http404, HttpRequest
from django.utils import timezone
from ninja import Path, Query, Router
from pydantic import Field

from jishiyu.apps.accounts.rows import whole
from jishiyu.apps.api.models import Scope
from jishiyu.apps.api.operations import Told
from jishiyu.apps.api.problems import BodyUnreadable, ScopeMissing
from jishiyu.apps.api.queries import DecisionRow, PaymentRow
from jishiyu.apps.api.queries import decisions as find_decisions
from jishiyu.apps.api.queries import payments as find_payments
from jishiyu.apps.payments.operations import read_result
from jishiyu.apps.payments.sending import reference
from jishiyu.apps.people.operations import reveal
from jishiyu.apps.statistics.queries import By, totals
from jishiyu.apps.statistics.scope import Basis, Dated, Kind
from jishiyu.apps.statistics.scope import Scope as Question
from jishiyu.banks import open_bank
from jishiyu.web.api.door import does, ok, reads, who_asks
from jishiyu.web.api.schemas import (
    FROM_THE_FIRST,
    HUNDRED,
    After,
    Bucket,
    Day,
    DecisionOut,
    DecisionsOut,
    FiguresOut,
    Id,
    Limit,
    PaymentsOut,
    PaymentState,
    Result,
    ResultOut,
    Word,
    yuan,
)
from jishiyu.web.figures.build import group_figure, totals_figure
from jishiyu.web.figures.machine import as_json

router = Router(tags=["decisions and payments"])
Reason = Annotated[str, Field(min_length=2, max_length=300, pattern=r"^[^\x00-\x1f\x7f]*$")]


@reads(router, "/decisions", Scope.DECISIONS_READ, response=DecisionsOut, summary="List decisions")
def decisions(
    request: HttpRequest, after: After = FROM_THE_FIRST, limit: Limit = HUNDRED, stay: Query[Word | None] = None,
    bucket: Query[Bucket | None] = None, policy: Query[Word | None] = None, every: Query[bool] = False,
) -> dict[str, Any]:  # fmt: skip
    """The newest decision of each stay and policy, or `every` version; names and numbers masked."""
    found = find_decisions(after=after, limit=limit, stay=stay, bucket=bucket, policy=policy, every=every)
    return {"items": [_decision(one) for one in found], "next": found[-1].id if len(found) == limit else None}


@reads(router, "/decisions/{decision_id}", Scope.DECISIONS_READ, response=DecisionOut, summary="Look at a decision")
def decision(request: HttpRequest, decision_id: Path[Id], reason: Query[Reason | None] = None) -> dict[str, Any]:
    """One decision. With a `reason`, name and number in full: needs the scope decisions.full, and is recorded."""
    found = next(iter(find_decisions(one=decision_id, every=True)), None)
    if found is None:
        raise Http404
    if reason is None:
        return _decision(found)
    asking = who_asks(request)
    if not asking.may(Scope.DECISIONS_FULL):
        raise ScopeMissing(scopes=Scope.DECISIONS_FULL.value)
    if found.person_id is None:
        return _decision(found)
    with whole():
        known = reveal(person_id=found.person_id, reason=reason, by=asking.by, at=timezone.now())
    return _decision(found) | {"name": known["name"] or "", "number": known["cert_no"] or "", "masked": False}


@reads(router, "/payments", Scope.PAYMENTS_READ, response=PaymentsOut, summary="List payments")
def payments(
    request: HttpRequest, after: After = FROM_THE_FIRST, limit: Limit = HUNDRED, state: Query[PaymentState | None] = None,
    stay: Query[Word | None] = None,
) -> dict[str, Any]:  # fmt: skip
    """What is owed or paid, with the last attempt; no account numbers."""
    found = find_payments(after=after, limit=limit, state=state, stay=stay)
    return {"items": [_payment(one) for one in found], "next": found[-1].id if len(found) == limit else None}


@does(router, "/payments/results", Scope.RESULTS_PUSH, response={200: ResultOut}, summary="Push a result file")
def result(request: HttpRequest, body: Result) -> Told:
    """Match the bank's file line by line with what was sent, and book it: all of it or nothing, and once."""
    now = timezone.now()
    with whole():
        done = read_result(
            content=_bytes(body.content), file_name=body.file_name, by=who_asks(request).by, at=now,
            on=timezone.localdate(now), bank=open_bank(body.profile),
        )  # fmt: skip
    moved = {state: {"count": count, "amount": yuan(fen)} for state, (count, fen) in done.moved.items()}
    return ok(
        200, result_file=done.result_file_id, known_before=done.known_before, moved=moved, ignored=done.ignored,
        accepted=done.accepted, batches=list(done.batches), missing=list(done.missing),
    )  # fmt: skip


@reads(router, "/figures", Scope.FIGURES_READ, response=FiguresOut, tags=["figures"], summary="The whole")
def whole_figures(
    request: HttpRequest, since: Query[Day | None] = None, until: Query[Day | None] = None,
    union: Query[Word | None] = None, policy: Query[Word | None] = None,
) -> dict[str, Any]:  # fmt: skip
    """What was decided, owed and paid in `[since, until)`, side by side."""
    question = Question(since=since, until=until, union=union or None, policy=policy or None)
    return _figures([totals_figure(totals(question))], question)


@reads(router, "/figures/{by}", Scope.FIGURES_READ, response=FiguresOut, tags=["figures"], summary="By something")
def figures(
    request: HttpRequest, by: Path[By], basis: Query[Basis] = Basis.PAID, dated: Query[Dated] = Dated.MONEY,
    kind: Query[Kind] = Kind.TERRITORY, since: Query[Day | None] = None, until: Query[Day | None] = None,
    union: Query[Word | None] = None, policy: Query[Word | None] = None,
) -> dict[str, Any]:  # fmt: skip
    """The same by month, union, district, bracket, age …; the docs say what is counted."""
    question = Question(
        basis=basis, dated=dated, kind=kind, since=since, until=until, union=union or None, policy=policy or None
    )
    return _figures([group_figure(question, by)], question)


def _figures(found: list[Any], question: Question) -> dict[str, Any]:
    about = {
        "basis": question.basis.value, "dated": question.dated.value, "kind": question.kind.value,
        "since": question.since and question.since.isoformat(), "until": question.until and question.until.isoformat(),
        "union": question.union, "policy": question.policy,
    }  # fmt: skip
    told: dict[str, Any] = json.loads(as_json(found, about=about))
    return told


def _bytes(text: str) -> bytes:
    try:
        return base64.b64decode(text, validate=True)
    except (binascii.Error, ValueError) as error:
        raise BodyUnreadable(detail="content: Base64") from error


def _decision(found: DecisionRow) -> dict[str, Any]:
    return {
        "decision": found.id, "stay_id": found.stay_id, "policy": found.policy, "version": found.version,
        "seq": found.seq, "newest": found.newest, "kind": found.kind, "bucket": found.bucket,
        "reasons": list(found.reasons), "name": found.name, "number": found.number, "masked": True,
        "member_no": found.member_no, "union_code": found.org_code, "on": found.anchor_date,
        "base": yuan(found.base_fen), "bracket": found.bracket, "rate_ppm": found.rate_ppm,
        "uncapped": yuan(found.uncapped_fen), "used_before": yuan(found.used_before_fen),
        "payable": yuan(found.payable_fen), "feed": found.feed_id, "decided_at": found.decided_at,
    }  # fmt: skip


def _payment(found: PaymentRow) -> dict[str, Any]:
    return {
        "payment": found.id, "stay_id": found.stay_id, "policy": found.policy, "state": found.state,
        "amount": yuan(found.amount_fen), "set_off": yuan(found.set_off_fen), "union_code": found.union_code,
        "decision": found.decision_id, "created_at": found.created_at,
        "attempt": reference(found.attempt_id) if found.attempt_id else None, "attempt_no": found.attempt_no,
        "attempt_state": found.attempt_state, "batch": found.batch_id, "pay_on": found.pay_on,
    }  # fmt: skip
