"""One decision: how its amount came about, what it judged, what followed, its versions, and its sheet."""

from dataclasses import dataclass
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from jishiyu.apps.desk.queries import DecisionPage, decision_page
from jishiyu.apps.subsidies.heirs import DEATH
from jishiyu.apps.subsidies.models import Decision
from jishiyu.engine.explain import base_text, explain, rests_on
from jishiyu.engine.policy.model import Policy
from jishiyu.web.components.badge import Badge, badge
from jishiyu.web.components.chart import Chart, Shape, wanted
from jishiyu.web.components.download import Download, given
from jishiyu.web.components.history import steps
from jishiyu.web.components.spoken import printed
from jishiyu.web.decisions import heirs, words
from jishiyu.web.decisions.brackets import brackets_figure, brackets_picture
from jishiyu.web.documents.decision import Unmasking, decision_sheet
from jishiyu.web.documents.render import render as render_document
from jishiyu.web.feeds.words import bucket, reasons
from jishiyu.web.figures.labels import policy_label
from jishiyu.web.find.links import link
from jishiyu.web.gate import Who, who
from jishiyu.web.language import language
from jishiyu.web.policies.words import titled

EXPLAINED = (
    "stay_id", "member_no", "org_code", "policy", "version", "kind", "anchor_date", "year", "base_fen", "bracket",
    "rate_ppm", "uncapped_fen", "used_before_fen", "payable_fen", "bucket", "reasons",
)  # fmt: skip
PDF = "application/pdf"


@dataclass(frozen=True, slots=True)
class StepRow:
    """One step of the calculation, ready for the page."""

    words: str
    value: str
    article: str
    text: str
    source: str
    standing: Badge | None


def decision(request: HttpRequest, decision_id: int) -> HttpResponse:
    """Show one decision, its amount taken apart."""
    found = decision_page(decision_id=decision_id)
    if found is None:
        raise Http404
    figure = brackets_figure(judged(found.decision), found.rule)
    chart = Chart(figure, Shape.BARS) if figure is not None else None
    said = [(_("Decision"), str(decision_id))]
    if chart is not None and (sheet_of_chart := wanted(request, [chart], said)) is not None:
        return sheet_of_chart
    records = [f"case {one.key}" for one in found.followed if one.kind == "case"]
    records += sorted({f"batch {one.batch_id}" for one in found.followed if one.batch_id})
    records += [f"feed {found.feed_id}"] if found.feed_id else []
    context = {
        **shown(found, who(request)), "chart": chart, "picture": brackets_picture(judged(found.decision), found.rule, language()),
        "history": steps(f"decision {decision_id}", f"stay {found.decision.stay_id}", *records),
        "sees_feeds": who(request).may("feeds.see"), "may_reveal": who(request).may("people.reveal"),
        "is_death": found.decision.kind == DEATH,
        "may_name_heir": found.decision.newest and bool(found.person_id) and who(request).may("heirs.name"),
        "heir": heirs.shown(found.decision.stay_id) if found.decision.kind == DEATH else None,
    }  # fmt: skip
    return render(request, "decisions/decision.html", context)


def stay(request: HttpRequest, stay_id: str) -> HttpResponse:
    """Lead to what is decided about a stay now; of several policies to the one that pays most."""
    newest = Decision.objects.filter(stay_id=stay_id, newest=True).order_by("-payable_fen", "pk").first()
    if newest is None:
        raise Http404
    return HttpResponseRedirect(reverse("decisions:one", args=[newest.pk]))


def sheet(request: HttpRequest, decision_id: int) -> HttpResponse:
    """Give the official sheet of the newest decision, masked."""
    found = get_object_or_404(Decision, pk=decision_id, newest=True)
    return _sheet(request, found, None)


@require_POST
def sheet_in_full(request: HttpRequest, decision_id: int) -> HttpResponse:
    """Give the official sheet with name and member number in full, for a reason that is recorded."""
    found = get_object_or_404(Decision, pk=decision_id, newest=True)
    unmasking = Unmasking(by=who(request).name, reason=request.POST.get("reason", ""), at=timezone.now())
    return _sheet(request, found, unmasking)


def _sheet(request: HttpRequest, found: Decision, unmasking: Unmasking | None) -> HttpResponse:
    made = timezone.localtime()
    data = decision_sheet(
        stay_id=found.stay_id, policy=found.policy or None, made_on=made.date(), unmasking=unmasking
    )  # fmt: skip
    file = Download(f"decision-{found.pk}.pdf", render_document("decision", data, made_at=made), PDF)
    return given(request, file, about=f"decision {found.pk}", inline=True)


def judged(found: Decision) -> dict[str, Any]:
    """Return the columns of a decision that the engine explains."""
    return {name: getattr(found, name) for name in EXPLAINED}


def shown(found: DecisionPage, asking: Who) -> dict[str, Any]:
    """Return what the page shows of a decision, in the language of the request."""
    spoken = language()
    told = explain(judged(found.decision), found.rule)
    return {
        "page": found, "decision": found.decision, "rule": found.rule, "title": policy_label(found.decision.policy)(spoken)
        if found.decision.policy else "", "bucket": bucket(found.decision.bucket), "sentence": printed(told.text(spoken)),
        "base": _base(found.decision, found.rule),
        "steps": [_step(step, found, spoken) for step in told.steps],
        "reasons": reasons(found.decision.reasons) if found.rule is None else "",
        "regulation": titled(found.rule.title) if found.rule else "",
        "lines": [(line, bucket(line.bucket), reasons(line.reasons)) for line in found.lines],
        "versions": [(one, bucket(one.bucket), _base(one, found.rule)) for one in reversed(found.versions)],
        "others": [(one, policy_label(one.policy)(spoken), bucket(one.bucket)) for one in found.others],
        "followed": [(one, *words.followed(one), link("case", one.key, asking) if one.kind == "case" else "",
                      link("batch", one.batch_id, asking) if one.batch_id else "") for one in found.followed],
    }  # fmt: skip


def _base(found: Decision, rule: Policy | None) -> str:
    return base_text({"base_fen": found.base_fen}, rule) or "—"


def _step(step: Any, found: DecisionPage, spoken: str) -> StepRow:
    proof = rests_on(step, found.decision.bracket, found.rule) if found.rule else None
    source = found.rule.sources.get(proof.source, {}).get("title", "") if proof and found.rule else ""
    said = step.zh if spoken == "zh" else step.en
    text = (step.article.zh if spoken == "zh" else step.article.en) if step.article else ""
    standing = badge(proof.status, words.STANDING) if proof else None
    cited = step.article.cite(spoken) if step.article else ""
    return StepRow(printed(said), step.value, cited, printed(text), printed(str(source)), standing)
