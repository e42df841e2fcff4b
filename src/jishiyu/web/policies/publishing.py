"""From a draft to the shelf: proposed by one person, published by another with a fresh second factor."""

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from jishiyu.apps.accounts.rows import whole
from jishiyu.apps.policies import operations
from jishiyu.web.components.forms import answer_form
from jishiyu.web.gate import ask_factor_again, who
from jishiyu.web.language import language
from jishiyu.web.policies.forms import Because, Seen
from jishiyu.web.policies.found import of_our_own


def propose(request: HttpRequest, version_id: int) -> HttpResponse:
    """Propose a draft; its text is fixed from then on."""
    lead = _("The text is fixed from now on. A second person reads it and publishes it, or returns it with a reason.")
    return _with_reason(request, version_id, operations.propose, _("Propose for publication"), lead)


def send_back(request: HttpRequest, version_id: int) -> HttpResponse:
    """Return a proposal with what has to be changed."""

    def work(*, seen: str, **data: Any) -> object:
        return operations.send_back(**data)

    return _with_reason(request, version_id, work, _("Return with a reason"), _("It becomes a draft again."))


@require_POST
def drop(request: HttpRequest, version_id: int) -> HttpResponse:
    """Give a draft or a proposal up."""
    found = of_our_own(version_id)
    with whole():
        operations.drop(version_id=version_id, by=who(request).name, at=timezone.now())
    messages.success(request, _("%(version)s was given up; it stays on record.") % {"version": found.policy.version})
    return HttpResponseRedirect(reverse("policies:list"))


def publish(request: HttpRequest, version_id: int) -> HttpResponse:
    """Publish a proposal as the second person."""
    found = of_our_own(version_id)
    if (asked := ask_factor_again(request)) is not None:
        return asked

    def do(data: dict[str, Any]) -> HttpResponse:
        with whole():
            made = operations.publish(version_id=version_id, seen=data["seen"], by=who(request).name, at=timezone.now())
        messages.success(request, _("Version %(version)s is published.") % {"version": made.version})
        return HttpResponseRedirect(reverse("policies:one", args=[made.name, made.version]))

    form = Seen(request.POST or None, initial={"seen": request.GET.get("seen", found.policy.digest)})
    lead = _("From %(day)s this text decides. Cases since that day are decided again, and the differences are posted.")
    return answer_form(request, form, template="policies/form.html", do=do, title=_("Publish"), verb=_("Publish"),
                       lead=lead % {"day": found.policy.starts.isoformat()}, back=found.address(),
                       about=f"{found.policy.title[language()]} · {found.policy.version}")  # fmt: skip


def _with_reason(
    request: HttpRequest, version_id: int, work: Callable[..., object], title: str, lead: str
) -> HttpResponse:
    found = of_our_own(version_id)

    def do(data: dict[str, Any]) -> HttpResponse:
        with whole():
            work(version_id=version_id, by=who(request).name, at=timezone.now(), **data)
        messages.success(request, _("Done; it stands in the history."))
        return HttpResponseRedirect(found.address())

    form = Because(request.POST or None, initial={"seen": found.policy.digest})
    return answer_form(request, form, template="policies/form.html", do=do, title=title, verb=title, lead=lead,
                       back=found.address(), about=f"{found.policy.title[language()]} · {found.policy.version}")  # fmt: skip
