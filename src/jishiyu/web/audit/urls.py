"""Addresses of the trail."""

from jishiyu.web.audit import views
from jishiyu.web.gate import page

app_name = "audit"
urlpatterns = [
    page("audit", views.trail_list, name="trail", may="audit.see"),
    page("audit/verify", views.verified, name="verify", may="audit.verify"),
]
