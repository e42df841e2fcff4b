"""The console shows what happened, masked, to this machine only, with few queries."""

import json
import re
from collections.abc import Callable
from datetime import date
from html.parser import HTMLParser
from pathlib import Path

import pytest
from django.test import Client

from jishiyu.web.console.page import SECTIONS
from tests.apps.subsidies.situations import enrol, load, member, number, stay

pytestmark = pytest.mark.django_db
PAGES = ["/", *(f"/{name}" for name, _ in SECTIONS if name != "overview"), "/figures/union", "/figures/month",
         "/figures/union?union=U1&kind=industry", "/figures/district"]  # fmt: skip
DOCUMENTS = {
    "/documents/bulletin.pdf": "application/pdf",
    "/documents/figures.xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "/documents/calls/U1.pdf": "application/pdf",
    "/documents/decision.pdf?stay=H1/VA": "application/pdf",
}


class Wellformed(HTMLParser):
    """Collects what a page may not have, and complains about tags that do not close."""

    def __init__(self) -> None:
        super().__init__()
        self.open: list[str] = []
        self.forbidden: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag not in ("meta", "link", "br"):
            self.open.append(tag)
        names = {name for name, _ in attrs}
        if tag in ("script", "style", "iframe", "form") or "style" in names or any(n.startswith("on") for n in names):
            self.forbidden.append(self.get_starttag_text() or tag)

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag


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
        with django_assert_max_num_queries(15):
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
    told = client.get("/calls").content.decode()
    assert "&lt;b&gt;某厂&lt;/b&gt;" in told


def test_the_first_page_says_what_it_comes_to(city: Path, client: Client) -> None:
    (city / "console.json").write_text(json.dumps({"compare": "changchun", "scale": "1/8", "issuer": "春城市总工会"}))
    told = client.get("/").content.decode()
    for words in ("数据截至 2025-03-31", "没有发放职工补贴", "与已公布数字对照", "4,625", "待联系事项"):
        assert words in told, words


def test_the_large_case_leads_to_its_sheet_and_the_union_to_its_list(city: Path, client: Client) -> None:
    told = client.get("/calls").content.decode()
    assert "/documents/decision.pdf?stay=H1%2FVA&amp;policy=changchun.hospital" in told
    assert "/documents/calls/U1.pdf" in told
    assert client.get("/documents/decision.pdf?stay=H1%2FVA&policy=changchun.hospital").content.startswith(b"%PDF")


def test_documents_open(city: Path, client: Client) -> None:
    for address, kind in DOCUMENTS.items():
        response = client.get(address)
        assert (response.status_code, response.headers["Content-Type"]) == (200, kind), address
        assert response.content[:4] in (b"%PDF", b"PK\x03\x04")


MISSING = (
    ["/nowhere", "/figures/union?union=U9", "/documents/batch/99.pdf", "/documents/calls/U9.pdf",
     "/documents/decision.pdf?stay=H9/V9", "/documents/decision.pdf", "/figures/shoe-size"]
)  # fmt: skip


def test_what_is_not_there_is_said_kindly(city: Path, client: Client) -> None:
    for address in MISSING:
        response = client.get(address)
        assert response.status_code == 404, address
        assert "text/html" in response.headers["Content-Type"]
        assert "没有" in response.content.decode(), address


def test_every_answer_carries_a_strict_policy(city: Path, client: Client) -> None:
    for address in ("/", "/nowhere", "/documents/bulletin.pdf"):
        headers = client.get(address).headers
        policy = headers["Content-Security-Policy"]
        assert "default-src 'none'" in policy
        assert "unsafe" not in policy
        assert "script-src" not in policy
        assert headers["X-Content-Type-Options"] == "nosniff"
        assert headers["Cache-Control"] == "no-store"


@pytest.mark.parametrize("method", ["post", "put", "delete", "patch"])
def test_nothing_but_reading_is_answered(client: Client, method: str) -> None:
    assert getattr(client, method)("/").status_code == 405


def test_a_page_asked_for_under_another_name_is_refused(city: Path, client: Client) -> None:
    assert client.get("/", headers={"host": "evil.example"}).status_code == 400


def test_an_empty_database_has_pages_too(client: Client, settings: object, tmp_path: Path) -> None:
    settings.CONSOLE_FILE = tmp_path / "console.json"  # type: ignore[attr-defined]
    assert [
        client.get(address).status_code for address in ("/", "/feeds", "/figures", "/calls", "/batches", "/ledger")
    ] == [200] * 6


def test_every_static_file_a_page_names_is_there(city: Path, client: Client) -> None:
    import jishiyu.web

    root = Path(jishiyu.web.__file__).parent
    told = client.get("/").content.decode() + (root / "static/console/console.css").read_text(encoding="utf-8")
    named = set(re.findall(r"/static/[\w./-]+", told))
    assert len(named) == 3
    assert [name for name in named if not (root / name.lstrip("/")).is_file()] == []


def test_links_stay_in_the_language(city: Path, client: Client) -> None:
    for address in ("/figures", "/calls", "/figures/union"):
        told = client.get(f"{address}?lang=en").content.decode()
        links = set(re.findall(r'href="(/[^"]*)"', told)) - {"/static/console/icon.svg", "/static/console/console.css"}
        assert len(links) > 5
        assert [link for link in links if "lang=en" not in link] == []
        assert "lang=" not in "".join(re.findall(r'href="(/[^"]*)"', client.get(address).content.decode()))
