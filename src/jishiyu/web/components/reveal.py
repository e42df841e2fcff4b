"""A masked value and its reveal: needs a reason, and stands in the trail."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils import timezone
from django.views.decorators.http import require_POST

from jishiyu.apps.people.models import Person
from jishiyu.apps.people.operations import reveal
from jishiyu.engine.problems import Problem
from jishiyu.web.gate import who
from jishiyu.web.problem import REFUSED, told

FIELDS = ("name", "cert_no", "mobile", "bank_account")


@require_POST
def person(request: HttpRequest, person_id: int, field: str) -> HttpResponse:
    """Show one field of one person in full; the person must be among the rows the reader may see."""
    found = get_object_or_404(Person, pk=person_id)
    if field not in FIELDS:
        return HttpResponse(status=404)
    try:
        shown = reveal(
            person_id=found.pk, reason=request.POST.get("reason", ""), by=who(request).name, at=timezone.now()
        )
    except Problem as problem:
        return render(request, "layout/problem_part.html", {"sentence": told(problem)}, status=REFUSED)
    return render(request, "components/revealed.html", {"value": shown[field] or "—"})
