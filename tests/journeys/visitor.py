"""Somebody with a browser: goes somewhere, signs in, takes screenshots that axe-core looks at too."""

import itertools
import re
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from allauth.mfa.totp.internal.auth import format_hotp_value, hotp_value
from django.core.cache import cache
from playwright.sync_api import Error, Page

from jishiyu.apps.accounts.models import Account
from tests import artefacts

DESK, PHONE = {"width": 1366, "height": 768}, {"width": 390, "height": 844}
PASSWORD = "Zq7-lantern-Wk"
LOOK = """async (contrast) => typeof axe !== "object" ? null : await axe.run(document, {
  resultTypes: ["violations"], preload: false, iframes: false, selectors: false,
  runOnly: ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"],
  rules: { "color-contrast": { enabled: contrast } },
}).then((told) => ({ violations: told.violations }))"""
AXE = Path(__file__).parents[2] / "node_modules" / "axe-core" / "axe.min.js"


class Visitor:
    """Somebody with a browser of their own; screenshots are numbered as they are taken."""

    def __init__(self, page: Page, address: str, name: str) -> None:
        self.page, self.address, self.name = page, address, name
        page.set_default_timeout(10_000)
        self.number = itertools.count(1)
        self.complaints: list[str] = []
        self.abroad: list[str] = []
        page.on(
            "console", lambda told: self.complaints.append(told.text) if told.type in ("error", "warning") else None
        )
        page.on("pageerror", lambda error: self.complaints.append(str(error)))
        page.on("request", lambda asked: self._note(asked.url))

    def _note(self, url: str) -> None:
        if not url.startswith((self.address, "data:")):
            self.abroad.append(url)

    def goto(self, path: str) -> None:
        """Open an address of the console."""
        self.page.goto(self.address + path)

    def shot(self, what: str, *, axe: bool = True) -> None:
        """Take a screenshot, and let axe-core find nothing."""
        path = artefacts.folder() / f"{self.name}-{next(self.number):02d}-{what}.png"
        try:
            self.page.screenshot(path=path)
        except Error as error:  # a compositor that is short of processor time has no picture now, but has one soon
            if "Unable to capture screenshot" not in str(error):
                raise
            self.page.screenshot(path=path)
        if axe:
            found = violations(self.page)
            assert found == [], (what, found)

    @contextmanager
    def refusals(self) -> Iterator[None]:
        """Expect refusals: what the browser says about a status of 4xx in here is no complaint."""
        before = len(self.complaints)
        yield
        said = self.complaints[before:]
        self.complaints[before:] = [one for one in said if "the server responded with a status of 4" not in one]

    @contextmanager
    def disconnected(self) -> Iterator[None]:
        """Cut the network in here; what the browser says about that is no complaint."""
        before = len(self.complaints)
        self.page.context.set_offline(True)
        yield
        self.page.context.set_offline(False)
        said = self.complaints[before:]
        self.complaints[before:] = [one for one in said if "net::ERR_INTERNET_DISCONNECTED" not in one]

    def sign_in(self, who: Account, secret: str = "") -> None:
        """Sign in with password and, where there is one, the second factor."""
        self.goto("/sign-in")
        self.page.fill("[name=name]", who.name)
        self.page.fill("[name=password]", PASSWORD)
        self.page.press("[name=password]", "Enter")
        if secret:
            self.page.wait_for_url("**/sign-in/factor")
            self.page.fill("[name=code]", code(secret))
            self.page.press("[name=code]", "Enter")
        self.page.wait_for_url(re.compile(r"/(todo|my|account)$"))


def come(visit: Callable[..., Visitor], signed: tuple[Account, str], **options: Any) -> Visitor:
    """Let somebody with an account come, patient and signed in; earlier attempts of others do not slow them down."""
    cache.clear()
    visitor = visit(**options)
    visitor.page.set_default_timeout(30_000)
    visitor.sign_in(*signed)
    return visitor


def narrow_enough(visitor: Visitor) -> None:
    """Assert that nothing stands beside the screen, once the page is there."""
    visitor.page.wait_for_load_state()
    width = visitor.page.evaluate("document.documentElement.scrollWidth")
    assert width <= visitor.page.viewport_size["width"], visitor.page.url  # type: ignore[index]


def violations(page: Page, *, contrast: bool = True) -> list[str]:
    """Return what axe-core finds wrong on the page, at the levels A and AA of WCAG 2.2.

    Half of its time goes into contrast: who looks at the same elements in the same colours again can leave it out.
    A context that looks at every page it opens has it there already: `context.add_init_script(path=AXE)`.
    """
    found = page.evaluate(LOOK, contrast)
    if found is None:
        page.evaluate(AXE.read_text(encoding="utf-8"))  # not an inline script: the page's policy stays as it is
        found = page.evaluate(LOOK, contrast)
    return [f"{one['id']}: {one['help']} ({one['nodes'][0]['html'][:160]})" for one in found["violations"]]


def code(secret: str) -> str:
    """Return the code of this half minute."""
    return format_hotp_value(hotp_value(secret, int(time.time()) // 30))
