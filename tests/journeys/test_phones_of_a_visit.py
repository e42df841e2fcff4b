"""Several phones and one visit: they come back at once, disagree, or one of them no longer goes there. Nothing is lost or doubled."""

from collections.abc import Callable
from typing import TYPE_CHECKING

import pytest

from jishiyu.apps.visits.models import Entry, Visit
from jishiyu.apps.visits.queries import conflicts, standing
from tests.apps.visits import situations
from tests.journeys.on_site import at_the_visit, measure, shot, sign, waiting

if TYPE_CHECKING:
    from playwright.sync_api import BrowserContext

pytestmark = pytest.mark.django_db(transaction=True)
# The names of what waits on a phone.
QUEUED = """() => new Promise((resolve) => {
  indexedDB.open("jishiyu-visits").onsuccess = (opened) => {
    opened.target.result.transaction("queue").objectStore("queue").getAll().onsuccess = (found) => {
      opened.target.result.close();
      resolve(found.target.result.map((one) => one.client_id));
    };
  };
})"""


def test_two_phones_that_change_the_same_line_see_both_values(
    phones: "Callable[..., BrowserContext]", address: str, visit_today: Visit
) -> None:
    other = situations.expert("li.gong", full_name="乙工匠")
    visit_today.team.create(expert=other, part="expert")
    one, two = phones("zhao.gong"), phones("li.gong")
    first, second = (at_the_visit(phone, address, visit_today.pk) for phone in (one, two))
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
    pages = {name: at_the_visit(context, address, visit_today.pk) for name, context in contexts.items()}
    for page in pages.values():
        page.wait_for_selector("[data-reading]")
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


def test_what_somebody_noted_who_is_no_longer_on_the_team_is_seen_and_sent_later(
    phones: "Callable[..., BrowserContext]", address: str, visit_today: Visit
) -> None:
    situations.expert("li.gong", full_name="乙工匠")
    context = phones()
    page = at_the_visit(context, address, visit_today.pk)
    measure(page, "402")
    waiting(page, 1)
    mine = visit_today.team.get()
    mine.delete()
    context.set_offline(False)
    page.wait_for_selector("[data-orphan] .stop >> text=已不在）这次勘查的服务队中")
    assert "1#进线柜 · 电压 402 V" in page.locator("[data-orphan]").inner_text()
    shot(page, "11-no-longer-on-the-team")
    # The page asks for its visits when it opens, and then every 20 seconds: this one is not among them yet.
    with page.expect_response(lambda response: response.url.endswith("/visits/phone/data")):
        page.reload()
    page.wait_for_selector("[data-orphan] .stop")
    assert Entry.objects.count() == 0
    visit_today.team.create(expert=mine.expert, part="expert")
    page.locator("[data-orphan] button").click()
    waiting(page, 0)
    page.wait_for_selector("[data-reading]")
    assert Entry.objects.get().content["value"] == "402"
