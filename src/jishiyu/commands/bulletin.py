"""Write the bulletin: the figures of a period in the sentences of the news, and the exact figures beneath them.

Examples:
  jishiyu bulletin --from 2023-01-01 --until 2026-01-01
  jishiyu bulletin --from 2025-01-01 --until 2026-01-01 --lang en --out bulletin.pdf
  jishiyu bulletin --from 2023-01-01 --until 2026-01-01 --compare changchun --scale 1/8
"""

import argparse
import getpass
from fractions import Fraction
from pathlib import Path

from jishiyu.commands.clock import now
from jishiyu.commands.statistics import add_scope, scope_of, write
from jishiyu.engine.problems import Problem


class PeriodNeeded(Problem):
    """A bulletin was asked for without the two ends of its period."""

    en = "A bulletin needs its first day and the day after its last: --from 2025-01-01 --until 2026-01-01."
    zh = "通报需要起始日和截止日的次日,例如:--from 2025-01-01 --until 2026-01-01。"


class ScaleNotPositive(Problem):
    """The scale of the city is not a fraction above nothing."""

    en = "{scale} is no scale: give a fraction above nothing, such as 1/8 or 1."
    zh = "{scale} 不是比例:请填大于零的分数,例如 1/8 或 1。"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add the arguments of the sub-command."""
    add_scope(parser)
    parser.add_argument("--compare", metavar="CITY", help="beside the published figures of a city, such as changchun")
    parser.add_argument("--scale", default="1", help="size of this city beside that one (default: 1)")
    parser.add_argument("--issuer", default="市总工会", help="who issues the bulletin, for the head of the PDF")
    parser.add_argument("--out", type=Path, metavar="FILE.pdf", help="write the bulletin as PDF too")


def run(options: argparse.Namespace) -> int:
    """Print the bulletin, and write it as PDF."""
    scale = _scale(options.scale)
    if options.since is None or options.until is None:
        raise PeriodNeeded()
    from jishiyu.conf.start import ready

    ready()
    from jishiyu.demo.published import published
    from jishiyu.web.documents.bulletin import bulletin, comparison, document, exact_figure, sentences
    from jishiyu.web.documents.render import render
    from jishiyu.web.figures.terminal import table

    figures = bulletin(scope_of(options))
    tables = [exact_figure(figures)]
    if options.compare:
        tables.append(comparison(figures, published(options.compare), scale))
    print("\n".join(sentences(figures, options.lang)), end="\n\n")
    print("\n\n".join(table(figure, options.lang) for figure in tables))
    if options.out:
        made = now()
        data = document(figures, tables, issuer=options.issuer, made_on=made.date(), by=getpass.getuser())
        write(options.out, render("bulletin", data, made_at=made))
    return 0


def _scale(given: str) -> Fraction:
    try:
        scale = Fraction(given)
    except (ValueError, ZeroDivisionError):
        scale = Fraction(0)
    if scale <= 0:
        raise ScaleNotPositive(scale=given)
    return scale
