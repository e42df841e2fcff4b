"""Addresses of the figures."""

from django.views.decorators.http import require_safe

from jishiyu.web.gate import Asks, page
from jishiyu.web.statistics import views

app_name = "statistics"

urlpatterns = [
    page("statistics", require_safe(views.home), name="home", may="statistics.see"),
    page("statistics/unions", require_safe(views.unions), name="unions", may="statistics.see"),
    page("statistics/large", require_safe(views.large_amounts), name="large", may="statistics.see"),
    page("statistics/figures.xlsx", require_safe(views.workbook), name="workbook", may="statistics.see"),
    page("statistics/bulletin", require_safe(views.the_bulletin), name="bulletin", may="statistics.bulletin"),
    page("statistics/bulletin.pdf", require_safe(views.bulletin_pdf), name="bulletin-pdf", may="statistics.bulletin"),
    page("statistics/wall", require_safe(views.wall), name="wall", may="statistics.wall", asks=Asks.A_WALL),
]
