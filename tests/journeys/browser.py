"""A real Chromium for the journeys: Debian's, or the one that an npm package carries."""

import os
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from playwright.sync_api import Browser, sync_playwright

ROOT = Path(__file__).parents[2]
PACKED = ROOT / "node_modules" / "@sparticuz" / "chromium" / "bin" / "chromium.br"
FONTS = ROOT / "src" / "jishiyu" / "web" / "static" / "vendor" / "fonts"
FLAGS = [
    "--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
    "--disable-component-update", "--disable-sync", "--font-render-hinting=none",
]  # fmt: skip
NONE = (
    "No Chromium was found. On Debian: apt install chromium. Or set JISHIYU_CHROMIUM to its program, or run make setup, "
    "which installs one from npm (x86-64 only)."
)


class NoChromium(RuntimeError):
    """There is no browser to drive."""


def chromium() -> Path:
    """Return the program: `JISHIYU_CHROMIUM`, the system's, or the packed one, unpacked."""
    named = [os.environ.get("JISHIYU_CHROMIUM"), shutil.which("chromium"), shutil.which("chromium-browser"),
             shutil.which("google-chrome")]  # fmt: skip
    found = next((Path(name) for name in named if name and Path(name).is_file()), None)
    if found is not None:
        return found
    if not PACKED.is_file() or os.uname().machine != "x86_64":
        raise NoChromium(NONE)
    program = Path(tempfile.gettempdir()) / f"jishiyu-chromium-{PACKED.stat().st_size}"
    if not program.is_file():
        making = program.with_suffix(f".{os.getpid()}")
        script = "const fs=require('fs'),z=require('zlib');fs.writeFileSync(process.argv[2],z.brotliDecompressSync(fs.readFileSync(process.argv[1])))"
        node = shutil.which("node") or str(ROOT / ".venv" / "bin" / "node")
        subprocess.run([node, "-e", script, str(PACKED), str(making)], check=True)
        making.chmod(0o755)
        making.rename(program)
    return program


@contextmanager
def browser() -> Iterator[Browser]:
    """Start the browser, with our own Chinese font where the system has none."""
    with tempfile.TemporaryDirectory() as folder:
        config = Path(folder) / "fonts.conf"
        config.write_text(
            '<?xml version="1.0"?><!DOCTYPE fontconfig SYSTEM "fonts.dtd"><fontconfig>'
            f'<include ignore_missing="yes">/etc/fonts/fonts.conf</include><dir>{FONTS}</dir>'
            f"<cachedir>{folder}/cache</cachedir></fontconfig>"
        )
        environment = {**os.environ, "FONTCONFIG_FILE": str(config)}
        with sync_playwright() as playwright:
            started = playwright.chromium.launch(
                executable_path=str(chromium()), args=FLAGS, env=environment, headless=True
            )
            try:
                yield started
            finally:
                started.close()
