"""Addresses of visits."""

from django.urls import include, path

from jishiyu.apps.accounts.rights import PUBLIC
from jishiyu.web.gate import Asks, page
from jishiyu.web.visits import changes, feed, phone, views

patterns = [
    page("visits", views.own, name="home", may="visits.own"),
    page("visits/all", views.everybody, name="list", may="visits.see"),
    page("visits/calendar", feed.address, name="calendar", may="visits.look"),
    page("visits/calendar/new", feed.make, name="calendar-new", may="visits.look"),
    page("visits/calendar/withdraw", feed.withdraw, name="calendar-withdraw", may="visits.look"),
    page("visits/calendar/<slug:secret>.ics", feed.feed, name="feed", may=PUBLIC),
    page("visits/<int:visit_id>", views.one, name="one", may="visits.look"),
    page("visits/<int:visit_id>/move", changes.move, name="move", may="visits.change"),
    page("visits/<int:visit_id>/cancel", changes.cancel, name="cancel", may="visits.change"),
    page("visits/<int:visit_id>/plan", changes.plan, name="plan", may="visits.change"),
    page("visits/<int:visit_id>/done", changes.finish, name="done", may="visits.own"),
    page("visits/files/<int:entry_id>", views.file, name="file", may="visits.look"),
    page("visits/phone/", phone.shell, name="phone", may="visits.own"),
    page("visits/phone/data", phone.data, name="phone-data", may="visits.own", asks=Asks.A_PAGE),
    page("visits/phone/<int:visit_id>/entries", phone.entries, name="phone-entries", may="visits.own"),
    page("visits/phone/worker.js", phone.worker, name="phone-worker", may=PUBLIC),
    page("visits/phone/manifest.webmanifest", phone.manifest, name="phone-manifest", may=PUBLIC),
]
urlpatterns = [path("", include((patterns, "visits")))]
