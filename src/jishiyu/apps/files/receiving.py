"""What comes in as a paper: told by its content, pictures encoded anew, PDFs looked through, the rest refused.

A picture is decoded and written again, so that nothing but its pixels is kept: no place of the photograph, nothing
hidden behind its end. A PDF is kept as it is, when it holds nothing that acts: no script, no action that starts
something, no embedded file, and is not at the same time another kind of file.
"""

import io
import re
import unicodedata
import warnings
import zipfile
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from PIL import Image, ImageFile, ImageOps, UnidentifiedImageError
from pypdf import PdfReader
from pypdf.errors import PyPdfError
from pypdf.generic import ArrayObject, DictionaryObject, IndirectObject, NameObject

from jishiyu.apps.files.problems import PaperRefused
from jishiyu.engine.evidence import Upload
from jishiyu.engine.words import Words

PICTURES = {b"\xff\xd8\xff": "JPEG", b"\x89PNG\r\n\x1a\n": "PNG"}
HEIC = (b"heic", b"heix", b"hevc", b"heim", b"heis", b"mif1", b"msf1", b"avif")
JPEG, PNG, PDF = "image/jpeg", "image/png", "application/pdf"
# Keys and kinds of actions that make a PDF do something (a link that somebody may follow is none); and long names that are looked for in its raw bytes too,
# because a reader that repairs a file may find objects that its table of contents does not name.
ACTING_KEYS = {"/JS", "/JavaScript", "/AA", "/EmbeddedFiles", "/EF", "/RichMediaContent", "/XFA"}
ACTING_KINDS = {
    "/JavaScript", "/Launch", "/SubmitForm", "/ImportData", "/GoToR", "/GoToE", "/Rendition", "/Movie",
    "/Sound", "/RichMediaExecute",
}  # fmt: skip
ACTING_TYPES = {"/EmbeddedFile", "/FileAttachment", "/RichMedia", "/Movie", "/Screen", "/3D"}
ACTING_NAMES = re.compile(rb"/(?:JavaScript|Launch|EmbeddedFile|EmbeddedFiles|RichMedia|FileAttachment)\b")
ESCAPED = re.compile(rb"#([0-9A-Fa-f]{2})")
LONGEST_NAME = 120
MOST_OBJECTS = 50_000
DEEPEST = 200
SENTENCES: dict[str, tuple[str, str]] = {
    "empty": ("文件为空。请重新选择。", "it is empty. Choose it again."),
    "too_large": ("文件超过 {most} 兆字节。请压缩或分开上传。", "it is larger than {most} MB. Make it smaller, or bring it in parts."),
    "kind": (
        "只接收照片(JPEG、PNG、WebP)和 PDF,按内容识别。请拍照或另存为 PDF 后上传。",
        "only pictures (JPEG, PNG, WebP) and PDF are taken, told by their content. Take a picture, or save it as PDF.",
    ),
    "heic": (
        "这是 HEIC 照片。请在手机设置中选择“兼容性最佳”后重拍,或另存为 JPEG。",
        "this is a HEIC picture. Set the phone's camera to “most compatible”, or save the picture as JPEG.",
    ),
    "broken": ("文件不完整或已损坏。请重新拍摄或导出。", "it is broken or not complete. Take or export it again."),
    "too_many_pixels": ("图片尺寸过大。请缩小后上传。", "the picture is too large in pixels. Make it smaller."),
    "too_many_pages": ("PDF 超过 {most} 页。请分开上传。", "the PDF has more than {most} pages. Bring it in parts."),
    "encrypted": ("PDF 已加密。请去掉密码后上传。", "the PDF is encrypted. Remove the password first."),
    "acting": (
        "PDF 含有脚本、自动动作或嵌入文件。请打印为不含这些内容的 PDF,或改为拍照。",
        "the PDF holds scripts, actions or embedded files. Print it to a plain PDF, or take a picture.",
    ),
    "two_in_one": (
        "文件同时是另一种格式,不予接收。请重新拍摄或导出。",
        "it is at the same time a file of another kind. Take or export it again.",
    ),
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Taken:
    """What is kept of a file: bytes, type and number of pages."""

    content: bytes
    media_type: str
    pages: int


def collect(chunks: Iterable[bytes], *, name: str, limits: Upload) -> bytes:
    """This function will collect a stream, and stop at the first byte too many. Raises `PaperRefused`."""
    whole = bytearray()
    for chunk in chunks:
        whole += chunk
        if len(whole) > limits.most_bytes:
            raise refused("too_large", name, most=limits.most_bytes // 1_000_000)
    if not whole:
        raise refused("empty", name)
    return bytes(whole)


def take(content: bytes, *, name: str, limits: Upload) -> Taken:
    """This function will return what is kept of a file, whatever its name says it is. Raises `PaperRefused`."""
    for mark, kind in PICTURES.items():
        if content.startswith(mark):
            return _picture(content, kind, name, limits)
    if content[:4] == b"RIFF" and content[8:12] == b"WEBP":
        return _picture(content, "WEBP", name, limits)
    if content.startswith(b"%PDF-"):
        return _document(content, name, limits)
    if content[4:8] == b"ftyp" and content[8:12] in HEIC:
        raise refused("heic", name)
    raise refused("kind", name)


def clean_name(given: str) -> str:
    """This function will return what somebody called a file as harmless text: no folders, no control characters.

    It is kept to be read by people only; no path is ever made of it.
    """
    last = unicodedata.normalize("NFC", given).replace("\\", "/").rpartition("/")[2]
    plain = "".join(sign for sign in last if unicodedata.category(sign)[0] not in "CZ" or sign == " ")
    return plain.strip(". ")[-LONGEST_NAME:] or "file"


def refused(code: str, name: str, **numbers: int) -> PaperRefused:
    """This function will return the problem of a file that is not taken."""
    chinese, english = SENTENCES[code]
    return PaperRefused(name=name, code=code, what=Words(chinese.format(**numbers), english.format(**numbers)))


def _picture(content: bytes, kind: str, name: str, limits: Upload) -> Taken:
    """Decode a picture as the kind its first bytes name and encode its first frame anew, upright and not too large."""
    if ImageFile.LOAD_TRUNCATED_IMAGES:
        raise AssertionError("half a picture must not be taken for a whole one")
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", Image.DecompressionBombWarning)  # our own limit is below
            opened = Image.open(io.BytesIO(content), formats=[kind])
            if opened.width * opened.height > limits.most_pixels:  # said by the header, before anything is decoded
                raise refused("too_many_pixels", name)
            opened.load()
            upright = ImageOps.exif_transpose(opened)
    except PaperRefused:
        raise
    except Image.DecompressionBombError as error:
        raise refused("too_many_pixels", name) from error
    except (UnidentifiedImageError, OSError, SyntaxError, ValueError, EOFError, IndexError) as error:
        raise refused("broken", name) from error
    plain = _on_white(upright)
    plain.thumbnail((limits.longest_side, limits.longest_side), Image.Resampling.LANCZOS)
    fresh = Image.new("RGB", plain.size)  # carries nothing over but pixels
    fresh.paste(plain)
    out = io.BytesIO()
    if kind == "PNG":
        fresh.save(out, "PNG", optimize=False)
        return Taken(out.getvalue(), PNG, 1)
    fresh.save(out, "JPEG", quality=88)
    return Taken(out.getvalue(), JPEG, 1)


def _on_white(picture: Image.Image) -> Image.Image:
    """Return a picture in plain colours; what is transparent becomes white paper."""
    if picture.mode in ("RGBA", "LA", "PA") or "transparency" in picture.info:
        layered = picture.convert("RGBA")
        paper = Image.new("RGBA", layered.size, "white")
        return Image.alpha_composite(paper, layered).convert("RGB")
    return picture.convert("RGB")


def _document(content: bytes, name: str, limits: Upload) -> Taken:
    """Look through a PDF and return it as it is, when it holds nothing that acts."""
    end = content.rstrip(b"\r\n\t \x00")
    if not end.endswith(b"%%EOF") or zipfile.is_zipfile(io.BytesIO(content)):
        raise refused("two_in_one" if b"%%EOF" in content else "broken", name)
    if ACTING_NAMES.search(ESCAPED.sub(lambda code: bytes([int(code[1], 16)]), content)):
        raise refused("acting", name)
    try:
        reader = PdfReader(io.BytesIO(content), strict=False)
        if reader.is_encrypted:
            raise refused("encrypted", name)
        pages = len(reader.pages)
        if pages > limits.most_pages:
            raise refused("too_many_pages", name, most=limits.most_pages)
        acting = _acts(reader)
    except (PyPdfError, ValueError, KeyError, TypeError, AttributeError, IndexError, RecursionError, OSError,
            AssertionError, NotImplementedError) as error:  # fmt: skip
        raise refused("broken", name) from error
    if acting:
        raise refused("acting", name)
    if pages == 0:
        raise refused("broken", name)
    return Taken(content, PDF, pages)


def _acts(reader: PdfReader) -> bool:
    """Tell whether anything that can be reached from a PDF's root, or stands in its table of objects, acts."""
    seen: set[int] = set()
    waiting: list[tuple[Any, int]] = [(reader.trailer, 0)]
    waiting += [(IndirectObject(number, 0, reader), 0) for number in sorted(reader.xref_objStm)]
    waiting += [
        (IndirectObject(number, generation, reader), 0)
        for generation, numbers in sorted(reader.xref.items())
        for number in sorted(numbers)
    ]
    looked = 0
    while waiting:
        item, depth = waiting.pop()
        looked += 1
        if looked > MOST_OBJECTS * 20 or depth > DEEPEST or len(seen) > MOST_OBJECTS:
            return True  # nobody's certificate is built like that
        if isinstance(item, IndirectObject):
            if item.idnum in seen:
                continue
            seen.add(item.idnum)
            item = item.get_object()
        if isinstance(item, DictionaryObject):
            if _acting(item):
                return True
            waiting += [(value, depth + 1) for value in item.values()]
        elif isinstance(item, ArrayObject):
            waiting += [(value, depth + 1) for value in item]
    return False


def _acting(entry: DictionaryObject) -> bool:
    """Tell whether one dictionary is an action, or carries one."""
    opening = entry.get("/OpenAction")
    opening = opening.get_object() if opening is not None else None
    if ACTING_KEYS & set(entry) or (isinstance(opening, DictionaryObject) and opening.get("/S") != "/GoTo"):
        return True
    kinds = {entry.get(key) for key in ("/S", "/Type", "/Subtype") if isinstance(entry.get(key), NameObject)}
    return bool(kinds & (ACTING_KINDS | ACTING_TYPES))
