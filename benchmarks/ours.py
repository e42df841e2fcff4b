"""Our side of the comparison: the whole job as `jishiyu decide` runs it."""

import contextlib
import importlib
import io
import json
import shutil
from pathlib import Path

from jishiyu.cli import main as jishiyu

# As for the peers, loading the libraries is not part of the work; the command line is asked first, as it sets them up.
with contextlib.redirect_stdout(io.StringIO()):
    jishiyu(["policy", "schema"])
for module in ("commands.decide", "engine.problem_sheet", "engine.results", "engine.run"):
    importlib.import_module(f"jishiyu.{module}")


def main(feed: str, roster: str, out: str) -> dict[str, int]:
    """This function will decide a feed from files to files; returns lines, payments and fen."""
    shutil.rmtree(out, ignore_errors=True)
    with contextlib.redirect_stdout(io.StringIO()):
        status = jishiyu(["decide", feed, "--roster", roster, "--as-of", "2026-06-30", "--out", out])
    assert status == 0
    summary = json.loads((Path(out) / "summary.json").read_text(encoding="utf-8"))
    payments = sum(policy["payments"] for policy in summary["per_policy"])
    return {"lines": summary["lines"], "payments": payments, "fen": summary["payable_fen"]}
