"""Addresses of an enterprise's own pages, and of the links that need no account."""

from jishiyu.apps.accounts.rights import PUBLIC
from jishiyu.web.gate import page
from jishiyu.web.needs import by_link, sheets, views

app_name = "needs"
urlpatterns = [
    page("our/needs", views.home, name="home", may="needs.own"),
    page("our/needs/new", views.new, name="new", may="needs.own"),
    page("our/needs/facts", views.facts, name="facts", may="needs.own"),
    page("our/needs/sheet", sheets.sheet, name="sheet", may="needs.own"),
    page("our/needs/template.xlsx", sheets.template, name="template", may="needs.own"),
    page("our/needs/<int:need_id>", views.one, name="one", may="needs.own"),
    page("our/needs/<int:need_id>/withdraw", views.withdraw, name="withdraw", may="needs.own"),
    page("our/needs/files/<int:file_id>", views.file, name="file", may="needs.own"),
    page("n/<str:secret>", by_link.hand_in, name="by-link", may=PUBLIC),
    page("n/<str:secret>/done", by_link.done, name="by-link-done", may=PUBLIC),
    page("n/<str:secret>/sheet", by_link.sheet, name="sheet-by-link", may=PUBLIC),
    page("n/<str:secret>/template.xlsx", by_link.template, name="template-by-link", may=PUBLIC),
]
