"""Forms about policies: numbers, text, table, reasons."""

import re
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from jishiyu.engine.policy.editing import Number, Value
from jishiyu.web.components.forms import Day, Form
from jishiyu.web.figures.typography import chinese
from jishiyu.web.language import language

STATUSES = [("published", _("read in the source")), ("assumed", _("assumed, to be confirmed"))]
YUAN = re.compile(r"[0-9]{1,10}(\.[0-9]{1,2})?")
RATE = re.compile(r"[0-9]{1,3}(\.[0-9]{1,4})? ?%?")


class Yuan(forms.CharField):
    """An amount in yuan, exact: it stays the text that was typed."""

    def clean(self, value: Any) -> str:
        """Take away thousands' commas; refuse what is no amount with at most two decimals."""
        text = str(super().clean(value)).replace(",", "").strip()
        if text and not YUAN.fullmatch(text):
            raise ValidationError(_("Write an amount in yuan with at most two decimals, for example 5000.00."))
        return text


class Rate(forms.CharField):
    """A rate in per cent."""

    def clean(self, value: Any) -> str:
        """Refuse what is no rate; the sign for per cent need not be typed."""
        text = str(super().clean(value)).strip()
        if text and not RATE.fullmatch(text):
            raise ValidationError(_("Write a rate in per cent with at most four decimals, for example 1.5 %."))
        return f"{text.rstrip('% ')} %" if text else ""


class Numbers(Form):
    """A new version by its numbers; the fields are those of the text it begins with."""

    version = forms.CharField(
        label=_("Name of the new version"), max_length=40, help_text=_("As people call it, for example 2027-01.")
    )
    starts = forms.DateField(
        label=_("Holds from"), widget=Day(), help_text=_("The version before it ends with the day before.")
    )
    source = forms.CharField(
        label=_("Where the new numbers come from"), max_length=300, required=False,
        help_text=_("Title and number of the decision or regulation; needed as soon as a number changes."),
    )  # fmt: skip
    status = forms.ChoiceField(label=_("Status of the new numbers"), choices=STATUSES, initial="published")
    seen = forms.CharField(widget=forms.HiddenInput, required=False, max_length=64)

    def __init__(self, *args: Any, numbers: list[Number], **kwargs: Any) -> None:
        self.numbers = numbers
        super().__init__(*args, **kwargs)
        for number in numbers:
            self.fields[number.key] = _field(number)
        self.order_fields([*(number.key for number in numbers), "version", "starts", "source", "status", "seen"])
        self._dress()

    def _dress(self) -> None:
        for number in self.numbers:
            self.fields[number.key].widget.attrs["class"] = "form-control"

    def rows(self) -> list[list[forms.BoundField]]:
        """Return the fields row by row: what belongs to one bracket, limit or requirement stands together."""
        sections: dict[object, list[forms.BoundField]] = {}
        for number in self.numbers:
            sections.setdefault(number.path[:-1], []).append(self[number.key])
        last = [self[name] for name in ("version", "starts", "source", "status")]
        return [*sections.values(), last]

    def changed(self) -> dict[Any, Value]:
        """Return the numbers as they were typed, by their place in the text; equal amounts stay as they were written."""
        return {number.path: typed(number, self.cleaned_data[number.key]) for number in self.numbers}


def _field(number: Number) -> forms.Field:
    label = chinese(number.zh) if language() == "zh" else number.en
    if number.kind == "count":
        return forms.IntegerField(label=label, initial=number.value, min_value=0, max_value=10_000)
    kind = Rate if number.kind == "rate" else Yuan
    return kind(label=label, initial=number.value, max_length=20)


def typed(number: Number, value: Any) -> Value:
    """Return what was typed, or the old writing of the same number: 5,000 is no change of 5000.00."""
    if number.kind == "count":
        return int(value)
    old, new = (str(text).rstrip("% ") for text in (number.value, value))
    whole, _point, part = new.partition(".")
    known, _known_point, known_part = old.partition(".")
    if whole.lstrip("0") == known.lstrip("0") and part.rstrip("0") == known_part.rstrip("0"):
        return number.value
    if number.kind == "yuan":
        return f"{int(whole)}.{part.ljust(2, '0')}"
    return str(value)


class PolicyText(Form):
    """The text of a version."""

    text = forms.CharField(
        label=_("Text (TOML)"), required=False, strip=False,
        widget=forms.Textarea(attrs={"rows": 28, "spellcheck": "false", "class": "form-control code"}),
    )  # fmt: skip
    file = forms.FileField(label=_("or a file"), required=False, help_text=_("A file counts before the text above."))
    table = forms.FileField(
        label=_("Table beside it (CSV: key, zh, en, amount, status)"), required=False,
        help_text=_("Only for policies that calculate by a table; empty: the table stays as it is."),
    )  # fmt: skip
    seen = forms.CharField(widget=forms.HiddenInput, required=False, max_length=64)

    def clean(self) -> dict[str, Any]:
        """Read the files as UTF-8."""
        data = super().clean() or {}
        for field, target in (("file", "text"), ("table", "table_text")):
            if data.get(field):
                try:
                    data[target] = data[field].read().decode("utf-8-sig")
                except UnicodeDecodeError:
                    self.add_error(field, _("The file is not UTF-8 text."))
        if not (data.get("text") or "").strip() and "file" not in self.errors:
            self.add_error("text", _("Write the text, or choose a file."))
        return data


class Table(Form):
    """An injury table from Excel."""

    file = forms.FileField(label=_("Table (Excel or CSV): code or body part and degree, amount"))
    status = forms.ChoiceField(label=_("Status of the amounts"), choices=STATUSES, initial="published")
    seen = forms.CharField(widget=forms.HiddenInput, required=False, max_length=64)


class Because(Form):
    """A reason, and the text it is about."""

    because = forms.CharField(label=_("Reason"), max_length=300, widget=forms.Textarea(attrs={"rows": 2}))
    seen = forms.CharField(widget=forms.HiddenInput, required=False, max_length=64)


class Proposal(Because):
    """A reason, and the drafts that are proposed in the same step; a choice carries the text that was looked at."""

    together = forms.MultipleChoiceField(
        label=_("Propose together with"), required=False, widget=forms.CheckboxSelectMultiple(attrs={"class": "choices"}),
        help_text=_("Policies that share a limit or give way to each other hold only together: they are published in one step."),
        error_messages={"invalid_choice": _("One of these drafts was changed meanwhile, or is none any more. Choose again; nothing was done.")},
    )  # fmt: skip

    def __init__(self, *args: Any, drafts: list[tuple[str, str, bool]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["together"]
        assert isinstance(field, forms.MultipleChoiceField)  # declared above
        field.choices = [(value, words) for value, words, _tied in drafts]
        field.initial = [value for value, _words, tied in drafts if tied]
        if not drafts:
            del self.fields["together"]

    def clean_together(self) -> dict[int, str]:
        """Return the digests that were looked at, by the number of the draft."""
        pairs = (value.split(":") for value in self.cleaned_data["together"])
        return {int(number): digest for number, digest in pairs}


class Seen(Form):
    """Only the text it is about."""

    seen = forms.CharField(widget=forms.HiddenInput, max_length=64)
