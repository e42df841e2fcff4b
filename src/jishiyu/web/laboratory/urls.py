"""Addresses of the policy laboratory; a question is the query of its address, so that it can be sent to somebody."""

from django.views.decorators.http import require_POST, require_safe

from jishiyu.web.gate import page
from jishiyu.web.laboratory import keeping, views

app_name = "laboratory"
USE = "laboratory.use"

urlpatterns = [
    page("laboratory", require_safe(views.home), name="home", may=USE),
    page("laboratory/kept/<int:kept_id>", require_safe(keeping.one), name="kept", may=USE),
    page("laboratory/<str:name>", require_safe(views.bench), name="bench", may=USE),
    page("laboratory/<str:name>/measure", require_POST(views.measure), name="measure", may=USE),
    page("laboratory/<str:name>/result", require_safe(views.result), name="result", may=USE),
    page("laboratory/<str:name>/forecast", require_safe(views.forecast), name="forecast", may=USE),
    page("laboratory/<str:name>/best", require_safe(views.best), name="best", may=USE),
    page("laboratory/<str:name>/excel", require_safe(keeping.workbook), name="excel", may=USE),
    page("laboratory/<str:name>/pdf", require_safe(keeping.pdf), name="pdf", may=USE),
    page("laboratory/<str:name>/keep", require_POST(keeping.keep), name="keep", may=USE),
    page("laboratory/<str:name>/draft", require_POST(keeping.draft), name="draft", may="policies.publish"),
]
