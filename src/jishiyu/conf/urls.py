"""Addresses."""

from django.urls import path

from jishiyu.web.console import views
from jishiyu.web.console.page import SECTIONS

urlpatterns = [
    path("", views.section, {"name": "overview"}, name="overview"),
    *(path(name, views.section, {"name": name}, name=name) for name, _ in SECTIONS if name != "overview"),
    path("figures/<slug:by>", views.one_figure, name="figure"),
    path("documents/bulletin.pdf", views.bulletin_pdf, name="bulletin-pdf"),
    path("documents/figures.xlsx", views.figures_xlsx, name="figures-xlsx"),
    path("documents/batch/<int:batch_id>.pdf", views.batch_pdf, name="batch-pdf"),
    path("documents/calls/<str:code>.pdf", views.calls_pdf, name="calls-pdf"),
    path("documents/decision.pdf", views.decision_pdf, name="decision-pdf"),
]
handler404 = "jishiyu.web.console.views.not_found"
