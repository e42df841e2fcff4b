"""What to do about a finding: sentences of `policies/power/words/advice.toml`."""

import tomllib
from functools import cache
from importlib import resources
from typing import Any

from jishiyu.engine.inspection.model import Finding
from jishiyu.engine.inspection.words import survey_words


def advice(finding: Finding, language: str) -> str:
    """This function will return what to do about a finding in `zh` or `en`; nothing where nothing is wrong."""
    known = survey_words().quantity(finding.quantity)
    return str(_sentences().get(known[0] if known else "", {}).get(finding.verdict, {}).get(language, ""))


@cache
def _sentences() -> dict[str, Any]:
    text = (resources.files("jishiyu.policies") / "power" / "words" / "advice.toml").read_text(encoding="utf-8")
    return tomllib.loads(text)
