"""What a request may not do, whoever sends it: forge a form, frame a page, lead away, name another host."""

import itertools
import os
import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from django.core.handlers.wsgi import WSGIHandler
from django.test import Client
from django.test.client import RequestFactory

from jishiyu.apps.accounts.models import Account, Grant, Refusal, Role
from jishiyu.apps.accounts.rights import TOKEN
from jishiyu.apps.accounts.signing_in import PER_ADDRESS
from jishiyu.conf.wsgi import serve_files
from jishiyu.web.security import HEADERS
from tests.security.town import addresses
from tests.web.people import account, signed_in

pytestmark = pytest.mark.django_db
EVIL = "https://evil.example/"
NO_SUCH = dict.fromkeys({field for one in addresses() for field in one.fields}, 999_999) | {
    "by": "month",
    "kind": "fire",
}


def test_a_form_from_elsewhere_is_refused_at_every_address() -> None:
    forgeries = []
    strict = Client(enforce_csrf_checks=True)
    strict.cookies = signed_in(Role.SUBSIDY_OFFICER).cookies
    for at, one in enumerate(addresses()):
        if one.action == TOKEN:
            continue
        headers = ({}, {"Origin": EVIL.rstrip("/")}, {"Referer": EVIL})[at % 3]
        status = strict.post(one.filled(NO_SUCH), {"csrfmiddlewaretoken": "x" * 32}, headers=headers).status_code
        if status != 403:
            forgeries.append((one.route, headers, status))
    assert not forgeries, "\n".join(map(str, forgeries))


def test_the_api_takes_no_cookie_so_that_it_needs_no_form_token() -> None:
    client = signed_in(Role.SUBSIDY_OFFICER)
    for one in addresses():
        if one.action == TOKEN:
            address = one.filled(NO_SUCH)
            for answered in (client.get(address), client.post(address, "{}", content_type="application/json")):
                assert answered.status_code in (401, 405), one.route
                assert "sessionid" not in answered.cookies


def test_every_answer_carries_every_header() -> None:
    missing = []
    methods = itertools.cycle(("post", "put", "options", "trace", "delete"))
    for client in (signed_in(Role.SUBSIDY_OFFICER), Client()):
        client.raise_request_exception = False
        for address in (*(one.filled(NO_SUCH) for one in addresses()), "/nowhere", "/api/nowhere", "/%00", "/static/x"):
            for method in ("get", next(methods)):
                answered = getattr(client, method)(address)
                missing += [
                    (method, address, name) for name, value in HEADERS.items() if answered.headers.get(name) != value
                ]
                if answered.status_code >= 500:
                    missing.append((method, address, answered.status_code))
    assert not missing, "\n".join(map(str, missing[:40]))


def test_the_policy_allows_nothing_inline_nothing_from_elsewhere_and_no_frame() -> None:
    policy = dict(part.strip().split(" ", 1) for part in HEADERS["Content-Security-Policy"].split(";"))
    assert policy["default-src"] == policy["base-uri"] == policy["frame-ancestors"] == "'none'"
    assert policy["form-action"] == policy["script-src"] == policy["style-src"] == "'self'"
    assert not re.search(r"unsafe|\*|https?:|blob:|nonce", HEADERS["Content-Security-Policy"])
    assert HEADERS["X-Frame-Options"] == "DENY"


def test_files_of_the_console_carry_the_headers_too() -> None:
    told: dict[str, Any] = {}

    def start(status: str, headers: list[tuple[str, str]]) -> None:
        told.update(status=status, headers=dict(headers))

    environ = RequestFactory().get("/static/jishiyu/jishiyu.js").environ
    file = serve_files(WSGIHandler())(environ, start)
    list(file)
    file.close()
    assert told["status"] == "200 OK"
    for name, value in HEADERS.items():
        assert name == "Cache-Control" or told["headers"][name] == value, name
    for path in ("/static/../conf/settings.py", "/static/%2e%2e/gate.py", "/static//etc/passwd"):
        environ = RequestFactory().get("/").environ | {"PATH_INFO": path}
        list(serve_files(lambda environ, start: start("404 Not Found", []) or [b""])(environ, start))
        assert told["status"] == "404 Not Found", path


@pytest.mark.parametrize(
    "host", ["evil.example", "127.0.0.1.evil.example", "evil.example:80", "localhost@evil.example", ""]
)
def test_a_request_that_names_another_host_is_refused(host: str) -> None:
    client = Client()
    assert client.get("/sign-in", headers={"Host": host}).status_code == 400
    assert client.get("/api/openapi.json", headers={"Host": host}).status_code == 400
    forwarded = client.get("/sign-in", headers={"X-Forwarded-Host": "evil.example", "Forwarded": "host=evil.example"})
    assert forwarded.status_code == 200
    assert "evil.example" not in forwarded.content.decode()


AWAY = (
    EVIL,
    "//evil.example/",
    "/\\evil.example",
    "\\\\evil.example",
    "javascript:alert(1)",
    "https:evil.example",
    " //evil.example",
)


def test_no_address_leads_away() -> None:
    tries = itertools.cycle(AWAY)
    for role in (Role.SUBSIDY_OFFICER, Role.SECURITY_ADMIN):
        client = signed_in(role)
        for one in addresses():
            if one.route.endswith((".pdf", ".xlsx")):
                continue  # documents take long and lead nowhere
            wanted = next(tries)
            for method in ("get", "post"):
                given = {"next": wanted, "back": wanted}
                answered = getattr(client, method)(one.filled(NO_SUCH), given, headers={"Referer": wanted})
                leads = (answered.headers.get("Location", ""), answered.headers.get("HX-Redirect", ""))
                assert not any(re.match(r"\s*([a-z]+:|[/\\]{2}|[/\\]\\)", lead) for lead in leads), (one.route, leads)
            if "_auth_user_id" not in client.session:
                client = signed_in(role)


def test_ending_a_role_leads_back_here_whatever_the_referer_says() -> None:
    other = account(Role.FINANCE, name="somebody")
    given = Grant.objects.get(account=other)
    answered = signed_in(Role.SECURITY_ADMIN).post(f"/accounts/grants/{given.pk}/end", headers={"Referer": EVIL})
    assert answered.headers["Location"] == f"/accounts/{other.pk}"


def test_cookies_are_for_this_site_out_of_reach_of_scripts_and_end_with_the_browser(client: Client) -> None:
    client.get("/sign-in")
    client.force_login(account(Role.ENTERPRISE))
    client.get("/account")
    client.post("/language", {"language": "en", "large_text": "1"})
    assert set(client.cookies) >= {"csrftoken", "sessionid", "django_language", "large_text"}
    for name, cookie in client.cookies.items():
        assert cookie["httponly"], name
        assert cookie["samesite"] == "Lax", name
        assert not cookie["domain"], name


def test_behind_https_every_cookie_is_secure_and_the_browser_is_told_to_stay() -> None:
    script = (
        "import django; django.setup()\n"
        "from django.conf import settings as s\n"
        "from django.test import Client\n"
        "assert s.SESSION_COOKIE_SECURE and s.CSRF_COOKIE_SECURE\n"
        "answered = Client(headers={'X-Forwarded-Proto': 'https'}).get('/api/openapi.json', headers={'Host': 'union.example'})\n"
        "assert answered.status_code == 200, answered.status_code\n"
        "assert answered.headers['Strict-Transport-Security'].startswith('max-age=31536000')\n"
    )
    known = {**os.environ, "JISHIYU_HTTPS": "1", "JISHIYU_HOSTS": "union.example"}
    done = subprocess.run([sys.executable, "-c", script], env=known, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr


def test_signing_out_ends_the_session_on_the_server() -> None:
    client = signed_in(Role.FINANCE)
    thief = Client()
    thief.cookies["sessionid"] = client.cookies["sessionid"].value
    assert thief.get("/todo").status_code == 200
    client.post("/sign-out")
    assert thief.get("/todo").status_code == 302


def test_many_names_from_one_place_are_slowed_down_and_one_name_is_locked() -> None:
    account(Role.FINANCE, name="target")
    said = [Client().post("/sign-in", {"name": "guess", "password": "wrong"}).content.decode() for _ in range(1)]
    before = Refusal.objects.get()
    Refusal.objects.bulk_create(Refusal(address=before.address, at=before.at) for _ in range(PER_ADDRESS - 1))
    said.append(Client().post("/sign-in", {"name": "other", "password": "wrong"}).content.decode())
    assert ["请等待十分钟" in one for one in said] == [False, True]
    far = {"REMOTE_ADDR": "10.0.0.9"}
    for _ in range(5):
        Client(**far).post("/sign-in", {"name": "target", "password": "wrong"})
    assert Account.objects.get(name="target").locked_at is not None


def test_no_secret_of_ours_stands_in_the_repository() -> None:
    root = Path(__file__).parents[2]
    tracked = subprocess.run(["git", "ls-files"], cwd=root, capture_output=True, text=True, check=False).stdout.split(
        "\n"
    )
    kinds = re.compile(r"-----BEGIN [A-Z ]*PRIVATE KEY-----|jishiyu_[A-Za-z0-9_-]{43}|AKIA[0-9A-Z]{16}")
    found = [
        name for name in tracked
        if name and (root / name).is_file() and (root / name).stat().st_size < 1_000_000
        and kinds.search((root / name).read_text(encoding="utf-8", errors="ignore"))
    ]  # fmt: skip
    assert found == []
