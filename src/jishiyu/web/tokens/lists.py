"""The list of tokens."""

from datetime import timedelta
from typing import Any

from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from jishiyu.apps.api.models import TokenState
from jishiyu.web.components.filters import Filter
from jishiyu.web.components.listing import Column, Listing
from jishiyu.web.figures.figure import Unit
from jishiyu.web.tokens.words import SCOPES, scopes, state

CHOICES = (
    ("open", _("in use")),
    ("waiting", _("waits to be collected")),
    ("expired", _("expired")),
    ("ended", _("ended")),
)


def _in_state(rows: Any, wanted: str) -> Any:
    today = timezone.localdate()
    if wanted == "ended":
        return rows.filter(state=TokenState.ENDED)
    if wanted == "expired":
        return rows.exclude(state=TokenState.ENDED).filter(until__lte=today)
    known = TokenState.ISSUED if wanted == "waiting" else TokenState.COLLECTED
    return rows.filter(state=known, until__gt=today)


TOKENS = Listing(
    "tokens", _("API tokens"), template="tokens/list.html",
    columns=(
        Column("name", _("System"), lambda row: row.name, order=("name",),
               href=lambda row: reverse("tokens:one", args=[row.pk])),
        Column("scopes", _("Good for"), scopes),
        Column("account", _("Answered for by"), lambda row: row.account.name, order=("account__name",)),
        Column("union", _("Branch"), lambda row: row.union.name if row.union else _("whole city")),
        Column("rate", _("Requests a minute"), lambda row: row.per_minute, Unit.COUNT, order=("per_minute",)),
        Column("last", _("Last day"), lambda row: row.until - timedelta(days=1), Unit.DAY, order=("until",)),
        Column("state", _("State"), lambda row: state(row, timezone.localdate())),
        Column("used", _("Last used"), lambda row: row.last_used_at, Unit.DAY, order=("last_used_at",)),
    ),
    filters=(
        Filter("q", _("System"), lambda rows, value: rows.filter(name__icontains=value)),
        Filter("scope", _("Good for"), lambda rows, value: rows.filter(scopes__contains=[value]), "choice",
               tuple((scope.value, words) for scope, words in SCOPES.items())),
        Filter("state", _("State"), _in_state, "choice", CHOICES),
    ),
)  # fmt: skip
