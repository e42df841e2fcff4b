"""Those who lead a round look at every board, at a desk and on a phone."""

from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import expect

from jishiyu.apps.accounts.models import Role
from jishiyu.apps.enterprises.models import Enterprise, Need, State
from tests.apps.enterprises import situations
from tests.apps.visits.test_figures import visited
from tests.journeys.visitor import DESK, PHONE, Visitor, narrow_enough

pytestmark = pytest.mark.django_db(transaction=True)
BOARDS = (
    "/boards", "/boards/schedule?since=2026-03-01&last=2026-03-31", "/boards/schedule?by=team&since=2026-03-01&last=2026-03-31",
    "/boards/times", "/boards/load", "/boards/sites", "/boards/figures", "/boards/bulletin",
)  # fmt: skip


@pytest.fixture
def need() -> Need:
    """Return a served need of one enterprise; another enterprise waits."""
    served = visited("E1")
    for union, x_m in (("E1", 1_000), ("E2", 6_000)):
        other = situations.participation(union, steward=f"s-{union}".lower())
        situations.need_in(State.FORWARDED, of=other, words="空压机能耗高")
        Enterprise.objects.filter(code=union).update(x_m=x_m, y_m=x_m // 2)
    return served


@pytest.mark.parametrize(("screen", "language"), [(DESK, "zh"), (PHONE, "en")])
def test_an_organiser_looks_at_every_board_and_at_the_wall(
    need: Need, visit: Callable[..., Visitor], somebody: Callable[..., Any], screen: dict[str, int], language: str
) -> None:
    visitor = visit(screen)
    visitor.sign_in(*somebody(Role.ORGANISER, union="CITY"))
    page = visitor.page
    if language == "en":
        page.get_by_role("button", name="English").click()
    for number, address in enumerate(BOARDS):
        visitor.goto(address)
        expect(page.get_by_role("heading", level=1)).to_contain_text("电力助企" if language == "zh" else "Power help")
        page.wait_for_load_state("networkidle")
        narrow_enough(visitor)
        visitor.shot(f"board-{number}")
    if screen == DESK:
        visitor.goto("/boards/sites")
        for part in ("svg.map", ".map-key"):  # seen whole, without scrolling
            box = page.locator(part).bounding_box()
            assert box is not None
            assert box["y"] + box["height"] <= DESK["height"], (part, box)
        page.locator(".map-key a").first.click()
        expect(page.get_by_role("heading", level=1)).to_contain_text("有限公司")
    visitor.goto("/boards/wall")
    expect(page.locator(".wall-cards dd").first).to_have_text("1")
    visitor.shot("wall", axe=language == "zh")
    visitor.goto("/boards")
    page.get_by_role("link", name="E1 有限公司").first.click()
    expect(page.get_by_role("heading", level=1)).to_have_text("E1 有限公司")
    page.get_by_role("button", name="生成专属链接" if language == "zh" else "Make a personal link").click()
    expect(page.locator("#new-link")).to_contain_text("/progress/")
    visitor.shot("enterprise")
