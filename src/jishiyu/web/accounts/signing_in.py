"""Signing in: name and password, then the second factor; members with a one-time code."""

from allauth.account.internal.flows.login import record_authentication
from allauth.account.utils import perform_login
from allauth.socialaccount.adapter import get_adapter as sign_on
from django.conf import settings
from django.contrib import messages
from django.contrib.auth import logout
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_POST

from jishiyu.apps.accounts.rows import whole
from jishiyu.apps.accounts.signing_in import check_code, check_name_and_password, send_code
from jishiyu.apps.people.problems import NumberUnusable
from jishiyu.apps.people.queries import identities, person_by_number
from jishiyu.engine.problems import Problem
from jishiyu.web.accounts.adapters import address_of
from jishiyu.web.accounts.codes import send_notice
from jishiyu.web.accounts.forms import MemberCode, MemberSignIn, SignIn
from jishiyu.web.problem import REFUSED, told

TOKEN, NAME = "code_token", "code_name"


@sensitive_post_parameters("password")
def sign_in(request: HttpRequest) -> HttpResponse:
    """Check name and password, then lead to the second factor."""
    if request.user.is_authenticated:
        return HttpResponseRedirect(_next(request))
    form, problem = SignIn(request.POST or None), None
    if request.method == "POST" and form.is_valid():
        with whole():
            answer = check_name_and_password(
                name=form.cleaned_data["name"], password=form.cleaned_data["password"], address=address_of(request),
                at=timezone.now(),
            )  # fmt: skip
        if answer.account is not None:
            record_authentication(request, answer.account, method="password", username=answer.account.name)
            response: HttpResponse = perform_login(
                request, answer.account, email_verification="none", redirect_url=_next(request)
            )
            return response
        problem = answer.problem
    context = {
        "form": form, "next": _next(request), "problem": told(problem) if problem else "",
        "providers": sign_on().list_providers(request), "sign_on": settings.SIGN_ON_NAME,
    }  # fmt: skip
    return render(request, "account/login.html", context, status=REFUSED if request.method == "POST" else 200)


@require_POST
def sign_out(request: HttpRequest) -> HttpResponse:
    """End the session."""
    logout(request)
    messages.info(request, _("You are signed out."))
    return HttpResponseRedirect(reverse("account_login"))


@sensitive_post_parameters("cert_no", "name")
def member_sign_in(request: HttpRequest) -> HttpResponse:
    """Send a code to the mobile on the roster; the answer is the same whether there is such a member or not."""
    form, problem = MemberSignIn(request.POST or None), None
    if request.method == "POST" and form.is_valid():
        try:
            with whole():
                request.session[TOKEN] = _send(request, form.cleaned_data)
            request.session[NAME] = form.cleaned_data["name"].strip()
            return HttpResponseRedirect(reverse("member-code"))
        except Problem as refused:
            problem = refused
    context = {"form": form, "problem": told(problem) if problem else ""}
    return render(request, "accounts/member_sign_in.html", context, status=REFUSED if form.is_bound else 200)


@sensitive_post_parameters("code")
def member_code(request: HttpRequest) -> HttpResponse:
    """Check the code and let the member in."""
    token = request.session.get(TOKEN)
    if not token:
        return HttpResponseRedirect(reverse("member-sign-in"))
    form, problem = MemberCode(request.POST or None), None
    if request.method == "POST" and form.is_valid():
        with whole():
            answer = check_code(
                token=token, code=form.cleaned_data["code"], name=request.session.get(NAME, ""),
                address=address_of(request), at=timezone.now(),
            )  # fmt: skip
        if answer.account is not None:
            response: HttpResponse = perform_login(request, answer.account, email_verification="none", redirect_url="/")
            return response
        problem = answer.problem
    context = {"form": form, "problem": told(problem) if problem else ""}
    return render(request, "accounts/member_code.html", context, status=REFUSED if form.is_bound else 200)


def _send(request: HttpRequest, data: dict[str, str]) -> str:
    """Send a code if number and name belong together."""
    now = timezone.now()
    today = timezone.localdate(now)
    try:
        person = person_by_number(cert_type=data["cert_type"], cert_no=data["cert_no"], as_of=today)
    except NumberUnusable:
        person = None
    mobile = ""
    if person is not None:
        known = identities(person_ids=[person.pk]).row(0, named=True)
        if (known["name"] or "").replace(" ", "") == data["name"].replace(" ", ""):
            mobile = known["mobile"] or ""
        else:
            person = None
    return send_code(
        person_id=person.pk if person else None, mobile=mobile, address=address_of(request), at=now, send=send_notice
    )


def _next(request: HttpRequest) -> str:
    """Return where to go afterwards: only somewhere on this site."""
    wanted = request.POST.get("next") or request.GET.get("next") or "/"
    return wanted if url_has_allowed_host_and_scheme(wanted, allowed_hosts={request.get_host()}) else "/"
