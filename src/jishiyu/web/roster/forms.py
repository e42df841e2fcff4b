"""Forms of the roster. On screen a period includes its last day; the tables are half-open."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from jishiyu.web.components.forms import Day, Form, certificate_choices
from jishiyu.web.unions.forms import UnionCode

DIGITS = {"inputmode": "numeric", "autocomplete": "off"}
FROM_THE_BOOK = _("From the household book: husband and wife have the same one. A fire is paid once per household.")
IN_SERVICE = [("1", _("in service")), ("0", _("member, not in service (retired, laid off)"))]


class HouseholdNumber(forms.CharField):
    """The number of the household book; what cannot be shown is typed again, never read from the screen."""

    def __init__(self, **options: Any) -> None:
        super().__init__(
            label=_("Household number"), max_length=40, required=False,
            widget=forms.TextInput(attrs={"autocomplete": "off"}), **options,
        )  # fmt: skip


class Enrolment(Form):
    """Somebody becomes a member, on record already or not."""

    cert_type = forms.ChoiceField(label=_("Kind of certificate"), choices=certificate_choices)
    cert_no = forms.CharField(
        label=_("Certificate number"), max_length=40, widget=forms.TextInput(attrs={"autocomplete": "off"})
    )
    name = forms.CharField(label=_("Name"), max_length=60, widget=forms.TextInput(attrs={"autocomplete": "off"}))
    birth_date = forms.DateField(
        label=_("Birth date"), widget=Day(), required=False, help_text=_("Only where the number does not say it.")
    )
    mobile = forms.CharField(label=_("Mobile"), max_length=20, required=False)
    bank_account = forms.CharField(
        label=_("Bank account"), max_length=40, required=False, widget=forms.TextInput(attrs={"autocomplete": "off"}),
        help_text=_("Mobile and account are taken for people who are new; what is on record stays."),
    )  # fmt: skip
    union_code = UnionCode(label=_("Union"))
    member_no = forms.CharField(label=_("Member number"), max_length=40)
    joined_on = forms.DateField(label=_("Joined on"), widget=Day())
    in_service = forms.TypedChoiceField(label=_("Service"), choices=IN_SERVICE, coerce=lambda text: text == "1")
    household = HouseholdNumber(help_text=FROM_THE_BOOK)


class Joining(Form):
    """A person on record joins a union."""

    union_code = UnionCode(label=_("Union"))
    member_no = forms.CharField(label=_("Member number"), max_length=40)
    joined_on = forms.DateField(label=_("Joined on"), widget=Day())
    in_service = forms.TypedChoiceField(label=_("Service"), choices=IN_SERVICE, coerce=lambda text: text == "1")
    household = HouseholdNumber(help_text=FROM_THE_BOOK)


class Transfer(Form):
    """A member moves to another union."""

    to_union_code = UnionCode(label=_("Union that takes the member"))
    on = forms.DateField(
        label=_("First day in the new union"), widget=Day(),
        help_text=_("The membership in the old union ends with the day before: there is no gap."),
    )  # fmt: skip


class Leaving(Form):
    """A membership ends."""

    last_day = forms.DateField(label=_("Last day of membership"), widget=Day())


class Service(Form):
    """A member retires, or is in service again."""

    on = forms.DateField(label=_("From"), widget=Day(), help_text=_("What was true before that day stays true."))


class Household(Form):
    """The household number of a membership, put right or changed from a day on."""

    household = HouseholdNumber(help_text=_("From the household book. Left empty, the membership has none any more."))
    on = forms.DateField(
        label=_("Changed from"), widget=Day(), required=False,
        help_text=_("Only where the household changed on a day (a marriage, say): what was true before stays true. Empty where the number was wrong or missing."),
    )  # fmt: skip
    reason = forms.CharField(
        label=_("Reason: who asked for it, and which paper was seen"), min_length=2, max_length=300,
        widget=forms.Textarea(attrs={"rows": 2}),
    )  # fmt: skip


class RosterFile(Form):
    """A roster to be checked."""

    file = forms.FileField(label=_("Roster (Excel, CSV, or ZIP with a text file)"))
    complete = forms.BooleanField(
        label=_("The file is complete for its unions: whoever it does not name has left"), required=False
    )
    last_day = forms.DateField(
        label=_("Their last day of membership"), widget=Day(), required=False,
        help_text=_("Only with a complete file."),
    )  # fmt: skip

    def clean(self) -> dict[str, Any]:
        """Ask for the day exactly when the file is complete."""
        data = super().clean() or {}
        if data.get("complete") and not data.get("last_day"):
            self.add_error("last_day", _("Say on which day those who are missing were members for the last time."))
        if data.get("last_day") and not data.get("complete"):
            self.add_error("complete", _("A last day is given: tick this too, or take the day away."))
        return data


class Correction(Form):
    """What is put right about somebody on record; what is left empty stays as it is."""

    mobile = forms.CharField(
        label=_("New mobile"), max_length=20, required=False, widget=forms.TextInput(attrs=DIGITS)
    )  # fmt: skip
    account = forms.CharField(
        label=_("New bank account"), max_length=40, required=False, widget=forms.TextInput(attrs=DIGITS),
        help_text=_("Payments that are in a batch already keep the account they were prepared with."),
    )  # fmt: skip
    again = forms.CharField(
        label=_("New bank account once more"), max_length=40, required=False, widget=forms.TextInput(attrs=DIGITS)
    )
    name = forms.CharField(
        label=_("Right name"), max_length=60, required=False, widget=forms.TextInput(attrs={"autocomplete": "off"})
    )
    cert_type = forms.ChoiceField(label=_("Kind of certificate"), choices=certificate_choices)
    cert_no = forms.CharField(
        label=_("Right certificate number"), max_length=40, required=False,
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
        help_text=_("The wrong number leads to nobody afterwards; what it changes about subsidies is decided at once."),
    )  # fmt: skip
    reason = forms.CharField(
        label=_("Reason: who asked for it, and which paper was seen"), min_length=2, max_length=300,
        widget=forms.Textarea(attrs={"rows": 2}),
    )  # fmt: skip

    def __init__(self, *args: Any, cert_type: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["cert_type"].initial = cert_type

    def clean(self) -> dict[str, Any]:
        """Ask for something to put right, and for the same account twice."""
        data = super().clean() or {}
        if not any(data.get(name) for name in ("mobile", "account", "name", "cert_no")) and not self.errors:
            raise forms.ValidationError(_("Enter at least one thing to put right."))
        folded = ["".join(str(data.get(name, "")).split()).replace("-", "") for name in ("account", "again")]
        if folded[0] != folded[1]:
            self.add_error("again", _("The two account numbers differ."))
        return data


class Merging(Form):
    """Two persons are one."""

    kept_id = forms.TypedChoiceField(
        label=_("Which of the two counts from now on"), coerce=int, widget=forms.RadioSelect
    )
    reason = forms.CharField(label=_("Reason"), max_length=300, widget=forms.Textarea(attrs={"rows": 2}))

    def __init__(self, *args: Any, choices: list[tuple[int, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["kept_id"].choices = choices  # type: ignore[attr-defined]  # a field of choices


class Because(Form):
    """Why."""

    reason = forms.CharField(label=_("Reason"), max_length=300, widget=forms.Textarea(attrs={"rows": 2}))
