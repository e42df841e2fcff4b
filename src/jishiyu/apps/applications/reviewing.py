"""At the desk: take, hand back, return for a supplement, approve, refuse. The database holds four eyes besides."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from django.db import transaction

from jishiyu.apps.applications.acting import Actor, identified, refuse_unfit, signers
from jishiyu.apps.applications.deciding import data_stay, look, post, refuse_unpayable
from jishiyu.apps.applications.models import Application, Ruling, State, Verdict
from jishiyu.apps.applications.problems import AmountChanged, NotYours, SecondReviewerNeeded
from jishiyu.apps.applications.states import IN_REVIEW
from jishiyu.apps.applications.steps import locked, move, not_allowed, rules_of, said
from jishiyu.apps.payments.models import Signatory
from jishiyu.apps.subsidies.problems import SignatoryUnknown
from jishiyu.apps.workdays.queries import known_calendar
from jishiyu.engine.calendar import Calendar
from jishiyu.engine.evidence import Review
from jishiyu.engine.money import yuan_text
from jishiyu.engine.policy.shelf import Shelf

TAKEN_TO = {State.SUBMITTED: State.UNDER_REVIEW, State.APPEALED: State.SECOND_REVIEW}
GIVEN_BACK_TO = {State.UNDER_REVIEW: State.SUBMITTED, State.SECOND_REVIEW: State.APPEALED}


@dataclass(frozen=True, slots=True, kw_only=True)
class Approval:
    """What an approval did: posted with this many fen owed, or waiting for a second person."""

    posted: bool
    owed_fen: int = 0


def take_application(*, application_id: int, by: Actor, on: date, at: datetime) -> Application:
    """This function will put a waiting application on a reviewer's desk, or one that waits for a second signature.

    Raises `MoveNotAllowed`, `OwnApplication`, `OverYourLimit`, `AnotherMustJudgeTheAppeal`, `SecondReviewerNeeded`,
    `Undeclared`.
    """
    with transaction.atomic():
        by, about = identified(by), locked(application_id)
        rules = rules_of(about, on)
        first = signers(about)
        if about.state in IN_REVIEW and first and about.reviewer == first[0].by:
            to = State(about.state)  # signed once: it waits for another person
        elif about.state in TAKEN_TO:
            to = TAKEN_TO[State(about.state)]
        else:
            raise not_allowed(about)
        _refuse_same(about, by, first)
        refuse_unfit(by=by, about=about, amount_fen=about.expected_fen, rules=rules)
        move(about, to, by=by.name, at=at, what="taken", reviewer=by.name, taken_at=at)
    return about


def hand_back(*, application_id: int, by: Actor, because: str, on: date, at: datetime) -> Application:
    """This function will put an application back on the pile. Raises `MoveNotAllowed`, `NotYours`, `WordsMissing`."""
    with transaction.atomic():
        about = _on_my_desk(application_id, by)
        _, words = said(codes=(), words=because, use="return", rules=rules_of(about, on), needed=True)
        to = GIVEN_BACK_TO[State(about.state)]
        move(about, to, by=by.name, at=at, what="handed_back", words=words, reviewer="", taken_at=None)
    return about


def return_for_supplement(
    *, application_id: int, by: Actor, codes: Sequence[str], words: str, on: date, at: datetime,
    calendar: Calendar | None = None,
) -> Application:  # fmt: skip
    """This function will give an application back to whoever filed it, saying what to add and until when.

    Raises `MoveNotAllowed` (an appeal is not returned), `NotYours`, `SentenceUnknown`, `WordsMissing`.
    """
    with transaction.atomic():
        by, about = identified(by), _on_my_desk(application_id, by)
        rules = rules_of(about, on)
        picked, own = said(codes=codes, words=words, use="return", rules=rules, needed=True)
        due = rules.due("supplement", after=on, calendar=calendar or known_calendar())
        move(
            about, State.RETURNED, by=by.name, at=at, what="returned", codes=picked, words=own, due_on=due.on,
            supplement_due_on=due.on, due_assumed=due.assumed, decide_due_on=None, returns=about.returns + 1,
            reviewer="", taken_at=None,
        )  # fmt: skip
    return about


def approve(
    *, application_id: int, by: Actor, seen_fen: int, on: date, at: datetime, codes: Sequence[str] = (),
    words: str = "", policies: Shelf | None = None,
) -> Approval:  # fmt: skip
    """This function will approve an application of the amount that was looked at (`Preview.amount_fen`).

    Over the amount of the rules, and wherever a case over the automatic limit stands behind it, the first call only
    signs; a second person takes the application and calls again, and then it is posted, once. Raises `AmountChanged`,
    `OthersChanged`, `NothingToApprove`, `StayInTheData`, `OwnApplication`, `OverYourLimit`, `SecondReviewerNeeded`, `SignatoryUnknown`,
    `NotYours`, `MoveNotAllowed`, `SentenceUnknown`, `Undeclared`.
    """
    with transaction.atomic():
        by, about = identified(by), _on_my_desk(application_id, by)
        rules = rules_of(about, on)
        picked, own = said(codes=codes, words=words, use="approve", rules=rules, needed=False)
        seen = look(about, on=on, at=at, policies=policies)
        refuse_unpayable(about, seen)
        if seen.amount_fen != seen_fen:
            raise AmountChanged(number=about.number, now=yuan_text(seen.amount_fen), seen=yuan_text(seen_fen))
        _judge(about, by, Ruling.APPROVE, seen_fen, rules, at)
        names = [verdict.by for verdict in signers(about)]
        two = seen_fen > rules.two_reviewers_over_fen or seen.bucket == "assist" or data_stay(about) is not None
        if two:
            _require_signatory(by.name, on)
        if two and len(names) < 2:
            move(
                about, State(about.state), by=by.name, at=at, what="signed", codes=picked, words=own,
                amount_fen=seen_fen, expected_fen=seen_fen,
            )  # fmt: skip
            return Approval(posted=False)
        sentence = ";".join([rules.sentences[code].words["zh"] for code in picked]) or "材料齐全,同意"
        owed = post(about, signers=names, seen=seen, sentence=sentence, on=on, at=at, policies=policies)
        move(
            about, State.APPROVED, by=by.name, at=at, what="approved", codes=picked, words=own, amount_fen=owed,
            decided_at=at, decided_fen=owed, decide_due_on=None,
        )  # fmt: skip
    return Approval(posted=True, owed_fen=owed)


def refuse(
    *, application_id: int, by: Actor, codes: Sequence[str], words: str, on: date, at: datetime,
    calendar: Calendar | None = None,
) -> Application:  # fmt: skip
    """This function will refuse an application with a reason; it can be appealed once, until the day it names.

    A refusal on appeal is final. Raises like `approve`, and `WordsMissing`.
    """
    with transaction.atomic():
        by, about = identified(by), _on_my_desk(application_id, by)
        rules = rules_of(about, on)
        picked, own = said(codes=codes, words=words, use="refuse", rules=rules, needed=True)
        _judge(about, by, Ruling.REFUSE, None, rules, at)
        if about.state == State.SECOND_REVIEW:
            move(
                about, State.UPHELD, by=by.name, at=at, what="upheld", codes=picked, words=own, decided_at=at,
                decided_fen=0, decide_due_on=None, ended_at=at,
            )  # fmt: skip
        else:
            due = rules.due("appeal", after=on, calendar=calendar or known_calendar())
            move(
                about, State.REFUSED, by=by.name, at=at, what="refused", codes=picked, words=own, due_on=due.on,
                decided_at=at, decided_fen=0, appeal_due_on=due.on, due_assumed=due.assumed, decide_due_on=None,
            )  # fmt: skip
    return about


def _on_my_desk(application_id: int, by: Actor) -> Application:
    about = locked(application_id)
    if about.state not in IN_REVIEW:
        raise not_allowed(about)
    if about.reviewer != by.name:
        raise NotYours(number=about.number, reviewer=about.reviewer)
    return about


def _judge(about: Application, by: Actor, ruling: Ruling, seen_fen: int | None, rules: Review, at: datetime) -> None:
    """Write down what the reviewer says, when they may say it."""
    _refuse_same(about, by, list(Verdict.objects.filter(application=about, turn=about.turn)))
    refuse_unfit(by=by, about=about, amount_fen=max(about.expected_fen, seen_fen or 0), rules=rules)
    Verdict.objects.create(
        application=about, turn=about.turn, by=by.name, by_person_id=by.person_id, role=by.role, ruling=ruling,
        seen_fen=seen_fen, at=at,
    )  # fmt: skip


def _refuse_same(about: Application, by: Actor, earlier: Sequence[Verdict]) -> None:
    for verdict in earlier:
        if verdict.by == by.name or (by.person_id is not None and verdict.by_person_id == by.person_id):
            raise SecondReviewerNeeded(name=by.name, number=about.number)


def _require_signatory(name: str, on: date) -> None:
    """Refuse a first signature that could not become an approval later."""
    found = Signatory.objects.filter(name=name).first()
    if found is None or (found.ended_on is not None and found.ended_on <= on):
        raise SignatoryUnknown(name=name, on=on.isoformat())
