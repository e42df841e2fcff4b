"""Addresses of decisions."""

from jishiyu.web.decisions import heirs, views
from jishiyu.web.gate import page

app_name = "decisions"
urlpatterns = [
    page("decisions/<int:decision_id>", views.decision, name="one", may="decisions.see"),
    page("decisions/<int:decision_id>/sheet.pdf", views.sheet, name="sheet", may="decisions.see"),
    page(
        "decisions/<int:decision_id>/sheet-in-full.pdf", views.sheet_in_full, name="sheet-in-full", may="people.reveal"
    ),
    page("decisions/<int:decision_id>/heir", heirs.heir, name="heir", may="heirs.name"),
    page("stays/<path:stay_id>", views.stay, name="stay", may="decisions.see"),
]
