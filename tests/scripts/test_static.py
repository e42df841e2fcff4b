"""What is made beside our own scripts, styles and icon, and that browsers get it."""

import gzip
import io
import os
import shutil
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any
from wsgiref.util import setup_testing_defaults

import pytest
from PIL import Image

from jishiyu.conf.wsgi import serve_files
from scripts.static import OURS, PICTURES, make_all

SOURCES = sorted(path.name for path in OURS.iterdir() if path.suffix in {".css", ".js"})


def given(path: str, takes: str) -> tuple[dict[str, str], bytes]:
    """Ask for a file as a browser does; return headers and body."""
    environ: dict[str, Any] = {"PATH_INFO": path, "HTTP_ACCEPT_ENCODING": takes}
    setup_testing_defaults(environ)
    told: dict[str, str] = {}

    def start(status: str, headers: list[tuple[str, str]]) -> Callable[[bytes], object]:
        told.update({"status": status, **dict(headers)})
        return lambda _: None

    def nothing(_environ: object, _start: object) -> list[bytes]:
        raise AssertionError(path)

    body = serve_files(nothing)(environ, start)
    whole = b"".join(body)
    body.close()
    return told, whole


@pytest.mark.parametrize("name", SOURCES)
def test_every_script_and_style_of_ours_goes_compressed_and_is_what_it_was(name: str) -> None:
    told, body = given(f"/static/jishiyu/{name}", "gzip")
    assert told["Content-Encoding"] == "gzip"
    assert "Accept-Encoding" in told["Vary"]
    source = (OURS / name).read_bytes()
    assert gzip.decompress(body) == source
    assert len(body) < len(source)
    plain, whole = given(f"/static/jishiyu/{name}", "identity")
    assert "Content-Encoding" not in plain
    assert whole == source


@pytest.mark.parametrize(("name", "size"), [(name, size) for name, size, _behind in PICTURES])
def test_the_icon_is_a_picture_of_its_size(name: str, size: int) -> None:
    told, body = given(f"/static/jishiyu/{name}", "gzip")
    assert told["Content-Type"] == "image/png"
    with Image.open(io.BytesIO(body)) as picture:
        assert picture.size == (size, size)
        colours = picture.convert("RGBA")
    blue, white = (9, 88, 217, 255), (255, 255, 255, 255)
    assert colours.getpixel((size // 2, size // 2)) == white  # the drop
    assert colours.getpixel((size // 2, size // 32)) == blue
    corner = colours.getpixel((0, 0))
    assert corner == blue if "full" in name else corner[3] == 0  # type: ignore[index]


def test_what_changed_is_made_again_and_what_has_no_source_goes(tmp_path: Path) -> None:
    shutil.copy(OURS / "icon.svg", tmp_path)
    for name in ("find.js", "find.css"):
        (tmp_path / name).write_text("old" * 99)
    assert len(make_all(tmp_path)) == 2 + len(PICTURES)
    assert make_all(tmp_path) == []
    (tmp_path / "find.js").write_text("new" * 99)
    (tmp_path / "find.css").unlink()
    later = time.time() + 5
    (tmp_path / "icon.svg").write_text((OURS / "icon.svg").read_text().replace("#0958d9", "#d90909"))
    os.utime(tmp_path / "icon.svg", (later, later))
    assert len(make_all(tmp_path)) == 1 + len(PICTURES)
    assert gzip.decompress((tmp_path / "find.js.gz").read_bytes()) == b"new" * 99
    assert not (tmp_path / "find.css.gz").exists()
    with Image.open(tmp_path / "icon-192.png") as picture:
        assert picture.convert("RGB").getpixel((96, 6)) == (217, 9, 9)
