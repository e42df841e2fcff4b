"""Addresses of complaints, for the city."""

from django.urls import include, path

from jishiyu.web.complaints import views
from jishiyu.web.gate import page

patterns = [
    page("complaints", views.complaints, name="list", may="complaints.answer"),
    page("complaints/<int:complaint_id>", views.complaint, name="one", may="complaints.answer"),
]
urlpatterns = [path("", include((patterns, "complaints")))]
