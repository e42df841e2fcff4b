"""Addresses of the plain pages and documents, until screens take their place."""

from typing import Any

from django.urls import URLPattern
from django.views.decorators.http import require_safe

from jishiyu.web.console import views
from jishiyu.web.console.page import SECTIONS
from jishiyu.web.gate import View, page

MAY = {
    "overview": "statistics.bulletin", "feeds": "feeds.see", "figures": "statistics.bulletin", "calls": "payments.see",
    "batches": "payments.see", "ledger": "ledger.see",
}  # fmt: skip
app_name = "console"


def read(route: str, view: View, *, name: str, may: str, **kwargs: Any) -> URLPattern:
    """Return a page that only answers reading."""
    return page(route, require_safe(view), name=name, may=may, **kwargs)


urlpatterns = [
    *(read(name, views.section, name=name, may=MAY[name], name_of_page=name) for name, _ in SECTIONS),
    read("figures/<slug:by>", views.one_figure, name="figure", may="statistics.bulletin"),
    read("documents/bulletin.pdf", views.bulletin_pdf, name="bulletin-pdf", may="statistics.bulletin"),
    read("documents/figures.xlsx", views.figures_xlsx, name="figures-xlsx", may="statistics.bulletin"),
    read("documents/batch/<int:batch_id>.pdf", views.batch_pdf, name="batch-pdf", may="payments.see"),
    read("documents/calls/<str:code>.pdf", views.calls_pdf, name="calls-pdf", may="calls.see"),
    read("documents/decision.pdf", views.decision_pdf, name="decision-pdf", may="decisions.see"),
]
