"""Another try for a payment that came back or failed: only after a corrected account, or when somebody says so."""

from collections.abc import Sequence
from datetime import date, datetime

from django.db import connection, transaction

from jishiyu.apps.audit.operations import record
from jishiyu.apps.payments.models import Release, ReleaseKind
from jishiyu.apps.payments.payees import ACCOUNT, open_payees, payees_of_entitlements
from jishiyu.apps.payments.problems import NotReleasable, ReasonMissing
from jishiyu.apps.payments.signatories import require_signatory
from jishiyu.apps.subsidies.models import EntitlementState
from jishiyu.engine.words import Words

Stuck = tuple[int, int, bytes, int]  # entitlement, attempt, sealed payee, person who counts


@transaction.atomic
def release(*, entitlement_ids: Sequence[int], reason: str, by: str, on: date, at: datetime) -> int:
    """Let returned or failed payments be tried again as they are, for a reason; return how many.

    Raises SignatoryUnknown, ReasonMissing, and NotReleasable for the first that is not returned or failed.
    """
    require_signatory(name=by, on=on)
    if not reason.strip():
        raise ReasonMissing()
    wanted = sorted(set(entitlement_ids))
    stuck = _stuck(wanted)
    if missing := sorted(set(wanted) - {entitlement_id for entitlement_id, *_ in stuck}):
        raise NotReleasable(entitlement=missing[0], state=_state(missing[0]))
    _let_go(stuck, ReleaseKind.EXPLICIT, reason.strip(), by=by, at=at)
    details = {"entitlements": wanted[:1000], "count": len(wanted), "reason": reason.strip()}
    record(by=by, action="payments.release", record=_named(wanted), details=details, at=at,
           changes={"state": ("returned or failed", "owed")})  # fmt: skip
    return len(wanted)


@transaction.atomic
def release_corrected(*, by: str, on: date, at: datetime, entitlement_ids: Sequence[int] | None = None) -> int:
    """Let returned or failed payments (all, or these) be tried again whose payee's name or account was corrected since.

    Return how many were released.
    """
    require_signatory(name=by, on=on)
    stuck = _stuck(None if entitlement_ids is None else sorted(set(entitlement_ids)))
    tried = open_payees([token for _, _, token, _ in stuck])
    now = payees_of_entitlements(people={entitlement_id: person_id for entitlement_id, _, _, person_id in stuck})
    corrected = [
        entry
        for entry, before in zip(stuck, tried, strict=True)
        if (payee := now[entry[0]]) is not None and payee != before and payee.name and ACCOUNT.fullmatch(payee.account)
    ]
    if corrected:
        _let_go(corrected, ReleaseKind.CORRECTED, "账户或户名已更正 / account or name corrected", by=by, at=at)
        details = {"entitlements": [entry[0] for entry in corrected][:1000], "count": len(corrected)}
        named = _named([entry[0] for entry in corrected])
        record(by=by, action="payments.release_corrected", record=named, details=details, at=at,
               changes={"state": ("returned or failed", "owed"), "payee": ("as tried", "as corrected on the record of the person")})  # fmt: skip
    return len(corrected)


def _named(entitlement_ids: Sequence[int]) -> str:
    """Return what the trail calls them: one by its number, so that its history shows the step."""
    return f"entitlement {entitlement_ids[0]}" if len(entitlement_ids) == 1 else f"entitlements {len(entitlement_ids)}"


def _stuck(entitlement_ids: Sequence[int] | None) -> list[Stuck]:
    """Return the returned and failed entitlements with their last attempt, locked."""
    with connection.cursor() as cursor:
        cursor.execute(_STUCK, {"ids": None if entitlement_ids is None else list(entitlement_ids)})
        return [(row[0], row[1], bytes(row[2]), row[3]) for row in cursor.fetchall()]


def _let_go(stuck: Sequence[Stuck], kind: ReleaseKind, reason: str, *, by: str, at: datetime) -> None:
    Release.objects.bulk_create(
        Release(attempt_id=attempt_id, kind=kind, reason=reason, by=by, at=at) for _, attempt_id, _, _ in stuck
    )
    with connection.cursor() as cursor:
        cursor.execute(
            "UPDATE subsidies_entitlement SET state = 'owed' WHERE id = ANY(%s) AND state IN ('returned', 'failed')",
            [[entitlement_id for entitlement_id, *_ in stuck]],
        )
        if cursor.rowcount != len(stuck):
            raise AssertionError(f"{cursor.rowcount} entitlements released, not {len(stuck)}")


def _state(entitlement_id: int) -> Words:
    with connection.cursor() as cursor:
        cursor.execute("SELECT state FROM subsidies_entitlement WHERE id = %s", [entitlement_id])
        found = cursor.fetchone()
    return Words.of(EntitlementState(found[0])) if found else Words("不存在", "not there")


_STUCK = """
SELECT entitlement.id, attempt.id, attempt.payee, coalesce(person.merged_into_id, person.id)
  FROM subsidies_entitlement entitlement
  JOIN people_person person ON person.id = entitlement.person_id
  JOIN payments_attempt attempt
    ON attempt.entitlement_id = entitlement.id
   AND attempt.attempt_no = (SELECT max(attempt_no) FROM payments_attempt WHERE entitlement_id = entitlement.id)
 WHERE entitlement.state IN ('returned', 'failed')
   AND (%(ids)s::bigint[] IS NULL OR entitlement.id = ANY(%(ids)s::bigint[]))
 ORDER BY entitlement.id
   FOR UPDATE OF entitlement
"""
