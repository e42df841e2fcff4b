"""Filing for a member: who, what happened, papers, last look."""

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
from jishiyu.apps.applications.models import Application, Kind, State
from jishiyu.apps.applications.problems import FormNotRight, Overtaken, PapersMissing
from jishiyu.apps.applications.states import EDITABLE, OVER
from jishiyu.apps.desk.queries import Kind as Found
from jishiyu.apps.desk.queries import find as find_anything
from jishiyu.apps.people.models import Person
from jishiyu.apps.people.queries import identities
from jishiyu.apps.subsidies.models import CASE_ENDS, Case, CaseReason
from jishiyu.engine.identity import mask_name, mask_number
from jishiyu.web.applications.actor import actor, filed_as
from jishiyu.web.applications.forms import Find, StaffFacts
from jishiyu.web.applications.shown import whose
from jishiyu.web.applications.views import found
from jishiyu.web.applications.words import CHOICES
from jishiyu.web.components.badge import badge
from jishiyu.web.components.forms import answer_form
from jishiyu.web.decisions.words import CASE_REASONS
from jishiyu.web.find.words import APPLICATION_KINDS, APPLICATIONS
from jishiyu.web.gate import who
from jishiyu.web.member import filed
from jishiyu.web.problem import REFUSED

MOST = 20


def find(request: HttpRequest) -> HttpResponse:
    """Ask whom the application is for."""
    form, hits = Find(request.POST or None), None
    if request.method == "POST" and form.is_valid():
        found_ = find_anything(text=form.cleaned_data["text"], on=timezone.localdate(), limit=MOST)
        hits = [hit for hit in found_ if hit.kind is Found.MEMBER]
        if len(hits) == 1:
            return HttpResponseRedirect(reverse("applications:for", args=[hits[0].key]))
    return render(request, "applications/find.html", {"form": form, "hits": hits})


def choose(request: HttpRequest, person_id: int) -> HttpResponse:
    """Ask what happened; drafts and cases that wait come first."""
    person = _person(person_id)
    with whole():
        known = identities(person_ids=[person.pk]).row(0, named=True)
    cases = Case.objects.filter(person=person).exclude(state__in=CASE_ENDS).exclude(reason=CaseReason.HELD)
    live = Application.objects.filter(person=person).exclude(state__in=OVER).order_by("-id")
    context = {
        "person": person, "name": mask_name(known["name"] or ""), "number": mask_number(known["cert_no"] or ""),
        "kinds": [(kind, APPLICATION_KINDS[kind], words) for kind, words in CHOICES.items()],
        "cases": [(case, CASE_REASONS[case.reason]) for case in cases.order_by("id")],
        "live": [(row, APPLICATION_KINDS[row.kind], badge(row.state, APPLICATIONS)) for row in live],
    }  # fmt: skip
    return render(request, "applications/choose.html", context)


@require_POST
def start(request: HttpRequest, person_id: int, kind: str) -> HttpResponse:
    """Begin a draft, or go on with one's own of the same kind."""
    if kind not in CHOICES:
        raise Http404
    person = _person(person_id)
    begun = Application.objects.filter(
        person=person, kind=kind, case=None, state=State.DRAFT, filed_by=who(request).name
    )
    return _to("form", begun.order_by("-pk").first() or _begin(request, Kind(kind), person.pk, None))


@require_POST
def start_from_case(request: HttpRequest, case_id: int) -> HttpResponse:
    """File the papers of a case of the call list."""
    case = get_object_or_404(Case, pk=case_id, person__isnull=False)
    with whole():
        begun = Application.objects.filter(case=case).exclude(state__in=OVER).first()
    if begun is not None:
        return _to("form" if begun.state in EDITABLE else "one", begun)
    return _to("form", _begin(request, Kind.STAY, case.person_id or 0, case.pk))


def form(request: HttpRequest, application_id: int) -> HttpResponse:
    """Step 1: what happened. Saved as it is, also when something is still missing."""
    about = found(application_id)
    if (done := _handed_in(request, about)) is not None:
        return done
    _on_the_record(request, about)
    later = "later" in request.POST
    facts = StaffFacts(
        about.kind, filed.texts(about), request.POST or None, case_data=filed.has_case_data(about), lenient=later,
        seen=filed.version(about),
    )  # fmt: skip

    def do(data: dict[str, Any]) -> HttpResponse:
        if data["seen"] != filed.version(about):
            facts.data = {**request.POST.dict(), "seen": filed.version(about)}
            raise Overtaken(number=about.number)
        try:
            _save(request, about, facts.texts())
        except FormNotRight as refused:
            facts.tell(refused)
            return render(request, "applications/form.html", {"form": facts, "step": 1, **whose(about)}, status=REFUSED)
        messages.success(request, _("Saved."))
        return _to("one" if later else "papers", about)

    return answer_form(request, facts, template="applications/form.html", do=do, step=1, **whose(about))


def check(request: HttpRequest, application_id: int) -> HttpResponse:
    """Step 3: look at it once more and hand it in."""
    about = found(application_id)
    problem, now = "", timezone.now()
    if request.method == "POST":
        try:
            with whole():
                operations.submit(application_id=about.pk, by=actor(request), on=timezone.localdate(now), at=now)
            messages.success(request, _("Handed in. It waits for a reviewer."))
            return _to("one", about)
        except (FormNotRight, PapersMissing) as refused:
            problem = filed.plainly(about, refused)
    if (done := _handed_in(request, about)) is not None:
        return done
    context = {**whose(about), "step": 3, "problem": problem, **filed.summary(about, now)}
    return render(request, "applications/check.html", context, status=REFUSED if problem else 200)


def _person(person_id: int) -> Person:
    person: Person = get_object_or_404(Person, pk=person_id, merged_into=None)
    return person


def _handed_in(request: HttpRequest, about: Application) -> HttpResponse | None:
    """Lead to the application itself where there is nothing left to fill in; a form that was sent is told why."""
    return None if request.method == "POST" or about.state in EDITABLE else _to("one", about)


def _on_the_record(request: HttpRequest, about: Application) -> None:
    """Write down that an officer opens what somebody else filled in."""
    if about.filed_by != who(request).name and request.method == "GET":
        with whole():
            operations.read_in_full(
                application_id=about.pk, by=actor(request), reason=_("to fill in for the member"), at=timezone.now()
            )


def _begin(request: HttpRequest, kind: Kind, person_id: int, case_id: int | None) -> Application:
    now = timezone.now()
    with whole():
        return operations.start_application(
            kind=kind, person_id=person_id, by=actor(request), filed_as=filed_as(request), case_id=case_id,
            on=timezone.localdate(now), at=now,
        )  # fmt: skip


def _save(request: HttpRequest, about: Application, texts: dict[str, str]) -> None:
    now = timezone.now()
    with whole():
        operations.save_form(application_id=about.pk, form=texts, by=actor(request), on=timezone.localdate(now), at=now)


def _to(name: str, about: Application) -> HttpResponse:
    return HttpResponseRedirect(reverse(f"applications:{name}", args=[about.pk]))
