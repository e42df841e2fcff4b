"""Writes the tables of limits into the documentation, from the dated data that judges.

python scripts/limits.py          write the tables of docs/reference/inspection.md and inspection.zh.md
"""

import re
import sys
from pathlib import Path

from jishiyu.engine.inspection.limits import shipped_limits
from jishiyu.engine.inspection.model import Limit

DOCS = Path(__file__).parents[1] / "docs" / "reference"
PAGES = {"en": DOCS / "inspection.md", "zh": DOCS / "inspection.zh.md"}
BETWEEN = re.compile(r"(?<=<!-- limits -->\n).*?(?=<!-- end of limits -->)", re.DOTALL)
PERIODS = {
    "day": ("95 % 的值", "95 % of the values"), "all": ("连续记录的每个值", "every value of a series"),
    "moment": ("每个读数", "every reading"), "lasting": ("持续 {hours} h", "for {hours} h"), "month": ("月平均", "average of a month"),
}  # fmt: skip
STATUS = {"published": ("已公布", "published"), "assumed": ("**假定**", "**assumed**")}
VERDICT = {"attention": ("需注意", "attention"), "fails": ("不合格", "fails")}
HEADS = {
    "zh": ("标准", "条款", "电压等级", "限值", "针对", "超出时", "限值状态", "条款状态"),
    "en": ("standard", "clause", "level", "limit", "holds for", "beyond it", "limit is", "clause is"),
}


def table(language: str) -> str:
    """Return the limits as a table, editions in the order of their days."""
    at = 0 if language == "zh" else 1
    rows = [f"| {' | '.join(HEADS[language])} |", "|---" * len(HEADS[language]) + "|"]
    limits = sorted(
        shipped_limits().limits, key=lambda limit: (limit.standard.name, limit.standard.starts, limit.order)
    )
    rows += [f"| {' | '.join(_row(limit, language, at))} |" for limit in limits]
    return "\n".join(dict.fromkeys(rows)) + "\n"


def _row(limit: Limit, language: str, at: int) -> list[str]:
    standard = limit.standard
    until = f"–{standard.ends.isoformat()}" if standard.ends else "–"
    return [
        f"{standard.name} {standard.edition} ({standard.starts.isoformat()}{until})",
        limit.clause,
        ", ".join(limit.levels) or "—",
        limit.words[language],
        PERIODS[limit.period][at].format(hours=limit.hours),
        VERDICT[limit.verdict][at],
        STATUS[limit.status][at],
        STATUS[standard.clauses][at],
    ]


def page(language: str) -> str:
    """Return the page in `zh` or `en` with the table as the data has it."""
    return BETWEEN.sub(lambda _: table(language), PAGES[language].read_text(encoding="utf-8"))


def main() -> int:
    """Write both tables."""
    for language, path in PAGES.items():
        path.write_text(page(language), encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
