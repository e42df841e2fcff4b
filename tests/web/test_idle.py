"""A session ends after twenty minutes in which nobody asked for anything; what a page asks by itself is nobody."""

import re
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import pytest
from django.test import Client
from django.urls import get_resolver

import jishiyu.web
from jishiyu.apps.accounts.models import Role
from jishiyu.apps.jobs.models import Kind
from jishiyu.apps.jobs.operations import queue
from jishiyu.web.gate import Asks
from tests.web.people import NOW, signed_in

pytestmark = pytest.mark.django_db
MINUTE = 60
WEB = Path(jishiyu.web.__file__).parent


@pytest.fixture
def client() -> Client:
    return signed_in(Role.SUBSIDY_OFFICER)


def polled() -> str:
    return f"/feeds/files/{queue(kind=Kind.TAKE_FEED, by='tests', at=NOW).pk}/progress"


def last_asked(client: Client, *, minutes: int) -> None:
    session = client.session
    session["seen"] = int(time.time()) - minutes * MINUTE
    session.save()


def sent_to_sign_in(client: Client, address: str) -> bool:
    answer = client.get(address)
    return answer.status_code == 302 and "sign-in" in answer.headers["Location"]


def test_whatever_a_page_asks_for_again_and_again_is_asked_by_the_page() -> None:
    asks = {one.name: getattr(one.callback, "asks", Asks.SOMEBODY) for one in pages(get_resolver().url_patterns)}
    again = re.compile(r'hx-get="{% url "\w+:([\w-]+)"[^>]*hx-trigger="(?:every|load[^"]*delay)')
    polled = [name for file in WEB.rglob("*.html") for name in again.findall(file.read_text(encoding="utf-8"))]
    assert len(polled) >= 3
    assert [name for name in polled if asks[name] is Asks.SOMEBODY] == []


def pages(patterns: list[Any]) -> Iterator[Any]:
    for one in patterns:
        yield from pages(one.url_patterns) if hasattr(one, "url_patterns") else [one]


@pytest.mark.parametrize("asked", [polled, lambda: "/statistics/wall"])
def test_what_a_page_asks_by_itself_keeps_no_session_alive(client: Client, asked: Callable[[], str]) -> None:
    last_asked(client, minutes=19)
    before = client.session["seen"]
    assert client.get(asked()).status_code == 200
    assert client.session["seen"] == before
    last_asked(client, minutes=21)
    assert sent_to_sign_in(client, "/todo")


def test_somebody_who_asks_keeps_it_alive(client: Client) -> None:
    last_asked(client, minutes=19)
    assert client.get("/todo").status_code == 200
    assert client.session["seen"] >= int(time.time()) - 5


def test_polling_ends_with_the_session(client: Client) -> None:
    address = polled()
    last_asked(client, minutes=21)
    assert sent_to_sign_in(client, address)


def test_a_wall_goes_on_and_its_session_shows_nothing_else(client: Client) -> None:
    assert client.get("/statistics/wall").status_code == 200
    last_asked(client, minutes=60)
    assert client.get("/statistics/wall").status_code == 200
    assert sent_to_sign_in(client, "/statistics")
    assert sent_to_sign_in(client, "/statistics/wall")  # the whole session has ended with that


def test_a_wall_ends_after_half_a_day(client: Client) -> None:
    client.get("/statistics/wall")
    session = client.session
    session["wall"] = int(time.time()) - 13 * 60 * MINUTE
    session.save()
    last_asked(client, minutes=60)
    assert sent_to_sign_in(client, "/statistics/wall")


def test_a_session_that_was_left_on_another_page_shows_no_wall(client: Client) -> None:
    client.get("/statistics/wall")
    client.get("/todo")
    last_asked(client, minutes=21)
    assert sent_to_sign_in(client, "/statistics/wall")


def test_who_was_signed_out_while_pressing_a_button_comes_back_to_the_page_with_the_button(client: Client) -> None:
    last_asked(client, minutes=21)
    here = "http://testserver/my/applications/new"
    answer = client.post("/my/applications/new/accident", headers={"Referer": here})
    assert answer.headers["Location"] == f"/sign-in?{urlencode({'next': here})}"


def test_an_address_that_only_takes_a_form_says_so() -> None:
    answer = signed_in(Role.AUDIT_ADMIN).get("/audit/verify/now")
    assert (answer.status_code, answer.headers["Allow"]) == (405, "POST")
    assert "请回到有该按钮的页面重新点按" in answer.content.decode()
