"""Addresses of a member's own pages."""

from django.urls import include, path

from jishiyu.web.gate import page
from jishiyu.web.member import account, complaints, filing, views

patterns = [
    page("my", views.home, name="home", may="mine.see"),
    page("my/subsidies", views.subsidies, name="subsidies", may="mine.see"),
    page("my/subsidies/<int:decision_id>", views.subsidy, name="subsidy", may="mine.see"),
    page("my/messages", views.messages, name="messages", may="mine.see"),
    page("my/applications", filing.applications, name="applications", may="mine.see"),
    page("my/applications/new", filing.choose, name="new", may="mine.apply"),
    page("my/applications/new/<slug:kind>", filing.start, name="start", may="mine.apply"),
    page("my/cases/<int:case_id>/papers", filing.start_from_case, name="case", may="mine.apply"),
    page("my/applications/<int:application_id>", filing.application, name="application", may="mine.see"),
    page("my/applications/<int:application_id>/form", filing.form, name="form", may="mine.apply"),
    page("my/applications/<int:application_id>/papers", filing.papers, name="papers", may="mine.apply"),
    page("my/applications/<int:application_id>/check", filing.check, name="check", may="mine.apply"),
    page("my/applications/<int:application_id>/withdraw", filing.withdraw, name="withdraw", may="mine.apply"),
    page("my/applications/<int:application_id>/appeal", filing.appeal, name="appeal", may="mine.apply"),
    page("my/papers/<int:paper_id>", filing.paper, name="paper", may="mine.see"),
    page("my/papers/<int:paper_id>/remove", filing.remove, name="remove", may="mine.apply"),
    page("my/account-number", account.account, name="account", may="mine.see"),
    page("my/account-number/code", account.send, name="account-code", may="mine.change"),
    page("my/account-number/change", account.change, name="account-change", may="mine.change"),
    page("my/complaints", complaints.complaints, name="complaints", may="mine.complain"),
    page("my/complaints/<int:complaint_id>", complaints.complaint, name="complaint", may="mine.complain"),
]
urlpatterns = [path("", include((patterns, "mine")))]
