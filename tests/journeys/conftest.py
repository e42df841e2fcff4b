"""A running console on a real server socket, and a real browser that looks at it."""

import os
import threading
from collections.abc import Callable, Iterator
from pathlib import Path
from socketserver import ThreadingMixIn
from typing import TYPE_CHECKING, Any, Literal
from wsgiref.simple_server import WSGIRequestHandler, WSGIServer, make_server

import pytest

if TYPE_CHECKING:
    from playwright.sync_api import Browser, BrowserContext

    from jishiyu.apps.accounts.models import Account, Role
    from jishiyu.apps.visits.models import Visit
    from tests.journeys.visitor import Visitor


class Quiet(WSGIRequestHandler):
    """Writes no log."""

    def log_message(self, format: str, *arguments: object) -> None:
        """Say nothing."""


class Server(ThreadingMixIn, WSGIServer):
    """Answers requests side by side, as gunicorn's threads do."""

    daemon_threads = True


@pytest.fixture(scope="session")
def browser() -> "Iterator[Browser]":
    """Start Chromium once."""
    from tests.journeys.browser import browser as started

    # Playwright keeps an event loop in this thread from now on; no test of ours is asynchronous.
    os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "true"
    with started() as one:
        yield one
    del os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"]


@pytest.fixture
def address(transactional_db: None) -> Iterator[str]:
    """Serve the console, static files included, on a free port of this machine."""
    from django.core.handlers.wsgi import WSGIHandler
    from django.db import connections

    from jishiyu.conf.wsgi import serve_files

    server = make_server("127.0.0.1", 0, serve_files(_closing(WSGIHandler())), server_class=Server, handler_class=Quiet)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    thread.join()
    server.server_close()
    connections.close_all()


def _closing(handler: Any) -> Callable:
    """Close the connections of a request's thread with the request: the test's database must go away afterwards."""
    from django.db import connections

    def answer(environ: dict, start_response: Callable) -> Iterator[bytes]:
        response = handler(environ, start_response)
        try:
            yield from response
        finally:
            response.close()
            connections.close_all()

    return answer


@pytest.fixture
def visit(browser: "Browser", address: str, request: pytest.FixtureRequest) -> "Iterator[Callable[..., Visitor]]":
    """Give visitors with a desk's or a phone's screen; none may see an error in the console or reach another host."""
    from tests.journeys.visitor import DESK, Visitor

    made: list[Visitor] = []

    def come(viewport: dict[str, int] | None = None, language: str = "zh-CN", *, worker: bool = False) -> Visitor:
        workers: Literal["allow", "block"] = "allow" if worker else "block"
        context = browser.new_context(viewport=viewport or DESK, locale=language, service_workers=workers)  # type: ignore[arg-type]
        name = request.node.name.removeprefix("test_") + (f"-{len(made)}" if made else "")
        made.append(Visitor(context.new_page(), address, name))
        return made[-1]

    yield come
    for one in made:
        one.page.context.close()
        assert (one.complaints, one.abroad) == ([], [])


@pytest.fixture
def somebody(transactional_db: None) -> "Callable[..., tuple[Account, str]]":
    """Give accounts with the password PASSWORD, and the secret of their second factor."""
    from allauth.mfa.models import Authenticator
    from allauth.mfa.totp.internal.auth import TOTP, generate_totp_secret
    from django.utils import timezone

    from jishiyu.apps.accounts.models import STAFF
    from jishiyu.apps.accounts.operations import set_password
    from tests.journeys.visitor import PASSWORD
    from tests.web.people import account

    def make(role: "Role", *, union: str = "", name: str = "") -> "tuple[Account, str]":
        made = account(role, union=union, name=name)
        set_password(account_id=made.pk, password=PASSWORD, by=made.name, at=timezone.now())
        secret = ""
        if role in STAFF:
            Authenticator.objects.filter(user=made).delete()
            secret = generate_totp_secret()
            TOTP.activate(made, secret)
        return made, secret

    return make


@pytest.fixture
def visit_today(transactional_db: None, tmp_path: Path, settings: Any) -> "Visit":
    """Make a visit for today; what phones send lies in a folder of the test."""
    from django.utils import timezone

    from tests.apps.visits import situations

    settings.HELP_FOLDER = str(tmp_path / "help")
    made = situations.visit(on=timezone.localdate())
    made.need.participation.enterprise.__class__.objects.update(
        address="同翔高新城 8 号", voltage_level="380V", transformer_kva=800
    )
    return made


@pytest.fixture
def phones(browser: "Browser", address: str) -> "Iterator[Callable[..., BrowserContext]]":
    """Give phones with service workers, signed in by their cookie."""
    from tests.journeys.on_site import sign_in
    from tests.journeys.visitor import PHONE

    made: list[BrowserContext] = []

    def phone(name: str = "zhao.gong") -> "BrowserContext":
        context = browser.new_context(viewport=PHONE, locale="zh-CN", has_touch=True, service_workers="allow")  # type: ignore[arg-type]
        made.append(context)
        sign_in(context, name, address)
        return context

    yield phone
    for one in made:
        one.close()
