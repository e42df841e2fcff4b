"""Our side of the comparison: the whole job as `jishiyu decide` runs it."""

import contextlib
import io
import json
import shutil
from pathlib import Path

from jishiyu.cli import main as jishiyu


def main(feed: str, roster: str, out: str) -> dict[str, int]:
    """This function will decide a feed from files to files; returns lines, payments and fen."""
    shutil.rmtree(out, ignore_errors=True)
    with contextlib.redirect_stdout(io.StringIO()):
        status = jishiyu(["decide", feed, "--roster", roster, "--as-of", "2026-06-30", "--out", out])
    assert status == 0
    summary = json.loads((Path(out) / "summary.json").read_text(encoding="utf-8"))
    return {"lines": summary["lines"], "payments": sum(p["payments"] for p in summary["per_policy"]), "fen": summary["payable_fen"]}
