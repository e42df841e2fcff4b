"""A round is closed: what is in the way, what goes on elsewhere, and the step itself."""

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from jishiyu.apps.accounts.rows import whole
from jishiyu.apps.enterprises import operations
from jishiyu.apps.enterprises.operations import Closed
from jishiyu.apps.enterprises.problems import RoundOfAnother
from jishiyu.apps.enterprises.queries import standing
from jishiyu.engine.calendar import DAY
from jishiyu.web.campaigns.views import of_branch, seen
from jishiyu.web.components.forms import Form, answer_form
from jishiyu.web.gate import who

SHOWN = 20


def close(request: HttpRequest, campaign_id: int) -> HttpResponse:
    """Say what closing a round means, and close it when that is confirmed."""
    row = get_object_or_404(seen(request), pk=campaign_id)
    if row.closed_at is not None and request.method != "POST":
        return HttpResponseRedirect(reverse("campaigns:one", args=[row.pk]))

    def do(data: dict[str, Any]) -> HttpResponse:
        if row.lead_id not in of_branch(request):
            raise RoundOfAnother(union=row.lead.name)
        with whole():
            done = operations.close_campaign(campaign_id=row.pk, by=who(request).name, at=timezone.now())
        messages.success(request, _told(done))
        return HttpResponseRedirect(reverse("campaigns:one", args=[row.pk]))

    with whole():
        found = standing(campaign=row)
    context = {
        "row": row, "found": found, "numbers": found.unfinished[:SHOWN], "more": max(0, len(found.unfinished) - SHOWN),
        "last": row.ends_on - DAY, "early": timezone.localdate() < row.ends_on,
    }  # fmt: skip
    form = Form(request.POST if request.method == "POST" else None)
    return answer_form(request, form, template="campaigns/close.html", do=do, **context)


def _told(done: Closed) -> str:
    said = [_("The round is closed.")]
    if done.next is not None and done.carried:
        said.append(ngettext(
            "One open need goes on in %(round)s.", "%(count)d open needs go on in %(round)s.", done.carried
        ) % {"count": done.carried, "round": done.next.code})  # fmt: skip
    if done.waiting:
        said.append(ngettext(
            "One open need waits for the round that follows.", "%(count)d open needs wait for the round that follows.",
            done.waiting,
        ) % {"count": done.waiting})  # fmt: skip
    return " ".join(said)
