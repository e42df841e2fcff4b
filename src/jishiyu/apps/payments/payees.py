"""Names and accounts of payees: read from people, checked, and sealed with the attempt."""

import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from jishiyu.apps.payments.bank import Bank
from jishiyu.apps.payments.models import ObstacleReason
from jishiyu.apps.people.queries import fold_account, identities
from jishiyu.apps.people.sealing import lookup_hashes, open_many, seal_many
from jishiyu.apps.subsidies.heirs import heirs_of_entitlements

PURPOSE = "payments_attempt.payee"
ACCOUNT = re.compile(r"[0-9]{8,32}")


@dataclass(frozen=True, slots=True)
class Payee:
    """A name and an account as they go to the bank."""

    name: str
    account: str


def current_payees(*, person_ids: Sequence[int]) -> dict[int, Payee]:
    """Return the folded name and account of each person as they are on the roster now; empty where missing."""
    found = identities(person_ids=sorted(set(person_ids)))
    columns = (found["person_id"], found["name"], found["bank_account"])
    return {
        person_id: Payee((name or "").strip(), fold_account(account or ""))
        for person_id, name, account in zip(*columns, strict=True)
    }


def payees_of_entitlements(*, people: Mapping[int, int]) -> dict[int, Payee | None]:
    """Return who is paid for each entitlement (`people`: entitlement to the person who counts), as it is known now.

    For a death it is who was named to receive it, never the deceased; None where nobody is named.
    """
    members = current_payees(person_ids=list(people.values()))
    heirs = heirs_of_entitlements(entitlement_ids=list(people))
    found: dict[int, Payee | None] = {}
    for entitlement_id, person_id in people.items():
        if entitlement_id in heirs:
            heir = heirs[entitlement_id]
            found[entitlement_id] = Payee(heir.name, fold_account(heir.account)) if heir is not None else None
        else:
            found[entitlement_id] = members.get(person_id, Payee("", ""))
    return found


def obstacle_of(payee: Payee | None, *, bank: Bank) -> tuple[ObstacleReason, str] | None:
    """Return what keeps a payment to this payee back, or None; without a payee nobody is named for a death."""
    if payee is None:
        return ObstacleReason.NO_HEIR, ""
    if not payee.account:
        return ObstacleReason.NO_ACCOUNT, ""
    if not ACCOUNT.fullmatch(payee.account):
        return ObstacleReason.BAD_ACCOUNT, ""
    if not payee.name:
        return ObstacleReason.NO_NAME, ""
    if said := bank.obstacle(name=payee.name):
        return ObstacleReason.NAME_NOT_WRITABLE, said
    return None


def seal_payees(payees: Sequence[Payee]) -> list[bytes]:
    """Return one sealed token per payee."""
    texts = [json.dumps({"name": p.name, "account": p.account}, ensure_ascii=False).encode() for p in payees]
    return seal_many(texts, purpose=PURPOSE)


def open_payees(tokens: Sequence[bytes]) -> list[Payee]:
    """Return the payees of sealed tokens."""
    return [Payee(**json.loads(text)) for text in open_many(tokens, purpose=PURPOSE)]


def account_hashes(accounts: Sequence[str]) -> list[bytes]:
    """Return the keyed hash of each account: the bank's answer is compared with it."""
    return [hashed for hashed in lookup_hashes(accounts, purpose="account") if hashed is not None]
