"""Asks the registries whether a locked package has a known vulnerability.

    python scripts/vulnerabilities.py        exit status 1 when one has; 0 when none has, or when nobody answered

Where a registry cannot be asked (no network, a mirror without advisories), it says so and is not red: being offline
is no fault of the code. What was not checked is never called clean.
"""

import json
import shutil
import subprocess
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parents[1]
SECONDS = 150
PYTHON = (
    sys.executable, "-m", "pip_audit", "--format", "json", "--progress-spinner", "off", "--timeout", "10",
    "--disable-pip", "--require-hashes", "--requirement", "requirements/runtime.txt",
    "--requirement", "requirements/dev.txt", "--requirement", "requirements/bench.txt",
    "--requirement", "requirements/assets.txt", "--requirement", "requirements/spark.txt",
)  # fmt: skip
NODE = ("npm", "audit", "--json", "--package-lock-only", "--fetch-retries=0", "--fetch-timeout=15000")


@dataclass(frozen=True)
class Verdict:
    """What a registry said: `found` is empty and `unanswered` too where every package is clean."""

    found: tuple[str, ...] = ()
    unanswered: str = ""


def ask(command: Sequence[str], env: Mapping[str, str] | None = None) -> Verdict:
    """Return what a registry says about the locked packages."""
    if shutil.which(command[0]) is None:
        return Verdict(unanswered=f"there is no {command[0]} here")
    try:
        done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=SECONDS, check=False, env=env)
    except subprocess.TimeoutExpired:
        return Verdict(unanswered=f"no answer within {SECONDS} seconds")
    return read(done.stdout, done.stderr)


def read(told: str, complaint: str = "") -> Verdict:
    """Return the verdict of what pip-audit or npm audit wrote; anything that is no answer counts as unanswered."""
    try:
        answer: Any = json.loads(told)
    except ValueError:
        lines = [line for line in complaint.strip().splitlines() if line.strip()]
        return Verdict(unanswered=lines[-1][:200] if lines else "no answer")
    if isinstance(answer, dict) and isinstance(answer.get("dependencies"), list):
        return _of_python(answer["dependencies"])
    if isinstance(answer, dict) and isinstance(answer.get("vulnerabilities"), dict):
        return Verdict(
            tuple(f"{name}: {what.get('severity', '?')}" for name, what in answer["vulnerabilities"].items())
        )
    error = answer.get("error", {}) if isinstance(answer, dict) else {}
    return Verdict(unanswered=str(error.get("summary") or answer.get("message") or "no answer")[:200])


def _of_python(packages: list[dict[str, Any]]) -> Verdict:
    found = [
        f"{package['name']} {package['version']}: {', '.join(flaw['id'] for flaw in package['vulns'])}"
        for package in packages
        if package.get("vulns")
    ]
    skipped = [package["name"] for package in packages if package.get("skip_reason")]
    more = f" and {len(skipped) - 5} more" if len(skipped) > 5 else ""
    return Verdict(tuple(found), f"not known there: {', '.join(skipped[:5])}{more}" if skipped else "")


def main() -> int:
    """Ask both registries and say what came of it."""
    red = False
    for title, command in (("Python packages", PYTHON), ("npm packages", NODE)):
        verdict = ask(command)
        for one in verdict.found:
            print(f"✗ {title}: {one}")
        if verdict.unanswered:
            print(f"? {title}: NOT CHECKED ({verdict.unanswered})")
        elif not verdict.found:
            print(f"✓ {title}: no known vulnerability")
        red = red or bool(verdict.found)
    return int(red)


if __name__ == "__main__":
    sys.exit(main())
