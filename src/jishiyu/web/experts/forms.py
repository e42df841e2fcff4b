"""Forms of the resource list. On screen a period includes its last day."""

from decimal import Decimal
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from jishiyu.apps.enterprises.models import Skill
from jishiyu.apps.experts.models import Expert
from jishiyu.apps.experts.operations import Entry
from jishiyu.web.components.forms import Day, Form
from jishiyu.web.experts.words import HONOURS, PARTS
from jishiyu.web.language import language

OFF = {"autocomplete": "off"}
LEVELS = [("0", "—"), *((str(level), str(level)) for level in range(1, 6))]
DAYS = (_("Mon"), _("Tue"), _("Wed"), _("Thu"), _("Fri"))


class Details(Form):
    """An entry of the resource list."""

    name = forms.CharField(label=_("Name"), max_length=60, widget=forms.TextInput(attrs=OFF))
    part = forms.ChoiceField(label=_("In a team as"), choices=[(key, shown.words) for key, shown in PARTS.items()])
    honour = forms.TypedChoiceField(label=_("Honour"), choices=list(HONOURS.items()), coerce=int)
    honour_title = forms.CharField(label=_("Title of the honour"), max_length=100, required=False)
    union_code = forms.CharField(label=_("Union: its code"), max_length=40, required=False)
    account_name = forms.CharField(
        label=_("Account they sign in with"), max_length=60, required=False, widget=forms.TextInput(attrs=OFF)
    )
    address = forms.CharField(
        label=_("Mobile or e-mail"), max_length=80, required=False, widget=forms.TextInput(attrs=OFF),
        help_text=_("Appointments are sent there; by e-mail with a calendar entry. Empty: stays as it is."),
    )  # fmt: skip
    per_week = forms.IntegerField(label=_("Half-days a week they can give"), min_value=0, max_value=10, initial=4)
    zone = forms.CharField(label=_("Zone"), max_length=40, required=False)
    x_km = forms.DecimalField(
        label=_("Place: kilometres east"), required=False, min_value=-5000, max_value=5000, decimal_places=3
    )
    y_km = forms.DecimalField(
        label=_("Place: kilometres north"), required=False, min_value=-5000, max_value=5000, decimal_places=3
    )


class Admission(Details):
    """Somebody new on the list."""

    code = forms.CharField(label=_("Person number"), max_length=40, widget=forms.TextInput(attrs=OFF))
    since = forms.DateField(label=_("On the list from"), widget=Day())
    field_order = ("code",)


def entry_of(data: dict[str, Any], code: str) -> Entry:
    """Return what a form says as an entry."""

    def metres(value: Decimal | None) -> int | None:
        return None if value is None else int(value * 1000)

    return Entry(
        code=code, x_m=metres(data["x_km"]), y_m=metres(data["y_km"]),
        **{name: data[name] for name in ("name", "part", "honour", "honour_title", "union_code", "account_name", "address", "per_week", "zone")},
    )  # fmt: skip


def initial_of(row: Expert) -> dict[str, Any]:
    """Return an entry as the form shows it; the address is not shown."""
    kilometres = {
        name: None if at is None else Decimal(at) / 1000 for name, at in (("x_km", row.x_m), ("y_km", row.y_m))
    }
    return {
        "name": row.name, "part": row.part, "honour": row.honour, "honour_title": row.honour_title,
        "union_code": row.union.code if row.union else "", "account_name": row.account.name if row.account else "",
        "per_week": row.per_week, "zone": row.zone, **kilometres,
    }  # fmt: skip


class Ending(Form):
    """Somebody leaves the list."""

    last_day = forms.DateField(label=_("Last day on the list"), widget=Day())
    because = forms.CharField(label=_("Reason"), min_length=2, max_length=300, widget=forms.Textarea(attrs={"rows": 2}))


class Levels(Form):
    """A level for every skill there is."""

    def __init__(self, *args: Any, held: dict[str, int], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for skill in Skill.objects.order_by("id"):
            field = forms.ChoiceField(
                label=skill.zh if language() == "zh" else skill.en, choices=LEVELS, required=False
            )
            field.initial = str(held.get(skill.code, 0))
            field.widget.attrs["class"] = "form-select"
            self.fields[f"skill-{skill.code}"] = field

    @property
    def levels(self) -> dict[str, int]:
        """Return the levels that were chosen, by code."""
        chosen = {name[6:]: int(value or 0) for name, value in self.cleaned_data.items() if name.startswith("skill-")}
        return {code: level for code, level in chosen.items() if level}


class Weekly(Form):
    """The same half-days every week."""

    pattern = forms.MultipleChoiceField(label=_("Every week"), required=False, widget=forms.CheckboxSelectMultiple)
    first = forms.DateField(label=_("From"), widget=Day())
    last = forms.DateField(label=_("To, this day included"), widget=Day())

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["pattern"].choices = [  # type: ignore[attr-defined]
            (f"{day}-{half}", f"{words} {said}")
            for day, words in enumerate(DAYS) for half, said in (("am", _("morning")), ("pm", _("afternoon")))
        ]  # fmt: skip

    def clean(self) -> dict[str, Any]:
        """Ask for a period that is one, and not longer than a year."""
        data = super().clean() or {}
        if data.get("first") and data.get("last") and not 0 <= (data["last"] - data["first"]).days <= 366:
            self.add_error("last", _("The last day comes after the first, within a year."))
        return data


class CalendarFile(Form):
    """A calendar as a file."""

    file = forms.FileField(
        label=_("Calendar (.ics)"), widget=forms.ClearableFileInput(attrs={"accept": ".ics,text/calendar"}),
        help_text=_("Export it from your calendar. Half-days with an entry count as busy; what the entries say is not kept."),
    )  # fmt: skip


class Absence(Form):
    """Somebody is ill or away."""

    first = forms.DateField(label=_("From"), widget=Day())
    last = forms.DateField(label=_("To, this day included"), widget=Day())
    because = forms.CharField(
        label=_("What the enterprises are told"), min_length=2, max_length=200,
        help_text=_("No word about an illness: for example “a member of the team cannot come”."),
    )  # fmt: skip

    def clean(self) -> dict[str, Any]:
        """Ask for a period that is one."""
        data = super().clean() or {}
        if data.get("first") and data.get("last") and data["last"] < data["first"]:
            self.add_error("last", _("The last day comes after the first, within a year."))
        return data


class ListFile(Form):
    """The resource list as a file."""

    file = forms.FileField(label=_("Resource list (Excel or CSV)"))
