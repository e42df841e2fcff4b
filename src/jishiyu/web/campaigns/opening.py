"""The form that opens a round, and the unions of its network: one chosen from a list, several found and ticked."""

from collections.abc import Iterable, Sequence
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.db.models import Q, QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from jishiyu.apps.enterprises.models import Campaign, Level
from jishiyu.apps.orgs.models import Union, UnionKind
from jishiyu.apps.orgs.queries import open_unions
from jishiyu.engine.help.campaign import read_campaign, shipped
from jishiyu.web.components.forms import Day, Form
from jishiyu.web.language import language
from jishiyu.web.steward.lists import words

MOST_BYTES = 500_000
MOST_FOUND = 20
MOST_TICKED = 50
LEADING = (UnionKind.CITY, UnionKind.DISTRICT, UnionKind.STREET, UnionKind.INDUSTRY)
# Which unions are looked for at a level; the first few of level 2 are there before anything is typed.
KINDS = {
    Level.INDUSTRY: (UnionKind.INDUSTRY, UnionKind.DISTRICT, UnionKind.STREET),
    Level.SERVING: (UnionKind.GRASSROOTS, UnionKind.INDUSTRY),
}


class Ticked(forms.Widget):
    """Boxes of the unions that are chosen and of those that were found; a box to search without leaving the page."""

    template_name = "campaigns/picker.html"
    use_fieldset = True

    def __init__(self, level: Level) -> None:
        self.level = level
        super().__init__()

    def get_context(self, name: str, value: Any, attrs: dict[str, Any] | None) -> dict[str, Any]:
        """Return what the template shows."""
        context = super().get_context(name, value, attrs)
        return {
            **context,
            "found_at": f"{reverse('campaigns:unions')}?level={self.level.value}",
            **offer(self.level, value or []),
        }

    def value_from_datadict(self, data: Any, files: Any, name: str) -> list[str]:
        """Return the codes that were ticked."""
        return list(data.getlist(name))


class Unions(forms.Field):
    """Several unions by their codes, all known and open."""

    def __init__(self, level: Level, **options: Any) -> None:
        super().__init__(widget=Ticked(level), required=False, **options)

    def clean(self, value: Sequence[str]) -> list[str]:
        """Return the codes once each. A code that no open union has is refused."""
        codes = list(dict.fromkeys(code for one in value if (code := one.strip().replace("\x00", ""))))[:MOST_TICKED]
        known = set(Union.objects.filter(code__in=codes, closed_on=None).values_list("code", flat=True))
        for code in codes:
            if code not in known:
                raise ValidationError(_("There is no open union with the code %(code)s.") % {"code": code})
        return codes


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
    level_1 = forms.ChoiceField(
        label=gettext_lazy("Level 1: the union that leads"), required=False,
        help_text=gettext_lazy("All three levels empty: the network of the round before."),
    )  # fmt: skip
    level_2 = Unions(Level.INDUSTRY, label=gettext_lazy("Level 2: industry federations"))
    level_3 = Unions(
        Level.SERVING, label=gettext_lazy("Level 3: unions of the serving companies"),
        help_text=gettext_lazy("Level 4 is each enterprise's own union."),
    )  # fmt: skip

    def __init__(self, *args: Any, rounds: QuerySet[Campaign], leads: Iterable[Union], **options: Any) -> None:
        super().__init__(*args, **options)
        choices = {
            "source": [
                (name, f"{read_campaign(path.read_text(encoding='utf-8')).words.say(language())} ({name})")
                for name, path in shipped().items()
            ],
            "follows": [("", "—"), *((row.code, f"{words(row)} ({row.code})") for row in rounds)],
            "level_1": [("", "—"), *((union.code, f"{union.name} ({union.code})") for union in leads)],
        }
        for name, found in choices.items():
            self.fields[name].choices = found  # type: ignore[attr-defined]  # a field of choices

    @property
    def definition(self) -> str:
        """Return the text of the file that was given or chosen."""
        file = self.cleaned_data.get("file")
        if file is not None:
            return bytes(file.read(MOST_BYTES)).decode("utf-8", "replace")
        return shipped()[self.cleaned_data["source"] or "power-1"].read_text(encoding="utf-8")

    @property
    def network(self) -> dict[str, int]:
        """Return the unions by code with their level; one that was named at two levels stands at the first."""
        lead = self.cleaned_data["level_1"]
        levels = (([lead] if lead else []), self.cleaned_data["level_2"], self.cleaned_data["level_3"])
        found: dict[str, int] = {}
        for level, codes in enumerate(levels, 1):
            for code in codes:
                found.setdefault(code, level)
        return found


def leading(unions: Sequence[int], own: Sequence[int]) -> list[Union]:
    """Return the unions of a branch that may lead a round, the widest first: bodies above enterprises, and those whose
    organiser somebody is themselves."""
    rows = Union.objects.filter(pk__in=unions, closed_on=None).filter(Q(kind__in=LEADING) | Q(pk__in=own))
    widest = [*LEADING, UnionKind.GRASSROOTS]
    return sorted(rows, key=lambda union: (widest.index(UnionKind(union.kind)), union.code))


def offer(level: Level, ticked: Sequence[str], typed: str = "") -> dict[str, Any]:
    """Return the unions that are chosen at a level, and those that fit what was typed."""
    codes = list(ticked)[:MOST_TICKED]
    chosen = list(Union.objects.filter(code__in=codes).order_by("code"))
    found: list[Union] = []
    if typed or level == Level.INDUSTRY:
        fit = open_unions(typed=typed).filter(kind__in=KINDS[level]).exclude(code__in=codes)
        found = list(fit.order_by("code")[: MOST_FOUND + 1])
    return {
        "level": level.value, "chosen": chosen, "found": found[:MOST_FOUND],
        "more": len(found) > MOST_FOUND, "typed": typed,
    }  # fmt: skip


def unions(request: HttpRequest) -> HttpResponse:
    """Return the boxes of a level again: those that are ticked stay, those that fit what is being typed follow."""
    given = request.GET.get("level", str(Level.INDUSTRY.value))
    if given not in [str(level.value) for level in KINDS]:
        raise Http404
    level = Level(int(given))
    typed = request.GET.get(f"find_{given}", "").strip()[:60].replace("\x00", "")
    ticked = [one[:40].replace("\x00", "") for one in request.GET.getlist(f"level_{given}")]
    return render(request, "campaigns/ticks.html", offer(level, ticked, typed))
