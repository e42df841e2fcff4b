"""The list of unions."""

from collections.abc import Sequence
from typing import Any

from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from jishiyu.apps.orgs.models import Union, UnionKind
from jishiyu.web.components.filters import Filter
from jishiyu.web.components.listing import Column, Listing
from jishiyu.web.figures.figure import Unit
from jishiyu.web.unions.words import KINDS, state


def _values(field: str) -> Any:
    def options() -> Sequence[tuple[str, str]]:
        found = Union.objects.exclude(**{field: ""}).order_by(field).values_list(field, flat=True).distinct()
        return [(value, value) for value in found]

    return options


UNIONS = Listing(
    "unions", _("All unions"), template="unions/list.html",
    columns=(
        Column("code", _("Code"), lambda row: row.code, order=("code",),
               href=lambda row: reverse("unions:one", args=[row.pk])),
        Column("name", _("Name of the union"), lambda row: row.name, order=("name",)),
        Column("kind", _("Kind"), lambda row: KINDS[UnionKind(row.kind)], order=("kind",)),
        Column("territorial", _("Above by territory"),
               lambda row: row.territorial_parent.name if row.territorial_parent else None),
        Column("industry", _("Above by industry"), lambda row: row.industry_parent.name if row.industry_parent else None),
        Column("district", _("District"), lambda row: row.district, order=("district",)),
        Column("trade", _("Trade"), lambda row: row.trade, order=("trade",)),
        Column("state", _("State"), lambda row: state(row.closed_on)),
        Column("closed_on", _("Closed on"), lambda row: row.closed_on, Unit.DAY, order=("closed_on",)),
    ),
    filters=(
        Filter("q", _("Name or code"),
               lambda rows, value: rows.filter(Q(name__icontains=value) | Q(code__istartswith=value) | Q(uscc=value))),
        Filter("kind", _("Kind"), lambda rows, value: rows.filter(kind=value), "choice",
               tuple((kind.value, words) for kind, words in KINDS.items())),
        Filter("district", _("District"), lambda rows, value: rows.filter(district=value), "choice",
               _values("district")),
        Filter("trade", _("Trade"), lambda rows, value: rows.filter(trade=value), "choice", _values("trade")),
        Filter("state", _("State"), lambda rows, value: rows.filter(closed_on__isnull=value == "open"), "choice",
               (("open", _("active")), ("closed", _("closed down")))),
    ),
)  # fmt: skip
