"""What waits for an account, counted with the reader's own eyes: row security narrows every query to their branch."""

from dataclasses import dataclass
from datetime import date, timedelta
from urllib.parse import quote

from django.urls import NoReverseMatch, reverse
from django.utils.functional import Promise
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from jishiyu.apps.accounts.rows import whole
from jishiyu.apps.applications.queries import Waiting as ApplicationsWaiting
from jishiyu.apps.applications.queries import waiting as applications_waiting
from jishiyu.apps.desk.queries import ToDo, what_waits
from jishiyu.apps.enterprises.queries import last_day_of_rounds
from jishiyu.apps.ledger.chart import Role as Books
from jishiyu.apps.ledger.queries import balance_of
from jishiyu.apps.payments.queries import paid_in
from jishiyu.apps.visits.queries import what_waits_of_help
from jishiyu.apps.workdays.queries import ASKED_FROM, year_to_enter
from jishiyu.engine.calendar import NoticeRefused
from jishiyu.engine.money import yuan_text
from jishiyu.web.figures.typography import chinese
from jishiyu.web.gate import Who
from jishiyu.web.language import language
from jishiyu.web.problem import told

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
    wanted = {key: address for action, key, *address in LOOKS if who.may(action)}
    counted = what_waits(keys=[key for key in wanted if key not in UNSEEN], on=today, me=who.name)
    with whole():  # how many, not which: their rows are of people whom this reader need not see
        counted += what_waits(keys=[key for key in wanted if key in UNSEEN], on=today, me=who.name)
    found = [_line(row, row.age_days, row.late, _address(*wanted[row.key], me=who.name)) for row in counted]
    if who.may("reviews.see"):
        found += [
            _line(row, row.age_days, row.overdue, _address(*DESKS[row.what]))
            for row in applications_waiting(on=today, reviewer=who.name) if row.what in DESKS
        ]  # fmt: skip
    if who.account is not None and who.may("visits.own"):
        found += [
            Waiting(HELP[row.key][0], row.count, (today - row.since).days if row.since else None, row.late,
                    _address(*HELP[row.key][1:]))
            for row in what_waits_of_help(account=who.account, on=today)
        ]  # fmt: skip
    found += _calendar(who, today)
    return sorted((one for one in found if one.count), key=lambda one: -(one.days or 0))


def _calendar(who: Who, today: date) -> list[Waiting]:
    """Return what is said of a year whose working days nobody has entered: whoever leads rounds or keeps the settings
    sees it as soon as a round goes on into that year, a steward when it is near."""
    address = next((where for action, where in CALENDAR if who.may(action)), None)
    if address is None:
        return []
    with whole():  # how long, not which round
        until = last_day_of_rounds() if address else None
    try:
        year = year_to_enter(on=today, until=until)
    except NoticeRefused as spoiled:
        return [Waiting(told(spoiled), 1, None, 1, _address(address) if address else "")]
    if year is None:
        return []
    words = gettext("Working days of %(year)d, not entered: needs cannot be confirmed or forwarded into it") % {
        "year": year
    }
    since, begins = date(year - 1, *ASKED_FROM), date(year, 1, 1)
    age = (today - since).days if since <= today else None
    return [Waiting(words, 1, age, int(begins - today < SOON), _address(address) if address else "")]


def _line(row: ToDo | ApplicationsWaiting, days: int | None, late: int, href: str) -> Waiting:
    words = chinese(row.zh) if language() == "zh" else row.en[:1].upper() + row.en[1:]
    return Waiting(words, row.count, None if days is None else max(0, days), late, href)


def figures(who: Who, today: date) -> list[Card]:
    """Return the figures beneath: of the own branch, and of the fund where the account may see the books."""
    cards = []
    if who.may("statistics.see"):
        paid = paid_in(year=today.year)
        cards += [
            Card(_("Paid this year (yuan)"), yuan_text(paid.sum_fen)),
            Card(_("Payments this year"), f"{paid.count:,}"),
            Card(_("People this year"), f"{paid.people:,}"),
        ]
    if who.may("ledger.see"):
        held = balance_of(role=Books.BANK)
        cards.append(Card(_("Fund at the bank (yuan)"), yuan_text(held)))
    return cards


# Where what waits about applications is done, by what it is called in the counting query.
DESKS = {
    "submitted": ("reviews:queue", ""), "appealed": ("reviews:queue", ""), "under_review": ("reviews:queue", "?whose=taken"),
    "second_review": ("reviews:queue", "?whose=taken"), "second_signature": ("reviews:queue", "?whose=second"),
    "case_proposal": ("reviews:cases", "?signed=one"),
}  # fmt: skip


# What can be done where: the action that does it, what waits for it, and the list where it is done.
LOOKS: tuple[tuple[str, ...], ...] = (
    ("calls.work", "cases_mine", "calls:list", "?officer={me}"),
    ("calls.work", "over_limit", "calls:list", "?reason=over_limit"),
    ("calls.work", "unmatched", "calls:list", "?reason=unmatched"),
    ("calls.work", "held", "calls:list", "?reason=held"),
    ("calls.work", "no_data", "calls:list", "?reason=no_data"),
    ("reviews.second", "papers_in", "reviews:cases"),
    ("applications.file", "returned", "applications:list", "?state=returned"),
    ("complaints.answer", "complaints", "complaints:list", "?state=open"),
    ("payments.prepare", "owed", "payments:owed"),
    ("payments.prepare", "no_account", "payments:stuck"),
    ("payments.approve", "batches_prepared", "payments:list", "?state=prepared"),
    ("payments.send", "batches_approved", "payments:list", "?state=approved"),
    ("payments.answer", "batches_sent", "payments:list", "?state=sent"),
    ("payments.answer", "stuck", "payments:stuck"),
    ("payments.answer", "unknown", "payments:stuck", "?state=unknown"),
    ("recoveries.work", "recoveries", "recoveries:list"),
    ("recoveries.approve", "write_offs", "recoveries:list", "?state=proposed"),
    ("feeds.take", "feeds_stored", "feeds:list"),
    ("feeds.take", "jobs_not_done", "feeds:files"),
    ("settings.see", "jobs_not_done", ""),
    ("roster.import", "roster_imports", "roster:imports"),
    ("people.merge", "likely_duplicates", "roster:duplicates"),
    ("policies.publish", "policies_proposed", "policies:list"),
    ("accounts.unlock", "lockouts", "accounts:lockouts"),
    ("notices.see", "notices_failed", "notices:list", "?state=failed"),
    ("tokens.collect", "tokens", "tokens:mine"),
    ("needs.forward", "needs_forward", "service:needs", "?state=handed_in"),
    ("needs.forward", "needs_raised", "service:needs", "?due=raised"),
    ("campaigns.change", "enterprises_without", "service:enterprises", "?steward=none"),
    ("campaigns.change", "rounds_over", "campaigns:list"),
    ("service.work", "needs_confirm", "service:home", "?state=forwarded"),
    ("service.work", "needs_classify", "service:home", "?state=confirmed"),
    ("service.work", "needs_late", "service:home", "?due=late"),
    ("service.work", "needs_unreachable", "service:home", "?state=unreachable"),
    ("audit.verdict", "trail_broken", "audit:verify"),
)
UNSEEN = ("notices_failed",)
# Who is told that a year's working days are missing, and where they see which; a steward can only wait for it.
CALENDAR = (("settings.see", "settings:calendar"), ("campaigns.change", "campaigns:list"), ("service.work", ""))
SOON = timedelta(days=14)  # clocks of some working days reach into the next year by then
# What waits of visits and what follows them: words, and the list where it is done.
HELP: dict[str, tuple[Words, str, str]] = {
    "visits_today": (_("Visits of today, or left from before"), "visits:home", ""),
    "reports_to_make": (_("Visits without a report"), "visits:list", "?state=done"),
    "reports_to_release": (_("Drafts of reports to release"), "visits:list", "?state=done"),
    "actions_due": (_("Actions of service plans that are due"), "plans:list", "?state=open"),
}


def _address(name: str, query: str = "", *, me: str = "") -> str:
    try:
        return reverse(name) + query.format(me=quote(me))
    except NoReverseMatch:
        return ""
