"""A visit on a phone without connection: everything entered, the page killed and opened again, sent once.

The network is cut in a real browser. Nothing is lost, nothing is doubled, and what the database holds is what was entered.
"""

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from jishiyu.apps.visits.models import Entry, Visit
from jishiyu.apps.visits.queries import standing
from tests.apps.visits import situations
from tests.journeys.on_site import at_the_visit, measure, opened, shot, sign, sign_in, waiting

if TYPE_CHECKING:
    from playwright.sync_api import BrowserContext, Page

pytestmark = pytest.mark.django_db(transaction=True)
MOST = 150_000  # bytes on the wire, until the page works without connection
# What a page, or a worker, has fetched: each address once for every time it was.
SIZES = """() => {
  const sums = new Map();
  for (const one of [...performance.getEntriesByType("navigation"), ...performance.getEntriesByType("resource")]) {
    const name = new URL(one.name).pathname;
    sums.set(name, (sums.get(name) ?? 0) + one.transferSize);
  }
  return [...sums];
}"""
# How wide a picture really is, as the browser draws it.
WIDTH = """async (path) => {
  const picture = new Image();
  picture.src = path;
  await picture.decode();
  return picture.naturalWidth;
}"""
# What an address weighs that neither of them lists among what it has fetched.
SIZE = """async (path) => {
  await (await fetch(path, { cache: "no-store" })).text();
  return performance.getEntriesByName(new URL(path, location).href).at(-1).transferSize;
}"""


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
    page = at_the_visit(context, address, visit_today.pk)
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
    page = at_the_visit(context, address, visit_today.pk)
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
    page = at_the_visit(context, address, visit_today.pk, connected=True)
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
    page = at_the_visit(context, address, visit_today.pk)
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
    page = at_the_visit(context, address, visit_today.pk)
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
    from jishiyu.web.visits.phone import ASSETS, ICONS

    for name in (
        "icon-full-180.png",
        *(one[0] for one in ICONS),
    ):  # what a phone takes that keeps the page on its first one
        on_the_wire[f"icon {name}"] = page.evaluate(SIZE, f"/static/jishiyu/{name}")
    total = sum(on_the_wire.values())
    print({"bytes": total, **on_the_wire})
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
    assert {one["sizes"]: one["type"] for one in made["icons"]} == {
        "0x0": "image/svg+xml", "192x192": "image/png", "512x512": "image/png",
    }  # fmt: skip
    widths = {one["url"]: page.evaluate(WIDTH, one["url"]) for one in made["icons"] if one["type"] == "image/png"}
    assert sorted(widths.values()) == [192, 512, 512]

    context.set_offline(True)
    page.reload()
    page.click(f"[data-visit='{visit_today.pk}']")
    page.wait_for_selector("#connection[data-state=offline]")
    assert page.locator("[data-line]").count() > 0


def test_the_page_speaks_the_language_that_is_chosen_at_once_and_without_connection_too(
    phones: "Callable[..., BrowserContext]", address: str, visit_today: Visit
) -> None:
    context = phones()
    page = opened(context, address)
    page.get_by_role("button", name="English").click()
    page.wait_for_selector("html[lang=en] #title >> text=My visits")
    context.set_offline(True)
    page.reload()
    page.wait_for_selector("html[lang=en] #connection[data-state=offline]")
    page.click(f"[data-visit='{visit_today.pk}']")
    page.wait_for_selector("text=Checklist")
    assert not page.locator("text=检查清单").count()
