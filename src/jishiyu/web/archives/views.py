"""Archives: the list, one file, its ZIP, and the end of it."""

from typing import Any

from django.contrib import messages
from django.db.models import Count, Q
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase, HttpResponseRedirect
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from jishiyu.apps.accounts.rows import whole
from jishiyu.apps.enterprises.models import Need, Participation
from jishiyu.apps.enterprises.queries import participations_of
from jishiyu.apps.enterprises.states import OVER
from jishiyu.apps.visits import operations
from jishiyu.apps.visits.models import Report, Visit
from jishiyu.apps.visits.queries import archive_of
from jishiyu.web.archives import lists
from jishiyu.web.archives.contents import contents_page
from jishiyu.web.components.download import Download, given
from jishiyu.web.components.history import steps
from jishiyu.web.gate import who
from jishiyu.web.plans.words import state_badge


def archives(request: HttpRequest) -> HttpResponseBase:
    """List the files of the enterprises that the reader may see."""
    return lists.FILES.answer(request, _rows(request).order_by("-campaign__begins_on", "enterprise__name", "id"))


def one(request: HttpRequest, participation_id: int) -> HttpResponse:
    """Show what a file holds, and whether it can be closed."""
    file = get_object_or_404(_rows(request), pk=participation_id)
    needs = list(Need.objects.filter(participation=file).order_by("number"))
    open_ = [need for need in needs if need.state not in OVER]
    visits = Visit.objects.filter(need__in=needs)
    context = {
        "file": file, "needs": [(need, state_badge(need.state)) for need in needs], "open": open_,
        "visits": list(visits.order_by("on", "id")),
        "reports": list(Report.objects.filter(visit__in=visits).exclude(released_at=None).order_by("visit_id", "number").select_related("visit")),
        "may_close": file.frozen_at is None and bool(needs) and not open_ and who(request).may("service.work"),
        "history": steps(f"enterprise {file.enterprise.code}"), "may_plan": who(request).may("service.work"),
    }  # fmt: skip
    return render(request, "archives/one.html", context)


def download(request: HttpRequest, participation_id: int) -> HttpResponse:
    """Give the archive; the same rows give the same bytes."""
    file = get_object_or_404(_rows(request), pk=participation_id)
    with whole():
        content = archive_of(participation=file, contents=contents_page)
    name = f"archive-{file.campaign.code}-{file.enterprise.code}.zip"
    return given(request, Download(name, content, "application/zip"), about=f"enterprise {file.enterprise.code}")


@require_POST
def close(request: HttpRequest, participation_id: int) -> HttpResponse:
    """Close a file for good."""
    file = get_object_or_404(_rows(request), pk=participation_id)
    with whole():
        operations.close_file(participation_id=file.pk, contents=contents_page, by=who(request).name, at=timezone.now())
    messages.success(request, _("The file is closed. Nothing of it can be changed any more."))
    return HttpResponseRedirect(reverse("archives:one", args=[file.pk]))


def _rows(request: HttpRequest) -> Any:
    account = who(request).account
    if account is None:
        raise Http404
    rows = Participation.objects.filter(pk__in=participations_of(account).values("pk"))
    return rows.select_related("campaign", "enterprise", "steward").annotate(
        asked=Count("needs"), ended=Count("needs", filter=Q(needs__state__in=OVER))
    )
