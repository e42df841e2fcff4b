"""What leaves the laboratory: Excel, PDF, a kept answer, a draft."""

from decimal import Decimal
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, QueryDict
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils import timezone
from django.utils.dateparse import parse_date
from django.utils.translation import gettext as _

from jishiyu.apps.accounts.rows import whole
from jishiyu.apps.laboratory.models import Kept
from jishiyu.apps.laboratory.operations import keep as keep_answer
from jishiyu.apps.laboratory.problems import HistoryNotMeasured
from jishiyu.apps.policies.operations import save_draft
from jishiyu.engine.laboratory.compare import Comparison
from jishiyu.engine.money import yuan_text
from jishiyu.web.components.chart import Chart, Shape
from jishiyu.web.components.download import Download, given
from jishiyu.web.components.export import EXCEL
from jishiyu.web.documents.laboratory import document
from jishiyu.web.documents.render import render as typeset
from jishiyu.web.figures.figure import Say
from jishiyu.web.gate import who
from jishiyu.web.laboratory import benches
from jishiyu.web.laboratory.asked import SOURCE, Asked
from jishiyu.web.laboratory.figures import comparison_figures
from jishiyu.web.laboratory.files import excel
from jishiyu.web.laboratory.plain import from_plain, to_plain
from jishiyu.web.laboratory.views import SHAPES, compared
from jishiyu.web.language import language
from jishiyu.web.place import issuer


def workbook(request: HttpRequest, name: str) -> HttpResponse:
    """Give the answer as Excel, with both policies inside."""
    asked = Asked(name, request.GET)
    about = [(Say("历史数据", "history"), _history(name)), (Say("制表人", "made by"), who(request).name)]
    content = excel(comparison_figures(compared(asked)), _policies(asked), about=about, language=language())
    return given(request, Download(f"whatif-{name}.xlsx", content, EXCEL), about=f"policy {name}")


def pdf(request: HttpRequest, name: str) -> HttpResponse:
    """Give the answer as a document, with both policies inside."""
    asked = Asked(name, request.GET)
    made = timezone.localtime()
    data = document(comparison_figures(compared(asked)), _policies(asked), issuer=issuer(), history=_history(name),
                    by=who(request).name, made_on=made.date(), language=language())  # fmt: skip
    files = {f"{key}.toml": text.decode() for key, text in _policies(asked).items()}
    content = typeset("laboratory", data, made_at=made, files=files)
    return given(request, Download(f"whatif-{name}.pdf", content, "application/pdf"), about=f"policy {name}")


def keep(request: HttpRequest, name: str) -> HttpResponse:
    """Keep an answer, to be looked at and compared later."""
    asked = Asked(name, QueryDict(request.POST.get("asked", "")))
    found = compared(asked)
    measured = benches.history(name)
    assert measured is not None  # or it could not have been compared
    with whole():
        made = keep_answer(
            title=request.POST.get("title", ""), policy=name, texts=(asked.text, asked.second_text),
            digests=(asked.first.digest, asked.second.digest), figures=to_plain(comparison_figures(found)),
            measures=_measures(found), history_at=measured.measured_at, by=who(request).name, at=timezone.now(),
        )  # fmt: skip
    return HttpResponseRedirect(reverse("laboratory:kept", args=[made.pk]))


def one(request: HttpRequest, kept_id: int) -> HttpResponse:
    """Show a kept answer as it was."""
    row = get_object_or_404(Kept, pk=kept_id)
    shown = [
        Chart(figure, Shape.BARS, values=SHAPES.get(figure.key, (1,)))
        for figure in from_plain(row.figures)
        if figure.rows
    ]
    context = {"row": row, "charts": [chart for chart in shown if chart.figure.key in SHAPES], "totals": shown[0],
               "tables": [chart for chart in shown[1:] if chart.figure.key not in SHAPES]}  # fmt: skip
    return render(request, "laboratory/kept.html", context)


def draft(request: HttpRequest, name: str) -> HttpResponse:
    """Turn the variant into a draft version of the policy, which two people publish."""
    asked = Asked(name, QueryDict(request.POST.get("asked", "")))
    starts = parse_date(request.POST.get("starts", "")) or timezone.localdate()
    source = request.POST.get("source", "").strip() or f"{SOURCE} {timezone.localdate().isoformat()}"
    version = request.POST.get("version", "").strip() or f"{starts:%Y-%m}"
    text = asked.variant_text(version=version, starts=starts, source=source)
    with whole():
        made = save_draft(text=text, by=who(request).name, at=timezone.now(), table_name=asked.known.table_name,
                          table_text=asked.known.table_text)  # fmt: skip
    messages.info(request, _("The variant is kept as a draft. Propose it; a second person publishes it."))
    return HttpResponseRedirect(reverse("policies:draft", args=[made.pk]))


def _policies(asked: Asked) -> dict[str, bytes]:
    return {"A": asked.text.encode(), "B": asked.second_text.encode()}


def _history(name: str) -> str:
    known = benches.history(name)
    if known is None:
        raise HistoryNotMeasured(policy=name)
    return f"{timezone.localtime(known.measured_at):%Y-%m-%d %H:%M} · {known.events:,}"


def _measures(found: Comparison) -> dict[str, Any]:
    """Return what the list of kept answers compares; amounts as text."""
    a, b = found.first.totals, found.second.totals
    return {
        "cost": yuan_text(b.fen), "difference": yuan_text(b.fen - a.fen), "people": f"{b.people:,}",
        "person_times": f"{b.person_times:,}", "gini": _index(found.second.spread.after), "kakwani": _index(found.second.spread.kakwani),
    }  # fmt: skip


def _index(millionths: int | None) -> str:
    return "—" if millionths is None else f"{Decimal(millionths // 100).scaleb(-4):.4f}"
