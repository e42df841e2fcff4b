"""Papers: brought, taken away before they are handed in, opened on the record."""

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_POST

from jishiyu.apps.accounts.rows import whole
from jishiyu.apps.applications import operations
from jishiyu.apps.applications.models import Application, Paper
from jishiyu.apps.applications.states import EDITABLE
from jishiyu.engine.problems import Problem
from jishiyu.web.applications.actor import actor
from jishiyu.web.applications.shown import whose
from jishiyu.web.applications.views import found
from jishiyu.web.member import filed
from jishiyu.web.problem import REFUSED, told

FILES_AT_ONCE = 12
# What is shown in the browser itself: pictures that we encoded anew. Anything else is handed out as a file.
SHOWN = ("image/jpeg", "image/png")


def papers(request: HttpRequest, application_id: int) -> HttpResponse:
    """Step 2: photographs and PDFs of the papers."""
    about, problem = found(application_id), ""
    if request.method == "POST":
        try:
            _bring(request, about)
            return HttpResponseRedirect(reverse("applications:papers", args=[about.pk]))
        except Problem as refused:
            problem = told(refused)
    if request.method != "POST" and about.state not in EDITABLE:
        return HttpResponseRedirect(reverse("applications:one", args=[about.pk]))
    context = {**whose(about), "papers": filed.papers(about, timezone.now()), "problem": problem, "step": 2}
    return render(request, "applications/papers.html", context, status=REFUSED if problem else 200)


@require_POST
def remove(request: HttpRequest, paper_id: int) -> HttpResponse:
    """Take away a paper that was not handed in yet."""
    paper = get_object_or_404(Paper, pk=paper_id)
    with whole():
        operations.remove_paper(paper_id=paper.pk, by=actor(request), at=timezone.now())
    return HttpResponseRedirect(reverse("applications:papers", args=[paper.application_id]))


def paper(request: HttpRequest, paper_id: int) -> HttpResponse:
    """Show a picture, or hand out a PDF; that it was opened is recorded."""
    found_ = get_object_or_404(Paper, pk=paper_id)
    with whole():
        opened = operations.open_paper(paper_id=found_.pk, by=actor(request), at=timezone.now())
    response = HttpResponse(opened.content, content_type=opened.media_type)
    kind = "inline" if opened.media_type in SHOWN else "attachment"
    response.headers["Content-Disposition"] = f'{kind}; filename="{opened.file_name}"'
    return response


def _bring(request: HttpRequest, about: Application) -> None:
    """Take every file that was sent as one kind of paper."""
    now = timezone.now()
    with whole():
        for file in request.FILES.getlist("file")[:FILES_AT_ONCE]:
            operations.add_paper(
                application_id=about.pk, paper=request.POST.get("paper", ""), given_name=file.name or "",
                chunks=file.chunks(), by=actor(request), on=timezone.localdate(now), at=now,
            )  # fmt: skip
