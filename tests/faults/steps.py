"""What the processes of these tests do: the commands that a clerk types, and what no command offers."""

import contextlib
import importlib
import json
import sys
from collections.abc import Callable
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

from jishiyu import cli
from jishiyu.apps.intake.operations import take_feed
from jishiyu.apps.people.operations import merge_people
from jishiyu.apps.subsidies import operations as subsidies
from jishiyu.conf.start import ready
from jishiyu.engine.policy.shelf import load_shelf
from jishiyu.engine.problems import Problem

TODAY = date(2026, 1, 15)
NOW = datetime(2026, 1, 15, 1, tzinfo=UTC)
WHEN: dict[str, Any] = {"on": TODAY, "at": NOW}
LIMIT_500 = Path(__file__).parents[1] / "policies" / "rules" / "whole-limit-500.toml"


# What commands import when they run; loaded here once, so that the children need not.
for name in (
    "polars", "jishiyu.apps.payments.operations", "jishiyu.banks", "jishiyu.commands.cases", "jishiyu.commands.ledger",
    "jishiyu.commands.load", "jishiyu.commands.pay",
):  # fmt: skip
    importlib.import_module(name)


def start() -> int:
    """Do what every command does first."""
    ready()
    return 0


def command(words: list[str]) -> int:
    """Run a `jishiyu` command as the clerk does; two operations that no command offers yet are written like one."""
    match words:
        case ["merge", kept, merged]:
            return merge(int(kept), int(merged))
        case ["no-data", person]:
            return no_data(int(person))
    return cli.main(words)


def load_under_limit_500(file: str) -> int:
    """Take a feed and post it under the policy of 500 yuan a year."""
    return _refusable(
        lambda: subsidies.post_feed(
            feed=take_feed(path=Path(file), by="li.na", as_of=TODAY), by="li.na", policies=load_shelf([LIMIT_500])
        )
    )


def merge(kept: int, merged: int) -> int:
    """Say that two people are one."""
    return _refusable(lambda: merge_people(kept_id=kept, merged_id=merged, reason="同一人", by="li.na", at=NOW))


def no_data(person: int) -> int:
    """Report a member's stay that no feed brought."""
    return _refusable(lambda: subsidies.report_no_data(person_id=person, by="li.na", sentence="医院未上传", on=TODAY))


def look(into: str) -> int:
    """Write down what is wrong in the database, and which files it knows."""
    from tests.faults.invariants import picture

    Path(into).write_text(json.dumps(picture(), default=str, ensure_ascii=False), encoding="utf-8")
    return 0


def settle(name: str, arguments: dict[str, Any]) -> int:
    """Do a part of preparing a situation."""
    from tests.faults import situations

    getattr(situations, name)(**arguments)
    return 0


def _refusable(operation: Callable[[], object]) -> int:
    """Do what a command does with a refusal: say it and end with 1."""
    ready()
    with contextlib.suppress(KeyboardInterrupt):
        try:
            operation()
        except Problem as problem:
            print(f"jishiyu: {problem}", file=sys.stderr)
            return 1
    return 0


STEPS: dict[str, Callable[..., int]] = {
    step.__name__: step
    for step in (
        command, load_under_limit_500, look, settle, start,
    )
}  # fmt: skip
