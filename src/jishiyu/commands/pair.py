"""Pair needs of enterprises with teams and times, from tables to a plan with its bound; no database is needed.

example:
  jishiyu pair needs.csv people.csv --out plan
  jishiyu pair needs.xlsx people.xlsx --pins pins.csv --previous plan/plan.csv --seconds 5 --out plan2
  jishiyu pair --invent 60 40 24 --seed 7 --out round

Writes plan.csv, reasons.csv and score.json into --out; --invent writes needs.csv and people.csv of an invented round
instead. Exit status: 0 done, 1 the input was refused (nothing written), 2 wrong usage.
"""

import argparse
import sys
import time
from pathlib import Path
from typing import TYPE_CHECKING

from jishiyu.commands.progress import Progress

if TYPE_CHECKING:
    from jishiyu.engine.pairing.line_problems import LineProblem
    from jishiyu.engine.pairing.proposal import Proposal

_SHOWN = 20
_AIMS = {"served": "服务", "changes": "变动", "waiting": "等待", "fit": "匹配", "travel": "路程", "fairness": "均衡"}


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the fixed command line."""
    parser.add_argument("needs", nargs="?", type=Path, metavar="NEEDS", help="table of needs, told by content")
    parser.add_argument("people", nargs="?", type=Path, metavar="PEOPLE", help="table of people, told by content")
    parser.add_argument("--pins", type=Path, metavar="FILE", help="what is to be kept or forbidden")
    parser.add_argument("--previous", type=Path, metavar="PLAN", help="plan.csv to change as little as possible")
    parser.add_argument(
        "--seconds", type=_seconds, metavar="S", help="how long to work (default: by size, at most 90 to 600)"
    )
    parser.add_argument("--seed", type=int, default=1, metavar="N", help="another seed, another search (default: 1)")
    parser.add_argument("--out", required=True, type=Path, metavar="DIR", help="folder for the result")
    parser.add_argument(
        "--invent", nargs=3, type=int, metavar=("NEEDS", "PEOPLE", "HALFDAYS"), help="write an invented round of a size"
    )
    parser.set_defaults(usage=parser.error)


def _seconds(text: str) -> float:
    seconds = float(text)
    if not 0 < seconds < 1e6:
        raise argparse.ArgumentTypeError("more than 0")
    return seconds


def run(options: argparse.Namespace) -> int:
    """Pair and write the result; return 0."""
    if options.invent:
        return _invent(options)
    if options.needs is None or options.people is None:
        options.usage("NEEDS and PEOPLE are needed")
    from jishiyu.engine.pairing import reading, writing
    from jishiyu.engine.pairing.solve import propose

    started = time.perf_counter()
    needs, problems = reading.read_needs(options.needs)
    people, more = reading.read_people(options.people)
    problems += more + reading.compare(needs, people, options.needs.name)
    pins = reading.read_pins(options.pins) if options.pins else []
    previous = reading.read_plan(options.previous) if options.previous else None
    progress = Progress(quiet=not sys.stderr.isatty())
    proposal = propose(
        needs, people, pins=pins, previous=previous, seconds=options.seconds, clock=time.perf_counter,
        seed=options.seed, progress=progress,
    )  # fmt: skip
    progress.seconds()
    files = {
        "plan.csv": writing.plan_csv(proposal),
        "reasons.csv": writing.reasons_csv(proposal, problems),
    }
    seconds = float(f"{time.perf_counter() - started:.3f}")
    files["score.json"] = writing.score_json(proposal, seconds=seconds, problems=problems)
    _write(options.out, files)
    _report(proposal, problems, options.out, seconds)
    return 0


def _invent(options: argparse.Namespace) -> int:
    from jishiyu.engine.pairing.invent import invent
    from jishiyu.engine.pairing.writing import needs_csv, people_csv

    if min(options.invent) < 1:
        options.usage("--invent wants three numbers from 1")
    round_ = invent(*options.invent, seed=options.seed)
    _write(options.out, {"needs.csv": needs_csv(round_.needs), "people.csv": people_csv(round_.people)})
    print(f"已写入 {options.out} · written to {options.out}: needs.csv, people.csv")
    return 0


def _write(folder: Path, files: dict[str, bytes]) -> None:
    """Write the files, each whole or not at all."""
    folder.mkdir(parents=True, exist_ok=True)
    for name, content in files.items():
        part = folder / f".{name}.part"
        part.write_bytes(content)
        part.replace(folder / name)


def _report(proposal: "Proposal", problems: "list[LineProblem]", out: Path, seconds: float) -> None:
    """Print what was reached and how good it is, and the lines that need a look."""
    for problem in problems[:_SHOWN]:
        print(f"jishiyu: {problem.say('zh')}\njishiyu: {problem.say('en')}", file=sys.stderr)
    if len(problems) > _SHOWN:
        print(f"jishiyu: 其余 {len(problems) - _SHOWN} 条见 reasons.csv · {len(problems) - _SHOWN} more in reasons.csv", file=sys.stderr)  # fmt: skip
    many, served = len(proposal.round.needs), len(proposal.visits)
    status = {"optimal": "已证明最优", "bounded": "有界", "stopped": "提前停止"}[proposal.status]
    print(f"{many:,} 项需求安排了 {served:,} 项,差距不超过 {proposal.gap:.2%}({status});结果在 {out}")
    print(f"{served:,} of {many:,} needs paired, gap at most {proposal.gap:.2%} ({proposal.status}), {seconds:.1f} s")
    for aim, reached in proposal.aims.items():
        if reached.gap is not None and (aim != "changes" or proposal.round.previous is not None):
            print(
                f"  {_AIMS[aim]} {aim}: {reached.value:,} (best possible 最好可能 {reached.bound:,}, {reached.gap:.2%})"
            )
