"""The accounts of a period, the entries, and the months as a picture."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from jishiyu.apps.ledger.chart import RULES, Kind, Role
from jishiyu.apps.ledger.models import Account, Entry, Posting
from jishiyu.apps.ledger.queries import balances, months
from jishiyu.apps.payments.models import Attempt
from jishiyu.web.components.chart import Chart, Shape
from jishiyu.web.components.filters import Filter
from jishiyu.web.components.listing import Column, Listing
from jishiyu.web.components.rows import ListRows, Rows
from jishiyu.web.figures.figure import Column as FigureColumn
from jishiyu.web.figures.figure import Figure, Say, Unit
from jishiyu.web.ledger.words import KINDS, ROLES, SUBJECTS, kinds_of
from jishiyu.web.payments.lists import policy_choices
from jishiyu.web.payments.rows import PreparedListing
from jishiyu.web.payments.words import policy

PAGES = {"entitlement": "payments:item", "recovery": "recoveries:one"}


@dataclass(frozen=True, slots=True)
class Period:
    """Which balances: both days included, as people say it."""

    since: date | None = None
    last: date | None = None
    policy: str | None = None

    def accounts(self) -> list[Any]:
        """Return the balances."""
        until = None if self.last is None else self.last + timedelta(days=1)
        return balances(since=self.since, until=until, policy=self.policy)


@dataclass(frozen=True)
class Accounts(Listing):
    """A list of balances."""

    def rows(self, narrowed: Any) -> Rows:
        """Return the balances of the period."""
        return ListRows(narrowed.accounts())


def _movements(row: Any) -> str:
    wanted = f"&policy={row.policy}" if row.policy else ""
    return f"{reverse('ledger:movements')}?account={row.role}{wanted}"


ACCOUNTS = Accounts(
    "accounts-of-the-fund", _("Books"), template="ledger/accounts.html",
    columns=(
        Column("role", _("Account of the books"), lambda row: str(ROLES[row.role]), href=_movements, order=("role",)),
        Column("policy", _("Subsidy"), lambda row: policy(row.policy) if row.policy else "", order=("policy",)),
        Column("before", _("Before (yuan)"), lambda row: row.before_fen, Unit.FEN, order=("before_fen",)),
        Column("debit", _("Debit (yuan)"), lambda row: row.debit_fen, Unit.FEN, order=("debit_fen",)),
        Column("credit", _("Credit (yuan)"), lambda row: -row.credit_fen, Unit.FEN, order=("credit_fen",)),
        Column("after", _("After (yuan)"), lambda row: row.after_fen, Unit.FEN, order=("after_fen",)),
        Column("entries", _("Entries"), lambda row: row.entries, Unit.COUNT, order=("entries",)),
    ),
    filters=(
        Filter("since", _("From"), lambda rows, value: replace(rows, since=value), "day"),
        Filter("last", _("To"), lambda rows, value: replace(rows, last=value), "day"),
        Filter("policy", _("Subsidy"), lambda rows, value: replace(rows, policy=value), "choice", policy_choices),
    ),
)  # fmt: skip


def open_sides(rows: Sequence[Entry]) -> None:
    """Give each entry its amount, its policy, and the payment it speaks of."""
    sides = Posting.objects.filter(entry_id__in=[row.pk for row in rows]).values_list(
        "entry_id", "amount_fen", "account__policy"
    )
    amounts: dict[int, int] = {}
    policies: dict[int, str] = {}
    for entry_id, fen, name in sides:
        amounts[entry_id] = max(amounts.get(entry_id, 0), fen)
        policies[entry_id] = name or policies.get(entry_id, "")
    tries = _payments_of(rows)
    for row in rows:
        row.amount_fen, row.policy = amounts.get(row.pk), policies.get(row.pk, "")  # type: ignore[attr-defined]
        stem, number, _verb = _parts(row)
        named, about = ("entitlement", str(tries.get(number, ""))) if stem == "attempt" else (stem, number)
        row.about = f"{SUBJECTS[named]} {about}" if named in SUBJECTS else ""  # type: ignore[attr-defined]
        row.where = _address(named, about)  # type: ignore[attr-defined]


def _payments_of(rows: Sequence[Entry]) -> dict[str, int]:
    ids = [number for stem, number, _verb in map(_parts, rows) if stem == "attempt" and number.isdigit()]
    found = Attempt.objects.filter(pk__in=ids).values_list("pk", "entitlement_id")
    return {str(attempt): entitlement for attempt, entitlement in found}


def _parts(row: Entry) -> tuple[str, str, str]:
    stem, _colon, rest = row.key.partition(":")
    number, _colon, verb = rest.rpartition(":")
    return stem, number, verb


def _address(stem: str, number: str) -> str:
    """Return where the payment or recovery of an entry stands."""
    if not number.isdigit() or stem not in PAGES:
        return ""
    return reverse(PAGES[stem], args=[number])


def _side(row: Entry, *, debit: bool) -> str:
    rule = RULES[Kind(row.kind)]
    return str(ROLES[rule.debit if debit else rule.credit])


def _of_policy(rows: Any, value: str) -> Any:
    # The accounts by number: only then PostgreSQL knows how few entries a rare policy has.
    accounts = list(Account.objects.filter(policy=value).values_list("pk", flat=True))
    return rows.filter(pk__in=Posting.objects.filter(account_id__in=accounts).values("entry_id"))


MOVEMENTS = PreparedListing(
    "movements", _("Movements of the fund"), template="ledger/movements.html", attach=open_sides,
    columns=(
        Column("id", _("Entry"), lambda row: str(row.pk), order=("id",)),
        Column("on", _("Value date"), lambda row: row.happened_on, Unit.DAY),
        Column("kind", _("What happened"), lambda row: str(KINDS[row.kind])),
        Column("policy", _("Subsidy"), lambda row: policy(row.policy) if row.policy else ""),
        Column("amount", _("Amount (yuan)"), lambda row: row.amount_fen, Unit.FEN),
        Column("debit", _("Debit"), lambda row: _side(row, debit=True)),
        Column("credit", _("Credit"), lambda row: _side(row, debit=False)),
        Column("about", _("About"), lambda row: row.note or row.about, href=lambda row: row.where),
    ),
    filters=(
        Filter("since", _("From"), lambda rows, value: rows.filter(happened_on__gte=value), "day"),
        Filter("last", _("To"), lambda rows, value: rows.filter(happened_on__lte=value), "day"),
        Filter("account", _("Account of the books"), lambda rows, value: rows.filter(kind__in=kinds_of(value)), "choice",
               tuple((role.value, ROLES[role]) for role in Role)),
        Filter("kind", _("What happened"), lambda rows, value: rows.filter(kind=value), "choice",
               tuple((kind.value, KINDS[kind]) for kind in Kind)),
        Filter("policy", _("Subsidy"), _of_policy, "choice", policy_choices),
        Filter("document", _("Number of the document"), lambda rows, value: rows.filter(note__contains=value)),
    ),
)  # fmt: skip


def months_chart(today: date) -> Chart:
    """Return the last twelve months and this one: what came, what became owed, what was paid, what was left."""
    since = date(today.year - 1, today.month, 1)
    found = months(since=since, until=today + timedelta(days=1))
    rows = tuple(
        (f"{one.month:%Y-%m}", one.received_fen, one.owed_fen, one.claimed_fen, one.paid_fen, one.bank_fen)
        for one in found
    )
    columns = (
        FigureColumn("month", Say("月份", "month"), Unit.TEXT),
        FigureColumn("received", Say("拨入(元)", "appropriated (yuan)"), Unit.FEN),
        FigureColumn("owed", Say("确认应付(元)", "subsidies owed (yuan)"), Unit.FEN),
        FigureColumn("claimed", Say("确认追回(元)", "claimed back (yuan)"), Unit.FEN),
        FigureColumn("paid", Say("银行已付(元)", "paid (yuan)"), Unit.FEN),
        FigureColumn("bank", Say("月末存款(元)", "at the bank at the end (yuan)"), Unit.FEN),
    )
    foot = (
        Say("合计", "together"), sum(one.received_fen for one in found), sum(one.owed_fen for one in found),
        sum(one.claimed_fen for one in found), sum(one.paid_fen for one in found), None,
    )  # fmt: skip
    figure = Figure("fund-months", Say("基金按月收支", "The fund by month"), columns, rows, foot)
    return Chart(figure, Shape.BARS, values=(2, 4, 5))
