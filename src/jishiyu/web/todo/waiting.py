"""What waits for an account, counted with the reader's own eyes: row security narrows every query to their branch."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.db.models import Count, F, Min, Q, Sum
from django.urls import NoReverseMatch, reverse
from django.utils.functional import Promise
from django.utils.timezone import localdate
from django.utils.translation import gettext_lazy as _

from jishiyu.apps.accounts.queries import lockouts
from jishiyu.apps.applications.models import Application, Complaint, ComplaintState, State
from jishiyu.apps.applications.queries import waiting as applications_waiting
from jishiyu.apps.desk.queries import Role as Desk
from jishiyu.apps.desk.queries import to_do
from jishiyu.apps.intake.models import Feed, FeedState
from jishiyu.apps.ledger.chart import Role as Books
from jishiyu.apps.ledger.queries import balance_of
from jishiyu.apps.members.models import ImportState, RosterImport
from jishiyu.apps.payments.models import Batch, BatchState
from jishiyu.apps.subsidies.models import (
    CASE_ENDS,
    Case,
    CaseReason,
    CaseState,
    Entitlement,
    EntitlementState,
    Recovery,
    RecoveryState,
)
from jishiyu.engine.money import yuan_text
from jishiyu.web.gate import Who
from jishiyu.web.language import language

Words = str | Promise


@dataclass(frozen=True, slots=True)
class Waiting:
    """One kind of work: how many, how old the oldest is, how many are late, where to do it."""

    words: Words
    count: int
    days: int | None
    late: int
    href: str


@dataclass(frozen=True, slots=True)
class Card:
    """One figure with a line beneath it."""

    words: Words
    value: str
    hint: str = ""


def waiting(who: Who, today: date) -> list[Waiting]:
    """Return what waits, the oldest first; kinds without anything are left out."""
    found: list[Waiting] = []
    for action, look in LOOKS:
        if who.may(action):
            found += look(today)
    return sorted((one for one in found if one.count), key=lambda one: -(one.days or 0))


def figures(who: Who, today: date) -> list[Card]:
    """Return the figures beneath: of the own branch, and of the fund where the account may see the books."""
    cards = []
    if who.may("statistics.see"):
        paid = Entitlement.objects.filter(state=EntitlementState.PAID, year=today.year).aggregate(
            people=Count("person", distinct=True), count=Count("id"), fen=Sum(F("amount_fen") - F("set_off_fen"))
        )
        cards += [
            Card(_("Paid this year (yuan)"), yuan_text(paid["fen"] or 0)),
            Card(_("Payments this year"), f"{paid['count']:,}"),
            Card(_("People this year"), f"{paid['people']:,}"),
        ]
    if who.may("ledger.see"):
        held = balance_of(role=Books.BANK)
        cards.append(Card(_("Fund at the bank (yuan)"), yuan_text(held)))
    return cards


CASES = {
    CaseReason.OVER_LIMIT: _("Amounts over the automatic limit: papers to collect"),
    CaseReason.UNMATCHED: _("People who are not on the roster: ask their union"),
    CaseReason.HELD: _("Data to check with the union"),
    CaseReason.NO_DATA: _("No data from the bureau: ask for papers"),
}


def _cases(today: date) -> list[Waiting]:
    rows = (
        Case.objects.exclude(state__in=CASE_ENDS)
        .values("reason")
        .annotate(count=Count("id"), first=Min("opened_at"), late=Count("id", filter=Q(due_on__lt=today)))
        .order_by("reason")
    )
    return [
        Waiting(CASES[CaseReason(row["reason"])], row["count"], _days(row["first"], today), row["late"],
                _address("calls:list", f"?reason={row['reason']}"))
        for row in rows
    ]  # fmt: skip


def _owed(today: date) -> list[Waiting]:
    return [
        _of(Entitlement.objects.filter(state=EntitlementState.OWED), "created_at",
            _("Owed and in no batch yet: prepare one"), "payments:owed", today),
        _of(Entitlement.objects.filter(state__in=[EntitlementState.RETURNED, EntitlementState.FAILED]), "created_at",
            _("Returned or failed payments: correct the account"), "payments:stuck", today),
        _of(Batch.objects.filter(state=BatchState.SENT), "sent_at",
            _("Batches at the bank without an answer"), "payments:list", today),
    ]  # fmt: skip


def _to_sign(today: date) -> list[Waiting]:
    prepared = Batch.objects.filter(state=BatchState.PREPARED)
    return [_of(prepared, "made_at", _("Batches waiting for a second person"), "payments:list", today)]


def _recoveries(today: date) -> list[Waiting]:
    rows = Recovery.objects.filter(state__in=[RecoveryState.OPEN, RecoveryState.ASKED_BACK])
    return [_of(rows, "created_at", _("Recoveries still open"), "recoveries:list", today)]


def _feeds(today: date) -> list[Waiting]:
    rows = Feed.objects.filter(state=FeedState.STORED)
    return [_of(rows, "taken_at", _("Feeds stored but not posted"), "feeds:list", today)]


def _rosters(today: date) -> list[Waiting]:
    rows = RosterImport.objects.filter(state=ImportState.CHECKED)
    return [_of(rows, "checked_at", _("Roster files to confirm"), "roster:list", today)]


def _lockouts(today: date) -> list[Waiting]:
    return [_of(lockouts(open_only=True), "at", _("Locked accounts to look at"), "accounts:lockouts", today)]


def _complaints(today: date) -> list[Waiting]:
    rows = Complaint.objects.filter(state=ComplaintState.OPEN)
    found = rows.order_by().aggregate(
        count=Count("pk"), first=Min("filed_at"), late=Count("pk", filter=Q(due_on__lt=today))
    )  # fmt: skip
    href = _address("complaints:list", "?state=open")
    return [Waiting(_("Complaints to answer"), found["count"], _days(found["first"], today), found["late"], href)]


# Where what waits about applications is done, by what it is called in the counting query.
DESKS = {
    "submitted": ("reviews:queue", ""), "appealed": ("reviews:queue", ""), "under_review": ("reviews:queue", "?whose=taken"),
    "second_review": ("reviews:queue", "?whose=taken"), "second_signature": ("reviews:queue", "?whose=second"),
    "case_proposal": ("reviews:cases", "?signed=one"),
}  # fmt: skip


def _reviews(today: date) -> list[Waiting]:
    spoken = language()
    return [
        Waiting(one.zh if spoken == "zh" else one.en[:1].upper() + one.en[1:], one.count, one.age_days, one.overdue,
                _address(*DESKS[one.what]))
        for one in applications_waiting(on=today) if one.what in DESKS
    ]  # fmt: skip


def _large_cases(today: date) -> list[Waiting]:
    rows = Case.objects.filter(reason=CaseReason.OVER_LIMIT, state=CaseState.PAPERS_IN)
    return [_of(rows, "opened_at", _("Large cases to approve"), "reviews:cases", today)]


def _returned(today: date) -> list[Waiting]:
    found = Application.objects.filter(state=State.RETURNED).aggregate(
        count=Count("pk"), first=Min("filed_on"), late=Count("pk", filter=Q(supplement_due_on__lt=today))
    )
    days = (today - found["first"]).days if found["first"] else None
    words = _("Applications returned for a supplement")
    return [Waiting(words, found["count"], days, found["late"], _address("applications:list", "?state=returned"))]


def _trail(today: date) -> list[Waiting]:
    (found,) = to_do(roles=[Desk.TRAIL], on=today, union_ids=[])
    words = found.zh if language() == "zh" else found.en[:1].upper() + found.en[1:]
    return [Waiting(words, found.count, found.age_days, found.count, _address("audit:verify"))]


LOOKS: tuple[tuple[str, Callable[[date], list[Waiting]]], ...] = (
    ("calls.work", _cases),
    ("reviews.see", _reviews),
    ("reviews.second", _large_cases),
    ("applications.file", _returned),
    ("payments.prepare", _owed),
    ("payments.approve", _to_sign),
    ("recoveries.work", _recoveries),
    ("feeds.take", _feeds),
    ("roster.import", _rosters),
    ("accounts.unlock", _lockouts),
    ("complaints.answer", _complaints),
    ("audit.verdict", _trail),
)


def _of(rows: Any, since: str, words: Words, name: str, today: date) -> Waiting:
    found = rows.order_by().aggregate(count=Count("pk"), first=Min(since))
    return Waiting(words, found["count"], _days(found["first"], today), 0, _address(name))


def _days(first: datetime | None, today: date) -> int | None:
    return None if first is None else max(0, (today - localdate(first)).days)


def _address(name: str, query: str = "") -> str:
    try:
        return reverse(name) + query
    except NoReverseMatch:
        return ""
