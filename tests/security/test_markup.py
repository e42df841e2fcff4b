"""Hostile words in every text that people may write: no page, chart, sheet or document obeys them."""

import io
import re
import zipfile
from html.parser import HTMLParser
from pathlib import Path

import pytest
from pypdf import PdfReader

from jishiyu.apps.accounts.models import Role
from jishiyu.apps.accounts.rights import SIGNED_IN, TOKEN, may
from tests.security.town import HOSTILE, OBEYED, addresses, settle, visitor

pytestmark = pytest.mark.django_db
# Together these roles may open everything that there is to look at.
READERS = (Role.SUBSIDY_OFFICER, Role.FINANCE, Role.REVIEWER, Role.SECURITY_ADMIN, Role.AUDIT_ADMIN, Role.SYSTEM_ADMIN)
FORMULA = ("=", "+", "-", "@", "\t", "\r")


@pytest.fixture
def theirs(tmp_path: Path, settings: object) -> dict[str, object]:
    settings.UPLOAD_FOLDER = str(tmp_path / "uploads")  # type: ignore[attr-defined]
    return settle(tmp_path)


ATTACHING = {"/laboratory/<str:name>/pdf"}


def test_no_page_list_chart_sheet_or_document_obeys_hostile_words(theirs: dict[str, object]) -> None:
    obeyed, shown, lists, documents = [], set(), set(), set()
    seen: set[str] = set()
    for role in (*READERS, Role.UNION_OFFICER, Role.MEMBER):
        client = visitor(role)
        ours = theirs | {"line_no": 2} if role is Role.MEMBER else theirs
        for one in addresses():
            if one.action == TOKEN or one.route in seen or not (one.action == SIGNED_IN or may(one.action, role)):
                continue
            response = client.get(one.filled(ours))
            if response.status_code != 200:
                continue
            seen.add(one.route)
            content = b"".join(response.streaming_content) if response.streaming else response.content
            kind = response.headers["Content-Type"]
            if kind.startswith("text/html"):
                told = content.decode()
                obeyed += [(one.route, sign) for sign in OBEYED if sign in told]
                obeyed += [(one.route, found) for found in active_in(told)]
                shown |= {one.route} if "XSS" in told else set()
                if getattr(response, "context", None) and "list" in response.context:
                    lists.add(one.route)
                    obeyed += _exports(client, one.filled(ours))
            elif kind.startswith("application/pdf"):
                documents.add(one.route)
                found = _document(one.route, content)
                if one.route in ATTACHING:  # exactly the two policies it is about, as texts
                    assert content.count(b"/EmbeddedFile ") + content.count(b"/EmbeddedFile\n") <= 2
                    found = [(route, sign) for route, sign in found if "EmbeddedFile" not in sign]
                obeyed += found
            elif "spreadsheet" in kind:
                obeyed += _workbook(one.route, content)
    assert not obeyed, "\n".join(map(str, obeyed))
    # The walk has met what it looks for: hostile words on pages, lists with exports, documents.
    assert len(shown) >= 20, sorted(shown)
    assert len(lists) >= 12, sorted(lists)
    assert len(documents) >= 3, sorted(documents)


class _Active(HTMLParser):
    """Finds what a browser would run: handlers, scripts and styles in the page, addresses that are scripts."""

    def __init__(self) -> None:
        super().__init__()
        self.found: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Look at one tag."""
        given = {name: value or "" for name, value in attrs}
        self.found += [f"{tag} {name}" for name in given if name.startswith("on") or name == "style"]
        self.found += [
            f"{tag} {v[:40]}" for v in given.values() if v.strip().lower().startswith(("javascript:", "vbscript:"))
        ]
        if tag == "style" or (tag == "script" and "src" not in given and given.get("type") != "application/json"):
            self.found.append(tag)
        self.found += [f"{tag} {given[name]}" for name in ("src", "href", "action") if _abroad(given.get(name, ""))]


def _abroad(address: str) -> bool:
    return address.startswith(("http:", "https:", "//")) or address == "x"


def active_in(page: str) -> list[str]:
    """Return what a browser would run or fetch from elsewhere."""
    parser = _Active()
    parser.feed(page)
    return parser.found


def _exports(client: object, address: str) -> list[tuple[str, str]]:
    """Return cells of the CSV and parts of the Excel that a spreadsheet would run."""
    import csv

    found = []
    response = client.get(address, {"export": "csv"})  # type: ignore[attr-defined]
    if response.status_code == 200 and response.streaming:
        text = b"".join(response.streaming_content).decode("utf-8-sig")
        cells = [cell for row in csv.reader(io.StringIO(text)) for cell in row]
        found += [(address, cell) for cell in cells if cell.startswith(FORMULA) and not re.fullmatch(r"-[\d.,]+", cell)]
    response = client.get(address, {"export": "xlsx"})  # type: ignore[attr-defined]
    if response.status_code == 200 and response.streaming:
        found += _workbook(address, b"".join(response.streaming_content))
    return found


def _workbook(route: str, content: bytes) -> list[tuple[str, str]]:
    """Return what a spreadsheet would calculate or load from elsewhere."""
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        texts = {name: archive.read(name).decode("utf-8", "replace") for name in archive.namelist()}
    return [
        (route, f"{name}: {sign}")
        for name, text in texts.items()
        for sign in ("<f>", "<f ", 'TargetMode="External"', "vbaProject", "<script>alert")
        if sign in text
    ]


def _document(route: str, content: bytes) -> list[tuple[str, str]]:
    """Return what a PDF would run, and what a text in it has read from this machine."""
    told = "".join(page.extract_text() for page in PdfReader(io.BytesIO(content)).pages)
    active = [sign for sign in (b"/JavaScript", b"/JS ", b"/Launch", b"/URI", b"/EmbeddedFile") if sign in content]
    return [(route, str(sign)) for sign in active] + [(route, "read a file") for _ in range("root:" in told)]


def test_the_hostile_words_would_be_found_where_they_are_obeyed() -> None:
    assert all(sign in HOSTILE for sign in OBEYED[:2])
    assert active_in(HOSTILE) == ["script", "img onerror", "img x"]
    assert active_in('<a href=" JavaScript:x"></a><p style="a">') == ["a  JavaScript:x", "p style"]
    book = io.BytesIO()
    with zipfile.ZipFile(book, "w") as archive:
        archive.writestr("xl/worksheets/sheet1.xml", "<c><f>2+5</f></c>")
    assert _workbook("x", book.getvalue()) == [("x", "xl/worksheets/sheet1.xml: <f>")]
