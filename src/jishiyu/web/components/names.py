"""Who did it, as people call them: account names of the trail and of `by` columns → full names.

A name that two accounts share is shown with the account behind it. The audit trail itself shows accounts: there an
account is meant, not a person.
"""

import re
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from typing import Any

from django.db.models import QuerySet
from django.utils.translation import gettext as _

from jishiyu.apps.accounts.queries import full_names, is_members_own, with_full_names

SYSTEM = "system"  # what nobody did
BY_LINK = re.compile(r"enterprise|link \d+")  # `by` of whoever hands in or answers by a link
_known: ContextVar[dict[str, str] | None] = ContextVar("names", default=None)


@contextmanager
def names_asked_once() -> Iterator[None]:
    """Ask for each name once in here: a page names the same few people again and again."""
    token = _known.set({})
    try:
        yield
    finally:
        _known.reset(token)


@dataclass(frozen=True, slots=True)
class Named:
    """Words of a list with accounts in their gaps (`{}`), which the list fills with how people are called."""

    accounts: tuple[str, ...]
    words: str = "{}"

    def say(self, known: dict[str, str]) -> str:
        """Return the words with full names; those that `known` lacks are asked for and kept there."""
        if missing := [name for name in self.accounts if name not in known]:
            known |= learn(missing)
        return self.words.format(*(known[name] for name in self.accounts))


def named(account: str) -> Named:
    """Return an account as a list shows it: by the full name."""
    return Named((account,))


def learn(names: Iterable[str]) -> dict[str, str]:
    """Return how people with these account names are called, in one query for those not asked for before."""
    wanted, known = set(names), _known.get()
    found = {} if known is None else {name: known[name] for name in wanted & known.keys()}
    fresh = {name for name in wanted - found.keys() if name and name != SYSTEM and not is_members_own(name)}
    if fresh:
        told = full_names(names=fresh)
        asked = {name: _shown(name, told.get(name)) for name in fresh}
        found |= asked
        if known is not None:
            known |= asked
    return found | {name: _nobody_of_the_staff(name) for name in wanted - found.keys()}


def who_did(rows: QuerySet[Any], *, limit: int) -> list[Any]:
    """Return rows, each with how whoever did it is called as `called`; their names are asked for with them."""
    found, known = list(with_full_names(rows)[:limit]), _known.get()
    for row in found:
        own = row.full_name is None and (row.by == SYSTEM or is_members_own(row.by))
        row.called = (
            _nobody_of_the_staff(row.by)
            if own
            else _shown(row.by, (row.full_name, row.shared) if row.full_name else None)
        )
        if known is not None and not own:
            known[row.by] = row.called
    return found


def called(name: str) -> str:
    """Return how somebody with an account is called; a name without an account stands as it is."""
    return learn([name])[name]


def _shown(name: str, told: tuple[str, bool] | None) -> str:
    if told is None:
        return str(_("the enterprise, by link") if BY_LINK.fullmatch(name) else name)
    full_name, shared = told
    return f"{full_name} ({name})" if shared else full_name


def _nobody_of_the_staff(name: str) -> str:
    return str(_("by itself") if name == SYSTEM else _("the member") if name else "")
