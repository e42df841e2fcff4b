"""Which encoding a text file has, and its content as UTF-8 in pieces."""

import codecs
from collections.abc import Callable, Iterator
from typing import BinaryIO

from jishiyu.engine.files.problems import ContentUnknown

Open = Callable[[], BinaryIO]

PIECE = 16 * 1024 * 1024
_SAMPLE = 1024 * 1024
_MARKS = [(codecs.BOM_UTF8, "utf-8"), (codecs.BOM_UTF16_LE, "utf-16-le"), (codecs.BOM_UTF16_BE, "utf-16-be")]
_LOST = "\ufffd"
REPLACED = _LOST.encode()
_TEXT = bytes(code for code in range(256) if code >= ord(" ") or code in b"\t\n\r\x0b\x0c")
# More unreadable or control characters than this share of a sample: the file is no text in either encoding.
_TOO_MANY = 50  # one in fifty


def find_encoding(name: str, open_: Open) -> str:
    """Return the encoding of a text file by its content: a byte-order mark, valid UTF-8, else GB18030.

    A few damaged characters do not change the answer; raises `ContentUnknown` for what is no text.
    """
    with open_() as stream:
        first = stream.read(_SAMPLE)
    for mark, encoding in _MARKS:
        if first.startswith(mark):
            return encoding
    if len(first.translate(None, _TEXT)) * _TOO_MANY > len(first):
        raise ContentUnknown(file=name, detail="binary content")
    damaged = _first_not_utf8(open_)
    if damaged is None:
        return "utf-8"
    with open_() as stream:
        _skip(stream, max(0, damaged - _SAMPLE // 2))
        sample = first + b"\n" + stream.read(_SAMPLE).partition(b"\n")[2]
    lost = {encoding: sample.decode(encoding, "replace").count(_LOST) for encoding in ("utf-8", "gb18030")}
    best = min(lost, key=lambda encoding: lost[encoding])
    if lost[best] > 2 and lost[best] * _TOO_MANY > len(sample):
        raise ContentUnknown(file=name, detail="neither UTF-8 nor GB18030 text")
    return best


def _first_not_utf8(open_: Open) -> int | None:
    decoder = codecs.getincrementaldecoder("utf-8")()
    at = 0
    with open_() as stream:
        while piece := stream.read(_SAMPLE):
            try:
                decoder.decode(piece)
            except UnicodeDecodeError as error:
                return at + max(0, error.start)
            at += len(piece)
        try:
            decoder.decode(b"", final=True)
        except UnicodeDecodeError:
            return at
    return None


def _skip(stream: BinaryIO, count: int) -> None:
    while count > 0 and (piece := stream.read(min(count, _SAMPLE))):
        count -= len(piece)


def utf8_pieces(open_: Open, encoding: str, size: int = PIECE) -> Iterator[bytes]:
    """Yield the content as UTF-8 with line feeds as the only line ends; damaged characters become U+FFFD."""
    decoder = codecs.getincrementaldecoder(encoding)("replace")
    with open_() as stream:
        held, final, first = "", False, True
        while not final:
            raw = stream.read(size)
            final = not raw
            text = held + decoder.decode(raw, final)
            if first and text:
                text, first = text.removeprefix("\ufeff"), False
            held = ""
            if "\r" in text:
                if text.endswith("\r") and not final:
                    text, held = text[:-1], "\r"
                text = text.replace("\r\n", "\n").replace("\r", "\n")
            if text:
                yield text.encode()
