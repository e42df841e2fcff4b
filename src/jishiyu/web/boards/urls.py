"""Addresses of the boards."""

from django.views.decorators.http import require_safe

from jishiyu.web.boards import views
from jishiyu.web.gate import Asks, page

app_name = "boards"

urlpatterns = [
    page("boards", require_safe(views.home), name="home", may="needs.see"),
    page("boards/schedule", require_safe(views.schedule), name="schedule", may="needs.see"),
    page("boards/times", require_safe(views.durations), name="durations", may="needs.see"),
    page("boards/load", require_safe(views.load), name="load", may="needs.see"),
    page("boards/sites", require_safe(views.sites), name="sites", may="needs.see"),
    page("boards/figures", require_safe(views.programme), name="programme", may="help.figures"),
    page("boards/figures.xlsx", require_safe(views.workbook), name="workbook", may="help.figures"),
    page("boards/figures.json", require_safe(views.plain), name="json", may="help.figures"),
    page("boards/bulletin", require_safe(views.the_bulletin), name="bulletin", may="help.figures"),
    page("boards/bulletin.pdf", require_safe(views.bulletin_pdf), name="bulletin-pdf", may="help.figures"),
    page("boards/wall", require_safe(views.wall), name="wall", may="help.figures", asks=Asks.A_WALL),
]
