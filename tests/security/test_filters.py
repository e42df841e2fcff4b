"""SQL in everything that an address may carry: it is looked for as text, found nowhere, and does nothing."""

import itertools
import re
import time
from html.parser import HTMLParser
from pathlib import Path

import pytest
from django.test import Client

from jishiyu.apps.accounts.models import Account, Role
from jishiyu.apps.accounts.rights import may
from jishiyu.apps.api.models import Scope
from tests.security.town import addresses, settle, visitor
from tests.web.api.systems import OFFICERS, system

pytestmark = pytest.mark.django_db
READERS = (Role.SUBSIDY_OFFICER, Role.FINANCE, Role.SECURITY_ADMIN, Role.AUDIT_ADMIN, Role.SYSTEM_ADMIN, Role.MEMBER)
SLEEPS = 3
INJECTIONS = (
    "zz' OR '1'='1",
    f"zz'); SELECT pg_sleep({SLEEPS}); DROP TABLE accounts_grant; --",
    "zz\\' UNION SELECT password, password, password FROM accounts_account -- %s %(x)s {0}",
    "\x00zz",
)


class _Fields(HTMLParser):
    """Finds the names that a page's query row and links put behind the question mark."""

    def __init__(self) -> None:
        super().__init__()
        self.names: set[str] = set()
        self.inside = False

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Note what one tag asks for."""
        given = dict(attrs)
        if tag == "form":
            self.inside = (given.get("method") or "get").lower() == "get"
        if self.inside and tag in ("input", "select", "textarea") and given.get("name"):
            self.names.add(str(given["name"]))
        for name in re.findall(r"[?&]([\w-]+)=", (given.get("href") or "") + (given.get("hx-get") or "")):
            self.names.add(name)


def test_whatever_stands_in_a_filter_is_looked_for_as_text(tmp_path: Path, settings: object) -> None:
    settings.UPLOAD_FOLDER = str(tmp_path / "uploads")  # type: ignore[attr-defined]
    theirs = settle(tmp_path)
    seen: set[str] = set()
    wrong, asked, narrowed, tries = [], 0, 0, itertools.cycle(INJECTIONS)
    for role in READERS:
        client = visitor(role)
        for one in addresses():
            if one.route in seen or not may(one.action, role):
                continue
            response = client.get(one.filled(theirs))
            if response.status_code != 200 or not response.headers["Content-Type"].startswith("text/html"):
                continue
            seen.add(one.route)
            fields = _Fields()
            fields.feed(response.content.decode())
            fields.names |= (
                {"order", "page", "size", "export"} if response.context and "list" in response.context else set()
            )
            fields.names |= {"chart"} if b"data-chart=" in response.content else set()
            for name in sorted(fields.names):
                for value in (next(tries), next(tries)):
                    asked += 1
                    told, status, found = _asked(client, one.filled(theirs), name, value)
                    narrowed += found == 0
                    if told >= SLEEPS or status not in (200, 302, 404, 422):
                        wrong.append((one.route, name, value, status, told))
    assert not wrong, "\n".join(map(str, wrong))
    assert Account.objects.filter(grants__until=None).exists()
    assert asked > 300
    assert narrowed > 30  # text filters looked for the words and found none


def _asked(client: Client, address: str, name: str, value: str) -> tuple[float, int, int | None]:
    """Return how long it took, the status, and how many rows a list found."""
    began = time.process_time(), time.monotonic()
    response = client.get(address, {name: value})
    took = time.monotonic() - began[1] - (time.process_time() - began[0])
    shown = response.context["list"].found if response.context and "list" in response.context else None
    return (took if took > SLEEPS else 0, response.status_code, shown)


def test_the_api_looks_for_words_as_text(tmp_path: Path) -> None:
    city = system(*OFFICERS)
    for path, name in (("decisions", "stay"), ("decisions", "policy"), ("payments", "stay")):
        for value in INJECTIONS:
            answered = city.get(path, **{name: value})
            assert answered.status_code == (422 if "\x00" in value else 200), (path, name, value)
            assert answered.json().get("items", []) == []
    for name in ("union", "policy"):
        assert city.get("figures", **{name: INJECTIONS[1]}).status_code == 422
    assert Scope.FIGURES_READ in city.token.scopes
