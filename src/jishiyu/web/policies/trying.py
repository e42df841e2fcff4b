"""A case on the page: typed in, decided and explained, beside the policies that have a say in it; nothing is written."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone

from jishiyu.apps.intake.models import Bucket
from jishiyu.engine.policy.model import Policy
from jishiyu.engine.policy.numbers import fen
from jishiyu.engine.policy.shelf import Shelf
from jishiyu.engine.policy.trial import Member, Trial, company, try_application, try_stay
from jishiyu.engine.problems import Problem
from jishiyu.engine.words import Words
from jishiyu.web.components.badge import Badge, Tone
from jishiyu.web.figures.typography import chinese
from jishiyu.web.language import language
from jishiyu.web.policies.case import BEFORE, Case
from jishiyu.web.policies.found import Found, of_our_own, on_the_shelf
from jishiyu.web.policies.words import titled
from jishiyu.web.problem import REFUSED

TONES = {"auto": Tone.DONE, "assist": Tone.WORK, "held": Tone.WAIT}


@dataclass(frozen=True)
class Row:
    """One step of the calculation, in the reader's language."""

    words: str
    value: str
    cite: str


def one(request: HttpRequest, name: str, version: str) -> HttpResponse:
    """Try a case under a version in force."""
    return _try(request, on_the_shelf(name, version))


def own(request: HttpRequest, version_id: int) -> HttpResponse:
    """Try a case under a draft or a proposal."""
    return _try(request, of_our_own(version_id))


def _try(request: HttpRequest, found: Found) -> HttpResponse:
    try:
        beside, problem = company(found.policy, found.shelf), ""
    except Problem as loose:  # a draft whose tied ones are still to be written
        beside, problem = Shelf({found.policy.name: (found.policy,)}), loose.say(language())
    form = Case(request.POST or None, policy=found.policy, text=found.text, today=timezone.localdate(), beside=beside)
    context: dict[str, Any] = {
        "form": form,
        "found": found,
        "back": found.address(),
        "title": titled(found.policy.title),
        "problem": problem,
    }
    status = 200
    if request.method == "POST":
        status = REFUSED
        if not problem and form.is_valid():
            try:
                context |= _told(_decided(found.policy, form.cleaned_data, beside), beside)
                status = 200
            except Problem as refused:
                context["problem"] = refused.say(language())
    return render(request, "policies/test.html", context, status=status)


def _decided(policy: Policy, data: Mapping[str, Any], beside: Shelf) -> Trial:
    others = {name: fen(data[BEFORE + name] or "0") for name in beside.versions if name != policy.name}
    member = Member(
        birth_date=data.get("birth_date"), in_service=data["service"] == "in_service", used_before_fen=fen(data["used_before"] or "0"),
        joined_on=data["joined_on"] if data["service"] != "none" else None, others_before_fen=others,
    )  # fmt: skip
    given = {name: value for name, value in data.items() if name.startswith("fact_") and value not in (None, "", [])}
    facts = {name.removeprefix("fact_"): value for name, value in given.items()}
    if policy.judges[0] == "stay":
        begins_on, ends_on = facts.pop("begins_on"), facts.pop("ends_on")
        amounts = {name: fen(value) if name.endswith("_fen") else value for name, value in facts.items()}
        return try_stay(
            policy=policy, begins_on=begins_on, ends_on=ends_on, facts=amounts, member=member, beside=beside
        )
    texts = {name: ";".join(value) if isinstance(value, list) else str(value) for name, value in facts.items()}
    return try_application(policy=policy, texts=texts, member=member, as_of=timezone.localdate(), beside=beside)


def _told(trial: Trial, beside: Shelf) -> dict[str, Any]:
    zh = language() == "zh"
    titles = {name: titled(versions[-1].title) for name, versions in beside}
    steps = [Row(chinese(step.zh) if zh else step.en, step.value, step.article.cite(language()) if step.article else "")
             for step in trial.explanation.steps]  # fmt: skip
    return {
        "payable_fen": trial.decision["payable_fen"], "bucket": _bucket(trial.decision["bucket"]),
        "sentence": chinese(trial.explanation.zh) if zh else trial.explanation.en, "steps": steps,
        "beside": [(titles[row["policy"]], _bucket(row["bucket"]), row["payable_fen"]) for row in trial.beside],
    }  # fmt: skip


def _bucket(bucket: str) -> Badge:
    words = Words.of(Bucket(bucket)).say(language())
    return Badge(words, TONES.get(bucket, Tone.STOP))
