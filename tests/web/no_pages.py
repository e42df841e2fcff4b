"""Addresses that are no page of the console, and what a GET of each is answered with instead.

Every other address is a page: `tests/journeys/every_page.py` opens it in a browser and looks at it from all sides.
What stands here is held to its word by `tests/web/test_queries.py`, which opens every address as every role.
"""

from enum import StrEnum
from typing import Any

from tests.security.town import Address


class Answer(StrEnum):
    """What an address gives whoever opens it."""

    PAGE = "a page"
    POST = "takes a form that a page sends, and is not opened"
    LEADS = "leads on to a page"
    FILE = "a file to keep"
    PART = "a part that a page asks for"
    MACHINE = "is read by a program"


_BY_ANSWER: dict[Answer, tuple[str, ...]] = {
    Answer.LEADS: (
        "/",
        "/sign-on/<slug:provider_id>/callback",
        "/stays/<path:stay_id>",
        "/payments/prepare",
    ),
    Answer.PART: (
        "/feeds/files/<int:job_id>/progress",
        "/people/<int:person_id>/more",
        "/reviews/<int:application_id>/preview",
        "/campaigns/unions",
        "/unions/pick",
        "/unions/<int:union_id>/below",
        "/roster/jobs/<int:job_id>/progress",
        "/laboratory/<str:name>/result",
        "/laboratory/<str:name>/forecast",
        "/laboratory/<str:name>/best",
        "/audit/verify/state",
        "/pairing/<int:campaign_id>/progress",
    ),
    Answer.FILE: (
        "/decisions/<int:decision_id>/sheet.pdf",
        "/calls/unions/<str:code>/sheet",
        "/calls/employers/sheet",
        "/applications/papers/<int:paper_id>",
        "/payments/batches/<int:batch_id>/sheet",
        "/fund/beancount",
        "/statistics/figures.xlsx",
        "/statistics/bulletin.pdf",
        "/policies/drafts/<int:version_id>/text",
        "/policies/<str:name>/<path:version>/text",
        "/laboratory/<str:name>/excel",
        "/laboratory/<str:name>/pdf",
        "/progress/<str:secret>/report/<int:report_id>",
        "/our/progress/report/<int:report_id>",
        "/payments/batches/<int:batch_id>/files/<int:part>",
        "/my/papers/<int:paper_id>",
        "/our/needs/template.xlsx",
        "/n/<str:secret>/template.xlsx",
        "/our/needs/files/<int:file_id>",
        "/visits/files/<int:entry_id>",
        "/reports/<int:report_id>/pdf",
        "/archives/<int:participation_id>/zip",
        "/boards/figures.xlsx",
        "/boards/figures.json",
        "/boards/bulletin.pdf",
        "/experts/import/template",
        "/service/files/<int:file_id>",
    ),
    Answer.MACHINE: (
        "/api/openapi.json",
        "/visits/calendar/<slug:secret>.ics",
        "/visits/phone/worker.js",
        "/visits/phone/manifest.webmanifest",
        "/visits/phone/data",
    ),
    Answer.POST: (
        "/language",
        "/people/<int:person_id>/reveal/<slug:field>",
        "/sign-out",
        "/feeds/<int:feed_id>/lines/<int:line_no>/reveal",
        "/decisions/<int:decision_id>/sheet-in-full.pdf",
        "/calls/round",
        "/applications/new/<int:person_id>/<slug:kind>",
        "/calls/<int:case_id>/apply",
        "/applications/<int:application_id>/reveal",
        "/applications/papers/<int:paper_id>/remove",
        "/reviews/<int:application_id>/take",
        "/roster/imports/<int:import_id>/confirm",
        "/roster/imports/<int:import_id>/drop",
        "/roster/duplicates/search",
        "/policies/drafts/<int:version_id>/drop",
        "/laboratory/<str:name>/measure",
        "/laboratory/<str:name>/keep",
        "/laboratory/<str:name>/draft",
        "/tokens/mine/<int:token_id>/collect",
        "/progress/<str:secret>/satisfaction",
        "/our/progress/satisfaction",
        "/reviews/<int:application_id>/take-appeal",
        "/accounts/<int:account_id>/password",
        "/accounts/grants/<int:grant_id>/end",
        "/audit/verify/now",
        "/my/applications/new/<slug:kind>",
        "/my/cases/<int:case_id>/papers",
        "/my/papers/<int:paper_id>/remove",
        "/my/account-number/code",
        "/visits/calendar/new",
        "/visits/calendar/withdraw",
        "/boards/enterprise/<int:participation_id>/link",
        "/boards/enterprise/<int:participation_id>/withdraw",
        "/experts/<int:expert_id>/confirm",
        "/pairing/<int:campaign_id>/solve",
        "/pairing/<int:campaign_id>/stop",
        "/pairing/<int:campaign_id>/pin",
        "/pairing/<int:campaign_id>/release/<int:pin_id>",
        "/pairing/proposals/<int:proposal_id>/accept",
        "/pairing/proposals/<int:proposal_id>/change",
        "/pairing/proposals/<int:proposal_id>/needs/<int:need_id>/place",
        "/service/enterprises/<int:participation_id>/contact",
        "/service/needs/forward",
        "/campaigns/<int:campaign_id>/link",
        "/campaigns/appoint",
        "/campaigns/enterprises/<int:participation_id>/link",
        "/campaigns/links/<int:link_id>/withdraw",
        "/visits/phone/<int:visit_id>/entries",
        "/reports/<int:report_id>/release",
        "/plans/<int:need_id>/served",
        "/archives/<int:participation_id>/close",
        "/service/needs/<int:need_id>/confirm",
        "/service/needs/<int:need_id>/again",
    ),
}
NO_PAGES = {route: answer for answer, routes in _BY_ANSWER.items() for route in routes}


def answered(response: Any, content: bytes) -> Answer | None:
    """Return what a GET was answered with; None for a refusal, which says nothing of what the address is."""
    if response.status_code == 405:
        return Answer.POST
    if response.status_code in (301, 302):
        return Answer.LEADS
    if response.status_code == 204:
        return Answer.PART
    if response.status_code != 200:
        return None
    kind = response.headers["Content-Type"]
    if kind.startswith("text/html"):
        return Answer.PAGE if b"<html" in content else Answer.PART
    kept = "Content-Disposition" in response.headers or kind.startswith("application/pdf")
    return Answer.FILE if kept else Answer.MACHINE


def answer_of(one: Address) -> Answer:
    """Return what an address is."""
    return (
        Answer.MACHINE
        if one.route.startswith("/api/") and one.route != "/api/docs"
        else NO_PAGES.get(one.route, Answer.PAGE)
    )
