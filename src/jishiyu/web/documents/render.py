"""One function from a template and data to a PDF. Data goes in as JSON and is never read as markup.

Templates stand beside this file. Fonts come from the locked assets (`make setup`), not from the system, so the same
data gives the same pages on every machine.
"""

import json
from collections.abc import Mapping
from datetime import datetime
from functools import cache
from pathlib import Path
from threading import Lock
from typing import Any, Literal

import typst

from jishiyu.engine.problems import Problem
from jishiyu.web.figures.typography import chinese

FOLDER = Path(__file__).parent
FONTS = FOLDER.parent / "static" / "vendor" / "fonts"
FAMILY = "Noto Sans SC"
ONE_AT_A_TIME = Lock()  # the compiler is one for all threads and refuses a second caller
TEMPLATES = ("decision", "batch", "bulletin", "calls", "inspection", "laboratory")


class FontsMissing(Problem):
    """The Chinese fonts are not installed."""

    en = "The fonts for documents are not in {folder}. Run `make setup` and try again."
    zh = "{folder} 中没有文书所用的字体。请先运行 `make setup` 再试。"


def render(name: str, data: Mapping[str, Any], *, made_at: datetime, files: Mapping[str, str] | None = None) -> bytes:
    """This function will return the document `name` (one of TEMPLATES) as PDF/A-2b, dated `made_at`.

    `data` must be plain JSON values. With `files` (text by name), for templates that attach them, it is PDF/A-3b with those
    files inside, byte for byte. Raises `FontsMissing`; a template that does not fit its data is a bug.
    """
    made: bytes = _compile(name, data, made_at, "pdf", files=files, pdf_standards=["a-3b" if files else "a-2b"])
    return made


def pictures(name: str, data: Mapping[str, Any], *, made_at: datetime, ppi: int = 110) -> list[bytes]:
    """This function will return the pages of a document as PNG, for a look on the screen."""
    made = _compile(name, data, made_at, "png", ppi=ppi)
    return list(made) if isinstance(made, list) else [made]


def _compile(
    name: str, data: Mapping[str, Any], made_at: datetime, form: Literal["pdf", "png"], *, files: Mapping[str, str] | None = None,
    **options: Any,
) -> Any:  # fmt: skip
    if name not in TEMPLATES:
        raise ValueError(f"no template {name}")
    inputs = {"data": json.dumps(_printed(data), ensure_ascii=False)}
    if files:
        inputs["files"] = json.dumps(dict(files), ensure_ascii=False)
    with ONE_AT_A_TIME:
        compiled, warnings = _compiler().compile_with_warnings(
            input=str(FOLDER / f"{name}.typ"),
            format=form,
            sys_inputs=inputs,
            timestamp=int(made_at.timestamp()),
            **options,
        )
    if warnings:
        raise RuntimeError(f"{name}.typ: {warnings[0]}")
    return compiled


def _printed(value: Any) -> Any:
    """Return the data with Chinese punctuation as it is printed."""
    if isinstance(value, str):
        return chinese(value)
    if isinstance(value, Mapping):
        return {name: _printed(inner) for name, inner in value.items()}
    return [_printed(inner) for inner in value] if isinstance(value, list | tuple) else value


@cache
def _compiler() -> Any:
    """Return the compiler: it sees the templates' folder and our fonts, nothing else."""
    if FAMILY not in typst.Fonts(include_system_fonts=False, font_paths=[str(FONTS)]).families():
        raise FontsMissing(folder=FONTS)
    return typst.Compiler(root=str(FOLDER), font_paths=[str(FONTS)], ignore_system_fonts=True)
