"""A problem on the screen: what, which, and what to do next; status 422 and the part of the page it belongs to."""

from django.core.exceptions import RequestDataTooBig, TooManyFieldsSent, TooManyFilesSent
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from jishiyu.engine.problems import Problem
from jishiyu.web.components.spoken import printed
from jishiyu.web.language import language

REFUSED, UNUSABLE, TOO_LARGE = 422, 400, 413


def told(problem: Problem) -> str:
    """Return the sentence of a problem in the language of the request, as it is printed."""
    return printed(problem.say(language()))


def problem_page(request: HttpRequest, problem: Problem, *, status: int = REFUSED) -> HttpResponse:
    """Return the sentence of a problem: a part of a page where a part was asked for, else a page of its own."""
    template = "layout/problem_part.html" if getattr(request, "htmx", False) else "layout/problem.html"
    return render(request, template, {"sentence": told(problem)}, status=status)


def refused(request: HttpRequest) -> HttpResponse:
    """Say that this is not for the roles of the account."""
    return render(request, "layout/refused.html", status=403)


def only_sent(request: HttpRequest, answer: HttpResponse) -> HttpResponse:
    """Say that an address takes a form and shows nothing by itself: somebody came back to it, or typed it."""
    response = render(request, "layout/only_sent.html", status=answer.status_code)
    response.headers["Allow"] = answer.headers["Allow"]
    return response


def not_found(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """Say that there is no such page."""
    return render(request, "layout/not_found.html", status=404)


def unusable(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """Say that a request cannot be used: it carries more than may be sent at once, or is none of our forms."""
    large = isinstance(exception, (RequestDataTooBig, TooManyFieldsSent, TooManyFilesSent))
    return render(request, "layout/unusable.html", {"large": large}, status=TOO_LARGE if large else UNUSABLE)


def broken(request: HttpRequest) -> HttpResponse:
    """Say that something is wrong on our side."""
    return render(request, "layout/broken.html", status=500)


def forged(request: HttpRequest, reason: str = "") -> HttpResponse:
    """Say that a form came from somewhere else, or from a session that has ended."""
    return render(request, "layout/forged.html", status=403)
