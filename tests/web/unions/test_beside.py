"""The tree of unions beside lists and figures: one component, narrowed to what the reader may see."""

import re
from pathlib import Path

import pytest
from django.test import Client

from jishiyu.apps.accounts.models import Role
from jishiyu.apps.orgs.models import Union
from jishiyu.web.unions.beside import INTO
from tests.apps.subsidies.situations import enrol, load, member, stay
from tests.web.people import signed_in

pytestmark = pytest.mark.django_db
PAGES = {"roster": "/roster", "calls": "/calls", "applications": "/applications", "figures": "/statistics",
         "branches": "/statistics/unions", "large": "/statistics/large"}  # fmt: skip


@pytest.fixture
def city(tmp_path: Path) -> dict[str, Union]:
    """Two districts with a union each; a case and a member in both."""
    made: dict[str, Union] = {}
    for code, kind, above in (
        ("C", "city", None), ("D1", "district", "C"), ("D2", "district", "C"), ("U1", "grassroots", "D1"), ("U2", "grassroots", "D2"),
    ):  # fmt: skip
        made[code] = Union.objects.create(
            code=code, name=f"{code}工会", kind=kind, territorial_parent=made.get(above or ""),
            industry_parent=made["C"] if kind == "grassroots" else None,
        )  # fmt: skip
    enrol(tmp_path, member(1), member(2, org_code="U2"))
    load(tmp_path, "a", stay(1, "A", "152000.00"), stay(2, "B", "152000.00"))
    return made


def tree_of(client: Client, address: str) -> str:
    """Return the tree of a page."""
    found = re.search(r'<nav class="tree.*?</nav>', client.get(address).content.decode(), re.DOTALL)
    assert found, address
    return found[0]


def test_every_page_that_can_be_narrowed_has_the_same_tree(city: dict[str, Union]) -> None:
    assert PAGES.keys() == INTO.keys()
    client = signed_in(Role.SUBSIDY_OFFICER)
    for into, address in PAGES.items():
        tree = tree_of(client, address)
        assert f'href="{address}?union=D1"' in tree
        below = re.search(rf'hx-get="(/unions/{city["D1"].pk}/below[^"]*)"', tree)
        assert below, address
        assert f'href="{address}?union=U1"' in client.get(below[1].replace("&amp;", "&")).content.decode(), into


def test_choosing_a_union_keeps_what_else_was_asked_and_begins_at_the_first_page(city: dict[str, Union]) -> None:
    client = signed_in(Role.SUBSIDY_OFFICER)
    tree = tree_of(client, "/calls?reason=over_limit&page=1&union=D2")
    assert 'href="/calls?reason=over_limit&amp;union=D1"' in tree
    assert '<strong>D2工会</strong> <a href="/calls?reason=over_limit">' in tree
    below = re.search(rf'hx-get="(/unions/{city["D2"].pk}/below[^"]*)"', tree)
    assert below
    opened = client.get(below[1].replace("&amp;", "&")).content.decode()
    assert 'href="/calls?reason=over_limit&amp;union=U2"' in opened
    shown = client.get("/calls?union=U1").content.decode()
    assert ("U1工会</td>" in shown, "U2工会</td>" in shown) == (True, False)


def test_statistics_by_industry_stand_beside_the_tree_by_industry(city: dict[str, Union]) -> None:
    client = signed_in(Role.SUBSIDY_OFFICER)
    assert f"below-{city['D1'].pk}" in tree_of(client, "/statistics?kind=territory")
    assert f"below-{city['D1'].pk}" not in tree_of(client, "/statistics?kind=industry")


def test_a_branch_sees_no_other_in_the_tree_nor_the_name_of_one_that_it_asks_for(city: dict[str, Union]) -> None:
    client = signed_in(Role.UNION_OFFICER, union="D1")
    for address in PAGES.values():
        tree = tree_of(client, f"{address}?union=U2")
        assert "D1工会" in tree
        assert "U1工会" in tree
        assert "U2工会" not in tree
        assert "D2工会" not in tree


def test_what_is_asked_is_neither_markup_nor_a_way_elsewhere(city: dict[str, Union]) -> None:
    client = signed_in(Role.SUBSIDY_OFFICER)
    hostile = '"><script>alert(1)</script>'
    for asked in (hostile, "x=1&union=//evil.example", "%00"):
        page = client.get(f"/unions/{city['D1'].pk}/below", {"into": "calls", "asked": asked}).content.decode()
        assert "<script>" not in page
        assert re.findall(r'href="([^"?]*)', page) == ["/calls"]
    assert "<script>" not in client.get("/roster", {"union": hostile, "state": hostile}).content.decode()
    assert client.get(f"/unions/{city['D1'].pk}/below", {"into": "https://evil.example"}).status_code == 200
