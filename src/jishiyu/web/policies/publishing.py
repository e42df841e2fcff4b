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
from jishiyu.apps.policies.queries import drafts_beside, seen_of, together
from jishiyu.web.components.forms import Form, answer_form
from jishiyu.web.gate import ask_factor_again, who
from jishiyu.web.policies.forms import Because, Proposal, Seen
from jishiyu.web.policies.found import Found, of_our_own, of_row


def propose(request: HttpRequest, version_id: int) -> HttpResponse:
    """Propose a draft, with others that hold only together; their texts are fixed from then on."""
    found = of_our_own(version_id)
    drafts = [(f"{row.pk}:{row.sha256}", of_row(row).named, tied) for row, tied in drafts_beside(version_id=version_id)]
    form = Proposal(request.POST or None, initial={"seen": found.policy.digest}, drafts=drafts)
    lead = _("The text is fixed from now on. A second person reads it and publishes it, or returns it with a reason.")
    return _with_reason(request, found, form, operations.propose, _("Propose for publication"), lead)


def send_back(request: HttpRequest, version_id: int) -> HttpResponse:
    """Return a proposal with what has to be changed, and all that was proposed with it."""
    found = of_our_own(version_id)
    form = Because(request.POST or None, initial={"seen": found.policy.digest})

    def work(*, seen: str, **data: Any) -> object:
        return operations.send_back(**data)

    lead = _("It becomes a draft again.")
    if len(together(version_id=version_id)) > 1:
        lead = _("All that was proposed together becomes drafts again.")
    return _with_reason(request, found, form, work, _("Return with a reason"), lead)


@require_POST
def drop(request: HttpRequest, version_id: int) -> HttpResponse:
    """Give a draft or a proposal up."""
    found = of_our_own(version_id)
    with whole():
        operations.drop(version_id=version_id, by=who(request).name, at=timezone.now())
    messages.success(request, _("%(version)s was given up; it stays on record.") % {"version": found.policy.version})
    return HttpResponseRedirect(reverse("policies:list"))


def publish(request: HttpRequest, version_id: int) -> HttpResponse:
    """Publish a proposal as the second person, and all that was proposed with it."""
    found = of_our_own(version_id)
    if (asked := ask_factor_again(request)) is not None:
        return asked
    all_of_it = together(version_id=version_id)

    def do(data: dict[str, Any]) -> HttpResponse:
        with whole():
            made = operations.publish(version_id=version_id, seen=data["seen"], by=who(request).name, at=timezone.now())
        said = _("Version %(version)s is published.") if len(all_of_it) == 1 else _("%(count)s versions are published.")
        messages.success(request, said % {"version": made.version, "count": len(all_of_it)})
        return HttpResponseRedirect(reverse("policies:one", args=[made.name, made.version]))

    form = Seen(request.POST or None, initial={"seen": request.GET.get("seen", seen_of(all_of_it))})
    lead = _("From %(day)s this text decides. Cases since that day are decided again, and the differences are posted.")
    beside = []
    if len(all_of_it) > 1:
        lead = _("These texts are published in one step. Read each of them. Each decides from its first day; cases since then are "
                 "decided again, and the differences are posted.")  # fmt: skip
        beside = [(one.address(), one.named) for one in map(of_row, all_of_it)]
    return answer_form(request, form, template="policies/form.html", do=do, title=_("Publish"), verb=_("Publish"),
                       lead=lead % {"day": found.policy.starts.isoformat()}, back=found.address(), about=found.named,
                       beside=beside)  # fmt: skip


def _with_reason(
    request: HttpRequest, found: Found, form: Form, work: Callable[..., object], title: str, lead: str
) -> HttpResponse:
    assert found.row is not None  # one of our own has one
    version_id = found.row.pk

    def do(data: dict[str, Any]) -> HttpResponse:
        with whole():
            work(version_id=version_id, by=who(request).name, at=timezone.now(), **data)
        messages.success(request, _("Done; it stands in the history."))
        return HttpResponseRedirect(found.address())

    return answer_form(request, form, template="policies/form.html", do=do, title=title, verb=title, lead=lead,
                       back=found.address(), about=found.named)  # fmt: skip
