"""Documents are real PDFs with the text of their data, and data is never markup."""

import io
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from pypdf import PdfReader

from jishiyu.web.documents import render as rendering
from jishiyu.web.documents.render import FontsMissing, pictures, render

MADE = datetime(2025, 3, 9, 1, tzinfo=UTC)
MARKUP = '#panic("x") *bold* $x^2$ `raw` @label <tag> \\ #sys.inputs // 注释 [a](b) "quote" \u202e'


def text_of(pdf: bytes) -> str:
    """Return the text of all pages without spaces and line breaks."""
    pages = PdfReader(io.BytesIO(pdf)).pages
    return "".join("".join(page.extract_text().split()) for page in pages)


def calls(rows: int = 2, name: str = "张*") -> dict[str, Any]:
    """Return the data of a call list."""
    return {
        "issuer": "春城市总工会", "title": "职工补贴联系清单", "subtitle": "", "left": "致:机床厂工会(G1)", "number": "2025-03-09",
        "footer": "已脱敏", "request": "请联系下列职工。", "count": str(rows), "contact": "",
        "rows": [[str(n), name, "*****0165", "住院医疗", "协助备齐材料", "12,160.00", "未到期", "2025-03-16", ""] for n in range(1, rows + 1)],
    }  # fmt: skip


def test_a_document_is_a_pdf_with_its_text() -> None:
    pdf = render("calls", calls(), made_at=MADE)
    told = text_of(pdf)
    for words in (
        "春城市总工会",
        "职工补贴联系清单",
        "致\uff1a机床厂工会\uff08G1\uff09",
        "12,160.00",
        "签字\uff1a",
        "盖章",
        "第1页",
    ):
        assert words in told
    assert pdf.startswith(b"%PDF-1.7")
    assert PdfReader(io.BytesIO(pdf)).metadata.title == "职工补贴联系清单"  # type: ignore[union-attr]


def test_two_documents_at_once_are_both_made() -> None:
    with ThreadPoolExecutor(2) as officers:
        both = list(officers.map(lambda rows: render("calls", calls(rows), made_at=MADE), (40, 60)))
    assert both == [render("calls", calls(rows), made_at=MADE) for rows in (40, 60)]


def test_data_is_never_read_as_markup() -> None:
    told = text_of(render("calls", calls(1, MARKUP), made_at=MADE))
    for words in ('#panic("x")', "*bold*", "$x^2$", "`raw`", "@label", "<tag>", "#sys.inputs", "//注释", "[a](b)"):
        assert words in told


def test_a_long_list_repeats_its_heading_and_numbers_its_pages() -> None:
    pages = PdfReader(io.BytesIO(render("calls", calls(60), made_at=MADE))).pages
    assert len(pages) == 3
    for number, page in enumerate(pages, 1):
        told = "".join(page.extract_text().split())
        assert f"第{number}页\uff0c共3页" in told
    assert "请于此前办理" in "".join(pages[1].extract_text().split())


def test_the_same_data_gives_the_same_bytes() -> None:
    assert render("calls", calls(), made_at=MADE) == render("calls", calls(), made_at=MADE)


def test_all_text_is_set_in_the_font_that_comes_with_us() -> None:
    reader = PdfReader(io.BytesIO(render("calls", calls(), made_at=MADE)))
    fonts = {str(font.get_object()["/BaseFont"]) for font in reader.pages[0]["/Resources"]["/Font"].values()}  # type: ignore[index]
    assert fonts
    assert all("NotoSansSC" in font for font in fonts)


def test_pages_can_be_looked_at() -> None:
    (first,) = pictures("calls", calls(), made_at=MADE, ppi=50)
    assert first.startswith(b"\x89PNG")


def test_without_fonts_it_says_what_to_do(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(rendering, "FONTS", tmp_path)
    rendering._compiler.cache_clear()
    try:
        with pytest.raises(FontsMissing, match="make setup"):
            render("calls", calls(), made_at=MADE)
    finally:
        rendering._compiler.cache_clear()


def test_a_template_cannot_read_files_outside_its_folder(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    (tmp_path / "secret.txt").write_text("secret")
    (tmp_path / "templates").mkdir()
    (tmp_path / "templates" / "calls.typ").write_text('#read("../secret.txt")')
    monkeypatch.setattr(rendering, "FOLDER", tmp_path / "templates")
    rendering._compiler.cache_clear()
    try:
        with pytest.raises(Exception, match=r"root|access"):
            render("calls", calls(), made_at=MADE)
    finally:
        rendering._compiler.cache_clear()
