"""Addresses of service plans."""

from django.urls import include, path

from jishiyu.apps.accounts.rights import PUBLIC
from jishiyu.web.gate import page
from jishiyu.web.plans import saying, views

patterns = [
    page("plans", views.plans, name="list", may="service.work"),
    page("plans/<int:need_id>", views.one, name="one", may="service.work"),
    page("plans/<int:need_id>/served", views.served, name="served", may="service.work"),
    page("plans/actions/<int:action_id>", views.result, name="result", may="service.work"),
    page("plans/enterprises/<int:participation_id>/ask", saying.ask, name="ask", may="service.work"),
    page("satisfaction/<slug:secret>", saying.say, name="say", may=PUBLIC),
    page("satisfaction/<slug:secret>/<int:need_id>", saying.answer, name="answer", may=PUBLIC),
]
urlpatterns = [path("", include((patterns, "plans")))]
