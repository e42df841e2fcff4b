"""Addresses of call lists."""

from jishiyu.web.calls import steps, views
from jishiyu.web.gate import page

app_name = "calls"
urlpatterns = [
    page("calls", views.calls, name="list", may="calls.see"),
    page("calls/unions", views.unions, name="unions", may="calls.see"),
    page("calls/unions/<str:code>/sheet", views.sheet, name="sheet", may="calls.see"),
    page("calls/employers/sheet", views.sheet_of_employer, name="sheet-of-employer", may="calls.see"),
    page("calls/sheet-in-full", views.sheet_in_full, name="sheet-in-full", may="people.reveal"),
    page("calls/round", steps.call_round, name="round", may="calls.work"),
    page("calls/report/<int:person_id>", steps.report, name="report", may="calls.work"),
    page("calls/<int:case_id>", views.call, name="one", may="calls.see"),
    page("calls/<int:case_id>/called", steps.called, name="called", may="calls.work"),
    page("calls/<int:case_id>/promised", steps.promised, name="promised", may="calls.work"),
    page("calls/<int:case_id>/papers", steps.papers, name="papers", may="calls.work"),
    page("calls/<int:case_id>/hand", steps.hand, name="hand", may="calls.work"),
    page("calls/<int:case_id>/close", steps.close, name="close", may="calls.close"),
]
