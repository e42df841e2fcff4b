"""The forms a member fills in: few fields, one below the other, in plain words."""

import re
from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from jishiyu.apps.applications.forms import Field
from jishiyu.apps.applications.problems import FormNotRight
from jishiyu.apps.applications.queries import form_fields, injury_choices, medical_type_choices
from jishiyu.engine.policy.shelf import Shelf
from jishiyu.web.components.forms import Day, Form, dress
from jishiyu.web.figures.typography import chinese
from jishiyu.web.language import language

# What people type around an amount: commas of both kinds, signs, the word yuan.
TYPED = re.compile(r"[\s,\uff0c\u00a5\uffe5元]")
YUAN = re.compile(r"\d+(\.\d{1,2})?", re.ASCII)
NOT_CHOSEN = ("", _("Please choose"))
CAUSES = (
    ("fall", _("Fell, slipped, fell down")), ("traffic", _("Traffic accident")), ("hit", _("Hit, crushed or caught")),
    ("cut", _("Cut or stabbed")), ("burn", _("Burned or scalded")), ("animal", _("Bitten by an animal")),
    ("other", _("Something else")),
)  # fmt: skip
LEVELS = (("三级", _("Level 3")), ("二级", _("Level 2")), ("一级", _("Level 1")), ("未定级", _("I do not know")))
YES_NO = (("是", _("Yes, treatment is over")), ("否", _("No, I am still being treated")))
# What reviewers fill in, or what is only needed when papers show another name.
LEFT_OUT = {"name"}
HELP: dict[str, Any] = {
    "graded_on": _("The day a doctor wrote down how severe the injury is. Leave it empty if there is none."),
    "household": _("From the household book. Leave it empty if you do not know it."),
    "loss": _("Your own household's loss, as the certificate or the appraisal says."),
    "cash": _("What you paid yourself, from the settlement statement: “personal cash payment”."),
    "story": _("A few sentences are enough. You may leave it empty."),
    "certificate_no": _("It stands at the top of the certificate."),
}
INJURIES = ("injury_1", "injury_2", "injury_3")
INJURY_WORDS = (_("Most severe injury"), _("Second injury, if any"), _("Third injury, if any"))


class Yuan(forms.DecimalField):
    """An amount in yuan as people type it: with commas, a sign, or the word yuan."""

    def __init__(self, **options: Any) -> None:
        attributes = {"inputmode": "decimal", "autocomplete": "off"}
        super().__init__(
            max_digits=12, decimal_places=2, min_value=0, widget=forms.TextInput(attrs=attributes), **options
        )

    def to_python(self, value: Any) -> Any:
        """Read the amount."""
        text = TYPED.sub("", str(value or ""))
        return super().to_python(text)


class Facts(Form):
    """What happened, by kind of application; `case_data`: the amounts come from the insurance bureau already."""

    seen = forms.CharField(widget=forms.HiddenInput(), required=False)

    def __init__(
        self, kind: str, given: Mapping[str, str], *args: Any, case_data: bool, lenient: bool, seen: str, **options: Any
    ) -> None:
        self.kind, self.kept, self.case_data = kind, dict(given), case_data
        initial = {**given, "seen": seen}
        initial |= dict(zip(INJURIES, _split(given.get("injuries", "")), strict=False))
        super().__init__(*args, initial=initial, **options)
        self.event_on = day(self.data.get("event_on") or given.get("event_on", ""))
        for field in form_fields(kind):
            if field.name not in LEFT_OUT and (not case_data or field.name in ("event_on", "story")):
                self._add(field, required=field.required and not lenient)
        dress(self)

    def _add(self, field: Field, *, required: bool) -> None:
        if field.kind == "injuries":
            for at, (name, words) in enumerate(zip(INJURIES, INJURY_WORDS, strict=True)):
                self.fields[name] = _choice(words, _injuries(self.event_on), required=required and at == 0)
        else:
            self.fields[field.name] = _field(field, required=required, said=self.kept.get(field.name, ""))

    def texts(self) -> dict[str, str]:
        """Return the fields as the operation takes them; what this form does not show stays as it was."""
        said: dict[str, Any] = {name: value for name, value in self.cleaned_data.items() if name != "seen"}
        if INJURIES[0] in said:
            chosen = [said.pop(name) for name in INJURIES]
            said["injuries"] = ";".join(dict.fromkeys(key for key in chosen if key))
        texts = {name: "" if value is None else str(value) for name, value in said.items()}
        return {**self.kept, **texts}

    def tell(self, refused: FormNotRight) -> None:
        """Put what the operation found wrong beside its fields."""
        for flaw in refused.flaws:
            name = INJURIES[0] if flaw.field == "injuries" else flaw.field
            self.add_error(name if name in self.fields else None, flaw.zh if language() == "zh" else flaw.en)


class Words(Form):
    """Something in own words; `label` says what."""

    words = forms.CharField(min_length=2, max_length=2000, widget=forms.Textarea(attrs={"rows": 5}))

    def __init__(self, *args: Any, label: Any, help_text: Any = "", **options: Any) -> None:
        super().__init__(*args, **options)
        self.fields["words"].label, self.fields["words"].help_text = label, help_text


class NewAccount(Form):
    """The code from the message, and the new number twice."""

    code = forms.CharField(label=_("Code from the message"), max_length=6, widget=forms.TextInput(
        attrs={"autocomplete": "one-time-code", "inputmode": "numeric"}
    ))  # fmt: skip
    number = forms.CharField(label=_("New account number"), max_length=40, widget=forms.TextInput(
        attrs={"autocomplete": "off", "inputmode": "numeric"}
    ), help_text=_("The card must be in your own name."))  # fmt: skip
    again = forms.CharField(label=_("New account number once more"), max_length=40, widget=forms.TextInput(
        attrs={"autocomplete": "off", "inputmode": "numeric"}
    ))  # fmt: skip

    def clean(self) -> dict[str, Any]:
        """Compare the two."""
        data = super().clean() or {}
        plain = [(data.get(name) or "").replace(" ", "").replace("-", "") for name in ("number", "again")]
        if all(plain) and plain[0] != plain[1]:
            self.add_error("again", _("The two numbers differ. Compare them with your card."))
        return data


def chosen_words(field: Field, text: str, event_on: date | None = None, policies: Shelf | None = None) -> str:
    """Return what was filled in as people read it: the words of a choice, not its key."""
    if field.kind == "injuries":
        known = {key: words for _part, entries in _injuries(event_on, policies) for key, words in entries}
        return "、".join(known.get(key, key) for key in _split(text))
    listed: dict[str, Any] = {}
    if field.kind == "medical_type":
        listed = dict(medical_type_choices(language()))
    elif field.kind == "yes_no":
        listed = {"是": _("yes"), "否": _("no")}
    elif field.name in ("cause", "hospital_level"):
        listed = dict(CAUSES if field.name == "cause" else LEVELS)
    if field.kind == "yuan" and YUAN.fullmatch(text):
        return f"{Decimal(text):,.2f}"
    return str(listed.get(text, text))


def label(field: Field) -> str:
    """Return what a field of an application is called, as it is printed."""
    return chinese(field.zh) if language() == "zh" else field.en[:1].upper() + field.en[1:]


def _field(field: Field, *, required: bool, said: str) -> forms.Field:
    options: dict[str, Any] = {
        "label": label(field), "required": required,
        "help_text": HELP.get(field.name, ""),
    }  # fmt: skip
    if field.kind == "day":
        return forms.DateField(widget=Day(), **options)
    if field.kind == "yuan":
        return Yuan(**options)
    if field.kind == "yes_no":
        return forms.ChoiceField(choices=YES_NO, widget=forms.RadioSelect(), **options)
    if field.kind == "medical_type":
        return _choice(options["label"], medical_type_choices(language()), required=required)
    if field.name in ("cause", "hospital_level"):
        listed = CAUSES if field.name == "cause" else LEVELS
        other = [(said, said)] if said and said not in dict(listed) else []
        return _choice(options["label"], [*listed, *other], required=required)
    widget = forms.Textarea(attrs={"rows": 4}) if field.kind == "words" else forms.TextInput()
    return forms.CharField(max_length=field.longest, widget=widget, **options)


def _choice(label: Any, choices: Any, *, required: bool) -> forms.ChoiceField:
    return forms.ChoiceField(label=label, choices=[NOT_CHOSEN, *choices], required=required)


def day(text: str) -> date | None:
    """Return a day that was typed into a form, None for anything else."""
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None


def _injuries(event_on: date | None, policies: Shelf | None = None) -> list[tuple[str, list[tuple[str, str]]]]:
    """Return the injuries of the table in force on the day of the event (or today), grouped by part of the body."""
    at = 0 if language() == "zh" else 1
    groups: dict[str, list[tuple[str, str]]] = {}
    for key, *words in injury_choices(on=event_on or timezone.localdate(), policies=policies):
        if not key.startswith("death"):
            groups.setdefault(key.partition(":")[0], []).append((key, words[at]))
    return [(_part([words for _key, words in entries]), entries) for entries in groups.values()]


def _part(words: list[str]) -> str:
    """Return what the entries of one part of the body begin with in common."""
    first, last = min(words), max(words)
    common = next((at for at, sign in enumerate(first) if at >= len(last) or sign != last[at]), len(first))
    return first[:common].rstrip().rstrip(",") or first


def _split(text: str) -> list[str]:
    return [key.strip() for key in text.replace(";", ";").split(";") if key.strip()]
