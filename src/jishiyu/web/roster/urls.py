"""Addresses of the roster."""

from jishiyu.web.gate import Asks, page
from jishiyu.web.roster import corrections, duplicates, imports, views

app_name = "roster"
urlpatterns = [
    page("roster", views.members, name="list", may="roster.see"),
    page("roster/new", views.enrol, name="enrol", may="roster.change"),
    page("roster/people/<int:person_id>", views.person, name="person", may="roster.see"),
    page("roster/people/<int:person_id>/correct", corrections.correct, name="correct", may="people.correct"),
    page("roster/people/<int:person_id>/join", views.join, name="join", may="roster.change"),
    page("roster/memberships/<int:membership_id>/transfer", views.transfer, name="transfer", may="roster.change"),
    page("roster/memberships/<int:membership_id>/leave", views.leave, name="leave", may="roster.change"),
    page("roster/memberships/<int:membership_id>/service", views.service, name="service", may="roster.change"),
    page("roster/memberships/<int:membership_id>/household", views.household, name="household", may="roster.change"),
    page("roster/imports", imports.every, name="imports", may="roster.import"),
    page("roster/imports/new", imports.new, name="import-new", may="roster.import"),
    page("roster/imports/<int:import_id>", imports.one, name="import", may="roster.import"),
    page("roster/imports/<int:import_id>/confirm", imports.confirm, name="import-confirm", may="roster.import"),
    page("roster/imports/<int:import_id>/drop", imports.drop, name="import-drop", may="roster.import"),
    page("roster/jobs/<int:job_id>", imports.followed, name="job", may="roster.import"),
    page("roster/jobs/<int:job_id>/progress", imports.progress, name="progress", may="roster.import", asks=Asks.A_PAGE),
    page("roster/duplicates", duplicates.pairs, name="duplicates", may="people.merge"),
    page("roster/duplicates/search", duplicates.search, name="search", may="people.merge"),
    page("roster/duplicates/<int:one_id>/<int:other_id>", duplicates.pair, name="pair", may="people.merge"),
    page("roster/duplicates/<int:one_id>/<int:other_id>/two", duplicates.two, name="not-same", may="people.merge"),
    page("roster/merges", duplicates.merges, name="merges", may="people.merge"),
    page("roster/merges/<int:merge_id>/undo", duplicates.undo, name="undo", may="people.merge"),
]
