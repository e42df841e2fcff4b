"""Requests for figures."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.timezone import localtime

from jishiyu.apps.statistics.lines import buckets, days_to_paid
from jishiyu.apps.statistics.queries import By, groups, large, totals
from jishiyu.apps.statistics.scope import Basis, Kind, Scope
from jishiyu.demo.published import published
from jishiyu.engine.money import fen_to_yuan
from jishiyu.web.components.chart import Chart, Shape, excel, wanted
from jishiyu.web.documents.bulletin import bulletin, comparison, document, exact_figure, sentences
from jishiyu.web.documents.render import render as typeset
from jishiyu.web.figures import build
from jishiyu.web.figures.figure import Figure, Say, per_cent
from jishiyu.web.figures.money import million, wan_yuan
from jishiyu.web.gate import who
from jishiyu.web.language import language
from jishiyu.web.place import place
from jishiyu.web.statistics import charts
from jishiyu.web.statistics.asked import Asked, asked
from jishiyu.web.unions.beside import beside

CONSOLE = "控制台"
BESIDE = {"home": "figures", "unions": "branches", "large": "large"}  # the pages with a tree, by their template


def home(request: HttpRequest) -> HttpResponse:
    """Show what leaders look at: totals, then charts with their tables."""
    question = asked(request)
    found = totals(question.scope)
    shown = charts.main_charts(question.scope)
    shown.insert(3, charts.days(days_to_paid(question.scope)))
    if _of_all_feeds(request, question.scope):
        lines = buckets(Scope(since=question.scope.since, until=question.scope.until))
        shown.insert(4, charts.funnel(lines, found))
    else:
        shown.insert(4, charts.funnel_of_people(found))
    if (file := wanted(request, shown, question.said)) is not None:
        return file
    figure = build.totals_figure(found, build.notes(question.scope))
    return _page(request, "home", question, charts=shown, totals=Chart(figure, Shape.BARS))


def unions(request: HttpRequest) -> HttpResponse:
    """Show the branches right below a union; each leads to its own."""
    question = asked(request)
    shown = charts.branches(question.scope)
    if (file := wanted(request, [shown], question.said)) is not None:
        return file
    below = [(row.key[0], row.name) for row in groups(question.scope, By.UNION) if row.key[0]]
    return _page(request, "unions", question, charts=[shown], below=below)


def large_amounts(request: HttpRequest) -> HttpResponse:
    """Show every single amount above 10,000 yuan, members masked."""
    question = asked(request)
    figure = build.large_figure(large(question.scope), build.notes(question.scope))
    return _figures(request, "large", question, [figure])


def workbook(request: HttpRequest) -> HttpResponse:
    """Give every figure of the question as one Excel file."""
    question = asked(request)
    scope = question.scope
    figures = build.all_figures(scope) if _of_all_feeds(request, scope) else _own_figures(scope)
    return excel(request, figures, title=Say("职工补贴统计", "Subsidy statistics"), said=question.said)


def the_bulletin(request: HttpRequest) -> HttpResponse:
    """Show the bulletin as text to copy, with the exact figures beneath."""
    question, here = asked(request), place()
    found = bulletin(question.scope)
    figures = [exact_figure(found)]
    if here.compare:
        figures.append(comparison(found, published(here.compare), here.scale))
    return _figures(request, "bulletin", question, figures, sentences=sentences(found, language()))


def bulletin_pdf(request: HttpRequest) -> HttpResponse:
    """Give the bulletin as a document."""
    question, here, made = asked(request), place(), localtime()
    found = bulletin(question.scope)
    tables = [exact_figure(found)]
    if here.compare:
        tables.append(comparison(found, published(here.compare), here.scale))
    data = document(found, tables, issuer=here.issuer, made_on=made.date(), by=CONSOLE)
    response = HttpResponse(typeset("bulletin", data, made_at=made), content_type="application/pdf")
    response.headers["Content-Disposition"] = 'inline; filename="bulletin.pdf"'
    return response


def wall(request: HttpRequest) -> HttpResponse:
    """Show a few large figures on a screen that nobody touches; it loads itself again every five minutes."""
    question = asked(request)
    found = totals(question.scope)[Basis.PAID]
    automatic = sum(row.person_times for row in groups(question.scope, By.CHANNEL) if row.key == ("automatic",))
    waited = days_to_paid(question.scope)
    figures = build.group_figures(question.scope, (By.MONTH, By.DISTRICT))
    shown = [*charts.over_time(figures), charts.of_groups(figures, By.DISTRICT), charts.days(waited)]
    if (file := wanted(request, shown, question.said)) is not None:
        return file
    cards = [
        (Say("累计发放", "Paid (yuan)"), wan_yuan(found.fen) if language() == "zh" else million(fen_to_yuan(found.fen))),
        (Say("惠及人次", "Person-times"), f"{found.person_times:,}"),
        (Say("惠及职工(人)", "People"), f"{found.people:,}"),
        (Say("免申即享", "Without application"), _per_cent(automatic, found.person_times)),
        (Say("来件到到账(天,中位数)", "Feed to money (days, median)"), "—" if waited.median is None else str(waited.median)),
    ]  # fmt: skip
    spoken = language()
    return _page(request, "wall", question, charts=shown, cards=[(say(spoken), value) for say, value in cards])


def _of_all_feeds(request: HttpRequest, scope: Scope) -> bool:
    """Say whether lines of feeds can be counted: for the whole city, and for those who see it whole."""
    return scope.union is None and scope.policy is None and who(request).reach("statistics.see").city


def _own_figures(scope: Scope) -> list[Figure]:
    said = build.notes(scope)
    figures = [build.totals_figure(totals(scope))]
    figures += build.group_figures(scope, [by for by in By if by is not By.QUARTER]).values()
    return [*figures, build.waiting_figure(days_to_paid(scope)), build.large_figure(large(scope), said)]


def _figures(request: HttpRequest, name: str, question: Asked, figures: list[Figure], **more: object) -> HttpResponse:
    """Show figures as tables alone, each with its Excel."""
    tables = [Chart(figure, Shape.BARS) for figure in figures]
    if (file := wanted(request, tables, question.said)) is not None:
        return file
    return _page(request, name, question, tables=tables, **more)


def _per_cent(part: int, whole: int) -> str:
    share = per_cent(part, whole)
    return "—" if share is None else f"{share} %"


def _page(request: HttpRequest, name: str, question: Asked, **more: object) -> HttpResponse:
    query = request.GET.copy()
    query.pop("chart", None)
    known = who(request)
    here = {
        "asked": question, "query": query.urlencode(), "issuer": place().issuer, "now": localtime(),
        "may_bulletin": known.may("statistics.bulletin"), "may_wall": known.may("statistics.wall"),
    }  # fmt: skip
    if name in BESIDE:
        kind = "industry" if question.scope.kind is Kind.INDUSTRY else "territorial"
        here |= beside(request, BESIDE[name], kind=kind)
    return render(request, f"statistics/{name}.html", {**here, **more})
