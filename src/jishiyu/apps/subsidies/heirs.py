"""Who receives the subsidy for a death: named with a proof of kinship before it is approved, and paid instead of the member."""

import json
import re
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any

from django.db import connection, transaction

from jishiyu.apps.audit.operations import record
from jishiyu.apps.people.desk import usable_account, usable_mobile
from jishiyu.apps.people.models import Person
from jishiyu.apps.people.problems import PersonUnknown, ReasonMissing
from jishiyu.apps.people.queries import fold_account, identities, trace
from jishiyu.apps.people.sealing import lookup_hash, open_many, seal_many
from jishiyu.apps.subsidies.models import Case, Decision, Heir
from jishiyu.apps.subsidies.problems import AccountOfTheDeceased, CaseUnknown, HeirIncomplete, HeirMissing, NoDeath

DEATH = "death"
SEALED = "subsidies_heir.sealed"
NEWEST = """
SELECT DISTINCT ON (stay_id) stay_id, sealed, proof FROM subsidies_heir WHERE stay_id = ANY(%s) ORDER BY stay_id, id DESC
"""
# Of these entitlements those for a death: few, so the events lead. Their stay is the number of the event.
OF_DEATHS = """
SELECT entitlement.id, entitlement.stay_id FROM intake_application event
JOIN subsidies_entitlement entitlement ON entitlement.stay_id = event.number
JOIN subsidies_decision decision ON decision.id = entitlement.decision_id
WHERE event.newest AND event.kind = 'death' AND decision.kind = 'death' AND entitlement.id = ANY(%s)
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class HeirFacts:
    """Name, relation to the deceased, account and telephone (may be empty) in the clear."""

    name: str
    relation: str
    account: str
    phone: str = ""


def name_heir(
    *, stay_id: str, person_id: int, facts: HeirFacts, proof: str, reason: str, by: str, at: datetime
) -> Heir:
    """This function will keep who receives the subsidy for a death; it counts for payments that are prepared from now on.

    `person_id` is the deceased; `proof` names the paper that shows the kinship. Raises `HeirIncomplete`,
    `AccountOfTheDeceased`, `AccountUnusable`, `MobileUnusable`, `ReasonMissing`, `PersonUnknown`.
    """
    if not reason.strip():
        raise ReasonMissing
    given = HeirFacts(
        name=facts.name.strip(), relation=facts.relation.strip(), account=usable_account(facts.account),
        phone=usable_mobile(facts.phone) if re.search(r"\d", facts.phone) else "",
    )  # fmt: skip
    if not (given.name and given.relation and given.account and len(proof.strip()) > 1):
        raise HeirIncomplete(stay=stay_id)
    with transaction.atomic():
        person = Person.objects.select_for_update(no_key=True).filter(pk=person_id).first()
        if person is None:
            raise PersonUnknown(person_id=person_id)
        counts = person.merged_into_id or person.pk
        own = identities(person_ids=[counts]).row(0, named=True)["bank_account"] or ""
        if fold_account(own) == given.account:
            raise AccountOfTheDeceased(stay=stay_id)
        before = heirs_of(stay_ids=[stay_id]).get(stay_id)
        text = json.dumps(asdict(given), ensure_ascii=False)
        made = Heir.objects.create(
            stay_id=stay_id, person_id=counts, sealed=seal_many([text.encode()], purpose=SEALED)[0],
            account_hash=lookup_hash(given.account, purpose="account"), proof=proof.strip(), reason=reason.strip(),
            by=by, at=at,
        )  # fmt: skip
        was, now = _told(before), _told(given)
        changes = {name: (was[name], now[name]) for name in now}
        details = {"reason": reason.strip(), "proof": proof.strip(), "first": before is None}
        record(by=by, action="heir.named", record=f"stay {stay_id}", details=details, at=at, changes=changes)
    return made


def _told(facts: Any) -> dict[str, str | None]:
    """Return what the trail may say of an heir, or of nobody."""
    if facts is None:
        return dict.fromkeys(("name", "relation", "account", "phone"))
    return {
        "name": trace(facts.name, "name"), "relation": facts.relation, "account": trace(facts.account, "bank_account"),
        "phone": trace(facts.phone, "mobile"),
    }  # fmt: skip


def heirs_of(*, stay_ids: Sequence[str]) -> dict[str, HeirFacts]:
    """This function will return who receives for each of these events, in the clear; events without anybody are left out."""
    with connection.cursor() as cursor:
        cursor.execute(NEWEST, [list(stay_ids)])
        rows = cursor.fetchall()
    texts = open_many([bytes(token) for _, token, _ in rows], purpose=SEALED)
    return {stay_id: HeirFacts(**json.loads(text)) for (stay_id, *_), text in zip(rows, texts, strict=True)}


def proof_of(*, stay_id: str) -> str:
    """This function will return the paper that shows the kinship, or nothing."""
    return Heir.objects.filter(stay_id=stay_id).order_by("-id").values_list("proof", flat=True).first() or ""


def heirs_of_entitlements(*, entitlement_ids: Sequence[int]) -> dict[int, HeirFacts | None]:
    """This function will return who receives what is owed for a death, by entitlement; None where nobody is named.

    Entitlements for anything else are left out: they are the member's.
    """
    with connection.cursor() as cursor:
        cursor.execute(OF_DEATHS, [list(entitlement_ids)])
        rows = cursor.fetchall()
    known = heirs_of(stay_ids=[stay_id for _, stay_id in rows]) if rows else {}
    return {entitlement_id: known.get(stay_id) for entitlement_id, stay_id in rows}


def death_of_case(*, case_id: int) -> tuple[str, int]:
    """This function will return the event of a case and the deceased; raises `CaseUnknown`, `NoDeath`."""
    case = Case.objects.filter(pk=case_id).first()
    if case is None:
        raise CaseUnknown(case=case_id)
    dead = Decision.objects.filter(stay_id=case.stay_id, newest=True, kind=DEATH).exists()
    if not dead or case.person_id is None:
        raise NoDeath(case=case_id)
    return case.stay_id, case.person_id


def require_heir(*, stay_id: str) -> None:
    """This function will refuse to go on with the subsidy for a death that nobody is named for. Raises `HeirMissing`."""
    dead = Decision.objects.filter(stay_id=stay_id, newest=True, kind=DEATH).exists()
    if dead and not Heir.objects.filter(stay_id=stay_id).exists():
        raise HeirMissing(stay=stay_id)
