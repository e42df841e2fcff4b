"""The words for policies: states, kinds of difference, what a case is asked for."""

from collections.abc import Mapping

from django.utils.translation import gettext_lazy as _

from jishiyu.apps.policies.models import State
from jishiyu.engine.policy.regulation import AMOUNT_NAMES
from jishiyu.web.components.badge import Badge, Tone
from jishiyu.web.components.spoken import printed
from jishiyu.web.figures.typography import chinese
from jishiyu.web.language import language

STATES = {
    State.DRAFT.value: Badge(_("draft"), Tone.WORK),
    State.PROPOSED.value: Badge(_("waits for a second person"), Tone.WAIT),
    State.PUBLISHED.value: Badge(_("published"), Tone.DONE),
    State.DROPPED.value: Badge(_("given up"), Tone.QUIET),
}
PROOFS = {
    "published": Badge(_("read in the source"), Tone.DONE),
    "assumed": Badge(_("assumed, to be confirmed"), Tone.WAIT),
}
DIFFERENCES = {
    "added": Badge(_("added"), Tone.WORK),
    "removed": Badge(_("removed"), Tone.STOP),
    "changed": Badge(_("changed"), Tone.WAIT),
}
KINDS = {
    "stay": _("Hospital stay"), "accident": _("Accident"), "death": _("Death"), "fire": _("Household fire"),
    "pipe_burst": _("Pipe burst"), "critical_illness": _("Critical illness"),
}  # fmt: skip
FACTS = {
    "medical_type": _("Kind of treatment"), "insurance_type": _("Kind of insurance"), "person_type": _("Kind of insured person"),
    "sex": _("Sex"), "hospital_level": _("Level of the hospital"), "area": _("Insured area"),
    "diagnosis_code": _("Code of the diagnosis"), "begins_on": _("Day of admission"), "ends_on": _("Day of discharge"),
    "event_on": _("Day it happened"), "filed_on": _("Day of application"), "injuries": _("Injuries"),
    "illness": _("Illness"), "cause": _("Cause"), "treatment_over": _("Treatment is over"),
    "graded_on": _("Day of grading"), "loss_fen": _("Certified loss (yuan)"), "invoice_fen": _("Invoice (yuan)"),
    "certificate_no": _("Number of the certificate"), "certificate_on": _("Day of the certificate"),
    "certificate_issuer": _("Issued by"), "household": _("Household"), "cover": _("Kind of cover"),
    "papers": _("Papers handed in"), "kind": _("What happened"), "employer_no": _("Number of the employer"),
    "employer_name": _("Employer"), "occurrence": _("Number of the event"),
}  # fmt: skip


def titled(title: Mapping[str, str]) -> str:
    """Return the title or a note of a policy in the language of the page, as it is printed."""
    return printed(title[language()])


def fact_words(field: str) -> str:
    """Return what a field of a case is called."""
    amount = AMOUNT_NAMES.get(field.removesuffix("_fen"))
    if field not in FACTS and amount is not None:
        return chinese(f"{amount[0]}(元)") if language() == "zh" else f"{amount[1]} (yuan)"
    return str(FACTS.get(field, field))
