"""Addresses of the first page."""

from django.urls import include, path

from jishiyu.apps.accounts.rights import SIGNED_IN
from jishiyu.web.gate import page
from jishiyu.web.todo import views

urlpatterns = [
    page("", views.start, name="start", may=SIGNED_IN),
    path("", include(([page("todo", views.home, name="home", may="todo.see")], "todo"))),
]
