"""Where one can go from any page: what the rights of the account allow and what is built."""

from dataclasses import dataclass
from functools import cache

from django.http import HttpRequest
from django.urls import NoReverseMatch, reverse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from jishiyu.web.gate import Who


@dataclass(frozen=True, slots=True)
class Entry:
    """One line of the navigation: the action it needs, the name of its address, its words."""

    action: str
    name: str
    words: str | Promise


@dataclass(frozen=True, slots=True)
class Place:
    """An entry for one request: its address, and whether it is where we are."""

    words: str
    href: str
    here: bool


# In the order of the work. An address that nobody has built yet is left out.
ENTRIES: tuple[tuple[str | Promise, tuple[Entry, ...]], ...] = (
    ("", (Entry("todo.see", "todo:home", _("To do")), Entry("mine.see", "mine:home", _("My subsidies")))),
    (_("Subsidies"), (
        Entry("people.find", "people:find", _("Find")),
        Entry("feeds.see", "feeds:list", _("Feeds")),
        Entry("calls.see", "calls:list", _("Call lists")),
        Entry("applications.see", "applications:list", _("Applications")),
        Entry("reviews.see", "reviews:queue", _("Review")),
        Entry("payments.see", "payments:list", _("Payments")),
        Entry("recoveries.see", "recoveries:list", _("Recoveries")),
        Entry("ledger.see", "ledger:accounts", _("Books")),
    )),
    (_("Members"), (
        Entry("roster.see", "roster:list", _("Roster")),
        Entry("unions.see", "unions:tree", _("Unions")),
    )),
    (_("Rules and figures"), (
        Entry("policies.see", "policies:list", _("Policies")),
        Entry("statistics.see", "statistics:home", _("Statistics")),
        Entry("statistics.bulletin", "console:overview", _("Overview")),
    )),
    (_("Enterprise help"), (
        Entry("needs.own", "needs:home", _("Our needs")),
        Entry("service.work", "service:home", _("My enterprises")),
        Entry("visits.own", "visits:home", _("My visits")),
    )),
    (_("Administration"), (
        Entry("accounts.see", "accounts:list", _("Accounts")),
        Entry("accounts.unlock", "accounts:lockouts", _("Lock-outs")),
        Entry("payments.sign", "payments:signatories", _("Signatories")),
        Entry("tokens.manage", "tokens:list", _("API tokens")),
        Entry("tokens.collect", "tokens:mine", _("Tokens I answer for")),
        Entry("settings.see", "settings:home", _("Settings")),
        Entry("notices.see", "notices:list", _("Notices")),
        Entry("audit.see", "audit:trail", _("Audit trail")),
    )),
)  # fmt: skip


def navigation(request: HttpRequest, who: Who) -> list[tuple[str, list[Place]]]:
    """Return the groups of places this account may go to; empty groups are left out."""
    groups = []
    for title, entries in ENTRIES:
        places = [
            Place(str(entry.words), href, _is_here(request, href))
            for entry in entries
            if who.may(entry.action) and (href := _address(entry.name))
        ]
        if places:
            groups.append((str(title), places))
    return groups


@cache
def _address(name: str) -> str:
    try:
        return reverse(name)
    except NoReverseMatch:
        return ""


def _is_here(request: HttpRequest, href: str) -> bool:
    return request.path == href or (href != "/" and request.path.startswith(f"{href}/"))
