"""The lists of what is owed, of batches, of a batch's lines, of what is stuck, and of result files."""

from collections.abc import Sequence
from typing import Any

from django.db.models import Q
from django.db.models.expressions import RawSQL
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from jishiyu.apps.accounts.queries import accounts_called
from jishiyu.apps.ledger.queries import policies
from jishiyu.apps.payments import desk
from jishiyu.apps.payments.models import Attempt, AttemptState, Batch, BatchState
from jishiyu.apps.subsidies.models import Entitlement, EntitlementState
from jishiyu.engine.identity import mask_name, mask_number
from jishiyu.web.components.badge import Badge, badge
from jishiyu.web.components.filters import Filter
from jishiyu.web.components.listing import Column, Listing
from jishiyu.web.components.names import named
from jishiyu.web.figures.figure import Unit
from jishiyu.web.payments import words
from jishiyu.web.payments.rows import PreparedListing

BRANCH_OF_CODE = """
    WITH RECURSIVE branch(id) AS (
        SELECT id FROM orgs_union WHERE code = %s
        UNION
        SELECT child.id FROM orgs_union child
        JOIN branch ON child.territorial_parent_id = branch.id OR child.industry_parent_id = branch.id
    )
    SELECT id FROM branch
"""


def policy_choices() -> list[tuple[str, str]]:
    """Return the policies that ever moved money."""
    return [(name, words.policy(name)) for name in policies()]


def of_union(field: str) -> Any:
    """Return how to narrow rows to a union: a whole code takes all below it along, any text is part of a name."""

    def narrow(rows: Any, value: str) -> Any:
        below = Q(**{f"{field}__in": RawSQL(BRANCH_OF_CODE, [value])})  # our own text, one parameter
        return rows.filter(below | Q(**{f"{field}__name__icontains": value}))

    return narrow


def open_names(rows: Sequence[Entitlement]) -> None:
    """Give each payment its payee of today, masked, what keeps it back, and what the bank said last."""
    ids = [row.pk for row in rows]
    obstacles, said = desk.open_obstacles(entitlement_ids=ids), desk.said_last(entitlement_ids=ids)
    for row, payee in zip(rows, desk.payees_now(entitlements=rows), strict=True):
        row.shown_name, row.shown_account = mask_name(payee.name), mask_number(payee.account)  # type: ignore[attr-defined]
        row.obstacle, row.said = obstacles.get(row.pk), said.get(row.pk)  # type: ignore[attr-defined]


def open_payees(rows: Sequence[Attempt]) -> None:
    """Give each line of a batch its payee as it goes to the bank, masked, and what the bank said."""
    said = desk.said_last(entitlement_ids=[row.entitlement_id for row in rows])
    for row, payee in zip(rows, desk.payees_of(attempts=rows), strict=True):
        row.shown_name, row.shown_account = mask_name(payee.name), mask_number(payee.account)  # type: ignore[attr-defined]
        row.said = said.get(row.entitlement_id)  # type: ignore[attr-defined]


def count_outcomes(rows: Sequence[Batch]) -> None:
    """Give each batch the counts of its payments that are not paid, by state."""
    found = desk.unsettled_counts(batch_ids=[row.pk for row in rows])
    for row in rows:
        row.outcomes = found.get(row.pk, {})  # type: ignore[attr-defined]


def _signed_by(rows: Any, accounts: Sequence[str]) -> Any:
    return rows.filter(Q(made_by__in=accounts) | Q(checked_by__in=accounts))


def _times(row: Any, *states: str) -> int | None:
    return sum(row.outcomes.get(state, 0) for state in states) or None


def _paid(row: Any) -> int | None:
    """Return how many are paid: what a batch at the bank holds, less what is not."""
    at_bank = (BatchState.SENT, BatchState.ANSWERED, BatchState.CLOSED)
    return row.count - sum(row.outcomes.values()) if row.state in at_bank else None


def _days(row: Entitlement) -> int:
    return max(0, (timezone.localdate() - timezone.localdate(row.created_at)).days)


def _obstacle(row: Any) -> Badge:
    if row.state == EntitlementState.OWED and row.obstacle:
        return badge(row.obstacle.reason, words.OBSTACLES)
    return badge(row.state, words.PAYMENTS)


def _bank_words(row: Any) -> str:
    return f"{row.said.code} {row.said.reason}".strip() if row.said else ""


def _item(row: Entitlement) -> str:
    return reverse("payments:item", args=[row.pk])


POLICY = Filter("policy", _("Subsidy"), lambda rows, value: rows.filter(policy=value), "choice", policy_choices)
UNION = Filter("union", _("Union: code with all below, or part of the name"), of_union("union"))
OWED_COLUMNS = (
    Column("id", _("Payment"), lambda row: str(row.pk), href=_item, order=("id",)),
    Column("name", _("Name"), lambda row: row.shown_name),
    Column("account", _("Bank account"), lambda row: row.shown_account),
    Column("union", _("Union"), lambda row: row.union.name, order=("union__name",)),
    Column("policy", _("Subsidy"), lambda row: words.policy(row.policy), order=("policy",)),
    Column("amount", _("To pay (yuan)"), lambda row: row.amount_fen - row.set_off_fen, Unit.FEN, order=("amount_fen",)),
    Column("state", _("State"), _obstacle),
    Column("days", _("Days"), _days, Unit.COUNT, order=("-created_at",)),
)

OWED = PreparedListing(
    "owed", _("What is owed"), template="payments/owed.html", attach=open_names, key=lambda row: row.pk,
    columns=OWED_COLUMNS,
    filters=(
        POLICY, UNION,
        Filter("since", _("Owed from"), lambda rows, value: rows.filter(created_at__date__gte=value), "day"),
        Filter("until", _("Owed to"), lambda rows, value: rows.filter(created_at__date__lte=value), "day"),
        Filter("over", _("Yuan, at least"), lambda rows, value: rows.filter(amount_fen__gte=int(value[:9]) * 100)
               if value.isascii() and value.isdigit() else rows),
    ),
)  # fmt: skip

KINDS = (
    ("returned", _("returned")), ("failed", _("failed")), ("unknown", _("result unknown")),
    ("owed", _("no usable account or name")),
)  # fmt: skip

STUCK = PreparedListing(
    "stuck", _("Payments to work on"), template="payments/stuck.html", attach=open_names,
    columns=(
        *OWED_COLUMNS,
        Column("said", _("The bank said"), _bank_words),
        Column("next", _("Next step"), lambda row: words.next_step(row, row.obstacle.reason if row.obstacle else "")),
    ),
    filters=(
        Filter("state", _("State"), lambda rows, value: rows.filter(state=value), "choice", KINDS),
        POLICY, UNION,
    ),
)  # fmt: skip

BATCHES = PreparedListing(
    "batches", _("Payments"), template="payments/list.html", attach=count_outcomes,
    columns=(
        Column("id", _("Batch"), lambda row: str(row.pk), href=lambda row: reverse("payments:batch", args=[row.pk]),
               order=("id",)),
        Column("state", _("State"), lambda row: badge(row.state, words.BATCHES)),
        Column("pay_on", _("Day of payment"), lambda row: row.pay_on, Unit.DAY, order=("pay_on",)),
        Column("count", _("Number of payments"), lambda row: row.count, Unit.COUNT, order=("count",)),
        Column("sum", _("Sum (yuan)"), lambda row: row.sum_fen, Unit.FEN, order=("sum_fen",)),
        Column("paid", _("Paid"), _paid, Unit.COUNT),
        Column("stuck", _("Failed, returned"), lambda row: _times(row, AttemptState.FAILED, AttemptState.RETURNED),
               Unit.COUNT),
        Column("open", _("Result unknown"), lambda row: _times(row, AttemptState.UNKNOWN), Unit.COUNT),
        Column("made_by", _("Prepared by"), lambda row: named(row.made_by), order=("made_by",), in_full=True),
        Column("checked_by", _("Approved by"), lambda row: named(row.checked_by), order=("checked_by",), in_full=True),
        Column("profile", _("Bank format"), lambda row: words.bank_name(row.profile)),
    ),
    filters=(
        Filter("state", _("State"), lambda rows, value: rows.filter(state=value), "choice",
               tuple((state.value, words.BATCHES[state].words) for state in BatchState)),
        Filter("by", _("Prepared or approved by"), lambda rows, value: _signed_by(rows, accounts_called(value))),
        Filter("since", _("Day of payment from"), lambda rows, value: rows.filter(pay_on__gte=value), "day"),
        Filter("until", _("Day of payment to"), lambda rows, value: rows.filter(pay_on__lte=value), "day"),
    ),
)  # fmt: skip


def _doubts(row: Attempt) -> str:
    said = [
        f"{words.DOUBTS[one.kind]} ({one.people})" if one.people > 1 else str(words.DOUBTS[one.kind])
        for one in row.doubts.all()
    ]
    return "; ".join(said)


ITEMS = PreparedListing(
    "batch-items", _("Payments of the batch"), template="payments/batch.html", attach=open_payees,
    columns=(
        Column("line", _("Line"), lambda row: row.line_no, Unit.COUNT, order=("line_no",)),
        Column("id", _("Payment"), lambda row: str(row.entitlement_id), href=lambda row: _item(row.entitlement)),
        Column("name", _("Name"), lambda row: row.shown_name),
        Column("account", _("Bank account"), lambda row: row.shown_account),
        Column("union", _("Union"), lambda row: row.entitlement.union.name, order=("entitlement__union__name",)),
        Column("policy", _("Subsidy"), lambda row: words.policy(row.entitlement.policy), order=("entitlement__policy",)),
        Column("amount", _("Amount (yuan)"), lambda row: row.amount_fen, Unit.FEN, order=("amount_fen",)),
        Column("state", _("State"), lambda row: badge(row.state, words.ITEMS), order=("state",)),
        Column("doubts", _("To look at"), _doubts),
        Column("said", _("The bank said"), _bank_words),
    ),
    filters=(
        Filter("state", _("State"), lambda rows, value: rows.filter(state=value), "choice",
               tuple((state.value, words.ITEMS[state].words) for state in AttemptState)),
        Filter("doubt", _("To look at"), lambda rows, value: rows.filter(doubts__kind=value), "choice",
               tuple(words.DOUBTS.items())),
        Filter("policy", _("Subsidy"), lambda rows, value: rows.filter(entitlement__policy=value), "choice",
               policy_choices),
        Filter("union", _("Union: code with all below, or part of the name"), of_union("entitlement__union")),
    ),
)  # fmt: skip

RESULTS = Listing(
    "results", _("Answers of the bank"), template="payments/results.html",
    columns=(
        Column("name", _("File"), lambda row: row.name, href=lambda row: reverse("payments:result", args=[row.pk])),
        Column("read_at", _("Taken in"), lambda row: row.read_at, Unit.DAY, order=("read_at",)),
        Column("read_by", _("By"), lambda row: named(row.read_by), order=("read_by",), in_full=True),
        Column("count", _("Lines of the file"), lambda row: row.count, Unit.COUNT, order=("count",)),
        Column("sum", _("Sum (yuan)"), lambda row: row.sum_fen, Unit.FEN, order=("sum_fen",)),
        Column("profile", _("Bank format"), lambda row: words.bank_name(row.profile)),
    ),
    filters=(
        Filter("name", _("File"), lambda rows, value: rows.filter(name__icontains=value)),
        Filter("since", _("From"), lambda rows, value: rows.filter(read_at__date__gte=value), "day"),
        Filter("until", _("To"), lambda rows, value: rows.filter(read_at__date__lte=value), "day"),
    ),
)  # fmt: skip
