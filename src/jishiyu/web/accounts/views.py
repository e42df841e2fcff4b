"""Accounts, their roles, lock-outs, and one's own account."""

from typing import Any

from allauth.mfa.models import Authenticator
from django.contrib import messages
from django.contrib.auth import logout
from django.contrib.postgres.aggregates import ArrayAgg
from django.db.models import Q, Value
from django.http import HttpRequest, HttpResponse, HttpResponseBase, HttpResponseRedirect
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_POST

from jishiyu.apps.accounts import operations, passwords
from jishiyu.apps.accounts.models import Account, Grant, Role
from jishiyu.apps.accounts.problems import MemberNumberUnclear, SignInRefused
from jishiyu.apps.accounts.queries import accounts_to_look_at, grants, lockouts, password_is_due, staff_accounts
from jishiyu.apps.accounts.rows import whole
from jishiyu.apps.accounts.signing_in import count_failure
from jishiyu.apps.members.queries import persons_of_number
from jishiyu.web.accounts.adapters import address_of
from jishiyu.web.accounts.forms import Declaration, NewAccount, NewGrant, NewPassword, Reason
from jishiyu.web.accounts.lists import ACCOUNTS, LOCKOUTS
from jishiyu.web.accounts.words import FACTORS, ROLES, on_the_roster, state
from jishiyu.web.components.forms import answer_form
from jishiyu.web.components.history import steps
from jishiyu.web.gate import who


def accounts(request: HttpRequest) -> HttpResponseBase:
    """List the accounts."""
    rows = staff_accounts().annotate(
        roles=ArrayAgg(
            "grants__role", filter=Q(grants__isnull=False, grants__until=None), distinct=True, default=Value([])
        )
    )
    return ACCOUNTS.answer(request, rows.order_by("name", "id"), **_buttons(request))


def account(request: HttpRequest, account_id: int, **context: Any) -> HttpResponse:
    """Show one account: state, roles, lock-outs, history."""
    found = get_object_or_404(accounts_to_look_at(), pk=account_id)
    shown = {
        "account": found, "state": state(found), "on_the_roster": on_the_roster(found),
        "grants": [(grant, ROLES[Role(grant.role)]) for grant in grants(account_id=account_id)],
        "lockouts": lockouts().filter(account_id=account_id)[:20],
        "factors": [
            (FACTORS.get(kind, kind), used)
            for kind, used in Authenticator.objects.filter(user_id=account_id).values_list("type", "last_used_at")
        ],
        "history": steps(f"account {found.name}"),
        **_buttons(request),
    }  # fmt: skip
    return render(request, "accounts/account.html", {**shown, **context})


def new_account(request: HttpRequest) -> HttpResponse:
    """Create an account and show its initial password, once."""

    def do(data: dict[str, Any]) -> HttpResponse:
        password = passwords.draw()
        with whole():
            made = operations.create_account(
                name=data["name"], full_name=data["full_name"], mobile=data["mobile"], password=password,
                person_id=_person(data), no_member=data["no_member"], by=who(request).name, at=timezone.now(),
            )  # fmt: skip
        return render(request, "accounts/created.html", {"account": made, "password": password})

    return answer_form(request, NewAccount(request.POST or None), template="accounts/new.html", do=do)


def declare(request: HttpRequest, account_id: int) -> HttpResponse:
    """Say who an account is on the roster, or that they are nobody there."""
    found = get_object_or_404(staff_accounts(), pk=account_id)

    def do(data: dict[str, Any]) -> HttpResponse:
        with whole():
            operations.declare_person(
                account_id=found.pk, person_id=_person(data), because=data["because"], by=who(request).name,
                at=timezone.now(),
            )  # fmt: skip
        messages.success(request, _("It is written down who this is on the roster."))
        return _back(found)

    title = _("Who this is on the roster")
    form = Declaration(request.POST or None)
    return answer_form(request, form, template="accounts/reason.html", do=do, account=found, title=title)


@require_POST
def new_password(request: HttpRequest, account_id: int) -> HttpResponse:
    """Draw a new initial password and show it, once."""
    found = get_object_or_404(staff_accounts(), pk=account_id)
    password = passwords.draw()
    operations.set_password(account_id=found.pk, password=password, by=who(request).name, at=timezone.now())
    return render(request, "accounts/created.html", {"account": found, "password": password})


def give(request: HttpRequest, account_id: int) -> HttpResponse:
    """Give a role."""
    found = get_object_or_404(staff_accounts(), pk=account_id)

    def do(data: dict[str, Any]) -> HttpResponse:
        operations.grant(account_id=found.pk, by=who(request).name, at=timezone.now(), **data)
        messages.success(request, _("The role was given."))
        return _back(found)

    form = NewGrant(request.POST or None, initial={"since": timezone.localdate()})
    return answer_form(request, form, template="accounts/give.html", do=do, account=found)


@require_POST
def end(request: HttpRequest, grant_id: int) -> HttpResponse:
    """End a role today."""
    found = get_object_or_404(Grant.objects.select_related("account"), pk=grant_id)
    operations.revoke(grant_id=found.pk, on=timezone.localdate(), by=who(request).name, at=timezone.now())
    messages.success(request, _("The role has ended."))
    return _back(found.account)


def lock(request: HttpRequest, account_id: int) -> HttpResponse:
    """Lock an account with a reason."""
    return _with_reason(
        request, account_id, operations.lock, _("Lock the account"), _("The account is locked."), members_too=True
    )


def unlock(request: HttpRequest, account_id: int) -> HttpResponse:
    """Unlock an account with a reason."""
    return _with_reason(
        request,
        account_id,
        operations.unlock,
        _("Unlock the account"),
        _("The account is open again."),
        members_too=True,
    )


def reset_factor(request: HttpRequest, account_id: int) -> HttpResponse:
    """Remove the second factors with a reason."""
    title, done = (
        _("Reset the second factor"),
        _("The second factor was removed; a new one is set up at the next sign-in."),
    )
    return _with_reason(request, account_id, operations.reset_second_factor, title, done)


def close(request: HttpRequest, account_id: int) -> HttpResponse:
    """Close an account with a reason."""
    return _with_reason(
        request, account_id, operations.close_account, _("Close the account"), _("The account is closed.")
    )


def locked_out(request: HttpRequest) -> HttpResponseBase:
    """List the lock-outs."""
    return LOCKOUTS.answer(request, lockouts())


def own(request: HttpRequest) -> HttpResponse:
    """Show one's own account."""
    known = who(request).account
    assert known is not None  # the gate lets nobody else in
    context = {
        "grants": [(grant, ROLES[Role(grant.role)]) for grant in grants(account_id=known.pk) if grant.until is None],
        "factors": Authenticator.objects.filter(user=known), "state": state(known),
    }  # fmt: skip
    return render(request, "accounts/own.html", context)


@sensitive_post_parameters()
def password(request: HttpRequest) -> HttpResponse:
    """Change one's own password; every session ends with it."""
    known = who(request).account
    assert known is not None  # the gate lets nobody else in

    def do(data: dict[str, Any]) -> HttpResponse:
        if not known.check_password(data["old"]):
            with whole():
                count_failure(account_id=known.pk, address=address_of(request), at=timezone.now())
            raise SignInRefused
        operations.set_password(account_id=known.pk, password=data["new"], by=known.name, at=timezone.now())
        logout(request)
        messages.success(request, _("The password was changed. Sign in with the new one."))
        return HttpResponseRedirect(reverse("account_login"))

    due = password_is_due(account=known, at=timezone.now())
    return answer_form(request, NewPassword(request.POST or None), template="accounts/password.html", do=do, due=due)


def _with_reason(
    request: HttpRequest, account_id: int, operation: Any, title: str, done: str, *, members_too: bool = False
) -> HttpResponse:
    rows = accounts_to_look_at() if members_too else staff_accounts()
    found = get_object_or_404(rows, pk=account_id)

    def do(data: dict[str, Any]) -> HttpResponse:
        operation(account_id=found.pk, because=data["because"], by=who(request).name, at=timezone.now())
        messages.success(request, done)
        return _back(found)

    return answer_form(
        request, Reason(request.POST or None), template="accounts/reason.html", do=do, account=found, title=title
    )


def _person(data: dict[str, Any]) -> int | None:
    """Return the person of a member number, None where there is none; raises MemberNumberUnclear."""
    if not data["member_no"]:
        return None
    people = persons_of_number(member_no=data["member_no"])
    if len(people) != 1:
        raise MemberNumberUnclear(member_no=data["member_no"], count=len(people))
    return people[0]


def _buttons(request: HttpRequest) -> dict[str, bool]:
    return {f"may_{verb}": who(request).may(f"accounts.{verb}") for verb in ("create", "grant", "unlock")}


def _back(account: Account) -> HttpResponse:
    return HttpResponseRedirect(reverse("accounts:one", args=[account.pk]))
