"""Addresses: every page names the action it needs (`web/gate.py: page`)."""

from django.urls import include, path

from jishiyu.apps.accounts.rights import PUBLIC
from jishiyu.web.choosing import choose
from jishiyu.web.gate import page

urlpatterns = [
    page("language", choose, name="language", may=PUBLIC),
    path("", include("jishiyu.web.components.urls")),
    path("", include("jishiyu.web.todo.urls")),
    path("", include("jishiyu.web.accounts.urls")),
    path("", include("jishiyu.web.audit.urls")),
    path("", include("jishiyu.web.settings.urls")),
    path("", include("jishiyu.web.feeds.urls")),
    path("", include("jishiyu.web.find.urls")),
    path("", include("jishiyu.web.decisions.urls")),
    path("", include("jishiyu.web.calls.urls")),
    path("", include("jishiyu.web.applications.urls")),
    path("", include("jishiyu.web.reviews.urls")),
    path("", include("jishiyu.web.payments.urls")),
    path("", include("jishiyu.web.recoveries.urls")),
    path("", include("jishiyu.web.ledger.urls")),
    path("", include("jishiyu.web.statistics.urls")),
    path("", include("jishiyu.web.unions.urls")),
    path("", include("jishiyu.web.roster.urls")),
    path("", include("jishiyu.web.policies.urls")),
    path("", include("jishiyu.web.laboratory.urls")),
    path("api/", include("jishiyu.web.api.urls")),
    path("", include("jishiyu.web.tokens.urls")),
    path("", include("jishiyu.web.member.urls")),
    path("", include("jishiyu.web.complaints.urls")),
    path("", include("jishiyu.web.notices.urls")),
    path("", include("jishiyu.web.visits.urls")),
    path("", include("jishiyu.web.reports.urls")),
    path("", include("jishiyu.web.plans.urls")),
    path("", include("jishiyu.web.archives.urls")),
    path("", include("jishiyu.web.boards.urls")),
    path("", include("jishiyu.web.progress.urls")),
    path("", include("jishiyu.web.experts.urls")),
    path("", include("jishiyu.web.pairing.urls")),
    path("", include("jishiyu.web.needs.urls")),
    path("", include("jishiyu.web.steward.urls")),
    path("", include("jishiyu.web.campaigns.urls")),
]
handler400 = "jishiyu.web.problem.unusable"
handler404 = "jishiyu.web.problem.not_found"
handler500 = "jishiyu.web.problem.broken"
