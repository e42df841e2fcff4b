"""Ask what another policy would have paid on a real history: cost, people, winners and losers, beside today's policy.

example:
  jishiyu whatif --policy changchun/hospital-2020.toml --against draft.toml --history results
  jishiyu whatif --policy today.toml --against draft.toml --history results --out whatif --lang en
  jishiyu whatif --policy today.toml --against draft.toml --history results --months 36 --fund 9000000.00
  jishiyu whatif --policy today.toml --against draft.toml --history results --budget 9500000.00 --brackets 7

DIR of --history is the --out folder of `jishiyu decide` (or a folder of such folders), or a folder with settlement files
and a file roster.* beside them. With --out the comparison is written as what.xlsx, what.json and what.csv, with both
policy files. Exit status: 0 done, 1 the input was refused (nothing written), 2 wrong usage.
"""

import argparse
from collections.abc import Sequence
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import TYPE_CHECKING

from jishiyu.commands.clock import today
from jishiyu.engine.policy.numbers import fen, is_yuan

if TYPE_CHECKING:
    from jishiyu.web.figures.figure import Figure

LANGUAGES = ("zh", "en")


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the fixed command line, and what it can be asked besides."""
    parser.add_argument("--policy", required=True, type=Path, metavar="A.toml", help="the policy of today")
    parser.add_argument("--against", required=True, type=Path, metavar="B.toml", help="the policy to compare it with")
    parser.add_argument(
        "--history", required=True, type=Path, metavar="DIR", help="results of `decide`, or feeds with a roster"
    )
    parser.add_argument(
        "--out", type=Path, metavar="DIR", help="write what.xlsx, what.json, what.csv and both policies here"
    )
    parser.add_argument(
        "--as-of",
        type=date.fromisoformat,
        metavar="DATE",
        help="nothing of feeds may lie after this day (default: today)",
    )
    parser.add_argument("--lang", choices=LANGUAGES, help="print in one language only (default: both)")
    ahead = parser.add_argument_group("forecast of B (with --months)")
    ahead.add_argument("--months", type=int, metavar="N", help="forecast so many months")
    ahead.add_argument(
        "--fees", type=_rate, metavar="RATE", help="growth of fees a year, such as 3%% (default: as in the history)"
    )
    ahead.add_argument(
        "--members", type=_rate, metavar="RATE", help="growth of events a year (default: as in the history)"
    )
    ahead.add_argument("--fund", type=_yuan, metavar="YUAN", help="free money of the fund on the first day")
    ahead.add_argument(
        "--income", type=_yuan, default=0, metavar="YUAN", help="what the fund gets each month (default: nothing)"
    )
    ahead.add_argument("--seed", type=int, default=1, help="another seed draws other runs (default: 1)")
    best = parser.add_argument_group("best brackets for A (with --budget)")
    best.add_argument("--budget", type=_yuan, metavar="YUAN", help="what the whole history may cost, before limits")
    best.add_argument("--least", type=_rate, default=10_000, metavar="RATE", help="lowest rate (default: 1%%)")
    best.add_argument("--most", type=_rate, default=200_000, metavar="RATE", help="highest rate (default: 20%%)")
    best.add_argument("--brackets", type=int, default=7, metavar="K", help="at most so many brackets (default: 7)")
    best.add_argument("--seconds", type=float, default=10.0, help="how long the proof may take (default: 10)")


def _rate(text: str) -> int:
    """Return millionths of a rate such as `3%` or `-1.5 %`."""
    return int(Decimal(text.replace("%", "").strip()) * 10_000)


def _yuan(text: str) -> int:
    """Return fen of an amount in yuan."""
    if not is_yuan(text.replace(",", "")):
        raise argparse.ArgumentTypeError(f"{text} is not an amount in yuan")
    return fen(text.replace(",", ""))


def run(options: argparse.Namespace) -> int:
    """Compare, print and write."""
    from jishiyu.engine.laboratory.base import measured
    from jishiyu.engine.laboratory.bench import Bench
    from jishiyu.engine.laboratory.best import best_brackets
    from jishiyu.engine.laboratory.cells import Wish
    from jishiyu.engine.laboratory.compare import Comparer
    from jishiyu.engine.laboratory.forecast import Assumptions, Forecaster
    from jishiyu.engine.laboratory.history import read_history
    from jishiyu.engine.policy.load import load_policy
    from jishiyu.web.figures.terminal import table
    from jishiyu.web.laboratory.figures import SECOND, comparison_figures
    from jishiyu.web.laboratory.outlook import best_figures, forecast_figures

    policies = [load_policy(options.policy), load_policy(options.against)]
    history = read_history(options.history, policies=policies, as_of=options.as_of or today())
    bench = Bench(measured(history, policies, folder=options.history.name))
    figures = comparison_figures(Comparer(bench).compare(*policies))
    if options.months:
        asked = Assumptions(months=options.months, fees_ppm=options.fees, members_ppm=options.members, fund_fen=options.fund,
                            income_fen=options.income, seed=options.seed)  # fmt: skip
        figures += forecast_figures(Forecaster(bench).forecast(policies[1], asked), SECOND)
    if options.budget:
        wish = Wish(
            budget_fen=options.budget,
            least_ppm=options.least,
            most_ppm=options.most,
            brackets=options.brackets,
            seconds=options.seconds,
        )
        figures += best_figures(best_brackets(bench, policies[0], wish), wish)
    spoken: Sequence[str] = [options.lang] if options.lang else LANGUAGES
    print("\n\n".join(table(figure, language) for language in spoken for figure in figures if figure.rows))
    if options.out:
        _write(options, figures)
    return 0


def _write(options: argparse.Namespace, figures: "Sequence[Figure]") -> None:
    """Write the comparison for people and machines, with the two texts it is about."""
    from jishiyu.web.laboratory.files import files

    texts = {"A": options.policy, "B": options.against}
    options.out.mkdir(parents=True, exist_ok=True)
    made = files(
        figures, {name: path.read_bytes() for name, path in texts.items()}, about={"history": options.history.name}
    )
    for name, content in made.items():
        (options.out / name).write_bytes(content)
    print(f"{options.out}: {', '.join(made)}")
