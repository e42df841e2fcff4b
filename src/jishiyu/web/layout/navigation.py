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
    ("", (
        Entry("todo.see", "todo:home", _("To do")),
        Entry("mine.see", "mine:home", _("My subsidies")),
        Entry("mine.see", "mine:applications", _("My applications")),
        Entry("mine.see", "mine:account", _("My account number")),
        Entry("mine.see", "mine:messages", _("My messages")),
        Entry("mine.complain", "mine:complaints", _("My complaints")),
    )),
    (_("Subsidies"), (
        Entry("people.find", "people:find", _("Find")),
        Entry("feeds.see", "feeds:list", _("Feeds")),
        Entry("calls.see", "calls:list", _("Call lists")),
        Entry("applications.see", "applications:list", _("Applications")),
        Entry("reviews.see", "reviews:queue", _("Review")),
        Entry("complaints.answer", "complaints:list", _("Complaints")),
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
        Entry("laboratory.use", "laboratory:home", _("Policy laboratory")),
        Entry("statistics.see", "statistics:home", _("Statistics")),
    )),
    (_("Enterprise help"), (
        Entry("needs.own", "needs:home", _("Our needs")),
        Entry("needs.own", "progress:own", _("Progress of our needs")),
        Entry("service.work", "service:home", _("My desk")),
        Entry("needs.see", "service:needs", _("Needs")),
        Entry("needs.see", "service:enterprises", _("Enterprises")),
        Entry("campaigns.see", "campaigns:list", _("Rounds")),
        Entry("service.work", "service:record", _("My record")),
        Entry("visits.own", "visits:home", _("My visits")),
        Entry("needs.see", "boards:home", _("Boards")),
        Entry("visits.own", "experts:mine", _("My free times")),
        Entry("experts.see", "experts:list", _("Resource list")),
        Entry("pairing.see", "pairing:home", _("Pairing")),
        Entry("visits.see", "visits:list", _("Calendar of visits")),
        Entry("service.work", "plans:list", _("Service plans")),
        Entry("needs.see", "archives:list", _("Archives")),
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
        Entry("audit.verdict", "audit:verify", _("Checks of the trail")),
    )),
)  # fmt: skip


def navigation(request: HttpRequest, who: Who) -> list[tuple[str, list[Place]]]:
    """Return the groups of places this account may go to; empty groups are left out."""
    open_to = [
        (str(title), [(str(one.words), _address(one.name)) for one in entries if who.may(one.action)])
        for title, entries in ENTRIES
    ]
    here = _nearest(request.path, [href for _, entries in open_to for _, href in entries if href])
    groups = [
        (title, [Place(words, href, href == here) for words, href in entries if href]) for title, entries in open_to
    ]
    return [(title, places) for title, places in groups if places]


@cache
def _address(name: str) -> str:
    try:
        return reverse(name)
    except NoReverseMatch:
        return ""


def _nearest(path: str, addresses: list[str]) -> str:
    """Return the longest of the addresses that this path is or lies below."""
    above = [one for one in addresses if path == one or path.startswith(f"{one}/")]
    return max(above, key=len, default="")
