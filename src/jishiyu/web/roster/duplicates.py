"""Persons who may be one: looked at side by side, merged with a reason, and that undone."""

from collections.abc import Iterator, Sequence
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseBase, HttpResponseRedirect
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST

from jishiyu.apps.accounts.rows import whole
from jishiyu.apps.jobs.models import Kind
from jishiyu.apps.jobs.operations import queue
from jishiyu.apps.jobs.queries import jobs
from jishiyu.apps.members.duplicates import REASONS, Candidate, candidates, say_not_same
from jishiyu.apps.members.models import Likeness
from jishiyu.apps.members.queries import memberships_of
from jishiyu.apps.people.models import Merge, Person
from jishiyu.apps.subsidies.corrections import merge_members, undo_merge_of_members
from jishiyu.web.components.forms import answer_form
from jishiyu.web.components.history import steps
from jishiyu.web.components.listing import Column, Listing
from jishiyu.web.figures.figure import Unit
from jishiyu.web.gate import who
from jishiyu.web.language import language
from jishiyu.web.roster.forms import Because, Merging
from jishiyu.web.roster.lists import MERGES, masked
from jishiyu.web.roster.words import membership_state

LAID_OUT = 500


class PairRows:
    """Pairs by likeness, asked for a page at a time."""

    def count(self, at_most: int) -> int:
        """Count them."""
        return Likeness.objects.filter(one__merged_into=None, other__merged_into=None)[:at_most].count()

    def page(self, start: int, size: int, order: Sequence[str]) -> Sequence[Candidate]:
        """Return one page."""
        return candidates(after=start, limit=size)

    def walk(self, order: Sequence[str]) -> Iterator[Candidate]:
        """Walk through them."""
        start = 0
        while found := candidates(after=start, limit=LAID_OUT):
            yield from found
            start += LAID_OUT


def _both(values: tuple[Any, Any]) -> str:
    first, second = ("、".join(value) if isinstance(value, tuple) else value for value in values)
    return f"{first} ↔ {second}"


def _why(reasons: Sequence[tuple[str, str]]) -> str:
    return (";" if language() == "zh" else "; ").join(zh if language() == "zh" else en for zh, en in reasons)


PAIRS = Listing(
    "duplicates", gettext_lazy("Persons who may be one"), template="roster/pairs.html",
    columns=(
        Column("pair", gettext_lazy("Names"), lambda row: _both(row.names),
               href=lambda row: reverse("roster:pair", args=[row.one_id, row.other_id])),
        Column("numbers", gettext_lazy("Certificate numbers"), lambda row: _both(row.numbers)),
        Column("member_nos", gettext_lazy("Member numbers"), lambda row: _both(row.member_nos)),
        Column("unions", gettext_lazy("Union"), lambda row: _both(row.unions)),
        Column("why", gettext_lazy("Why they may be one"), lambda row: _why(row.reasons)),
        Column("score", gettext_lazy("Points"), lambda row: row.score, Unit.COUNT),
    ),
)  # fmt: skip


def pairs(request: HttpRequest) -> HttpResponseBase:
    """List the pairs, the likeliest first."""
    newest = Likeness.objects.order_by("-found_at").values_list("found_at", flat=True).first()
    busy = bool(jobs(kinds=[Kind.SEARCH_DUPLICATES], running=True, limit=1))
    return PAIRS.answer(request, PairRows(), searched_at=newest, busy=busy)


@require_POST
def search(request: HttpRequest) -> HttpResponse:
    """Queue the search among everybody."""
    with whole():
        queue(kind=Kind.SEARCH_DUPLICATES, by=who(request).name, at=timezone.now(), once="search_duplicates")
    return HttpResponseRedirect(reverse("roster:duplicates"))


def pair(request: HttpRequest, one_id: int, other_id: int) -> HttpResponse:
    """Show two persons side by side, and let them count as one."""
    both = [get_object_or_404(Person, pk=person_id) for person_id in (one_id, other_id)]

    def do(data: dict[str, Any]) -> HttpResponse:
        kept, merged = (one_id, other_id) if data["kept_id"] == one_id else (other_id, one_id)
        with whole():
            merge_members(kept_id=kept, merged_id=merged, reason=data["reason"], by=who(request).name,
                          on=timezone.localdate())  # fmt: skip
        messages.success(
            request, _("The two count as one from now on; what it changes about subsidies is posted. It can be undone.")
        )
        return HttpResponseRedirect(reverse("roster:person", args=[kept]))

    names = masked([one_id, other_id])
    choices = [(found.pk, f"{side} · {names[found.pk][0]} {names[found.pk][1]}")
               for side, found in zip("AB", both, strict=True)]  # fmt: skip
    form = Merging(request.POST or None, choices=choices)
    return answer_form(request, form, template="roster/pair.html", do=do, **_side_by_side(both, names))


def two(request: HttpRequest, one_id: int, other_id: int) -> HttpResponse:
    """Note that two persons are two."""
    both = [get_object_or_404(Person, pk=person_id) for person_id in (one_id, other_id)]

    def do(data: dict[str, Any]) -> HttpResponse:
        with whole():
            say_not_same(one_id=one_id, other_id=other_id, by=who(request).name, at=timezone.now(), **data)
        messages.success(request, _("Noted: they are two. They will not be proposed again."))
        return HttpResponseRedirect(reverse("roster:duplicates"))

    names = masked([one_id, other_id])
    title = _("They are two persons")
    said = " ↔ ".join(f"{names[found.pk][0]} {names[found.pk][1]}" for found in both)
    back = reverse("roster:pair", args=[one_id, other_id])
    form = Because(request.POST or None)
    return answer_form(request, form, template="roster/form.html", do=do, title=title, lead=said, back=back)


def merges(request: HttpRequest) -> HttpResponseBase:
    """List the merges, the newest first."""
    return MERGES.answer(request, Merge.objects.order_by("-id"))


def undo(request: HttpRequest, merge_id: int) -> HttpResponse:
    """Let both persons of a merge stand for themselves again."""
    found = get_object_or_404(Merge, pk=merge_id)

    def do(data: dict[str, Any]) -> HttpResponse:
        with whole():
            undo_merge_of_members(merge_id=found.pk, by=who(request).name, on=timezone.localdate(), **data)
        messages.success(request, _("The merge was undone; both stand for themselves again."))
        return HttpResponseRedirect(reverse("roster:merges"))

    names = masked([found.kept_id, found.merged_id])
    said = " ↔ ".join(" ".join(names[person_id]) for person_id in (found.kept_id, found.merged_id))
    form = Because(request.POST or None)
    return answer_form(request, form, template="roster/form.html", do=do, title=_("Undo the merge"),
                       lead=f"{said} · {found.reason}", back=reverse("roster:merges"))  # fmt: skip


def _side_by_side(both: list[Person], names: dict[int, tuple[str, str]]) -> dict[str, Any]:
    today = timezone.localdate()
    sides = [
        {"side": side, "person": found, "name": names[found.pk][0], "number": names[found.pk][1],
         "memberships": [(row, membership_state(row, today)) for row in memberships_of(person_id=found.pk)]}
        for side, found in zip("AB", both, strict=True)
    ]  # fmt: skip
    like = Likeness.objects.filter(one_id=min(found.pk for found in both), other_id=max(found.pk for found in both))
    reasons = like.values_list("reasons", flat=True).first() or []
    return {"sides": sides, "why": _why([REASONS[reason] for reason in reasons]),
            "history": steps(*(f"person {found.pk}" for found in both))}  # fmt: skip
