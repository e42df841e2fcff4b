"""Addresses of the enterprise's page."""

from django.views.decorators.http import require_POST, require_safe

from jishiyu.apps.accounts.rights import PUBLIC
from jishiyu.web.gate import page
from jishiyu.web.progress import own, views

app_name = "progress"

urlpatterns = [
    page("our/progress", require_safe(own.progress), name="own", may="needs.own"),
    page("our/progress/report/<int:report_id>", require_safe(own.report), name="own-report", may="needs.own"),
    page("our/progress/satisfaction", require_POST(own.say_how_it_was), name="own-say", may="needs.own"),
    page("progress/<str:secret>", require_safe(views.by_link), name="by-link", may=PUBLIC),
    page(
        "progress/<str:secret>/report/<int:report_id>",
        require_safe(views.report_by_link),
        name="report-by-link",
        may=PUBLIC,
    ),
    page("progress/<str:secret>/satisfaction", require_POST(views.say_how_it_was), name="say", may=PUBLIC),
    page(
        "boards/enterprise/<int:participation_id>", require_safe(views.in_console), name="in-console", may="needs.see"
    ),
    page(
        "boards/enterprise/<int:participation_id>/link", require_POST(views.new_link), name="new-link", may="needs.see"
    ),
    page(
        "boards/enterprise/<int:participation_id>/withdraw",
        require_POST(views.withdraw),
        name="withdraw",
        may="needs.see",
    ),
]
