"""Every page of the console in a real browser: on a desk and on a phone, in both languages, on paper, by keyboard alone.

Whatever address is added is walked too: the resolver says which there are, and one that is no page stands in
`tests/web/no_pages.py` with what it is instead. The names of the town are hostile and long on purpose: what holds for
them holds for everybody. Two files walk, each every other page, so that two processors share the work.
"""

import io
import os
import re
import unicodedata
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.db import connection
from pypdf import PdfReader

import jishiyu.policies
from jishiyu.apps.orgs.files import HEADINGS
from jishiyu.web.place import place
from tests import artefacts
from tests.journeys.sights import BROKEN, LISTS, Sight, Walker, pages, walkers
from tests.journeys.visitor import AXE, DESK, PHONE, violations

if TYPE_CHECKING:
    from playwright.sync_api import Browser, CDPSession, ConsoleMessage, Page

POLICIES = Path(jishiyu.policies.__file__).parent
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
TOO_WIDE = "Math.max(0, document.documentElement.scrollWidth - document.documentElement.clientWidth)"
CUT = """() => [...document.querySelectorAll("main table")].filter((one) => one.offsetWidth)
  .filter((one) => one.getBoundingClientRect().right > document.documentElement.clientWidth + 1)
  .map((one) => one.innerText.slice(0, 60))"""
# What the Tab key has to reach, each once; of a group of radio buttons one is enough. Header and navigation are the same on
# every page of somebody: they are walked on the first, and the others are entered behind them.
CONTROLS = """(all) => {
  const some = "a[href], button:not([disabled]), input:not([type=hidden]):not([disabled]), select:not([disabled]), "
    + "textarea:not([disabled]), summary, [tabindex='0']";
  const groups = new Set();
  window.controls = [...document.querySelectorAll(some)].filter((one) => {
    if (!one.checkVisibility({ visibilityProperty: true }) || one.tabIndex < 0) return false;
    if (one.type !== "radio") return true;
    return !groups.has(one.name) && groups.add(one.name);
  });
  const first = all ? -1 : window.controls.findIndex((one) => !one.closest(".skip, header.top, nav.places"));
  const before = window.controls[first - 1];
  if (!all) window.controls = window.controls.filter((one) => !one.closest(".skip, header.top, nav.places"));
  window.reached = new Set();
  window.unseen = [];
  document.addEventListener("focusin", (event) => {
    const one = event.target, style = getComputedStyle(one);
    window.reached.add(one.type === "radio" ? one.name : one);
    if (style.outlineStyle === "none" && style.boxShadow === "none") window.unseen.push(one.outerHTML.slice(0, 120));
  });
  document.activeElement?.blur();
  if (before) before.focus();
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
    """What is wrong, and which addresses the walk came to."""

    wrong: list[str] = field(default_factory=list)
    met: set[str] = field(default_factory=set)
    data: str = ""  # every text of the database, read when a page shows Chinese in English

    def note(self, where: str, *said: str) -> None:
        """Keep what is wrong on a page."""
        self.wrong += [f"{where}: {one}" for one in said]


def walk(browser: "Browser", address: str, scratch: Path, settings: Any, *, half: int) -> None:
    """Make the town, look at every second page, and refuse whatever is wrong, and any page that nobody came to."""
    found = Found()
    wanted = {one.route for one in pages()[half::2]}
    for walker in walkers(scratch, settings):
        with eye_of(browser, address, walker) as eye:
            for one in pages():
                if one.route in wanted - found.met and walker.may(one.action) and eye.look(walker.sight(one), found):
                    found.met.add(one.route)
            for at, state in enumerate(walker.states):
                if at % 2 == half and not eye.look(state, found):
                    found.note(state.name, f"is not answered with {state.status}")
    found.wrong += [f"{route}: nobody came to it" for route in sorted(wanted - found.met)]
    assert not found.wrong, "\n".join(found.wrong)


@contextmanager
def eye_of(browser: "Browser", address: str, walker: Walker) -> "Iterator[Eye]":
    """Give somebody a browser with their session; axe-core is in every page it opens."""
    context = browser.new_context(viewport=DESK, locale="zh-CN", service_workers="block")  # type: ignore[arg-type]
    context.add_init_script(path=AXE)
    session = walker.client.cookies.get("sessionid")
    if session is not None:
        context.add_cookies([{"name": "sessionid", "value": session.value, "url": address}])
    page, said = context.new_page(), list[str]()
    page.on("console", lambda told: said.append(told.text) if complains(told) else None)
    page.on("pageerror", lambda error: said.append(str(error)))
    folder = artefacts.folder() / "every-page"
    folder.mkdir(parents=True, exist_ok=True)
    yield Eye(page, context.new_cdp_session(page), address, walker.name, said, folder)
    context.close()


def complains(told: "ConsoleMessage") -> bool:
    """Tell whether the browser complains of something else than what is meant: no service worker here, refusals."""
    meant = ("Service Worker registration blocked", "the server responded with a status of 4")
    return told.type in ("error", "warning") and not any(one in told.text for one in meant)


@dataclass
class Eye:
    """A browser's page, and what it looks for."""

    page: "Page"
    keys: "CDPSession"
    address: str
    who: str
    said: list[str]
    folder: Path
    first: bool = True
    patience: int = 250  # fiftieths of a second until a page that was resized is drawn anew

    def look(self, sight: Sight, found: Found) -> bool:
        """Look at one page from all sides, once in each language; False where it is not what is shown to this walker."""
        page, where, before = self.page, f"{sight.name} as {self.who}", len(found.wrong)
        if not self.comes(sight):
            self.said.clear()
            return False
        self.on_the_desk(sight, where, found)
        self.on_paper(where, found)
        page.set_viewport_size(PHONE)  # type: ignore[arg-type]
        self.narrow_enough(where, "a phone", found)
        page.context.add_cookies([{"name": "django_language", "value": "en", "url": self.address}])
        if not self.comes(sight):
            found.note(where, "is not there in English")
        self.on_a_phone(sight, where, found)
        page.set_viewport_size(DESK)  # type: ignore[arg-type]
        self.narrow_enough(where, "a desk in English", found)
        page.context.clear_cookies(name="django_language")
        found.note(where, *(f"the browser says {one}" for one in self.said))
        self.said.clear()
        print(where, found.wrong[before:], flush=True)
        return True

    def comes(self, sight: Sight) -> bool:
        """Go there, and tell whether it is answered as meant and led nowhere else."""
        answered = sight.go(self.page, self.address)
        if answered is None:
            return sight.status == BROKEN  # it is shown without an answer
        led = answered.request.redirected_from is not None
        return answered.status == sight.status and not led and "text/html" in answered.headers["content-type"]

    def on_the_desk(self, sight: Sight, where: str, found: Found) -> None:
        """Look at a page in Chinese at 1366 × 768, and walk through it by the Tab key."""
        page = self.page
        shape = page.evaluate(SHAPE)
        if shape["listing"]:
            weight = page.evaluate(WEIGHT)
            found.note(where, *[f"{weight} bytes until the first paint"] * (weight > FIRST_PAINT))
        found.note(where, *[f"{shape['headings']} headings of the first level"] * (shape["headings"] != 1))
        found.note(where, *["no language switch"] * (shape["switches"] != sight.switches))
        found.note(where, *["no list"] * (sight.name in LISTS and not shape["listing"]))
        self.narrow_enough(where, "a desk", found)
        found.note(where, *violations(page))
        self.shot(f"{named(where)}-desk.png", where, found)
        for _ in range(page.evaluate(CONTROLS, self.first)):
            self.keys.send("Input.dispatchKeyEvent", {"type": "rawKeyDown", **TAB})
        found.note(where, *page.evaluate(LOST))
        self.first = False

    def on_paper(self, where: str, found: Found) -> None:
        """Look at the print of a page that has tables; of a list, at the PDF that a printer gets."""
        page = self.page
        shape = page.evaluate(SHAPE)
        if not shape["tables"]:
            return
        found.note(where, *["a table and no way to print it"] * (not shape["printers"]))
        page.emulate_media(media="print")
        page.set_viewport_size({"width": WIDE if shape["listing"] else UPRIGHT, "height": 700})
        found.note(where, *(f"cut on paper: {one!r}" for one in page.evaluate(CUT)))
        page.emulate_media(media="null")
        if shape["listing"]:
            found.note(where, *printed(page))

    def on_a_phone(self, sight: Sight, where: str, found: Found) -> None:
        """Look at a page in English at 390 × 844: what is Chinese there has to be what somebody wrote."""
        page = self.page
        self.narrow_enough(where, "a phone in English", found)
        shape = page.evaluate(SHAPE)
        found.note(where, *["no language switch in English"] * (shape["switches"] != sight.switches))
        # The colours are those of the desk but for what narrows a list, which stands open there.
        found.note(f"{where} in English", *violations(page, contrast=bool(shape["listing"])))
        chinese = [] if sight.bilingual else page.evaluate(CHINESE)
        if not all(typed_in(one, found.data) for one in chinese):  # or it was typed in since the texts were read
            found.data = texts()
        found.note(where, *(f"{one!r} in English" for one in chinese if not typed_in(one, found.data)))
        self.shot(f"{named(where)}-phone.png", where, found)

    def narrow_enough(self, where: str, what: str, found: Found) -> None:
        """Note a page that is wider than its screen, once what is drawn has had time to follow a new width."""
        for _ in range(self.patience):  # not `wait_for_function`: the policy of the page lets no text become code
            if not self.page.evaluate(TOO_WIDE):
                return
            self.page.wait_for_timeout(20)
        found.note(where, f"{self.page.evaluate(TOO_WIDE)} too wide on {what}")

    def shot(self, name: str, where: str, found: Found) -> None:
        """Take a screenshot of a page with something wrong, and of every page where `JISHIYU_SHOTS` asks for them."""
        if os.environ.get("JISHIYU_SHOTS") or any(one.startswith(where) for one in found.wrong):
            self.page.screenshot(path=self.folder / name)


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


def named(where: str) -> str:
    """Return a file's name for a page."""
    return "".join(sign if sign.isalnum() else "-" for sign in where.strip("/"))[:90]


def texts() -> str:
    """Return every text that stands in the database: what people typed in is shown as it is."""
    told = [
        place().issuer,
        settings.SIGN_ON_NAME,
        "甲乙丁",
        str(HEADINGS),
    ]  # names are sealed there; headings are those of the file
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
