"""Which kind of file it is, told by content, and the tables inside."""

import zipfile
import zlib
from collections.abc import Callable, Iterator
from io import BufferedReader, BytesIO, RawIOBase
from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO, TypeVar, cast

from jishiyu.engine.files.columnar import parquet_table
from jishiyu.engine.files.delimited import delimited_table
from jishiyu.engine.files.encodings import Open
from jishiyu.engine.files.objects import object_table
from jishiyu.engine.files.problems import (
    ContentUnknown,
    FileEmpty,
    FileEncrypted,
    FileNotThere,
    FileUnreadable,
)
from jishiyu.engine.files.sheets import Known, sheet_tables
from jishiyu.engine.files.tables import Table
from jishiyu.engine.words import Words

if TYPE_CHECKING:
    from _typeshed import WriteableBuffer

T = TypeVar("T")

_HEAD = 4096
_BUFFER = 1024 * 1024
_WORKBOOK_PARTS = ("xl/workbook.xml", "xl/workbook.bin", "content.xml")
ENCRYPTED = 0x1
# What reading a damaged ZIP raises; names that are no UTF-8 are a `ValueError`.
DAMAGES = (zipfile.BadZipFile, zlib.error, EOFError, OSError, NotImplementedError, ValueError)
_NAME_IS_UTF8 = 0x800
TOTALS_ENDINGS = (".totals.json", ".totals.csv")


def tables(path: Path, *, name: str = "", known: Known = lambda table: True, headed: bool = False) -> Iterator[Table]:
    """Yield the tables of a file (several in a ZIP or a workbook); raises a `Problem` when it cannot be read.

    `name` is what people call the file; `known` tells sheets with lines from cover sheets; `headed` says that the
    first line of text is a heading for certain. A table must be read before the next one is asked for.
    """
    if not path.is_file():
        raise FileNotThere(file=path.name)
    yield from _tables(name or path.name, path, lambda: path.open("rb"), known, inside=False, headed=headed)


def _tables(name: str, path: Path | None, open_: Open, known: Known, *, inside: bool, headed: bool) -> Iterator[Table]:
    with open_() as stream:
        head = stream.read(_HEAD)
    text = head.lstrip(b"\xef\xbb\xbf \t\r\n")
    if not text:
        raise FileEmpty(file=name)
    if head.startswith((b"PK\x03\x04", b"PK\x05\x06")):
        yield from _zipped(name, path, open_, known, inside=inside, headed=headed)
    elif head.startswith(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"):
        yield from sheet_tables(name, path or _all(open_), known)
    elif head.startswith(b"PAR1"):
        yield parquet_table(name, path or _all(open_))
    elif text[:1] in (b"{", b"["):
        yield object_table(name, open_)
    elif text[:1] == b"<":
        raise ContentUnknown(file=name, detail=Words("网页或 XML", "a web page or XML"))
    elif head.startswith(b"%PDF"):
        raise ContentUnknown(file=name, detail="PDF")
    else:
        yield delimited_table(name, open_, headed=headed)


def _all(open_: Open) -> bytes:
    with open_() as stream:
        return stream.read()


def _zipped(name: str, path: Path | None, open_: Open, known: Known, *, inside: bool, headed: bool) -> Iterator[Table]:
    stream = BytesIO(_all(open_)) if inside else open_()
    try:
        archive = zipfile.ZipFile(stream)
    except DAMAGES as error:
        stream.close()
        raise FileUnreadable(file=name, kind="ZIP", detail=type(error).__name__) from error
    with stream, archive:
        if any(part in archive.namelist() for part in _WORKBOOK_PARTS):
            yield from sheet_tables(name, path or _all(open_), known)
            return
        if inside:
            raise ContentUnknown(file=name, detail="ZIP inside a ZIP")
        members = [member for member in archive.infolist() if _holds_lines(member)]
        if not members:
            raise FileEmpty(file=name)
        for member in members:
            if member.flag_bits & ENCRYPTED:
                raise FileEncrypted(file=name)
        for member in members:
            called = f"{name}/{member_name(member)}"
            yield from _tables(called, None, _opener(called, archive, member), known, inside=True, headed=headed)


def _opener(name: str, archive: zipfile.ZipFile, member: zipfile.ZipInfo) -> Open:
    return lambda: cast("BinaryIO", BufferedReader(_Member(name, archive, member), _BUFFER))


class _Member(RawIOBase):
    """A member of a ZIP as a stream; damage found while reading is told as a problem of the file."""

    def __init__(self, name: str, archive: zipfile.ZipFile, member: zipfile.ZipInfo) -> None:
        self._name = name
        self._stream = self._told(lambda: archive.open(member))

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: "WriteableBuffer") -> int:
        piece = self._told(lambda: self._stream.read(len(memoryview(buffer))))
        memoryview(buffer)[: len(piece)] = piece
        return len(piece)

    def close(self) -> None:
        self._stream.close()
        super().close()

    def _told(self, step: Callable[[], T]) -> T:
        try:
            return step()
        except DAMAGES as error:
            raise FileUnreadable(file=self._name, kind="ZIP", detail=type(error).__name__) from error


def _holds_lines(member: zipfile.ZipInfo) -> bool:
    """Return whether a member is one to read: no folder, no trace of a file manager, no control totals."""
    name = member.filename
    base = name.rsplit("/", 1)[-1]
    return not (member.is_dir() or name.startswith("__MACOSX/") or base.startswith(".") or is_totals(base))


def is_totals(name: str) -> bool:
    """Return whether a name says that control totals stand in the file."""
    return name.casefold().endswith(TOTALS_ENDINGS) or name.casefold() in ("totals.json", "totals.csv")


def member_name(member: zipfile.ZipInfo) -> str:
    """Return the name of a ZIP member; names written by Chinese programs without a mark are GB18030."""
    if member.flag_bits & _NAME_IS_UTF8:
        return member.filename
    try:
        return member.filename.encode("cp437").decode("gb18030")
    except UnicodeError:
        return member.filename
