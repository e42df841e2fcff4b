"""A union's own sign-on, against a real OpenID Connect provider on this machine (npm: oidc-provider)."""

import re
from collections.abc import Iterator
from datetime import date
from typing import Any
from urllib.parse import parse_qs, urljoin, urlsplit

import httpx
import pytest
from allauth.mfa.totp.internal.auth import TOTP, generate_totp_secret
from django.test import Client

from jishiyu.apps.accounts.models import Account, Role
from jishiyu.apps.accounts.operations import create_account, grant, lock
from jishiyu.apps.audit.models import Trail
from tests.security.provider import configured, started
from tests.web.people import NOW

pytestmark = pytest.mark.django_db
BACK = "http://testserver/sign-on/union/callback"


@pytest.fixture(scope="module")
def provider() -> Iterator[str]:
    """Start the provider and give its address."""
    with started(BACK) as address:
        yield address


@pytest.fixture(autouse=True)
def _configured(provider: str, settings: Any) -> None:
    settings.SOCIALACCOUNT_PROVIDERS = configured(provider)


def officer(name: str = "zhao", role: Role = Role.FINANCE) -> Account:
    made = create_account(name=name, full_name="赵财务", by="root", at=NOW)
    grant(account_id=made.pk, role=role, union_code="", since=date(2025, 1, 1), by="root", at=NOW)
    TOTP.activate(made, generate_totp_secret())
    return made


def sign_on(client: Client, name: str) -> str:
    """Sign in at the provider as somebody, as a browser does, and return the address it leads back to."""
    away = client.post("/sign-on/union").headers["Location"]
    asked = parse_qs(urlsplit(away).query)
    assert asked["code_challenge_method"] == ["S256"]
    assert asked["state"]
    with httpx.Client() as browser:
        page = browser.get(away)
        for _ in range(10):
            if page.is_redirect:
                target = urljoin(str(page.url), page.headers["Location"])
                if target.startswith(BACK):
                    return target
                page = browser.get(target)
                continue
            form = re.search(r'action="([^"]+)"', page.text)
            assert form is not None, page.text[:500]
            prompt = re.search(r'name="prompt" value="(\w+)"', page.text)
            typed = {"prompt": prompt[1] if prompt else "login", "login": name, "password": "x"}
            page = browser.post(urljoin(str(page.url), form[1].replace("&amp;", "&")), data=typed)
    raise AssertionError("the provider never led back")


def test_a_known_name_signs_on_and_still_shows_the_second_factor(client: Client, provider: str) -> None:
    officer()
    page = client.get("/sign-in")
    assert "/sign-on/union" in page.content.decode()
    assert f"form-action 'self' {provider};" in page.headers["Content-Security-Policy"]
    assert provider not in client.get("/account").headers["Content-Security-Policy"]
    answered = client.get(sign_on(client, "zhao").removeprefix("http://testserver"))
    assert answered.headers["Location"] == "/sign-in/factor"
    assert client.get("/todo").status_code == 302


def test_a_name_that_is_not_known_here_gets_no_account(client: Client) -> None:
    officer()
    answered = client.get(sign_on(client, "stranger").removeprefix("http://testserver"))
    assert answered.headers["Location"] == "/sign-in"
    assert not Account.objects.filter(name="stranger").exists()
    assert "系统管理员" in client.get("/sign-in").content.decode()
    assert client.get("/todo").status_code == 302


def test_a_locked_account_does_not_get_in_by_sign_on(client: Client) -> None:
    account = officer()
    lock(account_id=account.pk, because="核查", by="guard", at=NOW)
    client.get(sign_on(client, "zhao").removeprefix("http://testserver"))
    assert client.get("/todo").status_code == 302
    assert "_auth_user_id" not in client.session


def test_an_answer_for_another_browser_another_state_or_a_second_time_is_refused(client: Client) -> None:
    officer()
    back = sign_on(client, "zhao").removeprefix("http://testserver")
    thief = Client()
    thief.get(back)
    assert thief.get("/sign-in/factor").status_code == 302
    client.get(re.sub(r"state=[^&]+", "state=wrong", back))
    assert client.get("/sign-in/factor").status_code == 302
    other = Client()
    back = sign_on(other, "zhao").removeprefix("http://testserver")
    assert other.get(back).headers["Location"] == "/sign-in/factor"
    again = Client()
    again.get(back)
    assert again.get("/sign-in/factor").status_code == 302


def test_the_first_sign_on_is_bound_to_the_provider_and_stands_in_the_trail(client: Client) -> None:
    account = officer()
    client.get(sign_on(client, "zhao").removeprefix("http://testserver"))
    linked = account.socialaccount_set.get()
    assert linked.uid == "sub-zhao"
    assert not Trail.objects.filter(action="accounts.sign_in").exists()  # not before the second factor
