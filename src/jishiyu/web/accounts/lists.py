"""The lists of accounts and lock-outs."""

from typing import Any

from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from jishiyu.apps.accounts.models import Role
from jishiyu.web.accounts.words import ROLES, on_the_roster, state
from jishiyu.web.components.badge import Badge, Tone
from jishiyu.web.components.filters import Filter
from jishiyu.web.components.listing import Column, Listing
from jishiyu.web.figures.figure import Unit

STATES = (("open", _("open")), ("locked", _("locked")), ("closed", _("closed")))


def _in_state(rows: Any, wanted: str) -> Any:
    if wanted == "open":
        return rows.filter(locked_at=None, closed_at=None)
    return rows.filter(locked_at__isnull=False) if wanted == "locked" else rows.filter(closed_at__isnull=False)


ACCOUNTS = Listing(
    "accounts", _("Accounts"), template="accounts/list.html",
    columns=(
        Column("name", _("Account name"), lambda row: row.name, order=("name",),
               href=lambda row: reverse("accounts:one", args=[row.pk])),
        Column("full_name", _("Full name"), lambda row: row.full_name, order=("full_name",), in_full=True),
        Column("roles", _("Roles"), lambda row: "、".join(str(ROLES[Role(role)]) for role in row.roles or ())),
        Column("state", _("State"), state),
        Column("on_the_roster", _("On the roster"), on_the_roster),
        Column("last_login", _("Last sign-in"), lambda row: row.last_login, Unit.DAY, order=("last_login",)),
        Column("created_at", _("Created"), lambda row: row.created_at, Unit.DAY, order=("created_at",)),
    ),
    filters=(
        Filter("q", _("Name"), lambda rows, value: rows.filter(Q(name__icontains=value) | Q(full_name__icontains=value))),
        Filter("role", _("Role"), lambda rows, value: rows.filter(grants__role=value, grants__until=None).distinct(),
               "choice", tuple((role.value, words) for role, words in ROLES.items() if role is not Role.MEMBER)),
        Filter("state", _("State"), _in_state, "choice", STATES),
    ),
)  # fmt: skip

LOCKOUTS = Listing(
    "lockouts", _("Lock-outs"), template="accounts/lockouts.html",
    columns=(
        Column("account", _("Account"), lambda row: row.account.name,
               href=lambda row: reverse("accounts:one", args=[row.account_id])),
        Column("at", _("Locked at"), lambda row: row.at, Unit.DAY, order=("at",)),
        Column("because", _("Reason"), lambda row: row.because),
        Column("address", _("Address"), lambda row: row.address),
        Column("state", _("State"), lambda row: Badge(_("locked"), Tone.STOP) if row.unlocked_at is None
               else Badge(_("unlocked"), Tone.DONE)),
        Column("unlocked_at", _("Unlocked at"), lambda row: row.unlocked_at, Unit.DAY),
        Column("unlocked_by", _("By"), lambda row: row.unlocked_by),
    ),
    filters=(
        Filter("state", _("State"), lambda rows, value: rows.filter(unlocked_at__isnull=value == "locked"), "choice",
               (("locked", _("locked")), ("unlocked", _("unlocked")))),
        Filter("since", _("From"), lambda rows, value: rows.filter(at__date__gte=value), "day"),
    ),
)  # fmt: skip
