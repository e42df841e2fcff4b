"""Applying in three short steps (what happened, papers, check), and what becomes of an application."""

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from jishiyu.apps.accounts.rows import whole
from jishiyu.apps.applications import operations
from jishiyu.apps.applications.acting import same_people
from jishiyu.apps.applications.models import Application, FiledAs, Kind, Paper, State
from jishiyu.apps.applications.problems import FormNotRight, Overtaken, PapersMissing
from jishiyu.apps.applications.states import EDITABLE, OVER
from jishiyu.apps.subsidies.models import Case
from jishiyu.engine.problems import Problem
from jishiyu.web.components.forms import answer_form
from jishiyu.web.member import filed
from jishiyu.web.member.forms import Facts, Words
from jishiyu.web.member.own import own_actor, own_person
from jishiyu.web.member.words import CHOICES
from jishiyu.web.problem import REFUSED, told

FILES_AT_ONCE = 12


def applications(request: HttpRequest) -> HttpResponse:
    """List what the member applied for."""
    found = Application.objects.filter(person_id__in=same_people(own_person(request))).order_by("-pk")[:100]
    return render(request, "member/applications.html", {"filed": [filed.line(row) for row in found]})


def choose(request: HttpRequest) -> HttpResponse:
    """Ask what happened."""
    own_person(request)
    return render(request, "member/choose.html", {"choices": CHOICES})


@require_POST
def start(request: HttpRequest, kind: str) -> HttpResponse:
    """Begin a draft, or go on with the one that was begun before."""
    if kind not in {one.value for one, *_words in CHOICES}:
        raise Http404
    person = own_person(request)
    begun = Application.objects.filter(
        person_id=person, kind=kind, case=None, state=State.DRAFT, filed_as=FiledAs.MEMBER
    )
    return _to_form(begun.order_by("-pk").first() or _begin(request, Kind(kind), None))


@require_POST
def start_from_case(request: HttpRequest, case_id: int) -> HttpResponse:
    """Begin to hand in the papers of a stay that the union asks about."""
    person = own_person(request)
    case = get_object_or_404(Case, pk=case_id, person_id__in=same_people(person))
    begun = Application.objects.filter(case=case).exclude(state__in=OVER).first()
    if begun is not None and begun.state not in EDITABLE:
        return HttpResponseRedirect(reverse("mine:application", args=[begun.pk]))
    return _to_form(begun or _begin(request, Kind.STAY, case.pk))


def form(request: HttpRequest, application_id: int) -> HttpResponse:
    """Step 1: what happened. Saved as it is, also when something is still missing."""
    about = _own(application_id)
    later = "later" in request.POST
    facts = Facts(
        about.kind, filed.texts(about), request.POST or None, case_data=filed.has_case_data(about), lenient=later,
        seen=filed.version(about),
    )  # fmt: skip

    def do(data: dict[str, Any]) -> HttpResponse:
        if data["seen"] != filed.version(about):
            raise Overtaken(number=about.number)
        try:
            _save(request, about, facts.texts())
        except FormNotRight as refused:
            facts.tell(refused)
            return render(request, "member/form.html", {"form": facts, "about": about, "step": 1}, status=REFUSED)
        messages.success(request, _("Saved."))
        return HttpResponseRedirect(reverse("mine:home") if later else reverse("mine:papers", args=[about.pk]))

    return _handed_in(request, about) or answer_form(
        request, facts, template="member/form.html", do=do, about=about, step=1
    )


def papers(request: HttpRequest, application_id: int) -> HttpResponse:
    """Step 2: pictures of the papers."""
    about = _own(application_id)
    problem = ""
    if request.method == "POST":
        try:
            _bring(request, about)
            return HttpResponseRedirect(reverse("mine:papers", args=[about.pk]))
        except Problem as refused:
            problem = told(refused)
    if (done := _handed_in(request, about)) is not None:
        return done
    context = {"about": about, "papers": filed.papers(about, timezone.now()), "problem": problem, "step": 2}
    return render(request, "member/papers.html", context, status=REFUSED if problem else 200)


@require_POST
def remove(request: HttpRequest, paper_id: int) -> HttpResponse:
    """Take away a paper that was not handed in yet."""
    paper = get_object_or_404(Paper, pk=paper_id)
    with whole():
        operations.remove_paper(paper_id=paper.pk, by=own_actor(request), at=timezone.now())
    return HttpResponseRedirect(reverse("mine:papers", args=[paper.application_id]))


def check(request: HttpRequest, application_id: int) -> HttpResponse:
    """Step 3: look at it once more and hand it in."""
    about = _own(application_id)
    problem, now = "", timezone.now()
    if request.method == "POST":
        try:
            with whole():
                operations.submit(application_id=about.pk, by=own_actor(request), on=timezone.localdate(now), at=now)
            messages.success(request, _("Handed in. You will get a message when it was decided."))
            return HttpResponseRedirect(reverse("mine:application", args=[about.pk]))
        except (FormNotRight, PapersMissing) as refused:
            problem = filed.plainly(about, refused)
    if (done := _handed_in(request, about)) is not None:
        return done
    context = {"about": about, "step": 3, "problem": problem, **filed.summary(about, now)}
    return render(request, "member/check.html", context, status=REFUSED if problem else 200)


def application(request: HttpRequest, application_id: int) -> HttpResponse:
    """Show one application: where it stands, until when, what the union said, what can be done."""
    about = get_object_or_404(Application, pk=application_id)
    own_person(request)
    return render(request, "member/application.html", filed.page(about, own_actor(request), timezone.localdate()))


def withdraw(request: HttpRequest, application_id: int) -> HttpResponse:
    """Take an application back, with a reason."""
    about = get_object_or_404(Application, pk=application_id)
    asked = Words(request.POST or None, label=_("Why do you take it back?"), help_text=_("A few words are enough."))

    def do(data: dict[str, Any]) -> HttpResponse:
        now = timezone.now()
        with whole():
            operations.withdraw(
                application_id=about.pk,
                by=own_actor(request),
                because=data["words"],
                on=timezone.localdate(now),
                at=now,
            )
        messages.success(request, _("You took the application back."))
        return HttpResponseRedirect(reverse("mine:application", args=[about.pk]))

    return answer_form(request, asked, template="member/withdraw.html", do=do, about=about)


def appeal(request: HttpRequest, application_id: int) -> HttpResponse:
    """Disagree with a refusal: somebody else looks at it."""
    about = get_object_or_404(Application, pk=application_id)
    asked = Words(request.POST or None, label=_("Why do you disagree?"))

    def do(data: dict[str, Any]) -> HttpResponse:
        now = timezone.now()
        with whole():
            operations.appeal(
                application_id=about.pk, by=own_actor(request), words=data["words"], on=timezone.localdate(now), at=now
            )
        messages.success(request, _("Somebody else will look at your application."))
        return HttpResponseRedirect(reverse("mine:application", args=[about.pk]))

    return answer_form(request, asked, template="member/appeal.html", do=do, about=about)


def paper(request: HttpRequest, paper_id: int) -> HttpResponse:
    """Show one paper; that it was opened is recorded."""
    found = get_object_or_404(Paper, pk=paper_id)
    with whole():
        opened = operations.open_paper(paper_id=found.pk, by=own_actor(request), at=timezone.now())
    response = HttpResponse(opened.content, content_type=opened.media_type)
    response.headers["Content-Disposition"] = f'inline; filename="{opened.file_name}"'
    return response


def _own(application_id: int) -> Application:
    return get_object_or_404(Application.objects.select_related("case"), pk=application_id)


def _handed_in(request: HttpRequest, about: Application) -> HttpResponse | None:
    """Lead to the application itself where there is nothing left to fill in; a form that was sent is told why."""
    if request.method == "POST" or about.state in EDITABLE:
        return None
    return HttpResponseRedirect(reverse("mine:application", args=[about.pk]))


def _begin(request: HttpRequest, kind: Kind, case_id: int | None) -> Application:
    now = timezone.now()
    with whole():
        return operations.start_application(
            kind=kind, person_id=own_person(request), by=own_actor(request), filed_as=FiledAs.MEMBER, case_id=case_id,
            on=timezone.localdate(now), at=now,
        )  # fmt: skip


def _save(request: HttpRequest, about: Application, texts: dict[str, str]) -> None:
    now = timezone.now()
    with whole():
        operations.save_form(
            application_id=about.pk, form=texts, by=own_actor(request), on=timezone.localdate(now), at=now
        )


def _bring(request: HttpRequest, about: Application) -> None:
    """Take every file that was sent as one kind of paper."""
    now = timezone.now()
    with whole():
        for file in request.FILES.getlist("file")[:FILES_AT_ONCE]:
            operations.add_paper(
                application_id=about.pk, paper=request.POST.get("paper", ""), given_name=file.name or "",
                chunks=file.chunks(), by=own_actor(request), on=timezone.localdate(now), at=now,
            )  # fmt: skip


def _to_form(about: Application) -> HttpResponse:
    return HttpResponseRedirect(reverse("mine:form", args=[about.pk]))
