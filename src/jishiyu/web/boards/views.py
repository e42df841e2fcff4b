"""Requests for boards."""

from collections.abc import Sequence
from datetime import date, datetime, timedelta

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.timezone import localdate, localtime

from jishiyu.apps.enterprises.boards import Card, Standing, WorkingTime, cards, reached, stays, time_in_states
from jishiyu.apps.enterprises.states import OVER
from jishiyu.apps.visits.boards import Bar, bars, loads
from jishiyu.apps.visits.figures import facts, times, whole
from jishiyu.web.boards import build, pictures
from jishiyu.web.boards.asked import Question, question
from jishiyu.web.boards.kanban import lanes
from jishiyu.web.boards.programme import all_figures, programme_charts, rounds_charts
from jishiyu.web.components.chart import Chart, Shape, excel, wanted
from jishiyu.web.documents.render import render as typeset
from jishiyu.web.documents.round_bulletin import document, round_bulletin, sentences
from jishiyu.web.figures.figure import Figure, Say
from jishiyu.web.figures.machine import as_json
from jishiyu.web.gate import who
from jishiyu.web.language import language
from jishiyu.web.place import issuer

BEFORE, AFTER = timedelta(days=14), timedelta(days=28)  # what the calendar shows around today
LONGEST = timedelta(days=200)
CONSOLE = "控制台"


def home(request: HttpRequest) -> HttpResponse:
    """Show the needs by state."""
    asked = question(request)
    if asked is None:
        return _nothing(request)
    found = cards(asked.asked)
    tables = [_table(build.needs_figure(found, asked.at)), _table(build.states_figure(found, asked.at))]
    if (file := wanted(request, tables, asked.said)) is not None:
        return file
    return _page(request, "kanban", asked, lanes=lanes(found, asked.at), tables=tables, totals=totals(found, asked.at))


def schedule(request: HttpRequest) -> HttpResponse:
    """Show the visits on a calendar, by person or by team."""
    asked = question(request)
    if asked is None:
        return _nothing(request)
    found = bars(asked.asked)
    since, until = _span(request, found, localdate(asked.at))
    by = "team" if request.GET.get("by") == "team" else "expert"
    inside = [bar for bar in found if since <= bar.on < until]
    table = _table(build.schedule_figure(inside))
    if (file := wanted(request, [table], asked.said)) is not None:
        return file
    drawn = pictures.calendar(inside, since=since, until=until, today=localdate(asked.at), by=by)
    last = until - timedelta(days=1)
    return _page(request, "schedule", asked, drawn=drawn, tables=[table], by=by, since=since, last=last)


def durations(request: HttpRequest) -> HttpResponse:
    """Show how far needs came, and how long it took."""
    asked = question(request)
    if asked is None:
        return _nothing(request)
    all_stays, work = stays(asked.asked), WorkingTime(asked.campaign)
    shown = [
        Chart(build.funnel_figure(reached(all_stays)), Shape.FUNNEL, tall=True),
        Chart(
            build.in_states_figure(time_in_states(all_stays, work, at=asked.at)), Shape.BARS, values=(1, 2), tall=True
        ),
        Chart(build.times_figure(times(facts(asked.asked), work)), Shape.BARS, values=(1, 2)),
    ]
    if (file := wanted(request, shown, asked.said)) is not None:
        return file
    return _page(request, "durations", asked, charts=shown)


def load(request: HttpRequest) -> HttpResponse:
    """Show how much everybody has to do."""
    asked = question(request)
    if asked is None:
        return _nothing(request)
    planned = bars(asked.asked)
    found = loads(planned, since=asked.campaign.begins_on, until=_so_far(planned, localdate(asked.at)))
    table = _table(build.load_figure(found))
    if (file := wanted(request, [table], asked.said)) is not None:
        return file
    return _page(request, "load", asked, drawn=pictures.strips(found), tables=[table])


def sites(request: HttpRequest) -> HttpResponse:
    """Show where the enterprises are, and how they stand."""
    asked = question(request)
    if asked is None:
        return _nothing(request)
    found = cards(asked.asked)
    table = _table(pictures.sites_figure(found, asked.at))
    if (file := wanted(request, [table], asked.said)) is not None:
        return file
    return _page(request, "sites", asked, drawn=pictures.site_map(found, asked.at), tables=[table])


def programme(request: HttpRequest) -> HttpResponse:
    """Show the counters of the programme."""
    asked = question(request)
    if asked is None:
        return _nothing(request)
    shown = [*programme_charts(asked.asked), *rounds_charts(asked.asked, asked.rounds)]
    if (file := wanted(request, shown, asked.said)) is not None:
        return file
    return _page(request, "programme", asked, totals=shown[0], charts=shown[1:])


def workbook(request: HttpRequest) -> HttpResponse:
    """Give every figure of a round as one Excel file."""
    asked = question(request)
    if asked is None:
        return _nothing(request)
    return excel(
        request,
        all_figures(asked.asked, asked.at, asked.rounds),
        title=Say("助企服务统计", "Figures of enterprise help"),
        said=asked.said,
    )


def plain(request: HttpRequest) -> HttpResponse:
    """Give every figure of a round as JSON."""
    asked = question(request)
    if asked is None:
        return _nothing(request)
    about = {
        "round": asked.campaign.code,
        "made_at": localtime(asked.at).isoformat(timespec="seconds"),
        **_filters(asked),
    }
    text = as_json(all_figures(asked.asked, asked.at, asked.rounds), about=about)
    response = HttpResponse(text, content_type="application/json; charset=utf-8")
    response.headers["Content-Disposition"] = f'attachment; filename="{asked.campaign.code}-figures.json"'
    return response


def the_bulletin(request: HttpRequest) -> HttpResponse:
    """Show the bulletin of a round as text to copy, with the exact figures beneath."""
    asked = question(request)
    if asked is None:
        return _nothing(request)
    found = round_bulletin(asked.asked, until=localdate(asked.at))
    tables = [_table(figure) for figure in found.figures]
    if (file := wanted(request, tables, asked.said)) is not None:
        return file
    return _page(request, "bulletin", asked, tables=tables, sentences=sentences(found, language()))


def bulletin_pdf(request: HttpRequest) -> HttpResponse:
    """Give the bulletin of a round as a document."""
    asked = question(request)
    if asked is None:
        return _nothing(request)
    found = round_bulletin(asked.asked, until=localdate(asked.at))
    data = document(found, issuer=issuer(), made_on=localdate(asked.at), by=CONSOLE)
    response = HttpResponse(typeset("bulletin", data, made_at=asked.at), content_type="application/pdf")
    response.headers["Content-Disposition"] = f'inline; filename="{asked.campaign.code}-bulletin.pdf"'
    return response


def wall(request: HttpRequest) -> HttpResponse:
    """Show a round on a screen that nobody touches; it loads itself again every five minutes."""
    asked = question(request)
    if asked is None:
        return _nothing(request)
    found, rows = cards(asked.asked), facts(asked.asked)
    counted = whole(rows)
    all_stays, work = stays(asked.asked), WorkingTime(asked.campaign)
    states = build.states_figure(found, asked.at)
    shown = [
        Chart(build.funnel_figure(reached(all_stays)), Shape.FUNNEL, tall=True),
        Chart(states, Shape.STACKED, values=tuple(range(2, len(states.columns)))),
        Chart(build.in_states_figure(time_in_states(all_stays, work, at=asked.at)), Shape.BARS, values=(1, 2)),
        *programme_charts(asked.asked, rows)[1:3],
    ]
    table = _table(pictures.sites_figure(found, asked.at))
    if (file := wanted(request, [*shown, table], asked.said)) is not None:
        return file
    spoken = language()
    late = sum(card.standing(asked.at) in (Standing.OVERDUE, Standing.ESCALATED) for card in found)
    large = [
        (Say("服务企业", "Enterprises"), counted.enterprises), (Say("服务(次)", "Services"), counted.services),
        (Say("服务人次", "Person-times"), counted.person_times), (Say("提出问题", "Problems raised"), counted.raised),
        (Say("解决问题", "Problems solved"), counted.solved), (Say("培训人次", "Workers trained"), counted.trained),
        (Say("在办", "Open"), counted.open), (Say("超时", "Overdue"), late),
    ]  # fmt: skip
    drawn = pictures.site_map(found, asked.at)
    return _page(request, "wall", asked, charts=shown, cards=[(say(spoken), f"{value:,}") for say, value in large],
                 drawn=drawn, map=table)  # fmt: skip


def totals(found: Sequence[Card], at: datetime) -> list[tuple[str, int]]:
    """Return the line of figures above the board."""
    now = [card.standing(at) for card in found]
    spoken = language()
    lines = (
        (Say("需求", "Needs"), len(found)), (Say("在办", "Open"), sum(card.state not in OVER for card in found)),
        (Say("今日到期", "Due today"), now.count(Standing.TODAY)), (Say("超时", "Overdue"), now.count(Standing.OVERDUE)),
        (Say("超时并已升级", "Overdue, escalated"), now.count(Standing.ESCALATED)),
        (Say("企业认为已解决", "Solved, says the enterprise"), sum(card.solved is True for card in found)),
    )  # fmt: skip
    return [(say(spoken), count) for say, count in lines]


def _so_far(found: Sequence[Bar], today: date) -> date:
    """Return the day after today or the last visit: up to there offered time is compared with what was used."""
    return max([today, *(bar.on for bar in found)]) + timedelta(days=1)


def _span(request: HttpRequest, found: Sequence[Bar], today: date) -> tuple[date, date]:
    """Return the period `[since, until)` of the calendar: as asked for, else around today, else around the last visits."""
    since, last = _day(request, "since"), _day(request, "last")
    around = today
    if found and not any(today - BEFORE <= bar.on < today + AFTER for bar in found):
        around = max(bar.on for bar in found) - timedelta(days=7)
    since = since or around - BEFORE
    until = last + timedelta(days=1) if last is not None else since + BEFORE + AFTER
    return since, min(max(until, since + timedelta(days=1)), since + LONGEST)


def _day(request: HttpRequest, key: str) -> date | None:
    try:
        found = date.fromisoformat(request.GET.get(key, ""))
    except ValueError:
        return None
    return found if 2000 <= found.year < 2100 else None


def _table(figure: Figure) -> Chart:
    return Chart(figure, Shape.BARS)


def _filters(asked: Question) -> dict[str, str]:
    return {
        one.key: value for one in asked.choices[1:] for value, _, chosen in one.options if chosen and value
    }  # fmt: skip


def _nothing(request: HttpRequest) -> HttpResponse:
    return render(request, "boards/nothing.html")


def _page(request: HttpRequest, name: str, asked: Question, **more: object) -> HttpResponse:
    query = request.GET.copy()
    query.pop("chart", None)
    kept = request.GET.copy()
    for key in ("chart", "by", "since", "last"):
        kept.pop(key, None)
    here = {
        "question": asked, "query": query.urlencode(), "kept": kept.urlencode(), "now": localtime(asked.at), "board": name,
        "campaign_words": asked.campaign.en if language() == "en" else asked.campaign.zh, "issuer": issuer(),
        "may_figures": who(request).may("help.figures"),
    }  # fmt: skip
    return render(request, f"boards/{name}.html", {**here, **more})
