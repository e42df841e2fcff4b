"""Forms of signing in, of one's own account, and of the administrators."""

from typing import Any

from allauth.account.forms import ReauthenticateForm as ReauthenticateForm_
from allauth.core import context
from allauth.core.internal.cryptokit import normalize_user_code
from allauth.mfa import app_settings
from allauth.mfa.adapter import get_adapter
from allauth.mfa.base.forms import AuthenticateForm, ReauthenticateForm
from django import forms
from django.core.cache import cache
from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from jishiyu.apps.accounts.models import Role
from jishiyu.apps.accounts.signing_in import count_failure
from jishiyu.web.accounts.adapters import address_of
from jishiyu.web.accounts.words import ROLES
from jishiyu.web.components.forms import Day, Form, certificate_choices, dress


class SignIn(Form):
    """Name and password."""

    name = forms.CharField(label=_("Account name"), max_length=40, widget=forms.TextInput(
        attrs={"autocomplete": "username", "autofocus": True, "autocapitalize": "none"}
    ))  # fmt: skip
    password = forms.CharField(label=_("Password"), max_length=128, strip=False, widget=forms.PasswordInput(
        attrs={"autocomplete": "current-password"}
    ))  # fmt: skip


class _Counted:
    """A wrong code counts like a wrong password; a code works once in all the time in which it is taken."""

    user: Any

    def clean_code(self) -> str:
        """Check the code, remember it as used, and count a wrong one."""
        try:
            code = str(super().clean_code())  # type: ignore[misc]
            # The library remembers a code for one period only, but takes those beside it too (RFC 6238, 5.2).
            lasts = app_settings.TOTP_PERIOD * (2 * app_settings.TOTP_TOLERANCE + 1)
            if not cache.add(f"factor-used-{self.user.pk}-{normalize_user_code(code)}", "y", timeout=lasts):
                raise get_adapter().validation_error("incorrect_code")
            return code
        except ValidationError:
            count_failure(account_id=self.user.pk, address=address_of(context.request), at=timezone.now())
            raise


class SecondFactor(_Counted, AuthenticateForm):  # type: ignore[misc]  # allauth ships no types
    """The code of the authenticator at sign-in."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _number_pad(self)


class SecondFactorAgain(_Counted, ReauthenticateForm):  # type: ignore[misc]  # allauth ships no types
    """The code of the authenticator once more, before something grave."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _number_pad(self)


class PasswordAgain(ReauthenticateForm_):  # type: ignore[misc]  # allauth ships no types
    """The password once more, before a first second factor is set up."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["password"].label = _("Password")
        self.fields["password"].widget.attrs["placeholder"] = ""
        dress(self)


def _number_pad(form: Any) -> None:
    form.fields["code"].label = _("Code of the authenticator")
    form.fields["code"].widget.attrs.update(
        {"inputmode": "numeric", "maxlength": "8", "placeholder": "", "autofocus": True}
    )
    dress(form)


class MemberSignIn(Form):
    """A member's number and name."""

    cert_type = forms.ChoiceField(label=_("Certificate"), initial="01", choices=certificate_choices)
    cert_no = forms.CharField(label=_("Certificate number"), max_length=40, widget=forms.TextInput(
        attrs={"autocomplete": "off", "autocapitalize": "characters"}
    ))  # fmt: skip
    name = forms.CharField(label=_("Name"), max_length=60, widget=forms.TextInput(attrs={"autocomplete": "name"}))


class MemberCode(Form):
    """The code that was sent."""

    code = forms.CharField(label=_("Code from the message"), max_length=6, widget=forms.TextInput(
        attrs={"autocomplete": "one-time-code", "inputmode": "numeric", "autofocus": True}
    ))  # fmt: skip


class NewPassword(Form):
    """One's own new password."""

    old = forms.CharField(label=_("Present password"), strip=False, widget=forms.PasswordInput(
        attrs={"autocomplete": "current-password"}
    ))  # fmt: skip
    new = forms.CharField(label=_("New password"), strip=False, widget=forms.PasswordInput(
        attrs={"autocomplete": "new-password"}
    ), help_text=_("8 characters or more with three of capitals, small letters, digits, signs; not one of the last five."))  # fmt: skip
    again = forms.CharField(label=_("New password again"), strip=False, widget=forms.PasswordInput(
        attrs={"autocomplete": "new-password"}
    ))  # fmt: skip

    def clean(self) -> dict[str, Any]:
        """Compare the two."""
        data = super().clean() or {}
        if data.get("new") != data.get("again"):
            self.add_error("again", _("The two passwords differ."))
        return data


class _OnTheRoster(Form):
    """Who somebody is on the roster, or that they are nobody there: one of the two must be said."""

    member_no = forms.CharField(
        label=_("Member number"), required=False, max_length=40,
        help_text=_("So that nobody decides about themselves or their household."),
    )  # fmt: skip
    no_member = forms.BooleanField(label=_("Is not a member of any union here"), required=False)

    def clean(self) -> dict[str, Any]:
        """Ask for one of the two."""
        data = super().clean() or {}
        if bool(data.get("member_no")) == bool(data.get("no_member")):
            self.add_error("member_no", _("Enter the member number, or tick that there is none."))
        return data


class NewAccount(_OnTheRoster):
    """A new account; its initial password is drawn."""

    name = forms.CharField(
        label=_("Account name"),
        max_length=40,
        help_text=_("2 to 40 letters, digits, dots, hyphens or Chinese characters"),
    )
    full_name = forms.CharField(label=_("Full name"), max_length=60)
    mobile = forms.CharField(label=_("Mobile"), max_length=20, required=False)
    field_order = ("name", "full_name", "mobile", "member_no", "no_member")


class Declaration(_OnTheRoster):
    """Who an account is on the roster, said later or otherwise than before."""

    because = forms.CharField(label=_("Reason"), max_length=300, widget=forms.Textarea(attrs={"rows": 2}))


class NewGrant(Form):
    """A role for an account."""

    role = forms.ChoiceField(
        label=_("Role"), choices=[(role.value, ROLES[role]) for role in Role if role is not Role.MEMBER]
    )
    union_code = forms.CharField(
        label=_("Code of the union"), required=False, max_length=40, help_text=_("Empty for the whole city")
    )
    since = forms.DateField(label=_("From"), widget=Day())


class Reason(Form):
    """Why."""

    because = forms.CharField(label=_("Reason"), max_length=300, widget=forms.Textarea(attrs={"rows": 2}))
