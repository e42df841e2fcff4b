"""What a member's pages show of the desk's knowledge: each subsidy with its money, and what the member has to do."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _

from jishiyu.apps.applications.models import Application, State
from jishiyu.apps.applications.states import OVER
from jishiyu.apps.desk.member import Judged, Payment
from jishiyu.apps.desk.queries import Member
from jishiyu.apps.policies.shelves import every_text
from jishiyu.apps.subsidies.models import CASE_ENDS, CaseReason, CaseState, EntitlementState, RecoveryState
from jishiyu.engine.explain import Step, explain, file_named, rests_on
from jishiyu.engine.money import yuan_text
from jishiyu.engine.policy.model import Policy
from jishiyu.web.components.badge import Badge, badge
from jishiyu.web.components.spoken import printed
from jishiyu.web.figures.labels import policy_label
from jishiyu.web.language import language
from jishiyu.web.member.words import DECIDED, KINDS, MONEY
from jishiyu.web.policies.words import titled

PAYS = ("auto", "assist", "capped")
CAME_BACK = (EntitlementState.RETURNED, EntitlementState.FAILED)
NEEDS_PAPERS = (CaseReason.OVER_LIMIT, CaseReason.NO_DATA)


@dataclass(frozen=True, slots=True)
class Subsidy:
    """One stay or application as decided now: how much (fen), what became of the money, why."""

    key: int
    title: str
    on: date | None
    fen: int
    state: Badge
    paid_on: date | None
    pays: bool


@dataclass(frozen=True, slots=True)
class Task:
    """Something the member has to do, until when, and where."""

    words: str
    until: date | None
    href: str
    verb: str
    case_id: int | None = None


@dataclass(frozen=True, slots=True)
class Why:
    """A subsidy explained: the sentence, the steps of the calculation, the text it goes by."""

    subsidy: Subsidy
    sentence: str
    steps: list[tuple[str, str, str]]
    regulation: str
    version: str
    payments: list[tuple[Payment, Badge, int]]
    assumed: bool


def subsidies(found: Member) -> list[Subsidy]:
    """Return what was decided, the newest first; what was undone or stands elsewhere is left out."""
    paid = _payments(found)
    return [
        _subsidy(row, paid.get((row.stay_id, row.policy), ())) for row in found.decisions if row.bucket in DECIDED
    ]  # fmt: skip


def received(found: Member, year: int | None = None) -> int:
    """Return what reached the member's account, in fen: in one calendar year, or ever."""
    return sum(
        row.amount_fen - row.set_off_fen for row in found.payments
        if row.state == EntitlementState.PAID and (year is None or (row.answered_on and row.answered_on.year == year))
    )  # fmt: skip


def to_give_back(found: Member) -> int:
    """Return what was paid too much and is still open, in fen."""
    return sum(
        row.amount_fen - row.set_off_fen - row.repaid_fen for row in found.recoveries
        if row.state in (RecoveryState.OPEN, RecoveryState.ASKED_BACK)
    )  # fmt: skip


def tasks(found: Member, filed: Sequence[Application]) -> list[Task]:
    """Return what the member has to do, what ends first at the top."""
    made = [_of_application(row) for row in filed if row.state in (State.DRAFT, State.RETURNED)]
    busy = {row.case_id for row in filed if row.case_id is not None and row.state not in OVER}
    for case in found.cases:
        over = (*CASE_ENDS, CaseState.PAPERS_IN)
        if case.reason in NEEDS_PAPERS and case.state not in over and case.case_id not in busy:
            made.append(_of_case(case.reason, case.case_id, case.due_on, case.amount_fen))
    if any(row.state in CAME_BACK for row in found.payments):
        made.append(Task(_("The bank sent your subsidy back. Check your account number; it is then paid again."), None,
                         reverse("mine:account"), _("Check my account number")))  # fmt: skip
    elif not found.account:
        made.append(Task(_("We have no account number of yours, so nothing can be paid."), None, reverse("mine:account"),
                         _("Enter my account number")))  # fmt: skip
    return sorted(made, key=lambda task: task.until or date.max)


def why(found: Member, decision_id: int) -> Why | None:
    """Return one subsidy explained, or None where the member has none of this number."""
    row = next((one for one in found.decisions if one.decision_id == decision_id and one.bucket in DECIDED), None)
    if row is None:
        return None
    rule = next((one for one in every_text() if (one.name, one.digest) == (row.policy, row.policy_hash)), None)
    told = explain({name: getattr(row, name) for name in row.__slots__}, rule)
    paid = _payments(found).get((row.stay_id, row.policy), [])
    spoken = language()
    # Without the name of the policy file, which says nothing to a member; the version stands beneath the steps.
    said = told.text(spoken).replace(file_named(rule, spoken), "") if rule else told.text(spoken)
    return Why(
        subsidy=_subsidy(row, paid), sentence=printed(said), steps=[_step(one, spoken) for one in told.steps],
        regulation=titled(rule.title) if rule else "", version=rule.version if rule else "", assumed=_assumed(told.steps, row.bracket, rule),
        payments=[(one, badge(one.state, MONEY), one.amount_fen - one.set_off_fen) for one in paid],
    )  # fmt: skip


def _payments(found: Member) -> dict[tuple[str, str], list[Payment]]:
    by_stay: dict[tuple[str, str], list[Payment]] = {}
    for row in found.payments:
        by_stay.setdefault((row.stay_id, row.policy), []).append(row)
    return by_stay


def _subsidy(row: Judged, paid: Sequence[Payment]) -> Subsidy:
    """Join a decision with the newest payment of its stay."""
    last = paid[0] if paid else None
    title = policy_label(row.policy)(language()) if row.policy else _("Hospital stay, not looked at yet")
    state = badge(last.state, MONEY) if last is not None else badge(row.bucket, DECIDED)
    return Subsidy(
        key=row.decision_id, title=title, on=row.anchor_date, fen=row.payable_fen if row.bucket in PAYS else 0,
        state=state, paid_on=last.answered_on if last is not None and last.state == EntitlementState.PAID else None,
        pays=row.bucket in PAYS and row.payable_fen > 0,
    )  # fmt: skip


def _of_application(row: Application) -> Task:
    words: dict[str, Any] = {"what": KINDS[row.kind], "number": row.number}
    if row.state == State.RETURNED:
        text = _("{what}: your application {number} came back, something is missing.").format(**words)
        return Task(text, row.supplement_due_on, reverse("mine:application", args=[row.pk]), _("See what is missing"))
    text = _("{what}: your application is begun but not handed in.").format(**words)
    return Task(text, None, reverse("mine:form", args=[row.pk]), _("Go on filling it in"))


def _of_case(reason: str, case_id: int, due_on: date, fen: int) -> Task:
    if reason == CaseReason.OVER_LIMIT:
        text = _(
            "Your hospital stay comes to about {yuan} yuan. Over 10,000 yuan we need papers from you first."
        ).format(yuan=yuan_text(fen))
    else:
        text = _(
            "The insurance bureau could not give us the data of your hospital stay. Send us the settlement statement."
        )
    return Task(text, due_on, "", _("Send the papers"), case_id)


def _step(step: Step, spoken: str) -> tuple[str, str, str]:
    said = step.zh if spoken == "zh" else step.en
    return printed(said), step.value, step.article.cite(spoken) if step.article else ""


def _assumed(steps: Sequence[Step], bracket: int | None, rule: Policy | None) -> bool:
    proofs = [rests_on(step, bracket, rule) for step in steps] if rule is not None else []
    return any(proof is not None and proof.status == "assumed" for proof in proofs)
