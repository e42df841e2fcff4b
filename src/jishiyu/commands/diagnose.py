"""Judge the readings of a site survey against the dated limits of the standards; no database is needed.

example:
  jishiyu diagnose readings.csv --points points.csv --out results/workshop
  jishiyu diagnose readings.xlsx --on 2025-06-01 --out results/workshop

Writes findings.csv (one row per finding; a reading that cannot be judged stands there with the reason) and report.pdf
(Chinese and English, stamped as a draft). --points names what each point is, whose survey it was, and photos that lie
beside it. Exit status: 0 done, whatever the verdicts; 1 the input was refused (nothing written); 2 wrong usage.
"""

import argparse
import os
import sys
from collections import Counter
from datetime import date
from pathlib import Path

from jishiyu.commands.clock import now
from jishiyu.commands.progress import Progress
from jishiyu.engine.problems import Problem


class FolderRefused(Problem):
    """The result cannot be written."""

    en = "{folder} cannot be written ({why}). Name another --out folder."
    zh = "无法写入 {folder}({why})。请另选 --out 文件夹。"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the fixed command line of a diagnosis."""
    parser.add_argument("readings", type=Path, metavar="READINGS", help="readings in long form, told by content")
    parser.add_argument("--points", type=Path, metavar="FILE", help="list of points: kind, level, place, photo …")
    parser.add_argument(
        "--on",
        type=date.fromisoformat,
        metavar="DATE",
        help="day whose editions of the standards judge (default: today)",
    )
    parser.add_argument("--out", required=True, type=Path, metavar="DIR", help="folder for the result")


def run(options: argparse.Namespace) -> int:
    """Judge, write the result folder and return 0."""
    from jishiyu.engine.inspection.findings import findings_table
    from jishiyu.engine.inspection.judge import judge
    from jishiyu.engine.inspection.points import Survey, read_points
    from jishiyu.engine.inspection.readings import read_readings
    from jishiyu.web.documents.inspection import inspection_report
    from jishiyu.web.documents.photos import photos_beside
    from jishiyu.web.documents.render import render

    made = now()
    on = options.on or made.date()
    survey = read_points(options.points) if options.points else Survey()
    photos = photos_beside(options.points, survey) if options.points else {}
    clock = Progress(quiet=not sys.stderr.isatty())
    readings = read_readings(options.readings)
    clock("读取读数 / readings", len(readings.singles) + sum(len(series.values) for series in readings.series))
    findings = judge(readings, survey.points, on)
    clock("判定 / findings", len(findings))
    data = inspection_report(findings, readings, survey, on=on, made_on=made.date(), photos=photos)
    files = {
        "findings.csv": findings_table(findings).write_csv().encode(),
        "report.pdf": render("inspection", data, made_at=made),
    }
    _write(options.out, files)
    clock.seconds()
    counts = Counter(finding.verdict for finding in findings)
    words = {"fails": "不合格", "attention": "需注意", "normal": "正常", "": "未判定"}
    print(f"共 {len(findings):,} 项结论:" + ",".join(f"{word} {counts[verdict]:,}" for verdict, word in words.items()))
    english = {"fails": "fail", "attention": "attention", "normal": "normal", "": "without a verdict"}
    print(f"{len(findings):,} findings: " + ", ".join(f"{counts[name]:,} {word}" for name, word in english.items()))
    for name in files:
        print(f"→ {options.out / name}")
    return 0


def _write(folder: Path, files: dict[str, bytes]) -> None:
    """Write all files beside their names first, so that a full disk leaves no half of a result."""
    try:
        folder.mkdir(parents=True, exist_ok=True)
        for name, content in files.items():
            (folder / f".{name}.part").write_bytes(content)
        for name in files:
            os.replace(folder / f".{name}.part", folder / name)
    except OSError as error:
        raise FolderRefused(folder=folder, why=error.strerror) from error
