"""Addresses of applications, for officers who file them for members."""

from jishiyu.web.applications import filing, papers, steps, views
from jishiyu.web.gate import page

app_name = "applications"
urlpatterns = [
    page("applications", views.applications, name="list", may="applications.see"),
    page("applications/new", filing.find, name="new", may="applications.file"),
    page("applications/new/<int:person_id>", filing.choose, name="for", may="applications.file"),
    page("applications/new/<int:person_id>/<slug:kind>", filing.start, name="start", may="applications.file"),
    page("calls/<int:case_id>/apply", filing.start_from_case, name="from-case", may="applications.file"),
    page("applications/<int:application_id>", views.application, name="one", may="applications.see"),
    page("applications/<int:application_id>/reveal", views.reveal, name="reveal", may="people.reveal"),
    page("applications/<int:application_id>/form", filing.form, name="form", may="applications.file"),
    page("applications/<int:application_id>/papers", papers.papers, name="papers", may="applications.file"),
    page("applications/<int:application_id>/check", filing.check, name="check", may="applications.file"),
    page("applications/<int:application_id>/withdraw", steps.withdraw, name="withdraw", may="applications.file"),
    page("applications/<int:application_id>/appeal", steps.appeal, name="appeal", may="applications.file"),
    page("applications/<int:application_id>/close", steps.close, name="close", may="reviews.decide"),
    page("applications/papers/<int:paper_id>", papers.paper, name="paper", may="applications.see"),
    page("applications/papers/<int:paper_id>/remove", papers.remove, name="remove", may="applications.file"),
]
