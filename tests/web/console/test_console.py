"""The plain pages show what happened, masked, to those who may, with few queries."""

import json
import re
from collections.abc import Callable
from datetime import date
from html.parser import HTMLParser
from pathlib import Path

import pytest
from django.test import Client

from jishiyu.apps.accounts.models import Role
from jishiyu.web.console.page import SECTIONS
from tests.apps.subsidies.situations import enrol, load, member, number, stay
from tests.web.people import signed_in

pytestmark = pytest.mark.django_db
PAGES = [*(f"/console/{name}" for name, _ in SECTIONS), "/console/figures/union", "/console/figures/month",
         "/console/figures/union?union=U1&kind=industry", "/console/figures/district"]  # fmt: skip
DOCUMENTS = {
    "/console/documents/bulletin.pdf": "application/pdf",
    "/console/documents/figures.xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "/console/documents/calls/U1.pdf": "application/pdf",
    "/console/documents/decision.pdf?stay=H1/VA": "application/pdf",
}


class Wellformed(HTMLParser):
    """Collects what a page may not have, and complains about tags that do not close."""

    def __init__(self) -> None:
        super().__init__()
        self.open: list[str] = []
        self.forbidden: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag not in ("meta", "link", "br", "input"):
            self.open.append(tag)
        names = {name for name, _ in attrs}
        ours = tag == "script" and dict(attrs).get("src", "").startswith("/static/")  # type: ignore[union-attr]
        if (
            tag in ("style", "iframe")
            or (tag == "script" and not ours)
            or "style" in names
            or any(n.startswith("on") for n in names)
        ):
            self.forbidden.append(self.get_starttag_text() or tag)

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag


@pytest.fixture
def client() -> Client:
    return signed_in(Role.SUBSIDY_OFFICER)


@pytest.fixture
def city(tmp_path: Path, settings: object) -> Path:
    settings.CONSOLE_FILE = tmp_path / "console.json"  # type: ignore[attr-defined]
    enrol(tmp_path, member(1, member_no="2201000165"), member(2, name="<script>alert(1)</script>"))
    load(tmp_path, "三月", stay(1, "A", "152000.00"), stay(2, "B", "6000.00", psn_name="<script>alert(1)</script>"),
         stay(9, "D", "20000.00", emp_name="<b>某厂</b>"), as_of=date(2025, 3, 31))  # fmt: skip
    return tmp_path


@pytest.mark.parametrize("language", ["zh", "en"])
def test_every_page_is_whole_in_both_languages_with_few_queries(
    city: Path, client: Client, language: str, django_assert_max_num_queries: Callable
) -> None:
    for address in PAGES:
        asked = f"{address}{'&' if '?' in address else '?'}lang={language}"
        client.get(asked)  # figures are worked out once after each change, then kept
        with django_assert_max_num_queries(
            15 + 3
        ):  # three are the savepoint and its end inside the test's own transaction
            response = client.get(asked)
        assert response.status_code == 200, address
        page = Wellformed()
        page.feed(response.content.decode())
        assert (page.open, page.forbidden) == ([], []), address


def test_no_page_shows_a_name_or_number_in_full(city: Path, client: Client) -> None:
    told = "".join(client.get(address).content.decode() for address in PAGES)
    for secret in (number(1), number(2), number(9), "2201000165", "alert(1)", "张1", "张9"):
        assert secret not in told
    assert not re.search(r"\d{17}[\dXx]", told)


def test_text_from_files_is_never_markup(city: Path, client: Client) -> None:
    told = client.get("/console/calls").content.decode()
    assert "&lt;b&gt;某厂&lt;/b&gt;" in told


def test_the_first_page_says_what_it_comes_to(city: Path, client: Client) -> None:
    (city / "console.json").write_text(json.dumps({"compare": "changchun", "scale": "1/8", "issuer": "春城市总工会"}))
    told = client.get("/console/overview").content.decode()
    for words in ("数据截至 2025-03-31", "没有发放职工补贴", "与已公布数字对照", "4,625", "待联系事项"):
        assert words in told, words


def test_the_large_case_leads_to_its_sheet_and_the_union_to_its_list(city: Path, client: Client) -> None:
    told = client.get("/console/calls").content.decode()
    assert "/console/documents/decision.pdf?stay=H1%2FVA&amp;policy=changchun.hospital" in told
    assert "/console/documents/calls/U1.pdf" in told
    assert client.get("/console/documents/decision.pdf?stay=H1%2FVA&policy=changchun.hospital").content.startswith(
        b"%PDF"
    )


def test_documents_open(city: Path, client: Client) -> None:
    for address, kind in DOCUMENTS.items():
        response = client.get(address)
        assert (response.status_code, response.headers["Content-Type"]) == (200, kind), address
        assert response.content[:4] in (b"%PDF", b"PK\x03\x04")


MISSING = (
    ["/nowhere", "/console/figures/union?union=U9", "/console/documents/batch/99.pdf", "/console/documents/calls/U9.pdf",
     "/console/documents/decision.pdf?stay=H9/V9", "/console/documents/decision.pdf", "/console/figures/shoe-size"]
)  # fmt: skip


def test_what_is_not_there_is_said_kindly(city: Path, client: Client) -> None:
    for address in MISSING:
        response = client.get(address)
        assert response.status_code == 404, address
        assert "text/html" in response.headers["Content-Type"]
        assert "没有" in response.content.decode(), address


def test_every_answer_carries_a_strict_policy(city: Path, client: Client) -> None:
    for address in ("/console/overview", "/nowhere", "/console/documents/bulletin.pdf"):
        headers = client.get(address).headers
        policy = headers["Content-Security-Policy"]
        assert "default-src 'none'" in policy
        assert "unsafe" not in policy
        assert "script-src 'self';" in policy
        assert headers["X-Content-Type-Options"] == "nosniff"
        assert headers["Cache-Control"] == "no-store"


@pytest.mark.parametrize("method", ["post", "put", "delete", "patch"])
def test_nothing_but_reading_is_answered(client: Client, method: str) -> None:
    assert getattr(client, method)("/console/overview").status_code == 405


def test_a_page_asked_for_under_another_name_is_refused(city: Path, client: Client) -> None:
    assert client.get("/", headers={"host": "evil.example"}).status_code == 400


def test_an_empty_database_has_pages_too(client: Client, settings: object, tmp_path: Path) -> None:
    settings.CONSOLE_FILE = tmp_path / "console.json"  # type: ignore[attr-defined]
    assert [client.get(f"/console/{name}").status_code for name, _ in SECTIONS] == [200] * 6


def test_every_static_file_a_page_names_is_there(city: Path, client: Client) -> None:
    import django_htmx

    import jishiyu.web

    roots = [Path(package.__file__).parent for package in (jishiyu.web, django_htmx)]
    told = client.get("/console/overview").content.decode() + (roots[0] / "static/console/console.css").read_text(
        encoding="utf-8"
    )
    named = set(re.findall(r"/static/[\w./-]+", told))
    assert len(named) >= 7
    assert [name for name in named if not any((root / name.lstrip("/")).is_file() for root in roots)] == []
