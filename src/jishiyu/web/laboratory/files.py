"""A comparison as files: Excel, JSON and CSV, each with the two policies it is about."""

import csv
import hashlib
import io
from collections.abc import Mapping, Sequence

from jishiyu.web.figures.figure import Column, Figure, Say, Unit, text
from jishiyu.web.figures.machine import as_json
from jishiyu.web.figures.workbook import workbook

TITLE = Say("政策实验室:两个方案对比", "Policy laboratory: two policies compared")


def files(figures: Sequence[Figure], policies: Mapping[str, bytes], *, about: Mapping[str, str]) -> dict[str, bytes]:
    """Return `what.xlsx`, `what.json`, `what.csv` and the text of each policy (`A.toml`, `B.toml`), by name of file."""
    digests = {name: hashlib.sha256(content).hexdigest() for name, content in policies.items()}
    said = {**about, **{f"policy_{name.lower()}_sha256": digest for name, digest in digests.items()}}
    return {
        "what.xlsx": excel(figures, policies, about=[(Say("历史数据", "history"), about.get("history", ""))]),
        "what.json": as_json(
            figures, about={**said, "policies": {name: content.decode() for name, content in policies.items()}}
        ).encode(),
        "what.csv": as_csv(figures).encode("utf-8-sig"),
        **{f"{name}.toml": content for name, content in policies.items()},
    }


def excel(
    figures: Sequence[Figure], policies: Mapping[str, bytes], *, about: Sequence[tuple[Say, str]], language: str = "zh"
) -> bytes:
    """Return the workbook: cover, one sheet per figure, and one with the lines of each policy."""
    cover = [*about]
    for name, content in policies.items():
        cover.append(
            (
                Say(f"方案{'甲' if name == 'A' else '乙'} SHA-256", f"policy {name} SHA-256"),
                hashlib.sha256(content).hexdigest(),
            )
        )
    sheets = [figure for figure in figures if figure.rows] + [
        policy_figure(name, content) for name, content in policies.items()
    ]
    return workbook(sheets, cover=cover, title=TITLE, language=language)


def policy_figure(name: str, content: bytes) -> Figure:
    """Return the text of a policy line by line, so that it can be put together again from the sheet."""
    columns = (Column("line", Say("行", "line"), Unit.COUNT), Column("text", Say("文本", "text"), Unit.TEXT))
    lines = content.decode().split("\n")
    title = Say(f"方案{'甲' if name == 'A' else '乙'}文本", f"Text of policy {name}")
    return Figure(f"policy-{name.lower()}", title, columns, tuple(enumerate(lines, start=1)))


def as_csv(figures: Sequence[Figure]) -> str:
    """Return one row per value: figure, row, column, value as people read it; nothing that a sheet would take for a formula."""
    buffer = io.StringIO()
    writer = csv.writer(buffer, lineterminator="\r\n")
    writer.writerow(["figure", "row", "row_en", "column", "value"])
    for figure in figures:
        for row in [*figure.rows, *([figure.foot] if figure.foot else [])]:
            names = [text(row[0], figure.columns[0].unit, language) for language in ("zh", "en")]
            for cell, column in zip(row[1:], figure.columns[1:], strict=True):
                value = text(cell, column.unit, "zh").replace(",", "")
                writer.writerow([figure.key, *names, column.key, value])
    return buffer.getvalue()
