"""What the walk looks for is found where it is wrong: a page with every fault, beside one without any."""

from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from django.test import Client

from tests.journeys.every_page import Found, eye_of
from tests.journeys.sights import BROKEN, Sight, Walker

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

pytestmark = pytest.mark.django_db(transaction=True)
GOOD = """<!DOCTYPE html><html lang="en"><head><title>x</title></head><body><header class="top"><a href="#">a</a></header>
<main><h1>Title</h1><button data-print>Print</button><table><tr><th scope="col">a</th></tr><tr><td>b</td></tr></table></main></body></html>"""
BAD = """<!DOCTYPE html><html lang="en"><head><title>x</title></head><body><header class="top"><a href="#">a</a></header>
<main><h1>没有译成英文</h1><h1>Title</h1><p style="color:#ccc">pale</p>
<table style="width:1500px"><tr><th scope="col">a</th></tr></table>
<input aria-label="x" onkeydown="event.preventDefault()"><a href="#">behind the trap</a></main></body></html>"""


def looked_at(browser: "Browser", html: str, *, first: bool) -> str:
    """Return everything that is found wrong with a page, shown as it is."""

    def show(page: "Page", _address: str) -> None:
        page.goto("about:blank")
        page.set_content(html)

    found = Found()
    with eye_of(browser, "http://127.0.0.1:1", Walker("somebody", Client(), lambda _action: True, {})) as eye:
        eye.first, eye.patience = first, 1
        assert eye.look(Sight("a page", show, BROKEN), found)
    return "\n".join(found.wrong)


@pytest.mark.parametrize("first", [True, False])
def test_each_fault_is_named(browser: "Browser", tmp_path: Path, first: bool) -> None:
    assert looked_at(browser, GOOD, first=first) == ""
    wrong = looked_at(browser, BAD, first=first)
    for said in (
        "2 headings of the first level", "a table and no way to print it", "too wide on a desk", "too wide on a phone",
        "cut on paper", "color-contrast", "Tab does not reach <a href=\"#\">behind the trap", "'没有译成英文' in English",
    ):  # fmt: skip
        assert said in wrong, (said, wrong)
