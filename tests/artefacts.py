"""Screenshots of the journeys: cleared when a run takes its first one, gathered on one page when it ends.

Loaded as a plugin by the conftest at the root, so that it works in the process that starts the others too.
"""

import fcntl
import os
import shutil
import time
from collections.abc import Iterable
from html import escape
from itertools import groupby
from pathlib import Path
from urllib.parse import quote

import pytest

RUN = "JISHIYU_TEST_RUN"
FOLDER = Path(__file__).parent / "journeys" / "artefacts"


def pytest_sessionstart(session: pytest.Session) -> None:
    """Name the run; its workers are started after this and take the name over."""
    if not hasattr(session.config, "workerinput"):
        os.environ[RUN] = f"{os.getpid()}-{time.time_ns()}"


def folder() -> Path:
    """Return where screenshots go; the first one of a run removes what an earlier run with journeys left."""
    FOLDER.mkdir(parents=True, exist_ok=True)
    with (FOLDER / ".run").open("a+", encoding="utf-8") as mark:
        fcntl.flock(mark, fcntl.LOCK_EX)
        mark.seek(0)
        if mark.read() != os.environ[RUN]:
            for old in FOLDER.iterdir():
                if old.is_dir():
                    shutil.rmtree(old)
                elif old.name != ".run":
                    old.unlink()
            mark.truncate(0)
            mark.write(os.environ[RUN])
    return FOLDER


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Write the page and say where it is; a run without journeys says nothing."""
    mark = FOLDER / ".run"
    if hasattr(terminalreporter.config, "workerinput") or not mark.is_file():
        return
    pictures = sorted(FOLDER.rglob("*.png"))
    if pictures and mark.read_text(encoding="utf-8") == os.environ[RUN]:
        (FOLDER / "index.html").write_text(index(pictures), encoding="utf-8")
        terminalreporter.write_line(f"{len(pictures)} screenshots: {FOLDER / 'index.html'}")


def index(pictures: Iterable[Path]) -> str:
    """Return a page of pictures, one section per journey."""
    parts = []
    for journey, shots in groupby(
        pictures, lambda one: one.stem.split("-")[0] if one.parent == FOLDER else one.parent.name
    ):
        parts.append(f"<h2>{escape(journey)}</h2>")
        for shot in shots:
            name, address = escape(shot.stem), quote(str(shot.relative_to(FOLDER)))
            parts.append(f'<figure><a href="{address}"><img src="{address}" loading="lazy" alt="{name}"></a>'
                         f"<figcaption>{name}</figcaption></figure>")  # fmt: skip
    style = "body{font:14px sans-serif}figure{display:inline-block;margin:8px;vertical-align:top}img{width:320px;border:1px solid #ccc}"
    head = f'<!DOCTYPE html><html lang="en"><head><meta charset="utf-8"><title>Screenshots of the journeys</title><style>{style}</style></head>'
    return f"{head}<body><h1>Screenshots of the journeys</h1>{''.join(parts)}</body></html>\n"
