"""Addresses of the log of notices."""

from django.urls import include, path

from jishiyu.web.gate import page
from jishiyu.web.notices import views

patterns = [
    page("notices", views.notices, name="list", may="notices.see"),
    page("notices/<int:notice_id>", views.notice, name="one", may="notices.read"),
]
urlpatterns = [path("", include((patterns, "notices")))]
