"""Words for what stands as a key in the details of a row: states, roles, sentences, papers, skills, plans of a survey.

What has no word is shown as it stands in the trail.
"""

import re
from collections.abc import Callable, Mapping
from functools import cache
from typing import Any

from django.db import models
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from jishiyu.apps.accounts.models import Role
from jishiyu.apps.accounts.rights import ACTIONS
from jishiyu.apps.api.models import PushState, TokenState
from jishiyu.apps.applications.states import ComplaintState, FiledAs
from jishiyu.apps.applications.states import Kind as ApplicationKind
from jishiyu.apps.applications.states import State as ApplicationState
from jishiyu.apps.enterprises.models import LinkFor
from jishiyu.apps.experts.models import Half, Part
from jishiyu.apps.intake.models import FeedState
from jishiyu.apps.members.models import ImportState
from jishiyu.apps.orgs.models import UnionKind
from jishiyu.apps.payments.models import BatchState
from jishiyu.apps.policies.models import State as PolicyState
from jishiyu.apps.subsidies.models import CaseState, EntitlementState, RecoveryState
from jishiyu.apps.visits.models import EntryKind
from jishiyu.engine.evidence import every_paper, every_sentence
from jishiyu.engine.help.campaign import load_campaign, shipped
from jishiyu.engine.words import Words
from jishiyu.web.audit import help_details
from jishiyu.web.components.spoken import printed, spoken
from jishiyu.web.language import language
from jishiyu.web.payments.words import bank_title

Choices = type[models.TextChoices]
STATES: dict[str, Choices] = help_details.STATES | {
    "application": ApplicationState, "batch": BatchState, "case": CaseState, "cases": CaseState, "complaint": ComplaintState,
    "entitlement": EntitlementState, "entitlements": EntitlementState,
    "feed": FeedState, "policy version": PolicyState, "push": PushState, "recovery": RecoveryState,
    "roster import": ImportState, "stay": EntitlementState, "token": TokenState,
}  # fmt: skip
# What a key says, whatever the record is; `kind` says something else on every record.
CHOICES: dict[str, Choices] = {
    "role": Role, "roles": Role, "as": FiledAs, "opens": LinkFor, "part": Part, "half": Half, "halves": Half,
}  # fmt: skip
KINDS: dict[str, Choices] = {"application": ApplicationKind, "union": UnionKind, "visit": EntryKind}
# Keys that are no choice of the tables.
PLAIN: dict[tuple[str, str], str | Promise] = {
    ("scan", "not scanned"): _("not scanned for malware"),
    ("breaks", "warn"): _("reported"), ("breaks", "held"): _("held for a person"),
    ("payee", "as tried"): _("as tried"),
    ("payee", "as corrected on the record of the person"): _("as corrected on the record of the person"),
    ("state", "returned or failed"): _("returned or failed"),
    ("source", "own"): _("said by themselves"), ("source", "office"): _("entered by the office"),
    ("source", "icalendar"): _("from a calendar"), ("source", "illness"): _("fallen ill"),
    ("status", "optimal"): _("proved to be the best"), ("status", "bounded"): _("worked out to the end"),
    ("status", "stopped"): _("stopped before the end"),
}  # fmt: skip
# Why people were decided again, where the system says it; what people give as a reason stands as they wrote it.
BECAUSE: tuple[tuple[re.Pattern[str], str | Promise], ...] = (
    (re.compile(r"application (\S+)"), _("application {which}")),
    (re.compile(r"application (\S+) revoked"), _("approval of application {which} revoked")),
    (re.compile(r"applications (\S+)"), _("applications of file {which}")),
    (re.compile(r"merge (\d+)"), _("merge {which}")),
    (re.compile(r"merge (\d+) undone"), _("merge {which} undone")),
    (re.compile(r"number of person (\d+)"), _("certificate number of person {which}")),
)  # fmt: skip
SHOWN_TO_GET_IN: dict[str, str | Promise] = {
    "password": _("password"), "totp": _("Authenticator on the phone"), "webauthn": _("Passkey"),
    "recovery_codes": _("Recovery code"), "sign-on": _("the union's own sign-on"), "one-time code": _("one-time code"),
}  # fmt: skip


def word(key: str, value: str, kind: str) -> str:
    """Return the word for a value of a detail `key` on a record of a `kind`, or the value itself."""
    if (key, value) in PLAIN:
        return str(PLAIN[key, value])
    if key in LOOKED_UP:
        return LOOKED_UP[key](value)
    if key in ("state", "from", "to", "state of each", "cases") and kind in STATES:
        return _choice(STATES[kind], value)
    if key == "kind" and kind in KINDS:
        return _choice(KINDS[kind], value)
    # A role stands with the code of its union behind it, a half-day behind its day.
    first, space, rest = value.partition(" ")
    return f"{_choice(CHOICES[key], first)}{space}{rest}" if key in CHOICES else value


def line(said: Mapping[str, Any]) -> str | None:
    """Return a line that has its words in both languages (of a survey plan), with its unit; None for anything else."""
    if not {"zh", "en"} <= set(said):
        return None
    unit = f" ({said['unit']})" if said.get("unit") else ""
    return f"{said[language()]}{unit}"


def _choice(choices: Choices, value: str) -> str:
    return Words.of(choices(value)).say(language()) if value in choices.values else value


def _printed(words: Words | Mapping[str, str] | None, value: str) -> str:
    if words is None:
        return value
    said = words.say(language()) if isinstance(words, Words) else words[language()]
    return printed(said)


def _sentence(code: str) -> str:
    found = every_sentence().get(code)
    return _printed(found.words if found else None, code)


def _paper(code: str) -> str:
    found = every_paper().get(code)
    return _printed(found.words if found else None, code)


def _shown_to_get_in(said: str) -> str:
    return " + ".join(str(SHOWN_TO_GET_IN.get(one, one)) for one in said.split("+"))


def _because(said: str) -> str:
    said = spoken(said)
    found = next(((shape.fullmatch(said), words) for shape, words in BECAUSE if shape.fullmatch(said)), None)
    return str(found[1]).format(which=found[0][1]) if found and found[0] else said


def _action(key: str) -> str:
    found = ACTIONS.get(key)
    return _printed(Words(found.zh, found.en) if found else None, key)


def _half_day(said: str) -> str:
    day, dash, half = said.rpartition("-")
    return f"{day} {_choice(Half, half)}" if dash else said


@cache
def _skills() -> dict[str, Words]:
    """Return the words of the skills of all shipped rounds."""
    return {code: words for path in shipped().values() for code, words in load_campaign(path).skills.items()}


def skill(code: str) -> str:
    """Return what a skill of a shipped round is called."""
    return _printed(_skills().get(code), code)


LOOKED_UP: dict[str, Callable[[str], str]] = {
    "action": _action, "because": _because, "reason": spoken, "proof": spoken, "codes": _sentence, "how": _shown_to_get_in, "missing": _paper, "offered": _half_day,
    "off": _half_day, "paper": _paper, "profile": bank_title, "skill": skill,
}  # fmt: skip
