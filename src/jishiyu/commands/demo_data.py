"""Invent a city and write its files: unions, roster, settlement feeds month by month, applications, and the truth.

Everybody in it is invented. Payments come close to the published figures of Changchun at the chosen scale; the bracket
edges of the shipped policy are assumed, so it is the costs that are fitted. 生成虚构城市的全部文件。

Example: jishiyu demo-data --scale 0.125 --out demo
"""

import argparse
import datetime
import sys
import time
from fractions import Fraction
from pathlib import Path

from jishiyu.demo import city
from jishiyu.demo.problems import PeriodUnclear


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the options."""
    parser.add_argument("--scale", default="1/8", help="size of the city, 1 = 1.2 million members (default 1/8)")
    parser.add_argument("--seed", type=int, default=city.SEED, help="another seed gives another city of the same size")
    parser.add_argument("--out", type=Path, default=Path("demo-data"), help="a new or empty folder")
    parser.add_argument("--from", dest="begins", default=f"{city.BEGINS:%Y-%m}", metavar="MONTH", help="first month")
    parser.add_argument("--months", type=int, default=city.MONTHS, help="how many months (default 36)")


def run(options: argparse.Namespace) -> int:
    """Write the city and print what it holds."""
    try:
        scale = Fraction(options.scale)
    except (ValueError, ZeroDivisionError):
        raise PeriodUnclear(option="--scale", value=options.scale) from None
    try:
        begins = datetime.date.fromisoformat(f"{options.begins}-01")
    except ValueError:
        raise PeriodUnclear(option="--from", value=options.begins) from None
    started = time.monotonic()
    summary = city.build(options.out, scale, options.seed, begins=begins, months=options.months, progress=_say)
    print(f"{summary.out}: " + ", ".join(f"{count:,} {name}" for name, count in summary.counts.items()))
    print(f"{'':38}{'published':>16}{'this city':>16}")
    for row in summary.comparisons:
        mark = "" if row["compared"] else "  (not compared: too few cases 例数少,不比较)"
        print(f"{row['en']!s:38.38}{row['published']!s:>16}{row['made']!s:>16}{mark}")
    print(city.NOTE_ZH)
    print(city.NOTE_EN)
    print(f"{time.monotonic() - started:.1f} s")
    return 0


def _say(step: str) -> None:
    print(f"  {step}", file=sys.stderr)
