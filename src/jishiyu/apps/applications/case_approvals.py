"""Cases over the automatic limit, approved in two steps by two people."""

from datetime import date, datetime

from django.db import transaction

from jishiyu.apps.applications.acting import Actor, identified
from jishiyu.apps.applications.models import CaseProposal
from jishiyu.apps.applications.problems import ProposalMissing, ProposalWaiting
from jishiyu.apps.audit.operations import record
from jishiyu.apps.payments.models import Signatory
from jishiyu.apps.subsidies.heirs import require_heir
from jishiyu.apps.subsidies.models import Case, CaseReason, CaseState
from jishiyu.apps.subsidies.operations import approve_case
from jishiyu.apps.subsidies.problems import (
    CaseChanged,
    CaseMoveNotAllowed,
    CasePaysNothing,
    CaseSentenceMissing,
    CaseUnknown,
    SecondPersonNeeded,
    SignatoryUnknown,
)
from jishiyu.engine.money import yuan_text


def propose_approval(*, case_id: int, by: Actor, seen_fen: int, sentence: str, on: date, at: datetime) -> CaseProposal:
    """This function will put the first of two signatures under a case whose papers are in.

    `seen_fen` is the amount that was looked at; the second person approves exactly that. Raises `CaseUnknown`,
    `CasePaysNothing`, `CaseMoveNotAllowed`, `CaseChanged`, `CaseSentenceMissing`, `SignatoryUnknown`,
    `ProposalWaiting`, `Undeclared`.
    """
    with transaction.atomic():
        by, case = identified(by), _waiting(case_id)
        if seen_fen != case.amount_fen:
            raise CaseChanged(case=case_id, now=yuan_text(case.amount_fen), seen=yuan_text(seen_fen))
        if len(sentence.strip()) < 2:
            raise CaseSentenceMissing(case=case_id)
        require_heir(stay_id=case.stay_id)
        signatory = Signatory.objects.filter(name=by.name).first()
        if signatory is None or (signatory.ended_on is not None and signatory.ended_on <= on):
            raise SignatoryUnknown(name=by.name, on=on.isoformat())
        open_ = CaseProposal.objects.filter(case=case, ended_at=None).first()
        if open_ is not None:
            raise ProposalWaiting(case=case_id, by=open_.by)
        proposal = CaseProposal.objects.create(
            case=case, by=by.name, seen_fen=seen_fen, sentence=sentence.strip(), at=at
        )
        record(by=by.name, action="case.proposed", record=f"case {case_id}", details={"fen": seen_fen}, at=at)
    return proposal


def second_approval(*, case_id: int, by: Actor, sentence: str, on: date, at: datetime) -> int:
    """This function will put the second signature under a case and return the fen that are owed by it.

    Raises `ProposalMissing`, `SecondPersonNeeded`, and what `approve_case` raises: the amount must still be the one
    the first person saw, and neither of the two may be the member or of the household.
    """
    with transaction.atomic():
        by = identified(by)
        proposal = CaseProposal.objects.select_for_update().filter(case_id=case_id, ended_at=None).first()
        if proposal is None:
            raise ProposalMissing(case=case_id)
        if proposal.by == by.name:
            raise SecondPersonNeeded(case=case_id, by=by.name)
        posted = approve_case(
            case_id=case_id, by=proposal.by, second=by.name, sentence=sentence.strip() or proposal.sentence, on=on,
            seen_fen=proposal.seen_fen,
        )  # fmt: skip
        CaseProposal.objects.filter(pk=proposal.pk).update(second=by.name, ended_at=at, approved=True)
    return posted.owed_fen


def drop_proposal(*, case_id: int, by: Actor, because: str, at: datetime) -> None:
    """This function will take a waiting first signature away, by whoever gave it or by the second person.

    Raises `ProposalMissing`, `CaseSentenceMissing`.
    """
    if len(because.strip()) < 2:
        raise CaseSentenceMissing(case=case_id)
    with transaction.atomic():
        if not CaseProposal.objects.filter(case_id=case_id, ended_at=None).update(ended_at=at, second=by.name):
            raise ProposalMissing(case=case_id)
        details = {"because": because.strip()}
        record(by=by.name, action="case.proposal_dropped", record=f"case {case_id}", details=details, at=at)


def _waiting(case_id: int) -> Case:
    case = Case.objects.select_for_update().filter(pk=case_id).first()
    if case is None:
        raise CaseUnknown(case=case_id)
    if case.reason != CaseReason.OVER_LIMIT:
        raise CasePaysNothing(case=case_id, reason=CaseReason(case.reason).label)
    if case.state != CaseState.PAPERS_IN:
        raise CaseMoveNotAllowed(
            case=case_id, state=CaseState(case.state).label, wanted=CaseState.APPROVED.label,
            possible=CaseState.PAPERS_IN.label,
        )  # fmt: skip
    return case
