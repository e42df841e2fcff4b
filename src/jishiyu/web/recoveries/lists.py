"""The list of recoveries and the picture of their ages."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from jishiyu.apps.payments import claims
from jishiyu.apps.payments.payees import current_payees
from jishiyu.apps.subsidies.models import Recovery, RecoveryState
from jishiyu.engine.identity import mask_name
from jishiyu.web.components.badge import badge
from jishiyu.web.components.chart import Chart, Shape
from jishiyu.web.components.filters import Filter
from jishiyu.web.components.listing import Column
from jishiyu.web.figures.figure import Column as FigureColumn
from jishiyu.web.figures.figure import Figure, Say, Unit
from jishiyu.web.payments.lists import UNION, policy_choices
from jishiyu.web.payments.rows import PreparedListing
from jishiyu.web.payments.words import policy
from jishiyu.web.recoveries.words import STATES, age_words


def open_names(rows: Sequence[Recovery]) -> None:
    """Give each recovery the masked name of who owes it."""
    counts = [row.person.merged_into_id or row.person_id for row in rows]
    found = current_payees(person_ids=counts)
    for row, person_id in zip(rows, counts, strict=True):
        payee = found.get(person_id)
        row.shown_name = mask_name(payee.name) if payee else ""  # type: ignore[attr-defined]


def _days(row: Recovery) -> int:
    return max(0, (timezone.localdate() - timezone.localdate(row.created_at)).days)


def _in_state(rows: Any, value: str) -> Any:
    if value == "proposed":
        return claims.unsettled(rows).filter(write_off__approved_by="")
    return claims.unsettled(rows) if value == "unsettled" else rows.filter(state=value)


def _older(rows: Any, value: str) -> Any:
    return claims.older_than(rows, days=int(value), at=timezone.now())


RECOVERIES = PreparedListing(
    "recoveries", _("Recoveries"), template="recoveries/list.html", attach=open_names,
    columns=(
        Column("id", _("Recovery"), lambda row: str(row.pk), href=lambda row: reverse("recoveries:one", args=[row.pk]),
               order=("id",)),
        Column("name", _("Name"), lambda row: row.shown_name),
        Column("union", _("Union"), lambda row: row.union.name, order=("union__name",)),
        Column("policy", _("Subsidy"), lambda row: policy(row.policy), order=("policy",)),
        Column("amount", _("To come back (yuan)"), lambda row: row.amount_fen, Unit.FEN, order=("amount_fen",)),
        Column("set_off", _("Set off (yuan)"), lambda row: row.set_off_fen or None, Unit.FEN),
        Column("repaid", _("Repaid (yuan)"), lambda row: row.repaid_fen or None, Unit.FEN),
        Column("rest", _("Still open (yuan)"), lambda row: 0 if row.state == RecoveryState.WRITTEN_OFF else row.rest_fen,
               Unit.FEN, order=("rest_fen",)),
        Column("state", _("State"), lambda row: badge(row.state, STATES)),
        Column("days", _("Days"), _days, Unit.COUNT, order=("-created_at",)),
    ),
    filters=(
        Filter("state", _("State"), _in_state, "choice", (
            ("unsettled", _("not settled")), ("proposed", _("proposed for writing off")),
            *((state.value, STATES[state].words) for state in RecoveryState),
        )),
        Filter("policy", _("Subsidy"), lambda rows, value: rows.filter(policy=value), "choice", policy_choices),
        UNION,
        Filter("older", _("Older than (days)"), _older, "choice", tuple((str(days), str(days)) for days in claims.AGES)),
    ),
)  # fmt: skip


def ages(at: datetime) -> Chart:
    """Return how old what is not settled is, as a picture with its table."""
    rows = tuple((age_words(one.since, one.until), one.count, one.rest_fen) for one in claims.ages(at=at))
    columns = (
        FigureColumn("age", Say("账龄", "age"), Unit.TEXT),
        FigureColumn("count", Say("笔数", "recoveries"), Unit.COUNT),
        FigureColumn("rest", Say("未收回(元)", "still open (yuan)"), Unit.FEN),
    )
    foot = (Say("合计", "together"), sum(row[1] for row in rows), sum(row[2] for row in rows))
    figure = Figure("recovery-ages", Say("未了结追回款的账龄", "How old what is not settled is"), columns, rows, foot)
    return Chart(figure, Shape.BARS, values=(2,))
