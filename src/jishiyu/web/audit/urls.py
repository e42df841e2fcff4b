"""Addresses of the trail."""

from jishiyu.web.audit import views
from jishiyu.web.gate import Asks, page

app_name = "audit"
urlpatterns = [
    page("audit", views.trail_list, name="trail", may="audit.see"),
    page("audit/verify", views.checks, name="verify", may="audit.verdict"),
    page("audit/verify/state", views.state, name="state", may="audit.verdict", asks=Asks.A_PAGE),
    page("audit/verify/now", views.verify_now, name="verify-now", may="audit.verify"),
]
