"""Ask what another policy would have paid on a real history: cost, people, winners and losers, beside today's policy.

example:
  jishiyu whatif --policy changchun/hospital-2020.toml --against draft.toml --history results
  jishiyu whatif --policy today.toml --against draft.toml --history results --out whatif --lang en

DIR of --history is the --out folder of `jishiyu decide` (or a folder of such folders), or a folder with settlement files
and a file roster.* beside them. With --out the comparison is written as what.xlsx, what.json and what.csv, with both
policy files. Exit status: 0 done, 1 the input was refused (nothing written), 2 wrong usage.
"""

import argparse
from collections.abc import Sequence
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

from jishiyu.commands.clock import today

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


def run(options: argparse.Namespace) -> int:
    """Compare, print and write."""
    from jishiyu.engine.laboratory.base import measured
    from jishiyu.engine.laboratory.bench import Bench
    from jishiyu.engine.laboratory.compare import Comparer
    from jishiyu.engine.laboratory.history import read_history
    from jishiyu.engine.policy.load import load_policy
    from jishiyu.web.figures.terminal import table
    from jishiyu.web.laboratory.figures import comparison_figures

    policies = [load_policy(options.policy), load_policy(options.against)]
    history = read_history(options.history, policies=policies, as_of=options.as_of or today())
    bench = Bench(measured(history, policies, folder=options.history.name))
    figures = comparison_figures(Comparer(bench).compare(*policies))
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
