"""What a page of figures was asked for: period, union, policy, which money. Wrong words count as not asked."""

from dataclasses import dataclass
from datetime import date, timedelta
from typing import TypeVar

from django.http import HttpRequest, QueryDict
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from jishiyu.apps.policies.queries import in_force
from jishiyu.apps.statistics.scope import Basis, Dated, Kind, Scope
from jishiyu.web.figures.labels import policy_label
from jishiyu.web.language import language
from jishiyu.web.place import place

Words = str | Promise
Chosen = TypeVar("Chosen", Basis, Dated, Kind)
BASES = {
    Basis.PAID: _("Paid: confirmed by the bank"),
    Basis.OWED: _("Owed: posted"),
    Basis.DECIDED: _("Decided: cases that wait for papers included"),
}
DAYS = {Dated.MONEY: _("Day of the money"), Dated.EVENT: _("Day of the stay or accident")}
KINDS = {Kind.TERRITORY: _("By territory"), Kind.INDUSTRY: _("By industry")}


@dataclass(frozen=True, slots=True)
class Choice:
    """One select of the query row."""

    key: str
    words: Words
    options: list[tuple[str, Words, bool]]


@dataclass(frozen=True, slots=True)
class Asked:
    """The question and the fields that ask it; `last` is the last day that counts."""

    scope: Scope
    since: date
    last: date
    union: str
    choices: list[Choice]

    @property
    def said(self) -> list[tuple[str, str]]:
        """Return what was asked for in words, for the cover of a file."""
        period = (str(_("Period")), f"{self.since.isoformat()} – {self.last.isoformat()}")
        union = [(str(_("Union")), self.union)] if self.union else []
        return [period, *union, *((str(one.words), said(one)) for one in self.choices)]


def asked(request: HttpRequest) -> Asked:
    """Return what the address asks for; without a period that of this installation."""
    given, here = request.GET, place()
    since, last = _day(given, "since") or here.since, _day(given, "last") or here.until - timedelta(days=1)
    known = list(in_force().versions)
    union, policy = given.get("union", "").strip()[:50], given.get("policy", "")
    scope = Scope(
        basis=_one_of(given, "basis", Basis, Basis.PAID), dated=_one_of(given, "dated", Dated, Dated.MONEY),
        kind=_one_of(given, "kind", Kind, Kind.TERRITORY), since=since, until=last + timedelta(days=1),
        union=union.replace("\x00", "") or None, policy=policy if policy in known else None,
    )  # fmt: skip
    spoken = language()
    policies: list[tuple[str, Words]] = [
        ("", _("All subsidies")),
        *((name, policy_label(name)(spoken)) for name in known),
    ]
    choices = [
        _choice("policy", _("Subsidy"), policies, scope.policy or ""),
        _choice("basis", _("Which money"), [(key.value, words) for key, words in BASES.items()], scope.basis.value),
        _choice("dated", _("Counted by"), [(key.value, words) for key, words in DAYS.items()], scope.dated.value),
        _choice("kind", _("Branches"), [(key.value, words) for key, words in KINDS.items()], scope.kind.value),
    ]
    return Asked(scope, since, last, union, choices)


def said(choice: Choice) -> str:
    """Return the words of what is chosen."""
    return next(str(words) for _value, words, chosen in choice.options if chosen)


def _choice(key: str, words: Words, options: list[tuple[str, Words]], chosen: str) -> Choice:
    return Choice(key, words, [(value, said, value == chosen) for value, said in options])


def _day(given: QueryDict, key: str) -> date | None:
    try:
        return date.fromisoformat(given.get(key, ""))
    except ValueError:
        return None


def _one_of(given: QueryDict, key: str, known: type[Chosen], usual: Chosen) -> Chosen:
    chosen = str(given.get(key, ""))
    return known(chosen) if chosen in set(known) else usual
