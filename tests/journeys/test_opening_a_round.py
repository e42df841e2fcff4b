"""A round is opened with its unions chosen from lists: by keyboard at a desk, by finger on a phone."""

import re
from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import expect

from jishiyu.apps.accounts.models import Role
from jishiyu.apps.enterprises.models import Campaign, Network
from jishiyu.apps.orgs.models import Union
from tests.apps.enterprises.situations import unions
from tests.journeys.visitor import PHONE, Visitor, come, narrow_enough

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture(autouse=True)
def _unions(transactional_db: None) -> None:
    expect.set_options(timeout=30_000)
    city = unions()["CITY"]
    Union.objects.bulk_create(
        Union(code=f"S{at:03d}", name=f"第{at}供电所工会委员会", kind="grassroots", territorial_parent=city)
        for at in range(1, 31)
    )
    Union.objects.create(code="FOOD", name="食品行业工会联合会", kind="industry", territorial_parent=city)


def network() -> list[tuple[int, str]]:
    """Return the levels and unions of the round that was opened."""
    return list(Network.objects.order_by("level", "union__code").values_list("level", "union__code"))


def test_a_round_is_opened_by_keyboard(visit: Callable[..., Visitor], somebody: Callable[..., Any]) -> None:
    office = come(visit, somebody(Role.ORGANISER, union="CITY"))
    office.goto("/campaigns/open")
    page = office.page
    page.select_option("[name=level_1]", "CITY")
    page.locator("[name=level_2][value=FOOD]").focus()
    page.keyboard.press("Space")
    page.locator("[name=find_3]").focus()
    page.keyboard.type("供电所")
    expect(page.locator("[name=level_3]")).to_have_count(20)
    expect(page.get_by_text("符合的工会超过 20 个")).to_be_visible()
    page.keyboard.press("Enter")  # looks for unions, opens no round
    assert not Campaign.objects.exists()
    page.keyboard.press("Tab")
    page.keyboard.press("Space")
    page.locator("[name=find_3]").fill("供电公司")
    expect(page.locator("[name=level_3]")).to_have_count(2)  # the one that is ticked stays above what was found
    expect(page.locator("[name=level_3]:checked")).to_have_count(1)
    page.locator("[name=level_3][value=GRID]").focus()
    page.keyboard.press("Space")
    page.locator("[name=find_3]").scroll_into_view_if_needed()
    office.shot("chosen")
    page.get_by_role("button", name="建立批次").click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("电力助企专项服务")
    assert network() == [(1, "CITY"), (2, "FOOD"), (3, "GRID"), (3, "S001")]


def test_a_round_is_opened_on_a_phone(visit: Callable[..., Visitor], somebody: Callable[..., Any]) -> None:
    phone = come(visit, somebody(Role.ORGANISER, union="CITY"), viewport=PHONE)
    phone.goto("/campaigns/open")
    page = phone.page
    page.select_option("[name=level_1]", "CITY")
    page.get_by_label("制造业工会联合会").check()
    page.locator("[name=find_3]").fill("供电公司")
    page.get_by_label("供电公司工会").check()
    page.locator("[name=find_3]").fill("第7供")
    page.get_by_label("第7供电所").check()
    expect(page.locator("[name=level_3]:checked")).to_have_count(2)
    narrow_enough(phone)
    page.locator("[name=level_1]").scroll_into_view_if_needed()
    phone.shot("phone-chosen")
    page.get_by_role("button", name=re.compile("English")).first.click()
    expect(page.get_by_text("Level 3: unions of the serving companies")).to_be_visible()
    page.locator("[name=find_3]").fill("供电")
    expect(page.get_by_text("More than 20 unions fit")).to_be_visible()
    phone.shot("phone-english")
