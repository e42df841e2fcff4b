"""A member's own account number: shown masked, changed by themselves, never while a payment is on its way."""

from dataclasses import dataclass
from datetime import datetime

from django.db import connection, transaction

from jishiyu.apps.payments.problems import AccountMissing, AccountUnchanged, PaymentOnItsWay
from jishiyu.apps.people.desk import set_contact
from jishiyu.apps.people.models import Person
from jishiyu.apps.people.queries import fold_account, identities
from jishiyu.engine.money import yuan_text

BECAUSE = "会员本人更正,已验证手机 / by the member, after a code sent to the mobile"
# What stands in a bank file, or may: its account is in that file already.
ON_ITS_WAY = """
SELECT count(*), coalesce(sum(amount_fen - set_off_fen), 0)::bigint FROM subsidies_entitlement
WHERE state IN ('in_batch', 'sent', 'unknown')
AND person_id IN (SELECT id FROM people_person WHERE id = %(person)s OR merged_into_id = %(person)s)
"""


@dataclass(frozen=True, slots=True)
class OnItsWay:
    """Payments that a bank file holds and that were not answered yet: how many, and how much (fen)."""

    count: int
    amount_fen: int


def on_its_way(*, person_id: int) -> OnItsWay:
    """This function will return what is on its way to somebody (the person who counts, merged rows included)."""
    with connection.cursor() as cursor:
        cursor.execute(ON_ITS_WAY, {"person": person_id})
        return OnItsWay(*cursor.fetchone())


@transaction.atomic
def change_own_account(*, person_id: int, account: str, by: str, at: datetime) -> None:
    """This function will put another account in the place of a member's own; it counts for the next payments.

    The caller has checked a code that was sent to the member's mobile. Raises `PaymentOnItsWay`, `AccountMissing`,
    `AccountUnchanged`, and `AccountUnusable` of people.
    """
    Person.objects.select_for_update(no_key=True).get(pk=person_id)
    folded = fold_account(account)
    if not folded:
        raise AccountMissing()
    waiting = on_its_way(person_id=person_id)
    if waiting.count:
        raise PaymentOnItsWay(count=waiting.count, amount=yuan_text(waiting.amount_fen))
    known = identities(person_ids=[person_id]).row(0, named=True)["bank_account"] or ""
    if fold_account(known) == folded:
        raise AccountUnchanged()
    set_contact(person_id=person_id, bank_account=folded, reason=BECAUSE, by=by, at=at)
