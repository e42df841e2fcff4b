"""Words for what was found, and for what stands on a member's page."""

from django.utils.translation import gettext_lazy as _

from jishiyu.apps.desk.queries import Kind
from jishiyu.apps.payments.models import AttemptState, BatchState
from jishiyu.engine.policy.standing import Standing
from jishiyu.web.components.badge import Badge, Tone, badge
from jishiyu.web.decisions.words import CASE_REASONS, CASE_STATES, PAYMENT_STATES
from jishiyu.web.feeds.words import BUCKETS

GROUPS = {
    Kind.MEMBER: _("Members found"),
    Kind.STAY: _("Stays and decisions"),
    Kind.CASE: _("Call-list cases"),
    Kind.APPLICATION: _("Applications"),
    Kind.PAYMENT: _("Payments"),
    Kind.BATCH: _("Payment batches"),
    Kind.UNION: _("Unions"),
}
BY = {
    "number": _("by certificate number"),
    "name": _("by name"),
    "member_no": _("by member number"),
    "card": _("by bank account"),
    "mobile": _("by mobile number"),
    "bank": _("by its number in the bank's file"),
}
MEMBERS = {
    "in_service": Badge(_("member"), Tone.DONE),
    "retired": Badge(_("member, retired"), Tone.QUIET),
    "left": Badge(_("has left"), Tone.QUIET),
    "none": Badge(_("no membership"), Tone.QUIET),
}
UNIONS = {"open": Badge(_("open"), Tone.DONE), "closed": Badge(_("closed"), Tone.QUIET)}
ATTEMPTS = {
    AttemptState.IN_BATCH.value: Badge(_("in a batch"), Tone.WORK),
    AttemptState.SENT.value: Badge(_("at the bank"), Tone.WORK),
    AttemptState.UNKNOWN.value: Badge(_("result unknown"), Tone.WAIT),
    AttemptState.PAID.value: Badge(_("paid"), Tone.DONE),
    AttemptState.FAILED.value: Badge(_("failed at the bank"), Tone.STOP),
    AttemptState.RETURNED.value: Badge(_("returned by the bank"), Tone.STOP),
    AttemptState.CANCELLED.value: Badge(_("cancelled"), Tone.QUIET),
}
BATCHES = {
    BatchState.PREPARED.value: Badge(_("waits for the second person"), Tone.WAIT),
    BatchState.APPROVED.value: Badge(_("checked, not sent"), Tone.WAIT),
    BatchState.SENDING.value: Badge(_("file is being made"), Tone.WORK),
    BatchState.SENT.value: Badge(_("at the bank"), Tone.WORK),
    BatchState.ANSWERED.value: Badge(_("answered by the bank"), Tone.DONE),
    BatchState.CLOSED.value: Badge(_("done with"), Tone.QUIET),
    BatchState.CANCELLED.value: Badge(_("cancelled"), Tone.QUIET),
}
APPLICATIONS = {
    "draft": Badge(_("draft"), Tone.QUIET),
    "submitted": Badge(_("handed in"), Tone.WAIT),
    "under_review": Badge(_("under review"), Tone.WORK),
    "returned": Badge(_("sent back for papers"), Tone.WAIT),
    "approved": Badge(_("approved"), Tone.DONE),
    "refused": Badge(_("refused"), Tone.STOP),
    "appealed": Badge(_("appealed"), Tone.WAIT),
    "second_review": Badge(_("under second review"), Tone.WORK),
    "withdrawn": Badge(_("withdrawn"), Tone.QUIET),
    "upheld": Badge(_("refused after second review"), Tone.STOP),
    "closed": Badge(_("closed"), Tone.QUIET),
    "received": Badge(_("handed in"), Tone.WAIT),
    "decided": Badge(_("decided"), Tone.DONE),
}
APPLICATION_KINDS = {
    "accident": _("accident"),
    "death": _("death by accident"),
    "fire": _("household fire"),
    "stay": _("hospital stay"),
}
SEXES = {"1": _("male"), "2": _("female")}
STATES = {
    Kind.MEMBER: MEMBERS, Kind.STAY: BUCKETS, Kind.CASE: CASE_STATES, Kind.APPLICATION: APPLICATIONS,
    Kind.PAYMENT: PAYMENT_STATES | ATTEMPTS, Kind.BATCH: BATCHES, Kind.UNION: UNIONS,
}  # fmt: skip


def state(kind: Kind, name: str) -> Badge | None:
    """Return the state of something that was found."""
    return badge(name, STATES[kind]) if name else None


WINDOWS = {
    "calendar_year": _("year %(year)s"),
    "policy_year": _("12 months from %(day)s"),
    "rolling_months": _("%(months)s months up to %(day)s"),
    "lifetime": _("for life"),
    "occurrence": _("event of %(day)s"),
}


def window(row: Standing) -> str:
    """Return over what the limit of a standing runs, whose it is, and how amounts count."""
    limit, day = row.limit, row.day
    said = {
        "year": day.year if day else "",
        "day": day.isoformat() if day else "",
        "months": limit.months if limit else 0,
    }
    if limit is None:
        return str(_("year %(year)s, without a limit over time")) % said
    parts = [str(WINDOWS[limit.window]) % said]
    parts += [str(_("all of the household"))] if limit.per == "household" else []
    parts += [str(_("only the greatest amount counts"))] if limit.mode == "greatest" else []
    return " · ".join(parts)


def times(row: Standing) -> str:
    """Return how often something was granted, and how often it may be."""
    if row.limit is None or row.limit.count is None:
        return str(row.payments)
    return str(_("%(times)s of %(most)s")) % {"times": row.payments, "most": row.limit.count}


def case_reason(code: str) -> str:
    """Return why a case was opened."""
    return str(CASE_REASONS.get(code, code))


def application_kind(kind: str) -> str:
    """Return what an application is about."""
    return str(APPLICATION_KINDS.get(kind, kind))
