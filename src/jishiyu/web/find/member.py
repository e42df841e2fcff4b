"""The page of a member: what the desk knows, in words, with the addresses of everything it names."""

from collections.abc import Sequence
from datetime import date, timedelta
from typing import Any

from jishiyu.apps.applications.models import Application
from jishiyu.apps.desk.queries import Member, member
from jishiyu.apps.people.problems import PersonUnknown
from jishiyu.engine.explain import explain
from jishiyu.engine.policy.model import Policy
from jishiyu.web.components.badge import Badge, badge
from jishiyu.web.components.spoken import printed
from jishiyu.web.decisions.words import CASE_STATES, PAYMENT_STATES, RECOVERY_STATES
from jishiyu.web.feeds.words import bucket
from jishiyu.web.figures.labels import policy_label
from jishiyu.web.find import words
from jishiyu.web.find.links import link
from jishiyu.web.gate import Who
from jishiyu.web.language import language


def member_or_none(person_id: int, today: date) -> Member | None:
    """Return what the desk knows of somebody, or None where the reader may see nobody of this number."""
    try:
        return member(person_id=person_id, on=today)
    except PersonUnknown:
        return None


def page(found: Member, asking: Who, today: date) -> dict[str, Any]:
    """Return what the template needs."""
    spoken = language()
    rules = {(name, one.digest): one for name, versions in found.policies for one in versions}
    payments = {(row.stay_id, row.policy): row for row in reversed(found.payments)}
    return {
        "member": found, "age": _age(found.birth_date, today), "sex": words.SEXES.get(found.sex, ""),
        "in_service": [place for place in found.memberships if place.left_on is None],
        "memberships": [(place, place.left_on - timedelta(days=1) if place.left_on else None) for place in found.memberships],
        "decisions": [
            {
                "row": row, "title": policy_label(row.policy)(spoken) if row.policy else "", "badge": bucket(row.bucket),
                "paid": badge(payments[row.stay_id, row.policy].state, PAYMENT_STATES)
                if (row.stay_id, row.policy) in payments else None,
                "sentence": _sentence(row, rules.get((row.policy, row.policy_hash)), spoken),
            }
            for row in found.decisions
        ],
        "payments": [
            (row, badge(row.state, PAYMENT_STATES), policy_label(row.policy)(spoken), row.amount_fen - row.set_off_fen,
             link("batch", row.batch_id, asking) if row.batch_id else "",
             link("payment", row.entitlement_id, asking))
            for row in found.payments
        ],
        "recoveries": [(row, badge(row.state, RECOVERY_STATES), policy_label(row.policy)(spoken)) for row in found.recoveries],
        "cases": [(row, badge(row.state, CASE_STATES), words.case_reason(row.reason), link("case", row.case_id, asking)) for row in found.cases],
        "standings": [
            (row, ", ".join(policy_label(name)(spoken) for name in row.policies), words.window(row), words.times(row))
            for row in found.standings
        ],
        **{name: link(name, found.person_id, asking) for name in ("roster", "correct", "apply", "report")},
    }  # fmt: skip


def applications(filed: Sequence[Application], asking: Who) -> list[tuple[Application, str, Badge, str]]:
    """Return applications with what they are about, their state and their address."""
    return [
        (
            row,
            words.application_kind(row.kind),
            badge(row.state, words.APPLICATIONS),
            link("application", row.pk, asking),
        )
        for row in filed
    ]


def _sentence(row: Any, rule: Policy | None, spoken: str) -> str:
    judged = {name: getattr(row, name) for name in row.__slots__}
    return printed(explain(judged, rule).text(spoken))


def _age(born: date | None, today: date) -> int | None:
    if born is None:
        return None
    return today.year - born.year - ((today.month, today.day) < (born.month, born.day))
