"""A visit on a phone without connection: everything entered, the page killed and opened again, sent once, disputed by two.

The network is cut in a real browser. Nothing is lost, nothing is doubled, and what the database holds is what was entered.
"""

import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from django.utils import timezone

from jishiyu.apps.accounts.models import Account
from jishiyu.apps.visits.models import Entry, Visit
from jishiyu.apps.visits.queries import conflicts, standing
from tests import artefacts
from tests.apps.visits import situations
from tests.journeys.on_site import measure, sign, waiting
from tests.journeys.visitor import PHONE, violations

if TYPE_CHECKING:
    from playwright.sync_api import Browser, BrowserContext, Page

pytestmark = pytest.mark.django_db(transaction=True)
MOST = 150_000  # bytes on the wire, until the page works without connection
# The names of what waits on a phone.
QUEUED = """() => new Promise((resolve) => {
  indexedDB.open("jishiyu-visits").onsuccess = (opened) => {
    opened.target.result.transaction("queue").objectStore("queue").getAll().onsuccess = (found) => {
      opened.target.result.close();
      resolve(found.target.result.map((one) => one.client_id));
    };
  };
})"""
# What a page, or a worker, has fetched: each address once for every time it was.
SIZES = """() => {
  const sums = new Map();
  for (const one of [...performance.getEntriesByType("navigation"), ...performance.getEntriesByType("resource")]) {
    const name = new URL(one.name).pathname;
    sums.set(name, (sums.get(name) ?? 0) + one.transferSize);
  }
  return [...sums];
}"""
# What an address weighs that neither of them lists among what it has fetched.
SIZE = """async (path) => {
  await (await fetch(path, { cache: "no-store" })).text();
  return performance.getEntriesByName(new URL(path, location).href).at(-1).transferSize;
}"""


@pytest.fixture(autouse=True)
def _folder(tmp_path: Path, settings: Any) -> None:
    settings.HELP_FOLDER = str(tmp_path / "help")


@pytest.fixture
def visit_today(transactional_db: None) -> Visit:
    """Make a visit for today."""
    made = situations.visit(on=timezone.localdate())
    made.need.participation.enterprise.__class__.objects.update(
        address="同翔高新城 8 号", voltage_level="380V", transformer_kva=800
    )
    return made


@pytest.fixture
def phones(browser: "Browser", address: str) -> "Iterator[Callable[..., BrowserContext]]":
    """Give phones with service workers, signed in by their cookie."""
    made: list[BrowserContext] = []

    def phone(name: str = "zhao.gong") -> "BrowserContext":
        context = browser.new_context(viewport=PHONE, locale="zh-CN", has_touch=True, service_workers="allow")  # type: ignore[arg-type]
        made.append(context)
        sign_in(context, name, address)
        return context

    yield phone
    for one in made:
        one.close()


def sign_in(context: "BrowserContext", name: str, address: str) -> str:
    """Give a phone a session, as signing in does; returns its key."""
    from django.test import Client

    client = Client()
    client.force_login(Account.objects.get(name=name))
    session = client.session
    session["seen"] = int(time.time())
    session.save()
    context.add_cookies([{"name": "sessionid", "value": str(session.session_key), "url": address}])
    return str(session.session_key)


def opened(context: "BrowserContext", address: str) -> "Page":
    """Open the page and wait until it works without connection."""
    page = context.new_page()
    page.set_default_timeout(40_000)
    page.goto(f"{address}/visits/phone/")
    page.wait_for_function("() => navigator.serviceWorker.controller !== null")
    page.wait_for_selector(".visits button, #place section")
    return page


def shot(page: "Page", name: str) -> None:
    """Take a screenshot and let axe-core find nothing; the page is not wider than the phone."""
    page.screenshot(path=artefacts.folder() / f"phone-{name}.png", full_page=True)
    assert violations(page) == [], name
    assert page.evaluate("document.documentElement.scrollWidth") <= PHONE["width"], name


def photo(folder: Path) -> Path:
    """Return a large photo, as a phone's camera takes it."""
    from PIL import Image

    path = folder / "camera.jpg"
    Image.effect_noise((4000, 3000), 60).convert("RGB").save(path, "JPEG", quality=92)
    return path


def test_a_whole_visit_without_connection(
    phones: "Callable[..., BrowserContext]", address: str, visit_today: Visit, tmp_path: Path
) -> None:
    context = phones()
    page = opened(context, address)
    shot(page, "1-list")
    context.set_offline(True)
    page.reload()
    page.click(f"[data-visit='{visit_today.pk}']")
    page.wait_for_selector("#connection[data-state=offline]")
    shot(page, "2-visit-offline")

    page.locator("[data-line=c1] [data-check=done]").click()
    waiting(page, 1)
    page.locator("[data-line=c2] input").fill("动作时间偏长")
    page.locator("[data-line=c2] [data-check=problem]").click()
    waiting(page, 2)
    page.locator("section[aria-labelledby=part-readings] > button.main").click()
    shot(page, "3-reading-form")
    page.locator("#reading .ways button").nth(1).click()
    measure(page, "398")
    waiting(page, 3)
    measure(page, "398", point="2#柜", unit="kV")
    waiting(page, 4)
    page.set_input_files("#camera", photo(tmp_path))
    waiting(page, 5)
    page.fill("#note", "电容器柜每天跳闸两次")
    page.locator("section[aria-labelledby=part-notes] > button").click()
    waiting(page, 6)
    sign(page)
    waiting(page, 7)
    assert "[object" not in page.inner_text("main")
    shot(page, "4-entered-offline")
    assert Entry.objects.count() == 0

    page.close()
    again = context.new_page()
    again.set_default_timeout(40_000)
    again.goto(f"{address}/visits/phone/#visit-{visit_today.pk}")
    waiting(again, 7)
    again.wait_for_selector("[data-line=c2] .chosen[data-check=problem]")

    context.set_offline(False)
    waiting(again, 0)
    again.wait_for_selector("text=像是单位写错")
    shot(again, "5-sent")
    kept = list(Entry.objects.filter(visit=visit_today).order_by("id"))
    assert [one.kind for one in kept] == ["check", "check", "reading", "reading", "photo", "note", "signature"]
    assert [one.content.get("value") for one in kept if one.kind == "reading"] == ["398", "398"]
    assert kept[3].content["unit"] == "kV"
    assert kept[1].content == {"state": "problem", "words": "动作时间偏长"}
    assert {one.by for one in kept} == {"zhao.gong"}
    from PIL import Image

    from jishiyu.apps.files.keeping import HELP

    scaled = tmp_path / "kept.jpg"
    scaled.write_bytes(HELP.fetch(kept[4].file))
    with Image.open(scaled) as picture:
        assert max(picture.size) == 1280
    again.reload()
    again.wait_for_selector("#connection[data-state=sent]")
    assert Entry.objects.count() == 7


def test_the_form_of_a_signature_closes_and_opens_again(
    phones: "Callable[..., BrowserContext]", address: str, visit_today: Visit
) -> None:
    context = phones()
    page = opened(context, address)
    page.click(f"[data-visit='{visit_today.pk}']")
    page.wait_for_selector("#signing")
    context.set_offline(True)
    sign(page)
    waiting(page, 1)
    assert not page.locator("#signing").is_visible()
    assert drawn(page)
    shot(page, "8-signed-offline")
    context.set_offline(False)
    waiting(page, 0)
    page.reload()
    page.wait_for_selector("[data-signature] img")
    assert not page.locator("#signing").is_visible()
    context.set_offline(True)
    page.reload()
    page.wait_for_selector("[data-signature] img")
    assert drawn(page)  # without connection too

    page.locator("[data-signature] button").click()
    assert page.locator("#signing").is_visible()
    page.locator("#signing button").last.click()  # leave it
    assert not page.locator("#signing").is_visible()
    page.locator("[data-signature] button").click()
    sign(page, "王厂长")
    waiting(page, 1)
    assert page.locator("[data-signature]").all_inner_texts()[0].startswith("签字人 王厂长")
    page.locator("section[aria-labelledby=part-signature] > .ways button").click()
    sign(page, "李主席")
    waiting(page, 2)
    context.set_offline(False)
    waiting(page, 0)
    assert page.locator("[data-signature]").count() == 2
    shot(page, "9-signed-by-two")
    assert Entry.objects.filter(kind="signature").count() == 3
    stand = standing(visit_id=visit_today.pk).filter(kind="signature")
    assert [one.content["name"] for one in stand] == ["王厂长", "李主席"]


def test_a_line_of_a_signature_is_not_lost_when_the_connection_comes_back(
    phones: "Callable[..., BrowserContext]", address: str, visit_today: Visit
) -> None:
    context = phones()
    page = opened(context, address)
    page.click(f"[data-visit='{visit_today.pk}']")
    page.wait_for_selector("#signing")
    context.set_offline(True)
    page.wait_for_selector("#connection[data-state=offline]")
    box = page.locator("canvas")
    box.scroll_into_view_if_needed()
    at = box.bounding_box()
    assert at is not None
    page.locator("canvas").evaluate("(one) => { one.dataset.first = 'yes'; }")
    page.mouse.move(at["x"] + 30, at["y"] + 40)
    page.mouse.down()
    page.mouse.move(at["x"] + 100, at["y"] + 60)
    context.set_offline(False)
    page.wait_for_selector("#connection[data-state=sent]")
    assert page.locator("canvas[data-first]").count() == 1  # not drawn anew under the pen
    page.mouse.move(at["x"] + 180, at["y"] + 50)
    page.mouse.up()
    page.fill("#signer", "王工")
    page.locator("section[aria-labelledby=part-signature] button.main").click()
    page.wait_for_selector("[data-signature] img")
    waiting(page, 0)
    assert Entry.objects.get().kind == "signature"


def drawn(page: "Page") -> bool:
    """Say whether the picture of the first signature is there, not only its words."""
    return bool(page.evaluate("() => document.querySelector('[data-signature] img').naturalWidth > 0"))


def test_what_was_sent_but_never_answered_is_not_doubled(
    phones: "Callable[..., BrowserContext]", address: str, visit_today: Visit
) -> None:
    context = phones()
    page = opened(context, address)
    page.click(f"[data-visit='{visit_today.pk}']")
    lost = []

    def swallow(route: Any) -> None:
        lost.append(route.fetch().status)  # the server has it
        route.abort()  # the phone never hears

    context.route("**/entries", swallow)
    measure(page, "401")
    page.wait_for_selector("#connection[data-state=offline]")
    assert lost[0] == 200
    assert Entry.objects.count() == 1
    context.unroute("**/entries")
    page.reload()
    waiting(page, 0)
    page.wait_for_selector("[data-reading]")
    assert Entry.objects.count() == 1
    assert page.locator("[data-reading]").count() == 1


def test_a_session_that_ended_keeps_entries_until_somebody_signs_in(
    phones: "Callable[..., BrowserContext]", address: str, visit_today: Visit
) -> None:
    context = phones()
    page = opened(context, address)
    page.click(f"[data-visit='{visit_today.pk}']")
    context.set_offline(True)
    measure(page, "400")
    waiting(page, 1)
    from django.contrib.sessions.models import Session

    Session.objects.all().delete()
    context.set_offline(False)
    page.wait_for_selector("#connection[data-state=signedOut]")
    shot(page, "6-signed-out")
    assert page.locator("#notice a").get_attribute("href") == "/sign-in?next=/visits/phone/"
    page.reload()
    waiting(page, 1)
    assert Entry.objects.count() == 0
    sign_in(context, "zhao.gong", address)
    page.reload()
    waiting(page, 0)
    assert Entry.objects.get().content["value"] == "400"


def test_entries_of_one_account_are_not_sent_by_another(
    phones: "Callable[..., BrowserContext]", address: str, visit_today: Visit
) -> None:
    other = situations.expert("li.gong", full_name="乙工匠")
    visit_today.team.create(expert=other, part="expert")
    context = phones()
    page = opened(context, address)
    page.click(f"[data-visit='{visit_today.pk}']")
    context.set_offline(True)
    measure(page, "400")
    waiting(page, 1)
    sign_in(context, "li.gong", address)
    context.set_offline(False)
    page.wait_for_selector("#notice >> text=zhao.gong")
    page.wait_for_timeout(500)
    assert Entry.objects.count() == 0
    sign_in(context, "zhao.gong", address)
    page.reload()
    waiting(page, 0)
    assert Entry.objects.get().by == "zhao.gong"


def test_what_somebody_noted_who_is_no_longer_on_the_team_is_seen_and_sent_later(
    phones: "Callable[..., BrowserContext]", address: str, visit_today: Visit
) -> None:
    situations.expert("li.gong", full_name="乙工匠")
    context = phones()
    page = opened(context, address)
    page.click(f"[data-visit='{visit_today.pk}']")
    context.set_offline(True)
    measure(page, "402")
    waiting(page, 1)
    mine = visit_today.team.get()
    mine.delete()
    context.set_offline(False)
    page.wait_for_selector("[data-orphan] .stop >> text=已不在）这次勘查的服务队中")
    assert "1#进线柜 · 电压 402 V" in page.locator("[data-orphan]").inner_text()
    shot(page, "11-no-longer-on-the-team")
    page.reload()
    page.wait_for_selector("[data-orphan] .stop")
    assert Entry.objects.count() == 0
    visit_today.team.create(expert=mine.expert, part="expert")
    page.locator("[data-orphan] button").click()
    waiting(page, 0)
    page.wait_for_selector("[data-reading]")
    assert Entry.objects.get().content["value"] == "402"


def test_two_phones_that_change_the_same_line_see_both_values(
    phones: "Callable[..., BrowserContext]", address: str, visit_today: Visit
) -> None:
    other = situations.expert("li.gong", full_name="乙工匠")
    visit_today.team.create(expert=other, part="expert")
    one, two = phones("zhao.gong"), phones("li.gong")
    first, second = opened(one, address), opened(two, address)
    for page in (first, second):
        page.click(f"[data-visit='{visit_today.pk}']")
    one.set_offline(True)
    two.set_offline(True)
    first.locator("[data-line=c3] [data-check=done]").click()
    second.locator("[data-line=c3] input").fill("缺少双编号标识")
    second.locator("[data-line=c3] [data-check=problem]").click()
    waiting(second, 1)
    one.set_offline(False)
    waiting(first, 0)
    two.set_offline(False)
    waiting(second, 0)
    second.wait_for_selector(".conflict")
    shot(second, "7-conflict")
    assert len(conflicts(visit_id=visit_today.pk)[0]) == 2
    second.locator(".conflict button").last.click()
    second.wait_for_selector("[data-line=c3] .chosen")
    waiting(second, 0)
    assert conflicts(visit_id=visit_today.pk) == []
    assert Entry.objects.count() == 3
    assert standing(visit_id=visit_today.pk).count() == 1


def test_two_phones_that_come_back_at_once_lose_and_double_nothing(
    phones: "Callable[..., BrowserContext]", address: str, visit_today: Visit
) -> None:
    other = situations.expert("li.gong", full_name="乙工匠")
    visit_today.team.create(expert=other, part="expert")
    situations.send(visit_today, situations.reading(point="2#柜"))
    contexts = {name: phones(name) for name in ("zhao.gong", "li.gong")}
    pages = {name: opened(context, address) for name, context in contexts.items()}
    for name, page in pages.items():
        page.click(f"[data-visit='{visit_today.pk}']")
        page.wait_for_selector("[data-reading]")
        contexts[name].set_offline(True)
    first, second = pages.values()
    for page in pages.values():
        page.locator("[data-line=c1] [data-check=done]").click()
        waiting(page, 1)
    first.locator("[data-line=c3] [data-check=done]").click()
    second.locator("[data-line=c3] input").fill("缺少双编号标识")
    second.locator("[data-line=c3] [data-check=problem]").click()
    for page in pages.values():
        waiting(page, 2)
    first.locator("[data-reading] button", has_text="变更").click()
    first.fill("#reading [name=value]", "401")
    first.click("#reading button[type=submit]")
    second.locator("[data-reading] button", has_text="删去").click()
    for number, page in enumerate(pages.values()):
        waiting(page, 3)
        measure(page, f"39{number}")
        waiting(page, 4)
        page.fill("#note", f"第 {number} 部手机")
        page.locator("section[aria-labelledby=part-notes] > button").click()
        waiting(page, 5)
        sign(page, f"签字人 {number}")
        waiting(page, 6)
    queues = [page.evaluate(QUEUED) for page in pages.values()]
    assert Entry.objects.count() == 1

    for context in contexts.values():  # neither waits for the other
        context.set_offline(False)
    for page in pages.values():
        waiting(page, 0)
    kept = Entry.objects.filter(visit=visit_today)
    assert sorted(str(one.client_id) for one in kept.order_by("id")[1:]) == sorted(
        name for queue in queues for name in queue
    )
    assert len(kept) == 13
    notes = kept.filter(kind="note")
    assert {(one.by, one.content["words"]) for one in notes} == {
        ("zhao.gong", "第 0 部手机"),
        ("li.gong", "第 1 部手机"),
    }
    assert {one.content["name"] for one in kept.filter(kind="signature")} == {"签字人 0", "签字人 1"}
    disputed = conflicts(visit_id=visit_today.pk)
    assert sorted(sorted(one.by for one in several) for several in disputed) == [["li.gong", "zhao.gong"]] * 2
    for page in pages.values():
        page.reload()
        page.wait_for_selector("[data-signature] >> nth=1")  # also the one given on the other phone
        page.wait_for_selector(".conflict >> nth=1")
        assert page.locator(".conflict").count() == 2  # c1 is the same on both: no conflict
        assert page.locator("[data-reading] .conflict p", has_text="删去").count() == 1
        assert page.locator("[data-signature]").count() == 2
    shot(first, "10-two-phones")

    first.locator("[data-reading] .conflict button").first.click()
    first.locator("[data-line=c3] .conflict button").last.click()
    waiting(first, 0)
    second.reload()
    second.wait_for_selector("[data-line=c3] .chosen")
    second.wait_for_selector("#connection[data-state=sent]")
    assert second.locator(".conflict").count() == 0
    assert conflicts(visit_id=visit_today.pk) == []
    assert Entry.objects.count() == 15


def test_the_first_load_is_light_and_then_the_page_works_without_connection(
    phones: "Callable[..., BrowserContext]", address: str, visit_today: Visit
) -> None:
    context = phones()
    page = opened(context, address)
    page.wait_for_load_state("networkidle")
    (worker,) = context.service_workers
    on_the_wire = {
        **{f"page {name}": size for name, size in page.evaluate(SIZES)},
        **{f"worker {name}": size for name, size in worker.evaluate(SIZES)},
        "worker itself": page.evaluate(SIZE, "/visits/phone/worker.js"),
        "manifest": page.evaluate(SIZE, "/visits/phone/manifest.webmanifest"),
    }
    total = sum(on_the_wire.values())
    print({"bytes": total, **on_the_wire})
    from jishiyu.web.visits.phone import ASSETS

    for name in ASSETS:  # nothing is left out of the count: the worker has fetched every file itself
        assert on_the_wire[f"worker /static/{name}"] > 0, name
    assert on_the_wire["page /visits/phone/"] > 1_000
    assert on_the_wire["page /visits/phone/data"] > 300
    assert total <= MOST
    assert "<script src" in page.content()

    told = context.new_cdp_session(page).send("Page.getAppManifest")  # as the browser itself has read it
    assert told["errors"] == []
    made = told["manifest"]
    assert made["display"] == "kStandalone"
    assert made["startUrl"] == made["scope"] == f"{address}/visits/phone/"
    assert [one["type"] for one in made["icons"]] == ["image/svg+xml"]

    context.set_offline(True)
    page.reload()
    page.click(f"[data-visit='{visit_today.pk}']")
    page.wait_for_selector("#connection[data-state=offline]")
    assert page.locator("[data-line]").count() > 0
