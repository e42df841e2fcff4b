"""Rounds: the list, one with everything that defines it, and opening one from a file."""

from datetime import date
from typing import Any

from django import forms
from django.contrib import messages
from django.db.models import Count, Q, QuerySet
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from jishiyu.apps.accounts.models import Role
from jishiyu.apps.accounts.rows import whole
from jishiyu.apps.enterprises import operations
from jishiyu.apps.enterprises.models import Campaign, Level, ServiceItem, Skill
from jishiyu.apps.enterprises.problems import RoundOfAnother
from jishiyu.apps.enterprises.queries import branch, open_needs, participations_of, years_without_notice
from jishiyu.apps.enterprises.states import OVER
from jishiyu.apps.orgs.models import Union
from jishiyu.engine.calendar import DAY
from jishiyu.engine.help.campaign import read_campaign, shipped
from jishiyu.web.components.forms import Day, Form, answer_form
from jishiyu.web.components.history import steps
from jishiyu.web.gate import who
from jishiyu.web.language import language
from jishiyu.web.needs.views import account
from jishiyu.web.needs.words import level_words
from jishiyu.web.steward.lists import words

MOST_BYTES = 500_000


class Opening(Form):
    """A round to open: which file, which code, from when, after which round, with which unions."""

    source = forms.ChoiceField(label=gettext_lazy("The round's file"), required=False)
    file = forms.FileField(
        label=gettext_lazy("Or a file of your own (TOML)"),
        required=False,
        widget=forms.FileInput(attrs={"accept": ".toml"}),
    )
    code = forms.RegexField(
        r"^[a-z0-9]+(-[a-z0-9]+)*$", label=gettext_lazy("Code"), max_length=40, required=False,
        help_text=gettext_lazy("Empty: the file's own. Every round has a code of its own."),
    )  # fmt: skip
    begins_on = forms.DateField(label=gettext_lazy("Begins on"), widget=Day())
    follows = forms.ChoiceField(
        label=gettext_lazy("Goes on with"), required=False,
        help_text=gettext_lazy("Takes over the enterprises with their stewards, and the needs that are still open."),
    )  # fmt: skip
    level_1 = forms.CharField(label=gettext_lazy("Level 1: code of the union"), max_length=40, required=False)
    level_2 = forms.CharField(label=gettext_lazy("Level 2: codes, parted by commas"), max_length=200, required=False)
    level_3 = forms.CharField(
        label=gettext_lazy("Level 3: codes, parted by commas"), max_length=200, required=False,
        help_text=gettext_lazy("Level 4 is each enterprise's own union. All empty: the network of the round before."),
    )  # fmt: skip

    def __init__(self, *args: Any, rounds: QuerySet[Campaign], **options: Any) -> None:
        super().__init__(*args, **options)
        choices = [
            (name, f"{read_campaign(path.read_text(encoding='utf-8')).words.say(language())} ({name})")
            for name, path in shipped().items()
        ]
        self.fields["source"].choices = choices  # type: ignore[attr-defined]
        self.fields["follows"].choices = [("", "—"), *((row.code, f"{words(row)} ({row.code})") for row in rounds)]  # type: ignore[attr-defined]

    @property
    def definition(self) -> str:
        """Return the text of the file that was given or chosen."""
        file = self.cleaned_data.get("file")
        if file is not None:
            return bytes(file.read(MOST_BYTES)).decode("utf-8", "replace")
        return shipped()[self.cleaned_data["source"] or "power-1"].read_text(encoding="utf-8")

    @property
    def network(self) -> dict[str, int]:
        """Return the unions by code with their level."""
        found: dict[str, int] = {}
        for level in (1, 2, 3):
            for code in self.cleaned_data[f"level_{level}"].replace("\uff0c", ",").split(","):
                if code.strip():
                    found.setdefault(code.strip(), level)
        return found


def listed(request: HttpRequest) -> HttpResponse:
    """List the rounds the reader has to do with."""
    mine, today = participations_of(account(request)), timezone.localdate()
    rows = seen(request).annotate(
        enterprises=Count("participations", filter=Q(participations__in=mine), distinct=True),
        needs=Count("participations__needs", filter=Q(participations__in=mine), distinct=True),
        open=Count("participations__needs", filter=Q(participations__in=mine) & ~Q(participations__needs__state__in=OVER), distinct=True),
    ).order_by("-begins_on", "-id")  # fmt: skip
    shown = [
        {"row": row, "words": words(row), "last": row.ends_on - DAY, "running": _runs(row, today)} for row in rows[:50]
    ]
    return render(request, "campaigns/list.html", {"rounds": shown, "may_change": who(request).may("campaigns.change")})


def one(request: HttpRequest, campaign_id: int) -> HttpResponse:
    """Show a round: dates, clocks, network, aims with their items and words."""
    row = get_object_or_404(seen(request), pk=campaign_id)
    spoken, skills = language(), {skill.code: words(skill) for skill in Skill.objects.all()}
    items = list(ServiceItem.objects.filter(aim__campaign=row).select_related("aim").order_by("aim__place", "place"))
    aims: dict[str, list[Any]] = {}
    for item in items:
        wanted = [(skills.get(code, code), level) for code, level in item.skills.items()]
        aims.setdefault(words(item.aim), []).append({"item": item, "words": words(item), "skills": wanted})
    network = [
        (level_words(row, one.level, spoken), one.union)
        for one in row.network.select_related("union").order_by("level", "id")
    ]
    return render(request, "campaigns/one.html", {
        "row": row, "words": words(row), "last": row.ends_on - DAY, "aims": aims, "network": network,
        "fourth": level_words(row, Level.ENTERPRISE, spoken), "running": _runs(row, timezone.localdate()),
        "missing": years_without_notice(row) if row.closed_at is None else [],
        "may_change": who(request).may("campaigns.change") and row.closed_at is None,
        "may_close": who(request).may("campaigns.change") and row.closed_at is None and row.lead_id in of_branch(request),
        "left": open_needs(row) if row.closed_at is not None else 0, "followers": list(row.followers.order_by("begins_on", "id")),
        "assumed": read_campaign(row.definition).assumed if row.definition else (), "history": steps(f"campaign {row.code}"),
        "links": list(row.links.filter(participation=None, withdrawn_at=None).order_by("-id")),
    })  # fmt: skip


def open_round(request: HttpRequest) -> HttpResponse:
    """Open a round from a file that is shipped or brought."""
    form = Opening(
        request.POST or None,
        request.FILES or None,
        rounds=seen(request).order_by("-begins_on"),
        initial={"source": "power-1", "begins_on": timezone.localdate()},
    )

    def do(data: dict[str, Any]) -> HttpResponse:
        begins: date = data["begins_on"]
        _check_lead(request, form, data["follows"])
        with whole():
            made = operations.open_campaign(
                definition=form.definition, network=form.network, code=data["code"], begins_on=begins,
                follows=data["follows"], by=who(request).name, at=timezone.now(),
            )  # fmt: skip
        messages.success(request, _("The round is open. Now add its enterprises and stewards."))
        return HttpResponseRedirect(reverse("campaigns:one", args=[made.pk]))

    return answer_form(request, form, template="campaigns/open.html", do=do)


def seen(request: HttpRequest) -> QuerySet[Campaign]:
    """Return the rounds a reader has to do with: led by or networked with their branch, or with an enterprise of theirs."""
    led = of_branch(request)
    mine = participations_of(account(request)).values("campaign")
    found = Campaign.objects.filter(Q(lead__in=led) | Q(network__union__in=led) | Q(pk__in=mine))
    return Campaign.objects.filter(pk__in=found.values("pk")).select_related("lead", "follows")


def of_branch(request: HttpRequest) -> list[int]:
    """Return the unions whose organiser the reader is, with everything below them."""
    return branch(
        [one.union_id for one in who(request).held if one.role == Role.ORGANISER and one.union_id is not None]
    )


def _check_lead(request: HttpRequest, form: Opening, follows: str) -> None:
    """Refuse a round that another branch leads. Raises `RoundOfAnother`."""
    named = [code for code, level in form.network.items() if level == Level.CITY]
    before = (
        list(Campaign.objects.filter(code=follows).values_list("lead__code", flat=True)) if not form.network else []
    )
    leads = Union.objects.filter(code__in=[*named, *before])
    if leads.exclude(pk__in=of_branch(request)).exists():
        raise RoundOfAnother(union=leads[0].name)


def _runs(row: Campaign, today: date) -> bool:
    return row.begins_on <= today < row.ends_on and row.closed_at is None
