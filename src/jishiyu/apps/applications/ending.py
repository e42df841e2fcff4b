"""After the decision: the appeal, what is taken back, and what ends because its time is over."""

from datetime import date, datetime

from django.db import connection, transaction

from jishiyu.apps.applications.acting import Actor, identified, refuse_unfit, same_people
from jishiyu.apps.applications.deciding import data_stay
from jishiyu.apps.applications.models import Application, Move, State
from jishiyu.apps.applications.problems import AppealTooLate, CaseNotFitting, SecondReviewerNeeded
from jishiyu.apps.applications.steps import locked, move, not_allowed, rules_of, said
from jishiyu.apps.intake.applications import withdraw_application
from jishiyu.apps.subsidies.operations import Outcome, redecide
from jishiyu.apps.workdays.queries import known_calendar
from jishiyu.engine.calendar import Calendar
from jishiyu.engine.policy.shelf import Shelf
from jishiyu.engine.words import Words

PROPOSED = "revocation_proposed"
# What ends by itself: a supplement or an appeal that did not come, a final refusal, and what was paid to its end.
OVERDUE = """
SELECT application.id FROM applications_application application
WHERE (application.state = 'returned' AND application.supplement_due_on < %(on)s)
OR (application.state = 'refused' AND application.appeal_due_on < %(on)s)
OR application.state = 'upheld'
OR (application.state = 'approved' AND application.case_id IS NULL AND NOT EXISTS (
    SELECT FROM subsidies_entitlement entitlement
    WHERE entitlement.stay_id = application.number AND entitlement.state NOT IN ('paid', 'set_off')
))
ORDER BY application.id
"""
WHY_OVER = {
    State.RETURNED: "补正期限已过,未收到材料",
    State.REFUSED: "复核申请期限已过",
    State.UPHELD: "复核决定为终局决定",
    State.APPROVED: "补贴已办结",
}


def appeal(
    *, application_id: int, by: Actor, words: str, on: date, at: datetime, calendar: Calendar | None = None
) -> Application:
    """This function will bring a refused application before another reviewer, once and in time.

    Raises `MoveNotAllowed`, `AppealTooLate`, `WordsMissing`.
    """
    with transaction.atomic():
        about = locked(application_id)
        if about.state != State.REFUSED:
            raise not_allowed(about)
        if about.appeal_due_on is not None and on > about.appeal_due_on:
            raise AppealTooLate(number=about.number, until=about.appeal_due_on.isoformat())
        rules = rules_of(about, on)
        _, own = said(codes=(), words=words, use="appeal", rules=rules, needed=True)
        due = rules.due("decide_appeal", after=on, calendar=calendar or known_calendar())
        move(
            about, State.APPEALED, by=by.name, at=at, what="appealed", words=own, due_on=due.on, turn=about.turn + 1,
            decide_due_on=due.on, due_assumed=due.assumed, appeal_due_on=None, reviewer="", taken_at=None,
        )  # fmt: skip
    return about


def close_application(*, application_id: int, by: Actor, because: str, on: date, at: datetime) -> Application:
    """This function will file an application away that is decided (or was not supplemented)."""
    with transaction.atomic():
        about = locked(application_id)
        _, own = said(codes=(), words=because, use="close", rules=rules_of(about, on), needed=True)
        move(about, State.CLOSED, by=by.name, at=at, what="closed", words=own, ended_at=at)
    return about


def close_overdue(*, by: str, on: date, at: datetime) -> int:
    """This function will end every application whose time is over and return how many it were; for a daily job.

    Ends: not supplemented or not appealed in time, refused for good, paid to the last fen. Done twice it does nothing
    the second time.
    """
    with connection.cursor() as cursor:
        cursor.execute(OVERDUE, {"on": on})
        wanted = [row[0] for row in cursor.fetchall()]
    ended = 0
    for application_id in wanted:
        with transaction.atomic(), connection.cursor() as cursor:
            about = locked(application_id)
            cursor.execute(f"SELECT count(*) FROM ({OVERDUE}) still WHERE id = %(id)s", {"on": on, "id": about.pk})  # noqa: S608 (our own constant)
            if cursor.fetchone()[0]:
                words = WHY_OVER[State(about.state)]
                move(about, State.CLOSED, by=by, at=at, what="closed", words=words, ended_at=at)
                ended += 1
    return ended


def revoke(
    *, application_id: int, by: Actor, because: str, on: date, at: datetime, policies: Shelf | None = None
) -> Outcome | None:
    """This function will take an approved application back (a finding changed, papers were false), with two people.

    The first call proposes and returns None; the second, by somebody else, ends the application, and what it owed is
    set off or becomes a recovery. Raises `MoveNotAllowed`, `SecondReviewerNeeded`, `WordsMissing`, `CaseNotFitting`
    where the money comes from settlement data: that is corrected there; `Undeclared`, `OwnApplication`, `OverYourLimit`.
    """
    with transaction.atomic():
        by, about = identified(by), locked(application_id)
        if about.state != State.APPROVED:
            raise not_allowed(about)
        if data_stay(about) is not None:
            raise CaseNotFitting(
                case=about.case_id,
                what=Words("金额来自结算数据,请更正数据", "the amount comes from settlement data"),
            )
        rules = rules_of(about, on)
        refuse_unfit(by=by, about=about, amount_fen=0, rules=rules)
        _, own = said(codes=(), words=because, use="close", rules=rules, needed=True)
        last = Move.objects.filter(application=about).order_by("-id").first()
        if last is None or last.what != PROPOSED:
            move(about, State.APPROVED, by=by.name, at=at, what=PROPOSED, words=own)
            return None
        if last.by == by.name or _same_human_being(Actor(name=last.by, role=by.role), by):
            raise SecondReviewerNeeded(name=by.name, number=about.number)
        person = withdraw_application(
            number=about.number, by=by.name, because="原批准已撤销 / The approval was revoked."
        )
        whom = [person] if person is not None else []
        done = redecide(
            by=by.name, on=on, people=whom, because=f"application {about.number} revoked", policies=policies
        )
        move(about, State.CLOSED, by=by.name, at=at, what="revoked", words=own, ended_at=at, decided_fen=0)
    return done


def _same_human_being(first: Actor, second: Actor) -> bool:
    known = identified(first).person_id
    return known is not None and second.person_id in same_people(known)
