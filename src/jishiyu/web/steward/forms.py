"""What a steward or an organiser says about a need."""

from collections.abc import Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from jishiyu.apps.enterprises.models import Need, ServiceItem, Skill
from jishiyu.apps.enterprises.states import State
from jishiyu.web.components.forms import Day, Form
from jishiyu.web.needs.words import STATES
from jishiyu.web.steward.lists import words

PRIORITIES = tuple((str(one), str(one)) for one in range(5, 0, -1))
LEVELS = (("", "—"), *((str(one), str(one)) for one in range(1, 6)))


class Said(Form):
    """A step with a sentence."""

    sentence = forms.CharField(
        label=_("What was said, and by whom"), min_length=2, max_length=500, widget=forms.Textarea(attrs={"rows": 3})
    )


class Forwarded(Form):
    """To which level, and why."""

    level = forms.ChoiceField(label=_("To which level"))
    sentence = forms.CharField(
        label=_("A sentence for them"), max_length=500, required=False, widget=forms.Textarea(attrs={"rows": 2})
    )

    def __init__(self, *args: Any, levels: list[tuple[str, str]], **options: Any) -> None:
        super().__init__(*args, **options)
        self.fields["level"].choices = levels  # type: ignore[attr-defined]


class Classified(Form):
    """Which service, which skills, how long, how urgent, when."""

    item = forms.ChoiceField(label=_("Service item"))
    priority = forms.ChoiceField(label=_("Priority (5 first)"), choices=PRIORITIES, initial="3")
    halfdays = forms.IntegerField(label=_("Half-days on site"), min_value=1, max_value=20)
    earliest_on = forms.DateField(label=_("Not before"), required=False, widget=Day())
    latest_on = forms.DateField(label=_("Not after"), required=False, widget=Day())
    follows = forms.CharField(
        label=_("Follows the need"), required=False, max_length=40,
        help_text=_("The number of an earlier need of this enterprise, where this one goes on with it."),
    )  # fmt: skip

    def __init__(
        self, *args: Any, need: Need, items: Sequence[ServiceItem], skills: Sequence[Skill], **options: Any
    ) -> None:
        super().__init__(*args, **options)
        self.fields["item"].choices = [  # type: ignore[attr-defined]
            (str(item.pk), f"{words(item.aim)} · {words(item)}") for item in items
        ]
        self.skills = {skill.code: f"skill-{skill.code}" for skill in skills}
        for skill in skills:
            self.fields[f"skill-{skill.code}"] = forms.ChoiceField(
                label=words(skill), choices=LEVELS, required=False,
                widget=forms.Select(attrs={"class": "form-select form-select-sm"}),
            )  # fmt: skip

    @property
    def wanted(self) -> dict[str, int]:
        """Return the skills that were given a level."""
        return {code: int(self.cleaned_data[name]) for code, name in self.skills.items() if self.cleaned_data.get(name)}

    def plain_fields(self) -> list[Any]:
        """Return the fields that are no skills, as they are shown."""
        return [self[name] for name in self.fields if not name.startswith("skill-")]

    def skill_fields(self) -> list[Any]:
        """Return the fields of the skills."""
        return [self[name] for name in self.skills.values()]


class Ended(Form):
    """How a need ends without help, and why."""

    to = forms.ChoiceField(
        label=_("What is it?"),
        choices=[(one.value, STATES[one].words) for one in (State.UNREACHABLE, State.NOT_HELPED, State.PASSED_ON, State.WITHDRAWN)],
    )  # fmt: skip
    sentence = forms.CharField(
        label=_("Reason"), min_length=2, max_length=500, widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("The enterprise reads it."),
    )  # fmt: skip
