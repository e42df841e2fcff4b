"""Every address with every role, compared with the table of rights; what has no action is not answered."""

import re
from pathlib import Path

import pytest
from django.test import Client
from django.urls import URLPattern, get_resolver

from jishiyu.apps.accounts.models import Role
from jishiyu.apps.accounts.rights import ACTIONS, PUBLIC, SIGNED_IN, TOKEN, may
from jishiyu.web.gate import FIRST_STEPS, page
from scripts.rights import page as written
from tests.web.people import signed_in

DOCS = Path(__file__).parents[2] / "docs" / "reference"
EVERYBODY = (SIGNED_IN, FIRST_STEPS)
# Only for whoever has a password or a factor to show once more.
AGAIN = {"/account/again", "/account/factor/again", "/account/factor/passkeys/again"}


def addresses() -> list[tuple[str, str]]:
    """Return every address, with 1 or `x` for its parameters, and its action."""
    found: list[tuple[str, str]] = []

    def walk(patterns: list[object], before: str) -> None:
        for one in patterns:
            route = before + str(getattr(one, "pattern", ""))
            if isinstance(one, URLPattern):
                filled = re.sub(r"<int:\w+>", "1", route)
                found.append(("/" + re.sub(r"<(?:\w+:)?\w+>", "x", filled), getattr(one.callback, "may", "")))
            else:
                walk(getattr(one, "url_patterns", []), route)

    walk(list(get_resolver().url_patterns), "")
    return found


def test_every_address_names_an_action_of_the_table() -> None:
    known = {*ACTIONS, PUBLIC, TOKEN, *EVERYBODY}
    assert [address for address, action in addresses() if action not in known] == []
    with pytest.raises(ValueError, match="no action"):
        page("x", lambda request: None, name="x", may="cake.eat")  # type: ignore[arg-type, return-value]


@pytest.mark.django_db
@pytest.mark.parametrize("role", Role)
def test_every_address_answers_whom_the_table_lets_in(role: Role) -> None:
    client = signed_in(role)
    client.raise_request_exception = False
    wrong = []
    for address, action in addresses():
        if action == PUBLIC or address in AGAIN:
            continue
        if action == TOKEN:
            assert client.get(address).status_code in (401, 405), address
            continue
        refused = client.get(address).status_code == 403
        if refused == (action in EVERYBODY or may(action, role)):
            wrong.append((address, action, refused))
    assert wrong == []


@pytest.mark.django_db
def test_nobody_gets_in_without_signing_in() -> None:
    client = Client()
    for address, action in addresses():
        if action not in (PUBLIC, TOKEN):
            response = client.get(address)
            assert response.status_code == 302, address
            assert response.headers["Location"].startswith("/sign-in?"), address


@pytest.mark.parametrize("language", ["en", "zh"])
def test_the_written_table_is_the_one_in_the_code(language: str) -> None:
    file = DOCS / ("rights.md" if language == "en" else "rights.zh.md")
    assert file.read_text(encoding="utf-8") == written(language), "run scripts/rights.py"


def test_no_administrator_may_do_anything_with_people_or_money() -> None:
    theirs = {
        key
        for key in ACTIONS
        if any(may(key, role) for role in (Role.SYSTEM_ADMIN, Role.SECURITY_ADMIN, Role.AUDIT_ADMIN))
    }
    theirs -= {"payments.sign"}  # naming who may sign is a matter of rights; no payment is seen
    assert {key.split(".")[0] for key in theirs} == {"todo", "accounts", "settings", "notices", "tokens", "audit"}
