"""Requests to pages and documents."""

from collections.abc import Callable
from datetime import datetime

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render as render_page
from django.utils.timezone import localtime

from jishiyu.apps.orgs.problems import UnionUnknown as NoSuchUnion
from jishiyu.apps.statistics.problems import BatchUnknown, DecisionUnknown, UnionUnknown
from jishiyu.apps.statistics.queries import By
from jishiyu.apps.statistics.scope import Kind, Scope
from jishiyu.demo.published import published
from jishiyu.engine.problems import Problem
from jishiyu.web.console import pages
from jishiyu.web.console.page import SECTIONS, Page
from jishiyu.web.console.place import Place, place
from jishiyu.web.documents.batch import batch_sheet
from jishiyu.web.documents.bulletin import bulletin, comparison, document, exact_figure
from jishiyu.web.documents.calls import call_sheet
from jishiyu.web.documents.decision import decision_sheet
from jishiyu.web.documents.render import render
from jishiyu.web.figures.build import all_figures
from jishiyu.web.figures.figure import Say
from jishiyu.web.figures.workbook import workbook
from jishiyu.web.language import language

EXCEL = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
CONSOLE = "控制台"


def language_of(request: HttpRequest) -> str:
    """Return the language of the request; a document's address may ask for another."""
    asked = request.GET.get("lang")
    return asked if asked in ("zh", "en") else language()


def section(request: HttpRequest, name_of_page: str) -> HttpResponse:
    """Show one of the pages."""
    make: Callable[[Place, str], Page] = getattr(pages, name_of_page)
    return _show(request, make(place(), language_of(request)))


def one_figure(request: HttpRequest, by: str) -> HttpResponse:
    """Show one figure in full."""
    if by not in set(By):
        raise Http404
    kind = Kind.INDUSTRY if request.GET.get("kind") == "industry" else Kind.TERRITORY
    try:
        page = pages.one_figure(place(), language_of(request), By(by), request.GET.get("union"), kind)
    except UnionUnknown as problem:
        return missing(request, problem)
    return _show(request, page)


def bulletin_pdf(request: HttpRequest) -> HttpResponse:
    """Give the bulletin of the console's period."""
    here, made = place(), localtime()
    figures = bulletin(Scope(since=here.since, until=here.until))
    tables = [exact_figure(figures)]
    if here.compare:
        tables.append(comparison(figures, published(here.compare), here.scale))
    data = document(figures, tables, issuer=here.issuer, made_on=made.date(), by=CONSOLE)
    return _pdf(render("bulletin", data, made_at=made), "bulletin")


def figures_xlsx(request: HttpRequest) -> HttpResponse:
    """Give every figure of the console's period as Excel."""
    here, made, spoken = place(), localtime(), language_of(request)
    scope = Scope(since=here.since, until=here.until)
    cover = [
        (Say("制表", "made by"), CONSOLE),
        (Say("制表时间", "made at"), made.isoformat(sep=" ", timespec="seconds")),
        (Say("起始日(含)", "first day"), here.since.isoformat()),
        (Say("截止日(不含)", "until (not included)"), here.until.isoformat()),
    ]
    title = Say("职工补贴统计", "Subsidy statistics")
    content = workbook(all_figures(scope), cover=cover, title=title, language=spoken)
    response = HttpResponse(content, content_type=EXCEL)
    response.headers["Content-Disposition"] = 'attachment; filename="figures.xlsx"'
    return response


def batch_pdf(request: HttpRequest, batch_id: int) -> HttpResponse:
    """Give the sheet of a batch."""
    return _document(
        request, "batch", lambda made: batch_sheet(batch_id=batch_id, issuer=place().issuer, made_on=made.date())
    )


def calls_pdf(request: HttpRequest, code: str) -> HttpResponse:
    """Give the call list of a union."""
    here = place()
    return _document(request, "calls", lambda _: call_sheet(union_code=code, issuer=here.issuer, on=here.as_of))


def decision_pdf(request: HttpRequest) -> HttpResponse:
    """Give the masked sheet of a decision."""
    stay, policy = request.GET.get("stay", ""), request.GET.get("policy") or None
    return _document(request, "decision", lambda made: decision_sheet(stay_id=stay, policy=policy, made_on=made.date()))


def missing(request: HttpRequest, problem: Problem) -> HttpResponse:
    """Say what was asked for and is not there."""
    spoken = language_of(request)
    return _show(request, Page("", "找不到" if spoken == "zh" else "Not found", problem.say(spoken)), status=404)


def _document(request: HttpRequest, name: str, data: Callable[[datetime], dict[str, object]]) -> HttpResponse:
    made = localtime()
    try:
        return _pdf(render(name, data(made), made_at=made), name)
    except (BatchUnknown, DecisionUnknown, NoSuchUnion) as problem:
        return missing(request, problem)


def _pdf(content: bytes, name: str) -> HttpResponse:
    response = HttpResponse(content, content_type="application/pdf")
    response.headers["Content-Disposition"] = f'inline; filename="{name}.pdf"'
    return response


def _show(request: HttpRequest, page: Page, *, status: int = 200) -> HttpResponse:
    spoken = language_of(request)
    context = {
        "page": page,
        "sections": [(name, words(spoken), f"/console/{name}") for name, words in SECTIONS],
    }
    return render_page(request, "console/page.html", context, status=status)
