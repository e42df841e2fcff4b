"""Files of enterprises as a list."""

from typing import Any

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from jishiyu.web.components.badge import Badge, Tone
from jishiyu.web.components.filters import Filter
from jishiyu.web.components.listing import Column, Listing
from jishiyu.web.figures.figure import Unit
from jishiyu.web.language import language


def _state(row: Any) -> Badge:
    if row.frozen_at is not None:
        return Badge(_("closed file"), Tone.DONE)
    return (
        Badge(_("can be closed"), Tone.WAIT) if row.asked and row.asked == row.ended else Badge(_("in work"), Tone.WORK)
    )


FILES = Listing(
    "archives", _("Archives"), template="archives/list.html",
    columns=(
        Column("enterprise", _("Enterprise"), lambda row: row.enterprise.name,
               href=lambda row: reverse("archives:one", args=[row.pk]), order=("enterprise__name", "id")),
        Column("round", _("Round"), lambda row: row.campaign.zh if language() == "zh" else row.campaign.en,
               order=("campaign__begins_on", "id")),
        Column("steward", _("Steward"), lambda row: row.steward.full_name if row.steward else "",
               order=("steward__full_name",), in_full=True),
        Column("needs", _("Needs"), lambda row: row.asked, Unit.COUNT, order=("asked",)),
        Column("ended", _("Needs ended"), lambda row: row.ended, Unit.COUNT, order=("ended",)),
        Column("state", _("State"), _state, order=("frozen_at",)),
        Column("closed", _("Closed at"), lambda row: row.frozen_at, order=("frozen_at",)),
    ),
    filters=(
        Filter("enterprise", _("Enterprise: part of the name"),
               lambda rows, value: rows.filter(enterprise__name__icontains=value)),
        Filter("state", _("State"), lambda rows, value: rows.exclude(frozen_at=None) if value == "closed" else rows.filter(frozen_at=None),
               "choice", (("open", _("in work")), ("closed", _("closed file")))),
    ),
)  # fmt: skip
