"""The `jishiyu` command: finds the sub-command, nothing else.

Each sub-command is a module of `jishiyu.commands` with a docstring (its help), `add_arguments(parser)` and
`run(options) -> int` (the exit status). Modules are imported only when asked for, so `jishiyu decide` never
loads Django.
"""

import argparse
import importlib
import os
import sys
from collections.abc import Sequence

from jishiyu.engine.problems import Problem

COMMANDS = {
    "decide": "decide every stay of one or more settlement feeds, from files to files",
    "explain": "say in words why a stay or a member got an amount",
    "whatif": "ask what another policy would have paid on a real history",
    "diagnose": "judge the readings of a site survey: findings and a report",
    "policy": "check, show or document policy files",
    "load": "load a roster, the unions or a settlement feed into the database",
    "pair": "pair needs of enterprises with teams and times, from tables to a plan",
    "campaign": "rounds of enterprise help: check a file, open, list",
    "demo": "an invented city from its files to payments, figures and a page",
    "demo-data": "invent a city and write its files",
    "pay": "pay what is owed: batch, second signature, bank file, answers, retries",
    "ledger": "the fund's books: appropriate, balance, export, check",
    "cases": "call lists per employer union: list, log, approve, close",
    "statistics": "show figures by period, union, bracket, age, sex, level, bucket",
    "bulletin": "write the bulletin of a period in the sentences of the news",
    "round": "show a round of enterprise help: counters and bulletin",
    "sheet": "print a decision sheet, a payment batch or a call list as PDF",
    "up": "open the console on this machine",
    "work": "do queued jobs: feeds, watched folder, notices",
    "down": "close a console that runs in the background",
    "account": "accounts on the server: create, grant, unlock, reset",
    "archive": "the file of an enterprise as one ZIP: make it, verify it",
    "audit": "check that the audit trail is whole",
    "backup": "save database, sealed files and keys",
    "restore": "bring a backup back into an empty installation",
    "rekey": "seal everything again with the newest key",
}


def main(argv: Sequence[str] | None = None) -> int:
    """Run one sub-command and return its exit status: 0 done, 1 input refused, 2 wrong usage."""
    # With an arena per thread the allocator of the columnar engine keeps half as much memory again. It reads
    # this once, when the engine is loaded, which no import above does.
    os.environ.setdefault("_RJEM_MALLOC_CONF", "narenas:1,dirty_decay_ms:2000,muzzy_decay_ms:0")
    # Nothing here multiplies matrices; threads that wait for it take a core from those that work.
    os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
    arguments = list(sys.argv[1:] if argv is None else argv)
    parser = argparse.ArgumentParser(prog="jishiyu", description="及时雨 · a service platform for trade unions")
    commands = parser.add_subparsers(dest="command", required=True, metavar="COMMAND")
    wanted = arguments[0] if arguments else None
    for name, summary in COMMANDS.items():
        if name != wanted:
            commands.add_parser(name, help=summary)
            continue
        module = importlib.import_module(f"jishiyu.commands.{name.replace('-', '_')}")
        sub = commands.add_parser(
            name, help=summary, description=module.__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
        )
        module.add_arguments(sub)
        _give_examples(sub, name, module.__doc__ or "")
        sub.set_defaults(run=module.run)
    options = parser.parse_args(arguments)
    try:
        return int(options.run(options))
    except Problem as problem:
        print(f"jishiyu: {problem.say('zh')}\njishiyu: {problem.say('en')}", file=sys.stderr)
        return 1


def _give_examples(parser: argparse.ArgumentParser, name: str, text: str) -> None:
    """Let the help of each action of a command close with those lines of its docstring that show the action."""
    actions = [action for action in parser._actions if isinstance(action, argparse._SubParsersAction)]
    for word, own in ((word, own) for action in actions for word, own in action.choices.items()):
        lines = [line for line in text.splitlines() if f"{line} ".startswith(f"  jishiyu {name} {word} ")]
        own.epilog = "\n".join(["example:", *lines]) if lines else None
        own.formatter_class = argparse.RawDescriptionHelpFormatter


if __name__ == "__main__":
    sys.exit(main())
