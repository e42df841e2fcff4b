"""Files as they come from the world: pictures, PDFs, bombs, two kinds in one, paths in names, a scanner."""

import hashlib
import io
import os
import socket
import struct
import sys
import threading
import zipfile
import zlib
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from django.conf import LazySettings
from django.db import DatabaseError, transaction
from PIL import Image
from pypdf import PdfReader, PdfWriter
from pypdf.annotations import Link
from pypdf.generic import ArrayObject, DictionaryObject, NameObject, TextStringObject

from jishiyu.apps.applications.models import Paper
from jishiyu.apps.applications.operations import add_paper, forget_orphans, open_paper, remove_paper
from jishiyu.apps.applications.problems import MoveNotAllowed, PaperMissing
from jishiyu.apps.audit.models import Trail
from jishiyu.apps.files.problems import PaperRefused, ScannerUnreachable
from jishiyu.apps.files.receiving import clean_name, take
from jishiyu.apps.people.sealing import TokenDoesNotOpen
from jishiyu.engine.evidence import review_on
from tests.apps.applications.situations import (
    AT,
    OFFICER,
    ON,
    bring,
    city,
    draft,
    hand_in,
    handed_in,
    pdf,
    picture,
    with_papers,
    written,
)
from tests.once import made_once

pytestmark = pytest.mark.django_db
LIMITS = review_on(ON).upload
FOUND_BY_THE_SCANNER = b"harmful-for-the-test"


_city = made_once(city)


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, settings: LazySettings) -> Path:
    settings.PAPERS_FOLDER = str(tmp_path / "papers")
    return tmp_path / "papers"


def files(folder: Path) -> list[Path]:
    return sorted(path for path in folder.rglob("*") if path.is_file())


def code_of(content: bytes) -> str:
    with pytest.raises(PaperRefused) as found:
        take(content, name="x", limits=LIMITS)
    return found.value.code


def writer(pages: int = 1) -> PdfWriter:
    made = PdfWriter()
    for _ in range(pages):
        made.add_blank_page(width=200, height=200)
    return made


def chunk(kind: bytes, body: bytes) -> bytes:
    return struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))


def bomb(side: int) -> bytes:
    """Return a small PNG that says it is huge: a header, and a few bytes of a stream that would never end."""
    header = chunk(b"IHDR", struct.pack(">IIBBBBB", side, side, 8, 2, 0, 0, 0))
    return b"\x89PNG\r\n\x1a\n" + header + chunk(b"IDAT", zlib.compress(bytes(100_000))) + chunk(b"IEND", b"")


def archive() -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as packed:
        packed.writestr("evil.js", "alert(1)")
    return out.getvalue()


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP"])
def test_a_picture_is_kept_with_its_pixels_and_nothing_else(kind: str) -> None:
    exif = Image.Exif()
    exif[0x010E] = "place of the photograph"
    content = picture("pixels", kind=kind, exif=exif) + archive()
    assert b"place of the photograph" in content
    taken = take(content, name="x", limits=LIMITS)
    assert b"place of the photograph" not in taken.content
    assert not zipfile.is_zipfile(io.BytesIO(taken.content))
    kept = Image.open(io.BytesIO(taken.content))
    assert (kept.size, dict(kept.getexif())) == ((64, 48), {})
    assert taken.media_type == ("image/png" if kind == "PNG" else "image/jpeg")


def test_a_picture_stands_upright_before_its_mark_is_dropped() -> None:
    exif = Image.Exif()
    exif[0x0112] = 6  # turned by a quarter
    taken = take(picture("turned", exif=exif), name="x", limits=LIMITS)
    assert Image.open(io.BytesIO(taken.content)).size == (48, 64)


def test_what_is_transparent_becomes_white_paper() -> None:
    out = io.BytesIO()
    Image.new("RGBA", (4, 4), (255, 0, 0, 0)).save(out, "PNG")
    kept = Image.open(io.BytesIO(take(out.getvalue(), name="x", limits=LIMITS).content))
    assert kept.getpixel((0, 0)) == (255, 255, 255)


def test_a_large_photograph_is_made_smaller() -> None:
    taken = take(picture("large", size=(6000, 3000)), name="x", limits=LIMITS)
    assert Image.open(io.BytesIO(taken.content)).size == (4000, 2000)


def test_only_the_first_picture_of_a_moving_one_is_kept() -> None:
    out = io.BytesIO()
    frames = [Image.new("RGB", (8, 8), colour) for colour in ("red", "blue")]
    frames[0].save(out, "WEBP", save_all=True, append_images=frames[1:], lossless=True)
    kept = Image.open(io.BytesIO(take(out.getvalue(), name="x", limits=LIMITS).content))
    assert getattr(kept, "n_frames", 1) == 1


@pytest.mark.parametrize("side", [8_000, 50_000, 2_000_000])
def test_a_bomb_of_pixels_is_refused_by_its_header(side: int) -> None:
    assert code_of(bomb(side)) in ("too_many_pixels", "broken")


def test_a_bomb_of_fifty_thousand_by_fifty_thousand_takes_no_memory() -> None:
    import resource

    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    assert code_of(bomb(50_000)) == "too_many_pixels"
    assert resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before < 50_000  # kB


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (b"GIF89a/*\x01\x00\x01\x00*/=1;alert(1)//", "kind"),
        (b"<html><script>alert(1)</script>", "kind"),
        (b"<svg xmlns='http://www.w3.org/2000/svg' onload='alert(1)'/>", "kind"),
        (b"MZ\x90\x00" + bytes(64), "kind"),
        (b"\x00\x00\x00\x18ftypheic" + bytes(64), "heic"),
        (b"\xff\xd8\xff\xe0" + bytes(64), "broken"),
        (b"\x89PNG\r\n\x1a\n" + bytes(64), "broken"),
        (b"RIFF\x10\x00\x00\x00WEBPVP8 " + bytes(64), "broken"),
        (picture("half", size=(600, 400))[:-500], "broken"),
        (archive(), "kind"),
        (b" " + pdf(), "kind"),
    ],
    ids=["gif+js", "html", "svg", "exe", "heic", "jpeg", "png", "webp", "half", "zip", "pdf-later"],
)
def test_what_is_no_sound_picture_or_pdf_is_refused(content: bytes, code: str) -> None:
    assert code_of(content) == code


def test_a_plain_pdf_is_kept_as_it_is() -> None:
    content = pdf(3)
    taken = take(content, name="x", limits=LIMITS)
    assert (taken.content, taken.media_type, taken.pages) == (content, "application/pdf", 3)


def with_script(made: PdfWriter) -> None:
    script = {NameObject("/S"): NameObject("/JavaScript"), NameObject("/JS"): TextStringObject("app.alert(1)")}
    names = DictionaryObject({NameObject("/Names"): ArrayObject([TextStringObject("x"), DictionaryObject(script)])})
    made.root_object[NameObject("/Names")] = DictionaryObject({NameObject("/JavaScript"): names})


def with_file(made: PdfWriter) -> None:
    made.add_attachment("evil.exe", b"MZ")


def encrypted(made: PdfWriter) -> None:
    made.encrypt("word", algorithm="AES-256")


def with_launch(made: PdfWriter) -> None:
    action = DictionaryObject({NameObject("/S"): NameObject("/Launch"), NameObject("/F"): TextStringObject("cmd.exe")})
    made.root_object[NameObject("/OpenAction")] = made._add_object(action)


def with_page_action(made: PdfWriter) -> None:
    action = DictionaryObject({NameObject("/S"): NameObject("/Named"), NameObject("/N"): NameObject("/Print")})
    made.pages[0][NameObject("/AA")] = DictionaryObject({NameObject("/O"): action})


def opening_an_address(made: PdfWriter) -> None:
    action = {NameObject("/S"): NameObject("/URI"), NameObject("/URI"): TextStringObject("http://example.invalid/")}
    made.root_object[NameObject("/OpenAction")] = DictionaryObject(action)


def with_submit_button(made: PdfWriter) -> None:
    action = DictionaryObject({NameObject("/S"): NameObject("/SubmitForm")})
    button = DictionaryObject({NameObject("/Subtype"): NameObject("/Widget"), NameObject("/A"): action})
    made.pages[0][NameObject("/Annots")] = ArrayObject([made._add_object(button)])


def with_form_of_its_own(made: PdfWriter) -> None:
    made.root_object[NameObject("/AcroForm")] = DictionaryObject({NameObject("/XFA"): ArrayObject()})


@pytest.mark.parametrize(
    ("add", "code"),
    [
        (with_script, "acting"), (with_file, "acting"), (encrypted, "encrypted"), (with_launch, "acting"),
        (with_page_action, "acting"), (opening_an_address, "acting"), (with_submit_button, "acting"),
        (with_form_of_its_own, "acting"),
    ],
)  # fmt: skip
def test_a_pdf_that_acts_or_hides_is_refused(add: Callable[[PdfWriter], None], code: str) -> None:
    made = writer()
    add(made)
    assert code_of(written(made)) == code


def test_a_script_under_an_escaped_name_is_found() -> None:
    made = writer()
    with_script(made)
    hidden = written(made).replace(b"/JavaScript", b"/J#61vaScript")
    assert b"/JavaScript" not in hidden
    assert code_of(hidden) == "acting"


def test_a_script_in_a_compressed_stream_of_objects_is_found() -> None:
    inner = b"<</Type/Catalog/Pages 2 0 R/OpenAction<</S/JavaScript/JS(app.alert(1))>>>> <</Type/Pages/Kids[3 0 R]/Count 1>>"
    first = b"1 0 2 %d " % (inner.index(b"> <<") + 2)
    packed = zlib.compress(first + inner)
    body = b"%PDF-1.5\n"
    places = {}
    for number, text in [
        (3, b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 9 9]>>"),
        (4, b"<</Type/ObjStm/N 2/First %d/Filter/FlateDecode/Length %d>>\nstream\n%s\nendstream"
            % (len(first), len(packed), packed)),
    ]:  # fmt: skip
        places[number] = len(body)
        body += b"%d 0 obj\n%s\nendobj\n" % (number, text)
    rows = [(0, 0, 255), (2, 4, 0), (2, 4, 1), (1, places[3], 0), (1, places[4], 0), (1, len(body), 0)]
    table = b"".join(struct.pack(">BIB", *row) for row in rows)
    end = len(body)
    body += b"5 0 obj\n<</Type/XRef/Size 6/W[1 4 1]/Root 1 0 R/Length %d>>\nstream\n%s\nendstream\nendobj\n" % (
        len(table), table,
    )  # fmt: skip
    body += b"startxref\n%d\n%%%%EOF" % end
    assert b"JavaScript" not in body
    assert len(PdfReader(io.BytesIO(body)).pages) == 1
    assert code_of(body) == "acting"


def test_an_object_that_no_table_names_is_found_in_the_raw_bytes() -> None:
    content = pdf()
    at = content.rindex(b"xref")
    hidden = content[:at] + b"99 0 obj\n<< /S /Launch /F (cmd.exe) >>\nendobj\n" + content[at:]
    assert code_of(hidden) in ("acting", "broken")


def test_a_link_that_somebody_may_follow_is_no_action() -> None:
    made = writer()
    made.add_annotation(page_number=0, annotation=Link(rect=(0, 0, 9, 9), url="http://example.invalid/"))
    assert take(written(made), name="x", limits=LIMITS).pages == 1


@pytest.mark.parametrize("tail", [archive(), b"<script>alert(1)</script>", b"MZ" + bytes(99) + b"x"])
def test_a_pdf_that_is_something_else_too_is_refused(tail: bytes) -> None:
    assert code_of(pdf() + tail) == "two_in_one"


def test_a_pdf_of_too_many_pages_is_refused() -> None:
    assert code_of(written(writer(LIMITS.most_pages + 1))) == "too_many_pages"


@pytest.mark.parametrize("content", [b"%PDF-1.7\n%%EOF", b"%PDF-1.7\n" + os.urandom(500) + b"\n%%EOF", b"%PDF-"])
def test_a_pdf_without_sound_insides_is_refused(content: bytes) -> None:
    assert code_of(content) == "broken"


def test_a_pdf_that_names_itself_over_and_over_comes_to_an_end() -> None:
    made = writer()
    page = made.pages[0]
    page[NameObject("/Self")] = page.indirect_reference
    assert take(written(made), name="x", limits=LIMITS).pages == 1


def test_a_stream_is_read_no_further_than_the_limit() -> None:
    application = draft()
    given = 0

    def endless() -> Iterator[bytes]:
        nonlocal given
        while True:
            given += 1
            yield bytes(1_000_000)

    with pytest.raises(PaperRefused) as found:
        add_paper(application_id=application.pk, paper="identity", given_name="x", chunks=endless(), by=OFFICER, on=ON,
                  at=AT)  # fmt: skip
    assert (found.value.code, given) == ("too_large", LIMITS.most_bytes // 1_000_000 + 1)


def test_an_empty_file_is_refused() -> None:
    with pytest.raises(PaperRefused, match="empty"):
        bring(draft(), "identity", b"")


def test_a_file_lies_sealed_under_a_random_name_whatever_it_was_called(folder: Path) -> None:
    content = pdf()
    bring(draft(), "identity", content, name="../../../../etc/passwd\x00\u202egnp.exe")
    row = Paper.objects.get()
    assert row.given_name == "passwdgnp.exe"
    (path,) = files(folder)
    assert (path.name, path.parent.name, path.stat().st_mode & 0o777) == (row.file, row.file[:2], 0o600)
    assert b"%PDF" not in path.read_bytes()
    assert row.sha256 == hashlib.sha256(content).hexdigest()


@pytest.mark.parametrize(
    ("given", "clean"),
    [
        ("照片 1.jpg", "照片 1.jpg"), ("..", "file"), ("a\\b\\c.pdf", "c.pdf"), ("", "file"),
        ("x\r\nSet-Cookie: a=b", "xSet-Cookie: a=b"), ("." * 300 + "n" * 300, "n" * 120),
    ],
)  # fmt: skip
def test_a_name_is_kept_as_harmless_text(given: str, clean: str) -> None:
    assert clean_name(given) == clean


def test_opening_a_paper_is_written_down() -> None:
    application = with_papers(draft())
    paper = Paper.objects.order_by("id").first()
    assert paper is not None
    opened = open_paper(paper_id=paper.pk, by=OFFICER, at=AT)
    assert (opened.media_type, opened.file_name) == ("image/jpeg", f"not_work_injury-{paper.pk}.jpg")
    last = Trail.objects.order_by("-id").first()
    assert last is not None
    assert (last.action, last.by, last.record) == (
        "application.paper_opened", OFFICER.name, f"application {application.number}",
    )  # fmt: skip


def test_a_file_that_was_exchanged_or_changed_does_not_open(folder: Path) -> None:
    with_papers(draft())
    first, second = Paper.objects.order_by("id")
    one, two = (folder / row.file[:2] / row.file for row in (first, second))
    tokens = one.read_bytes(), two.read_bytes()
    one.write_bytes(tokens[1])
    with pytest.raises(TokenDoesNotOpen):
        open_paper(paper_id=first.pk, by=OFFICER, at=AT)
    two.write_bytes(tokens[1][:-1] + bytes([tokens[1][-1] ^ 1]))
    with pytest.raises(TokenDoesNotOpen):
        open_paper(paper_id=second.pk, by=OFFICER, at=AT)


def test_the_same_file_again_is_kept_once(folder: Path) -> None:
    application = draft()
    for _ in range(2):
        bring(application, "identity", picture("same"))
    assert (Paper.objects.count(), len(files(folder))) == (1, 1)


def test_a_papers_file_goes_with_it_while_it_is_a_draft(
    folder: Path, django_capture_on_commit_callbacks: Callable
) -> None:
    bring(draft(), "identity", picture("gone"))
    with django_capture_on_commit_callbacks(execute=True):
        remove_paper(paper_id=Paper.objects.get().pk, by=OFFICER, at=AT)
        assert len(files(folder)) == 1  # it goes when the row is gone for good
    assert (Paper.objects.count(), files(folder)) == (0, [])


def test_nothing_that_was_handed_in_can_be_taken_away_or_changed(folder: Path) -> None:
    application = handed_in()
    paper = Paper.objects.order_by("id").first()
    assert paper is not None
    with pytest.raises(PaperMissing):
        remove_paper(paper_id=paper.pk, by=OFFICER, at=AT)
    with pytest.raises(MoveNotAllowed):
        bring(application, "identity", picture("late"))
    with pytest.raises(DatabaseError, match="was handed in and stays"), transaction.atomic():
        Paper.objects.filter(pk=paper.pk).delete()
    with pytest.raises(DatabaseError, match="is not changed"), transaction.atomic():
        Paper.objects.filter(pk=paper.pk).update(kept_sha256="0" * 64)
    assert len(files(folder)) == 2


def test_a_refused_paper_leaves_no_file_and_a_lost_file_is_swept(folder: Path) -> None:
    application = draft()
    for at in range(LIMITS.most_papers):
        bring(application, "other", picture(f"number {at}"))
    with pytest.raises(PaperRefused, match="at most 40"):
        bring(application, "other", picture("one too many"))
    assert len(files(folder)) == LIMITS.most_papers
    lost = folder / "ab" / ("ab" * 16)
    lost.parent.mkdir(exist_ok=True)
    lost.write_bytes(b"left by a process that was killed")
    at = AT.fromtimestamp(lost.stat().st_mtime, AT.tzinfo)
    assert forget_orphans(at=at, by="job") == 0  # somebody may just be writing it
    assert forget_orphans(at=at, by="job", older_than_seconds=-1) == 1
    assert len(files(folder)) == LIMITS.most_papers


def test_an_unknown_kind_of_paper_is_refused() -> None:
    with pytest.raises(PaperMissing):
        bring(draft(), "no_such_paper", picture("x"))


def test_without_a_scanner_the_record_says_so() -> None:
    bring(draft(), "identity", picture("x"))
    assert Paper.objects.get().scan == "not scanned"


PROGRAM = "import sys; data = sys.stdin.buffer.read(); sys.exit(1 if b'harmful-for-the-test' in data else 0)"


@pytest.fixture
def clamd(tmp_path: Path) -> Iterator[str]:
    """Listen on a unix socket and speak clamd's INSTREAM; it finds the words of the test."""
    path = str(tmp_path / "c.sock")
    server = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
    server.bind(path)
    server.listen()

    def answer() -> None:
        while True:
            try:
                link, _ = server.accept()
            except OSError:
                return
            with link, link.makefile("rb") as incoming:
                assert incoming.read(10) == b"zINSTREAM\0"
                data = b""
                while size := int.from_bytes(incoming.read(4), "big"):
                    data += incoming.read(size)
                found = FOUND_BY_THE_SCANNER in data
                link.sendall(b"stream: Test-Words FOUND\0" if found else b"stream: OK\0")

    worker = threading.Thread(target=answer, daemon=True)
    worker.start()
    yield f"clamd:{path}"
    server.shutdown(socket.SHUT_RDWR)
    server.close()
    worker.join(5)


def infected() -> bytes:
    made = writer()
    made.root_object[NameObject("/Words")] = NameObject("/" + FOUND_BY_THE_SCANNER.decode())
    return written(made)


@pytest.mark.parametrize("kind", ["command", "clamd"])
def test_a_scanner_is_asked_about_the_file_as_it_was_brought(
    kind: str, settings: LazySettings, clamd: str, folder: Path
) -> None:
    settings.SCANNER = clamd if kind == "clamd" else f'command:{sys.executable} -c "{PROGRAM}"'
    application = draft()
    bring(application, "identity", pdf())
    assert Paper.objects.get().scan == f"clean ({kind})"
    with pytest.raises(PaperRefused) as found:
        bring(application, "identity", infected())
    assert (found.value.code, Paper.objects.count(), len(files(folder))) == ("infected", 1, 1)


@pytest.mark.parametrize(
    "scanner",
    ["clamd:/no/such/socket", "clamd:127.0.0.1:1", "command:/no/such/program", "command:false-but-7", "other:x",
     f'command:{sys.executable} -c "raise SystemExit(2)"'],
)  # fmt: skip
def test_a_scanner_that_does_not_answer_refuses_everything(scanner: str, settings: LazySettings, folder: Path) -> None:
    settings.SCANNER = scanner
    with pytest.raises(ScannerUnreachable):
        bring(draft(), "identity", pdf())
    assert (Paper.objects.count(), files(folder)) == (0, [])


def test_handing_in_twice_keeps_the_papers_once() -> None:
    application = with_papers(draft())
    hand_in(application)
    with pytest.raises(MoveNotAllowed):
        hand_in(application)
    assert Paper.objects.exclude(handed_in_at=None).count() == 2
