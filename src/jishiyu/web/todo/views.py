"""The first page: what waits for me, with ages; figures second."""

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone

from jishiyu.web.gate import who
from jishiyu.web.todo.waiting import figures, waiting


def home(request: HttpRequest) -> HttpResponse:
    """Show what waits for this account."""
    today = timezone.localdate()
    known = who(request)
    return render(request, "todo/home.html", {"waiting": waiting(known, today), "figures": figures(known, today)})


def start(request: HttpRequest) -> HttpResponse:
    """Lead a member to their own pages and everybody else to what waits for them."""
    known = who(request)
    if known.may("mine.see") and not known.may("todo.see"):
        return HttpResponseRedirect(_own_pages())
    return HttpResponseRedirect(reverse("todo:home"))


def _own_pages() -> str:
    from django.urls import NoReverseMatch

    try:
        return reverse("mine:home")
    except NoReverseMatch:
        return reverse("accounts:own")
