"""Every page of the console in a real browser: on a desk in Chinese, on paper, by keyboard alone, on a phone in English.

Whatever address is added is walked too. The names of the town are hostile and long on purpose: what holds for them
holds for everybody. Two files walk, each every other page, so that two processors share the work.
"""

import io
import re
import time
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

from django.db import connection
from django.test import Client
from pypdf import PdfReader

import jishiyu.policies
from jishiyu.apps.accounts.models import Role
from jishiyu.apps.accounts.rights import PUBLIC, SIGNED_IN, TOKEN, may
from jishiyu.apps.orgs.files import HEADINGS
from jishiyu.web.gate import FIRST_STEPS
from jishiyu.web.place import place
from tests import artefacts
from tests.journeys.visitor import AXE, DESK, PHONE, violations
from tests.security.helped import HELPERS, help_round
from tests.security.town import US, addresses, settle, visitor
from tests.security.visited import visit_of
from tests.web.member.people import own_account
from tests.web.people import account

if TYPE_CHECKING:
    from playwright.sync_api import Browser, CDPSession, ConsoleMessage, Page, Response

WALKERS = (
    Role.SUBSIDY_OFFICER, Role.FINANCE, Role.REVIEWER, Role.UNION_OFFICER, Role.SYSTEM_ADMIN, Role.SECURITY_ADMIN,
    Role.AUDIT_ADMIN, Role.MEMBER, Role.ENTERPRISE, Role.ORGANISER, Role.STEWARD,
)  # fmt: skip
POLICIES = Path(jishiyu.policies.__file__).parent
BILINGUAL = "/api/docs"  # the document of the API says everything in both languages, for machines too
FIRST_PAINT = 200_000  # bytes on the wire until a list is there to be read
# A4 on its side less its margins, in CSS pixels; and upright.
WIDE, UPRIGHT = 1032, 680
# What has come by the time the page is there; charts are fetched when they come into view after that.
WEIGHT = """() => {
  const page = performance.getEntriesByType("navigation")[0];
  const before = performance.getEntriesByType("resource").filter((one) => one.startTime < page.loadEventStart);
  return [page, ...before].reduce((sum, one) => sum + one.transferSize, 0);
}"""
SHAPE = """() => ({
  headings: document.querySelectorAll("h1").length,
  width: document.documentElement.scrollWidth,
  switches: document.querySelectorAll("button[name=language]").length,
  printers: [...document.querySelectorAll("[data-print]")].filter((one) => one.offsetParent).length,
  tables: document.querySelectorAll("table").length,
  listing: document.querySelectorAll(".listing").length,
})"""
CUT = """() => [...document.querySelectorAll("main table")].filter((one) => one.offsetWidth)
  .filter((one) => one.getBoundingClientRect().right > document.documentElement.clientWidth + 1)
  .map((one) => one.innerText.slice(0, 60))"""
# What the Tab key has to reach, each once; of a group of radio buttons one is enough.
CONTROLS = """() => {
  const some = "a[href], button:not([disabled]), input:not([type=hidden]):not([disabled]), select:not([disabled]), "
    + "textarea:not([disabled]), summary, [tabindex='0']";
  const groups = new Set();
  window.controls = [...document.querySelectorAll(some)].filter((one) => {
    if (!one.checkVisibility({ visibilityProperty: true }) || one.tabIndex < 0) return false;
    if (one.type !== "radio") return true;
    return !groups.has(one.name) && groups.add(one.name);
  });
  window.reached = new Set();
  window.unseen = [];
  document.addEventListener("focusin", (event) => {
    const one = event.target, style = getComputedStyle(one);
    window.reached.add(one.type === "radio" ? one.name : one);
    if (style.outlineStyle === "none" && style.boxShadow === "none") window.unseen.push(one.outerHTML.slice(0, 120));
  });
  document.activeElement?.blur();
  return window.controls.length + 5 * document.querySelectorAll("input[type=date]").length + 2;
}"""
LOST = """() => window.controls.filter((one) => !window.reached.has(one.type === "radio" ? one.name : one))
  .map((one) => "Tab does not reach " + one.outerHTML.slice(0, 120))
  .concat(window.unseen.map((one) => "no sign of the focus on " + one))"""
# The words of an English page that hold Chinese and are not marked as Chinese; what people typed in is left alone.
CHINESE = """() => {
  const found = [];
  const walk = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  while (walk.nextNode()) {
    const text = walk.currentNode.textContent.trim(), around = walk.currentNode.parentElement;
    if (/[\\u4e00-\\u9fff]/.test(text) && !around.closest("[lang=zh-CN], script, input, textarea")) found.push(text);
  }
  for (const one of document.querySelectorAll("[aria-label], [placeholder], [title], [data-confirm]"))
    for (const name of ["aria-label", "placeholder", "title", "data-confirm"])
      if (/[\\u4e00-\\u9fff]/.test(one.getAttribute(name) || "")) found.push(one.getAttribute(name));
  return found;
}"""


TAB = {"key": "Tab", "code": "Tab", "windowsVirtualKeyCode": 9}


@dataclass
class Found:
    """What is wrong, and what the walk met."""

    wrong: list[str] = field(default_factory=list)
    pages: dict[str, str] = field(default_factory=dict)
    lists: int = 0
    heaviest: int = 0
    data: str = ""  # every text of the database, read when a page shows Chinese in English


def client_of(role: Role) -> Client:
    """Return somebody with a role; the member is the one whose objects the town names."""
    client = visitor(role)
    if role is Role.MEMBER:
        client.force_login(own_account(2))
        session = client.session
        session["seen"] = int(time.time())
        session.save()
    return client


def pages_of(
    role: Role, client: Client, theirs: dict[str, object], known: dict[str, str], half: int
) -> Iterator[tuple[str, str]]:
    """Yield route and address of each page of a half (every second address) that this role opens first."""
    for number, one in enumerate(addresses()):
        if number % 2 != half or one.action == TOKEN or one.route in known or one.route.startswith("/account/passkeys"):
            continue
        if one.action not in (PUBLIC, SIGNED_IN, FIRST_STEPS) and not may(one.action, role):
            continue
        answered = client.get(one.filled(theirs))
        whole = answered.headers["Content-Type"].startswith("text/html") and b"<html" in answered.getvalue()
        if answered.status_code == 200 and whole and "_auth_user_id" in client.session:
            known[one.route] = role.value
            yield one.route, one.filled(theirs)


def walk(browser: "Browser", address: str, scratch: Path, settings: Any, *, half: int) -> Found:
    """Make the town and a round of help, walk through every second page, and return what was found."""
    settings.UPLOAD_FOLDER, settings.PAPERS_FOLDER = str(scratch / "uploads"), str(scratch / "papers")
    settings.HELP_FOLDER = str(scratch / "help")
    theirs = settle(scratch)
    helped = help_round(US, "我们的需求", steward=account(Role.STEWARD))
    helped |= visit_of(helped["need_id"], "我们的勘查")
    found = Found()
    folder = artefacts.folder() / "every-page"
    folder.mkdir(parents=True, exist_ok=True)
    for role in WALKERS:
        client = client_of(role)
        context = browser.new_context(viewport=DESK, locale="zh-CN", service_workers="block")  # type: ignore[arg-type]
        context.add_init_script(path=AXE)
        context.add_cookies([{"name": "sessionid", "value": client.cookies["sessionid"].value, "url": address}])
        page, said = context.new_page(), list[str]()
        keys = context.new_cdp_session(page)
        page.on("console", lambda told, said=said: said.append(told.text) if complains(told) else None)
        page.on("pageerror", lambda error, said=said: said.append(str(error)))
        objects = theirs | helped if role in HELPERS else theirs
        for route, path in list(pages_of(role, client, objects, found.pages, half)):
            where = f"{route} as {role.value}"
            before = len(found.wrong)
            on_the_desk(page, keys, page.goto(address + path), where, found, folder)
            on_a_phone(page, address + path, where, found, folder)
            found.wrong += [f"{where}: the browser says {one}" for one in said]
            said.clear()
            print(where, found.wrong[before:], flush=True)
        context.close()
    return found


def complains(told: "ConsoleMessage") -> bool:
    """Tell whether the browser complains of something other than that this walk lets no service worker in."""
    return told.type in ("error", "warning") and "Service Worker registration blocked" not in told.text


def on_the_desk(
    page: "Page", keys: "CDPSession", answered: "Response | None", where: str, found: Found, folder: Path
) -> None:
    """Look at a page in Chinese at 1366 × 768, and at its print."""
    assert answered is not None
    assert answered.status == 200, where
    shape = page.evaluate(SHAPE)
    found.wrong += [f"{where}: {shape['headings']} headings of the first level"] if shape["headings"] != 1 else []
    found.wrong += [f"{where}: {shape['width']} wide on a desk"] if shape["width"] > DESK["width"] else []
    found.wrong += [f"{where}: no language switch"] if shape["switches"] != 1 else []
    found.wrong += [f"{where}: {one}" for one in violations(page)]
    page.screenshot(path=folder / f"{named(where)}-desk.png")
    for _ in range(page.evaluate(CONTROLS)):
        keys.send("Input.dispatchKeyEvent", {"type": "rawKeyDown", **TAB})
    found.wrong += [f"{where}: {one}" for one in page.evaluate(LOST)]
    if shape["tables"]:
        found.wrong += [f"{where}: a table and no way to print it"] if not shape["printers"] else []
        page.emulate_media(media="print")
        page.set_viewport_size({"width": WIDE if shape["listing"] else UPRIGHT, "height": 700})
        found.wrong += [f"{where}: cut on paper: {one!r}" for one in page.evaluate(CUT)]
        page.emulate_media(media="null")
    if shape["listing"]:
        found.lists += 1
        weight = page.evaluate(WEIGHT)
        found.heaviest = max(found.heaviest, weight)
        found.wrong += [f"{where}: {weight} bytes until the first paint"] if weight > FIRST_PAINT else []
        found.wrong += [f"{where}: {one}" for one in printed(page)]


def printed(page: "Page") -> list[str]:
    """Return the headings of the lists that are not on the paper."""
    read = PdfReader(io.BytesIO(page.pdf(prefer_css_page_size=True, tagged=False)))
    told = plain("".join(one.extract_text() for one in read.pages))
    lying = read.pages[0].mediabox.width > read.pages[0].mediabox.height
    headings = page.locator(".listing thead th:not(.select-column)").all_inner_texts()
    lost = [one for one in headings if plain(one).rstrip("↑↓") not in told]
    return [f"not on paper: {lost}"] * bool(lost) + ["the paper stands upright"] * (not lying)


def plain(words: str) -> str:
    """Return words without spaces, each sign in its usual form: a PDF names some by their radicals."""
    return "".join(unicodedata.normalize("NFKC", words).split())


def on_a_phone(page: "Page", url: str, where: str, found: Found, folder: Path) -> None:
    """Look at a page in English at 390 × 844."""
    page.set_viewport_size(PHONE)  # type: ignore[arg-type]
    page.context.add_cookies([{"name": "django_language", "value": "en", "url": url}])
    page.goto(url)
    shape = page.evaluate(SHAPE)
    found.wrong += [f"{where}: {shape['width']} wide on a phone"] if shape["width"] > PHONE["width"] else []
    found.wrong += [f"{where}: no language switch in English"] if shape["switches"] != 1 else []
    found.wrong += [f"{where} in English: {one}" for one in violations(page)]
    chinese = [] if where.startswith(BILINGUAL) else page.evaluate(CHINESE)
    if not all(typed_in(one, found.data) for one in chinese):  # or it was typed in since the texts were read
        found.data = texts()
    found.wrong += [f"{where}: {one!r} in English" for one in chinese if not typed_in(one, found.data)]
    page.screenshot(path=folder / f"{named(where)}-phone.png")
    page.context.clear_cookies(name="django_language")
    page.set_viewport_size(DESK)  # type: ignore[arg-type]


def named(where: str) -> str:
    """Return a file's name for a page."""
    return "".join(sign if sign.isalnum() else "-" for sign in where.strip("/"))[:90]


def texts() -> str:
    """Return every text that stands in the database: what people typed in is shown as it is."""
    told = [place().issuer, "甲乙", str(HEADINGS)]  # names are sealed there; headings are those of the file
    for file in POLICIES.rglob("*.toml"):  # what a rule quotes as its source is quoted as it is
        told += [line for line in file.read_text(encoding="utf-8").splitlines() if line.startswith(("source", "title"))]
    told += [file.read_text(encoding="utf-8") for file in (POLICIES / "feeds").glob("*.toml")]  # headings of files
    with connection.cursor() as cursor:
        for table in connection.introspection.table_names(cursor):
            cursor.execute(f'SELECT one::text FROM "{table}" AS one')
            told += [row[0] for row in cursor.fetchall()]
    return "\n".join(told)


def typed_in(words: str, data: str) -> bool:
    """Say whether the Chinese in some words of a page is data."""
    return all(run in data for run in re.findall(r"[\u4e00-\u9fff]+", words))
