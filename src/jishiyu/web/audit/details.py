"""What stands in a row of the trail, in words: the record, and its details with what was there before and after.

The trail itself keeps short English keys, so that it reads the same for ever; only pages translate them.
"""

import json
import re
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.utils.functional import Promise
from django.utils.timezone import localtime
from django.utils.translation import gettext_lazy as _

from jishiyu.engine.money import yuan_text
from jishiyu.web.audit import help_details, values

Shown = str | Promise
# The first words of `record`, the longer ones first.
RECORDS: dict[str, Shown] = {
    "roster import": _("roster file"), "policy version": _("version of a policy"), "result file": _("result file"),
    "seal key": _("key"), "account": _("account"), "address": _("network address"), "application": _("application"),
    "batch": _("batch"), "cases": _("several cases"), "case": _("case"), "complaint": _("complaint"),
    "decision": _("decision"), "entitlements": _("several payments"), "entitlement": _("payment"),
    "feed": _("feed"), "figures": _("figures"), "file": _("file"), "fund": _("fund"),
    "installation": _("this installation"), "job": _("job"), "list": _("list"), "membership": _("membership"),
    "notice": _("notice"), "papers": _("papers"), "people": _("several people"), "person": _("person"),
    "push": _("push"), "recovery": _("recovery"), "signatory": _("signatory"), "stay": _("stay or event"),
    "token": _("token"), "trail": _("audit trail"), "union": _("union"), "upload": _("kept file"), "year": _("year"),
} | help_details.RECORDS  # fmt: skip
FIELDS: dict[str, Shown] = help_details.FIELDS | {
    "absent": _("not in the file"), "absent_left_on": _("left on, of those not in the file"), "account": _("account"),
    "action": _("what was asked for"), "address": _("network address"), "amount_fen": _("amount (yuan)"),
    "appeal_due_on": _("appeal until"), "application": _("application"), "applications": _("applications"),
    "area": _("area"), "arguments": _("chosen"), "as": _("filed as"), "as_of": _("data up to"),
    "attempts": _("attempts"), "bank_account": _("bank account"), "batches": _("batches"), "because": _("reason"),
    "birth_date": _("birth date"), "breaks": _("amounts that do not add up"), "by_day": _("by day"),
    "bytes": _("size (bytes)"), "case": _("case"), "case_id": _("case"), "cases": _("cases"),
    "cases_closed": _("cases closed"), "cases_opened": _("cases opened"), "cert_no": _("certificate number"),
    "cert_type": _("kind of certificate"), "certificate": _("certificate"), "changed": _("changed"),
    "changed_people": _("people with other data"), "chinese": _("in Chinese"), "closed_at": _("when closed"),
    "closed_on": _("closed from"), "codes": _("sentences chosen"), "compare": _("compared with"),
    "count": _("how many"), "decide_due_on": _("to be decided by"), "decided_at": _("when decided"),
    "decided_fen": _("decided amount (yuan)"), "decision": _("decision"), "decisions": _("decisions"),
    "declared": _("said who it is"), "district": _("district"), "document": _("document"),
    "due_assumed": _("day assumed"), "due_on": _("due on"), "ended": _("how many ended"), "ended_at": _("when ended"),
    "ended_on": _("ended on"), "english": _("in English"), "entitlements": _("payments"), "event_on": _("day of the event"),
    "expected_fen": _("expected amount (yuan)"), "factors": _("second factors"), "failures": _("wrong tries"),
    "fen": _("amount (yuan)"), "field": _("field"), "figures": _("figures"), "file": _("file"), "files": _("files"),
    "filter": _("filter"), "first": _("for the first time"), "from": _("from"), "full_name": _("full name"),
    "gateways": _("gateways of notices"), "gone": _("no longer there"), "grant": _("role given"),
    "head": _("last hash"), "household": _("household number"), "how": _("how"), "id": _("number"), "ignored": _("ignored"),
    "in_service": _("in service"), "industry": _("above by industry"), "industry_parent": _("above by industry"),
    "issuer": _("name of the union"), "job": _("job"), "joined_on": _("joined on"), "kind": _("kind"),
    "left": _("memberships ended"), "left_on": _("left on"), "left_for_later": _("left for later"), "line": _("line"),
    "lines": _("lines"), "list": _("list"), "locked_at": _("when locked"), "masked": _("masked"), "merge": _("merge"),
    "merged": _("merged"), "method": _("way of asking"), "missing": _("missing"), "mobile": _("mobile"),
    "moved": _("moved"), "must_change": _("must be changed"), "name": _("name"), "new": _("new"),
    "new_people": _("new people"), "no_member": _("is no member"), "officer": _("officer"), "on": _("on"),
    "other": _("the other one"), "owed_fen": _("owed (yuan)"), "own": _("the own one"), "paper": _("paper"),
    "parent": _("union above"), "parts": _("parts"), "password_set_at": _("password set"), "payee": _("who is paid"),
    "people": _("people"), "per_minute": _("requests a minute"), "person": _("person"), "phone": _("telephone"),
    "policy": _("policy"), "profile": _("bank"), "proof": _("proof of kinship"), "proposed_by": _("proposed by"),
    "reason": _("reason"), "recovered_fen": _("to come back (yuan)"), "recoveries": _("recoveries"),
    "refused": _("not taken"), "relation": _("relation"), "removed": _("removed"), "rest_fen": _("rest (yuan)"),
    "returns": _("times returned"), "reviewer": _("reviewer"), "role": _("role"), "roles": _("roles"),
    "route": _("page"), "rows": _("rows"), "rows_in_all": _("rows in all"), "scale": _("scale"),
    "scan": _("malware scan"), "scopes": _("scopes"), "second": _("second person"), "set_off_fen": _("set off (yuan)"),
    "sha256": "SHA-256", "since": _("from day"), "slip": _("bank slip"), "state": _("state"),
    "state of each": _("state of each"), "stated": _("control totals"), "sum_fen": _("sum (yuan)"),
    "supplement_due_on": _("to be supplemented by"), "taken_at": _("taken to the desk"),
    "territorial": _("above by territory"), "territorial_parent": _("above by territory"), "to": _("to"),
    "told": _("people told"), "trade": _("trade"), "turn": _("round of review"), "type": _("type"),
    "unchanged": _("unchanged"), "union": _("union"), "unpayable": _("cannot be paid"), "until": _("until"),
    "uscc": _("unified social credit code"), "version": _("version"), "watched_folder": _("watched folder"),
    "what": _("what"), "within_minutes": _("within minutes"),
    "cash_fen": _("cash paid by patients (yuan)"), "failed": _("failed"), "paid": _("paid"), "persons": _("people"),
    "returned": _("returned"), "submitted_at": _("when handed in"), "total_fen": _("total cost (yuan)"),
    "unknown": _("of unknown result"),
}  # fmt: skip
NOTHING: tuple[object, ...] = (None, "", [], {})
MOMENT = re.compile(r"\d{4}-\d\d-\d\d[ T]\d\d:\d\d:\d\d(\.\d+)?([+-]\d\d:\d\d|Z)$")


def record_words(record: str) -> str:
    """Return what a row is about: the kind of record in words, its number or name as it is."""
    kind = _kind(record)
    return f"{RECORDS[kind]}{record.removeprefix(kind)}" if kind else record


def record_key(words: str) -> str:
    """Return the record that somebody typed as it is shown on the page, as the trail has it."""
    for kind, said in sorted(RECORDS.items(), key=lambda pair: -len(str(pair[1]))):
        if words.startswith(str(said)):
            return f"{kind} {words.removeprefix(str(said)).strip()}".strip()
    return words


def details_words(details: str, record: str) -> list[tuple[str, str]]:
    """Return the details of a row as pairs of words and value; what changed comes first, before → after.

    A detail that says nothing is left out.
    """
    found = json.loads(details)
    kind, changes = _kind(record), found.pop("changes", {})
    told = [
        (_field(key), f"{_value(key, before, kind)} → {_value(key, after, kind)}")
        for key, (before, after) in changes.items()
    ]
    return told + [(_field(key), _value(key, value, kind)) for key, value in found.items() if value not in NOTHING]


def _kind(record: str) -> str:
    return next((kind for kind in RECORDS if record == kind or record.startswith(f"{kind} ")), "")


def _field(key: str) -> str:
    return str(FIELDS.get(key, key))


def _value(key: str, value: Any, kind: str) -> str:
    if value in NOTHING:
        return "—"
    if isinstance(value, bool):
        return str(_("yes") if value else _("no"))
    if isinstance(value, Mapping):
        names = values.skill if key == "skills" else _field
        return values.line(value) or ", ".join(
            f"{names(name)}: {_value(name, one, kind)}" for name, one in value.items()
        )
    if isinstance(value, list):
        between = "; " if key in ("codes", "plan") or any(isinstance(one, list) for one in value) else ", "
        return between.join(_value(key, one, kind) for one in value)
    if key.endswith("fen") and isinstance(value, int):
        return yuan_text(value)
    if MOMENT.match(str(value)):
        return localtime(datetime.fromisoformat(str(value))).strftime("%Y-%m-%d %H:%M")
    return values.word(key, str(value), kind)
