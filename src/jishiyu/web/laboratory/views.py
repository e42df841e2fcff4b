"""The policy laboratory on the screen."""

from decimal import Decimal, InvalidOperation
from typing import Any

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from jishiyu.apps.accounts.rows import whole
from jishiyu.apps.desk.queries import forecast as forecast_of_fund
from jishiyu.apps.jobs.models import Kind
from jishiyu.apps.jobs.operations import queue
from jishiyu.apps.jobs.queries import jobs
from jishiyu.apps.laboratory.queries import kept
from jishiyu.apps.policies.queries import in_force
from jishiyu.engine.laboratory.best import best_brackets
from jishiyu.engine.laboratory.cells import Wish
from jishiyu.engine.laboratory.compare import Comparison
from jishiyu.engine.laboratory.forecast import Assumptions
from jishiyu.engine.money import fen_to_yuan
from jishiyu.engine.problems import Problem
from jishiyu.web.components.chart import Chart, Shape, wanted
from jishiyu.web.figures.figure import Figure
from jishiyu.web.gate import who
from jishiyu.web.laboratory import benches
from jishiyu.web.laboratory.asked import Asked, fields_of
from jishiyu.web.laboratory.figures import SECOND, comparison_figures
from jishiyu.web.laboratory.outlook import best_figures, forecast_figures
from jishiyu.web.policies.words import titled
from jishiyu.web.problem import REFUSED, told

SHAPES = {"whatif-burden": (9, 10), "whatif-changes": (1,), "whatif-age": (4, 7), "whatif-district": (4, 7), "whatif-year": (4, 7),
          "whatif-sex": (4, 7), "whatif-hospital_level": (4, 7)}  # fmt: skip
FORECAST = {"fees": "", "members": "", "fund": "", "income": "0", "months": "36", "seed": "1"}
BEST = {"budget": "", "least": "1", "most": "20", "count": "7"}


def home(request: HttpRequest) -> HttpResponse:
    """List the policies that can be asked about, and what was kept."""
    rows = [
        {
            "name": name,
            "title": titled(versions[-1].title),
            "version": versions[-1].version,
            "history": benches.history(name),
        }
        for name, versions in in_force()
    ]
    return render(request, "laboratory/home.html", {"policies": rows, "kept": _kept_rows()})


def bench(request: HttpRequest, name: str) -> HttpResponse:
    """Show sliders and brackets, and the answer to what they say."""
    asked = Asked(name, request.GET)
    if request.GET.get("chart"):
        file = wanted(request, charts(comparison_figures(compared(asked))))
        if file is not None:
            return file
    context = {"asked": asked, "history": benches.history(name), "title": titled(asked.first.title),
               "running": jobs(kinds=[Kind.MEASURE_HISTORY], running=True, limit=1), "forecast_fields": _forecast_fields(request),
               "best_fields": fields_of(request.GET, BEST)}  # fmt: skip
    return render(request, "laboratory/bench.html", {**context, **_answer(request, asked)})


def measure(request: HttpRequest, name: str) -> HttpResponse:
    """Have the history of a policy measured by the worker."""
    asked = Asked(name, request.GET)
    with whole():
        queue(kind=Kind.MEASURE_HISTORY, by=who(request).name, at=timezone.now(), subject=asked.first.title["zh"],
              arguments={"policy": name}, once=f"measure {name}")  # fmt: skip
    return HttpResponseRedirect(reverse("laboratory:bench", args=[name]))


def result(request: HttpRequest, name: str) -> HttpResponse:
    """Return the answer alone, for a slider that was moved."""
    context = _answer(request, Asked(name, request.GET))
    return render(request, "laboratory/result.html", context, status=REFUSED if context["problem"] else 200)


def forecast(request: HttpRequest, name: str) -> HttpResponse:
    """Return what the variant costs in the coming months."""

    def work(asked: Asked, fields: dict[str, str]) -> list[Figure]:
        held = benches.opened(name)
        wish = Assumptions(
            months=max(12, min(int(fields["months"]), 120)), seed=int(fields["seed"]), fees_ppm=_ppm(fields["fees"]),
            members_ppm=_ppm(fields["members"]), fund_fen=_fen(fields["fund"]), income_fen=_fen(fields["income"]) or 0,
        )  # fmt: skip
        with held.lock:
            return forecast_figures(held.forecaster.forecast(asked.second, wish), SECOND)

    shapes = {
        "forecast-months": (Shape.LINES, 0, (1, 2, 3)),
        "forecast-years": (Shape.BARS, 0, (1, 2, 3)),
        "forecast-past": (Shape.BARS, 0, (1,)),
    }
    return _part(request, name, FORECAST, work, shapes)


def best(request: HttpRequest, name: str) -> HttpResponse:
    """Return the brackets that protect heavy burdens best within a budget."""

    def work(asked: Asked, fields: dict[str, str]) -> list[Figure]:
        held = benches.opened(name)
        budget = _fen(fields["budget"]) or compared(asked).first.totals.fen
        wish = Wish(budget_fen=budget, least_ppm=_ppm(fields["least"]) or 0, most_ppm=_ppm(fields["most"]) or 0,
                    brackets=max(1, min(int(fields["count"]), 12)), seconds=3)  # fmt: skip
        with held.lock:
            return best_figures(best_brackets(held.bench, asked.second, wish), wish)

    return _part(request, name, BEST, work, {"best-curve": (Shape.CURVE, 1, (4, 5))})


def compared(asked: Asked) -> Comparison:
    """Return the comparison that a question asks for; raises the problems of reading the variant."""
    return benches.opened(asked.name).compare(asked.first, asked.second)


def charts(figures: list[Figure]) -> list[Chart]:
    """Return each figure as a chart or a table."""
    return [Chart(one, Shape.BARS, values=SHAPES.get(one.key, (1,))) for one in figures if one.rows]


def _answer(request: HttpRequest, asked: Asked) -> dict[str, Any]:
    """Return the figures of a question, or the sentence that says why there are none."""
    context: dict[str, Any] = {"asked": asked, "problem": asked.fault, "query": request.GET.urlencode(),
                               "may_draft": who(request).may("policies.publish"), "today": timezone.localdate()}  # fmt: skip
    if not asked.fault and benches.history(asked.name) is not None:
        try:
            found = charts(comparison_figures(compared(asked)))
        except Problem as problem:
            context["problem"] = told(problem)
        else:
            context |= {"totals": found[0], "tables": [one for one in found[1:] if one.figure.key not in SHAPES],
                        "charts": [one for one in found if one.figure.key in SHAPES]}  # fmt: skip
    return context


def _part(request: HttpRequest, name: str, names: dict[str, str], work: Any, shapes: dict[str, Any]) -> HttpResponse:
    asked = Asked(name, request.GET)
    problem, figures = asked.fault, list[Figure]()
    if not problem:
        try:
            figures = work(asked, fields_of(request.GET, names))
        except Problem as refused:
            problem = told(refused)
        except (ValueError, InvalidOperation):
            problem = _(
                "One of the numbers cannot be read: amounts in yuan with at most two decimals, rates in per cent."
            )
    shown = [(Chart(one, *shapes.get(one.key, (Shape.BARS,))), one.key in shapes) for one in figures]
    context = {"problem": problem, "shown": shown, "brackets": _found_brackets(figures)}
    return render(request, "laboratory/part.html", context, status=REFUSED if problem else 200)


def _found_brackets(figures: list[Figure]) -> list[tuple[str, str]]:
    """Return the brackets of the best table as the editor takes them."""
    found = next((one for one in figures if one.key == "best-best"), None)
    return [(str(fen_to_yuan(edge)), str(rate)) for edge, rate in found.rows if isinstance(edge, int)] if found else []


def _forecast_fields(request: HttpRequest) -> dict[str, Any]:
    fields = fields_of(request.GET, FORECAST)
    if not fields["fund"]:
        with whole():
            fields["fund"] = str(fen_to_yuan(max(forecast_of_fund(on=timezone.localdate()).free_fen, 0)))
    return fields


def _kept_rows() -> list[dict[str, Any]]:
    titles = {name: titled(versions[-1].title) for name, versions in in_force()}
    return [{"row": row, "policy": titles.get(row.policy, row.policy), **row.measures} for row in kept()]


def _ppm(text: str) -> int | None:
    return int(Decimal(text.replace("%", "").strip()) * 10_000) if text.strip() else None


def _fen(text: str) -> int | None:
    plain = text.replace(",", "").strip()
    return int(Decimal(plain) * 100) if plain else None
