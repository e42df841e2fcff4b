"""Addresses of reports."""

from django.urls import include, path

from jishiyu.web.gate import page
from jishiyu.web.reports import views

patterns = [
    page("visits/<int:visit_id>/report", views.make, name="make", may="reports.release"),
    page("visits/<int:visit_id>/series", views.series, name="series", may="visits.own"),
    page("reports/<int:report_id>", views.one, name="one", may="visits.look"),
    page("reports/<int:report_id>/pdf", views.pdf, name="pdf", may="visits.look"),
    page("reports/<int:report_id>/release", views.release, name="release", may="reports.release"),
]
urlpatterns = [path("", include((patterns, "reports")))]
