"""What everybody does on the phone page of a visit: come with a session, wait for the queue, enter a reading, sign."""

import time

from playwright.sync_api import BrowserContext, Page

from jishiyu.apps.accounts.models import Account
from tests import artefacts
from tests.journeys.visitor import PHONE, violations


def waiting(page: Page, count: int) -> None:
    """Wait until so many entries wait to be sent."""
    page.wait_for_selector(f"#connection[data-waiting='{count}']")


def measure(page: Page, value: str, *, point: str = "1#进线柜", quantity: str = "voltage", unit: str = "V") -> None:
    """Enter a reading in the form."""
    page.locator("section[aria-labelledby=part-readings] > button.main").click()
    page.fill("#reading [name=point]", point)
    page.select_option("#reading [name=quantity]", quantity)
    page.fill("#reading [name=value]", value)
    page.select_option("#reading [name=unit]", unit)
    page.select_option("#reading [name=voltage_level]", "380V")
    page.select_option("#reading [name=kind]", "switchboard")
    page.fill("#reading [name=instrument]", "福禄克 435")
    page.click("#reading button[type=submit]")


def sign(page: Page, name: str = "王工") -> None:
    """Sign in the box, in the name of somebody of the enterprise."""
    page.fill("#signer", name)
    box = page.locator("canvas").bounding_box()
    assert box is not None
    page.locator("canvas").scroll_into_view_if_needed()
    box = page.locator("canvas").bounding_box()
    assert box is not None
    page.mouse.move(box["x"] + 30, box["y"] + 40)
    page.mouse.down()
    for at in range(1, 12):
        page.mouse.move(box["x"] + 30 + at * 20, box["y"] + 40 + (at % 3) * 15)
    page.mouse.up()
    page.locator("section[aria-labelledby=part-signature] button.main").click()


def sign_in(context: BrowserContext, name: str, address: str) -> str:
    """Give a phone a session, as signing in does; returns its key."""
    from django.test import Client

    client = Client()
    client.force_login(Account.objects.get(name=name))
    session = client.session
    session["seen"] = int(time.time())
    session.save()
    context.add_cookies([{"name": "sessionid", "value": str(session.session_key), "url": address}])
    return str(session.session_key)


def opened(context: BrowserContext, address: str) -> Page:
    """Open the page and wait until it works without connection."""
    page = context.new_page()
    page.set_default_timeout(40_000)
    page.goto(f"{address}/visits/phone/")
    page.wait_for_function("() => navigator.serviceWorker.controller !== null")
    page.wait_for_selector(".visits button, #place section")
    return page


def at_the_visit(context: BrowserContext, address: str, visit_id: int, *, connected: bool = False) -> Page:
    """Open the page and choose a visit; then cut the connection, unless the phone is to stay connected."""
    page = opened(context, address)
    page.click(f"[data-visit='{visit_id}']")
    page.wait_for_selector("#place section")
    if not connected:
        context.set_offline(True)
    return page


def shot(page: Page, name: str) -> None:
    """Take a screenshot and let axe-core find nothing; the page is not wider than the phone."""
    page.screenshot(path=artefacts.folder() / f"phone-{name}.png", full_page=True)
    assert violations(page) == [], name
    assert page.evaluate("document.documentElement.scrollWidth") <= PHONE["width"], name
