"""Addresses of archives."""

from django.urls import include, path

from jishiyu.web.archives import views
from jishiyu.web.gate import page

patterns = [
    page("archives", views.archives, name="list", may="needs.see"),
    page("archives/<int:participation_id>", views.one, name="one", may="needs.see"),
    page("archives/<int:participation_id>/zip", views.download, name="zip", may="needs.see"),
    page("archives/<int:participation_id>/close", views.close, name="close", may="service.work"),
]
urlpatterns = [path("", include((patterns, "archives")))]
