"""The sums of a batch by union."""

from typing import Any

from django.utils.translation import gettext_lazy as _

from jishiyu.apps.payments.desk import sums_by_union
from jishiyu.web.components.filters import Filter
from jishiyu.web.components.listing import Column, Listing
from jishiyu.web.components.rows import ListRows
from jishiyu.web.figures.figure import Unit


class _Unions(ListRows):
    def named(self, part: str) -> "_Unions":
        return _Unions([row for row in self.rows if part in row.name or part == row.key])


def union_rows(*, batch_id: int) -> Any:
    """Return a line per union: a batch has at most some hundreds."""
    return _Unions(sums_by_union(batch_id=batch_id))


UNIONS = Listing(
    "batch-unions", _("Sums by union"), template="payments/unions.html",
    columns=(
        Column("code", _("Code"), lambda row: row.key, order=("key",)),
        Column("name", _("Union"), lambda row: row.name, order=("name",)),
        Column("count", _("Number of payments"), lambda row: row.count, Unit.COUNT, order=("count",)),
        Column("sum", _("Sum (yuan)"), lambda row: row.sum_fen, Unit.FEN, order=("sum_fen",)),
    ),
    filters=(Filter("union", _("Union"), lambda rows, value: rows.named(value)),),
)  # fmt: skip
