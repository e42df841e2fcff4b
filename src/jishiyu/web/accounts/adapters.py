"""How django-allauth meets our accounts: no sign-up, sealed secrets, failures that count, sign-on for known names."""

import base64
import time
from ipaddress import ip_address
from typing import Any

from allauth.account.adapter import DefaultAccountAdapter
from allauth.account.internal.flows.login import get_authentication_records
from allauth.core.exceptions import ImmediateHttpResponse
from allauth.mfa.adapter import DefaultMFAAdapter
from allauth.mfa.utils import is_mfa_enabled
from allauth.socialaccount.adapter import DefaultSocialAccountAdapter
from django.conf import settings
from django.contrib import messages
from django.contrib.auth import logout
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from jishiyu.apps.accounts.models import Account
from jishiyu.apps.accounts.operations import speak
from jishiyu.apps.accounts.signing_in import count_failure, signed_in
from jishiyu.apps.people.rekeying import FACTOR_PURPOSE
from jishiyu.apps.people.sealing import open_many, seal_many
from jishiyu.web.language import chosen
from jishiyu.web.place import issuer


def address_of(request: HttpRequest) -> str:
    """Return where a request comes from: who is connected, or whom a proxy of JISHIYU_PROXIES connects.

    Each proxy adds the address it sees to the end of X-Forwarded-For, so the last one that is no proxy itself counts;
    what stands before it is what the client says of itself. From anybody else the header means nothing.
    """
    found = str(request.META.get("REMOTE_ADDR", ""))
    for said in reversed(request.META.get("HTTP_X_FORWARDED_FOR", "").split(",")):
        if not _is_proxy(found):
            break
        try:
            found = str(ip_address(said.strip()))
        except ValueError:
            break
    return found


def _is_proxy(address: str) -> bool:
    try:
        known = ip_address(address)
    except ValueError:
        return False
    return any(known in network for network in settings.PROXIES)


def _how(request: HttpRequest, user: Account) -> str:
    """Return what was shown to get in, in its order: `password+totp`, `sign-on+webauthn`, `one-time code`."""
    if user.for_member:
        return "one-time code"
    named = {"socialaccount": "sign-on"}
    shown = [entry.get("type") or named.get(entry["method"], entry["method"])
             for entry in get_authentication_records(request, user)]  # fmt: skip
    return "+".join(dict.fromkeys(str(one) for one in shown)) or "unknown"


class Accounts(DefaultAccountAdapter):  # type: ignore[misc]  # allauth ships no types
    """Accounts are created by the system administrator; wrong passwords count also when asked again."""

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        """Nobody makes an account for themselves."""
        return False

    def reauthenticate(self, user: Account, password: str) -> bool:
        """Check the password again; the fifth wrong one locks the account."""
        if user.check_password(password):
            return True
        count_failure(account_id=user.pk, address=address_of(self.request), at=timezone.now())
        return False

    def is_reauthentication_required(self, *, app: str = "") -> bool:
        """Ask again five minutes after the last time; whoever has a second factor must have shown that one."""
        user = self.request.user
        edge = time.time() - settings.ACCOUNT_REAUTHENTICATION_TIMEOUT
        recent = {entry["method"] for entry in get_authentication_records(self.request, user) if entry["at"] >= edge}
        return "mfa" not in recent if is_mfa_enabled(user) else not recent

    def get_reauthentication_methods(self, user: Account) -> list[dict[str, str]]:
        """Offer the second factor only, where there is one: the password was typed already."""
        found: list[dict[str, str]] = super().get_reauthentication_methods(user)
        factors = [one for one in found if one["id"] != "reauthenticate"]
        return factors or found

    def respond_user_inactive(self, request: HttpRequest, user: Account) -> HttpResponse:
        """Lead back to the sign-in with a sentence."""
        messages.error(request, _("This account is locked or closed. Ask the security administrator."))
        return HttpResponseRedirect(reverse("account_login"))

    def post_login(self, request: HttpRequest, user: Account, **kwargs: Any) -> HttpResponse:
        """Write the sign-in to the trail, and which language somebody chose who never said so signed in."""
        signed_in(account_id=user.pk, how=_how(request, user), address=address_of(request), at=timezone.now())
        if (language := chosen(request)) and not user.language:
            speak(account_id=user.pk, language=language)
        response: HttpResponse = super().post_login(request, user, **kwargs)
        return response

    def add_message(self, *args: Any, **kwargs: Any) -> None:
        """Say nothing: our pages have their own words."""


class SecondFactors(DefaultMFAAdapter):  # type: ignore[misc]  # allauth ships no types
    """Secrets of second factors are sealed like people's data."""

    def encrypt(self, text: str) -> str:
        """Seal a secret."""
        return base64.b64encode(seal_many([text.encode()], purpose=FACTOR_PURPOSE)[0]).decode()

    def decrypt(self, encrypted_text: str) -> str:
        """Open a secret."""
        return open_many([base64.b64decode(encrypted_text)], purpose=FACTOR_PURPOSE)[0].decode()

    def get_totp_issuer(self) -> str:
        """Name the union in the authenticator's app."""
        return f"及时雨 {issuer()}"

    def send_notification_mail(self, *args: Any, **kwargs: Any) -> None:
        """Send no mail: the trail tells."""


class SignOn(DefaultSocialAccountAdapter):  # type: ignore[misc]  # allauth ships no types
    """A union's own sign-on opens accounts that exist here under the same name, and makes none."""

    def pre_social_login(self, request: HttpRequest, sociallogin: Any) -> None:
        """Connect a first sign-on with the account of the same name; refuse a name that is not known here."""
        if sociallogin.is_existing:
            return
        name = str(
            sociallogin.account.extra_data.get("userinfo", sociallogin.account.extra_data).get("preferred_username", "")
        )
        account = Account.objects.filter(name=name, for_member=False, closed_at=None).first() if name else None
        if account is None:
            logout(request)
            messages.error(
                request, _("The sign-on worked, but it names no account here. Ask the system administrator.")
            )
            raise ImmediateHttpResponse(HttpResponseRedirect(reverse("account_login")))
        sociallogin.connect(request, account)

    def is_open_for_signup(self, request: HttpRequest, sociallogin: Any) -> bool:
        """Nobody makes an account by signing on."""
        return False
