"""Check policy files, read them like a regulation, print their JSON Schema, or import an injury table.

example:
  jishiyu policy check changchun/hospital-2026.toml
  jishiyu policy show changchun.hospital --on 2025-03-01 --lang en
  jishiyu policy schema > policy.schema.json
  jishiyu policy import-table injuries.xlsx --out injuries-2026.csv
"""

import argparse
import json
from datetime import date
from pathlib import Path

from jishiyu.commands.clock import today


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare check, show, schema and import-table."""
    actions = parser.add_subparsers(dest="action", required=True, metavar="ACTION")
    check = actions.add_parser("check", help="refuse or accept policy files, naming the lines")
    check.add_argument("files", nargs="+", type=Path, metavar="FILE")
    show = actions.add_parser("show", help="print a policy as numbered articles with sources")
    show.add_argument("name", metavar="NAME", help="for example changchun.hospital")
    show.add_argument(
        "--on", type=date.fromisoformat, metavar="DATE", help="the version in force on this day (default: today)"
    )
    show.add_argument("--policy", action="append", default=[], type=Path, metavar="FILE", help="look in these files")
    show.add_argument("--lang", choices=["zh", "en"], default="zh")
    actions.add_parser("schema", help="print the JSON Schema of the format")
    table = actions.add_parser("import-table", help="turn an Excel or CSV injury table into a policy's CSV")
    table.add_argument("file", type=Path, metavar="FILE")
    table.add_argument("--out", required=True, type=Path)
    table.add_argument("--status", choices=["published", "assumed"], default="assumed")


def run(options: argparse.Namespace) -> int:
    """Run one action; return 0, or 1 when a file is refused (by the problem raised)."""
    return {"check": _check, "show": _show, "schema": _schema, "import-table": _import_table}[options.action](options)


def _check(options: argparse.Namespace) -> int:
    from jishiyu.engine.policy.load import load_policy
    from jishiyu.engine.policy.shelf import Shelf

    policies = [load_policy(path) for path in options.files]
    Shelf.of(policies)
    for policy in policies:
        until = policy.until.isoformat() if policy.until else "…"
        print(
            f"✓ {policy.file}: {policy.name} {policy.version} [{policy.starts.isoformat()}, {until}) {policy.digest[:12]}"
        )
    return 0


def _show(options: argparse.Namespace) -> int:
    from jishiyu.engine.policy.regulation import regulation
    from jishiyu.engine.policy.shelf import every_shipped, load_shelf

    shelf = load_shelf(options.policy) if options.policy else every_shipped()
    print(regulation(shelf.on(options.name, options.on or today()), options.lang), end="")
    return 0


def _schema(_: argparse.Namespace) -> int:
    from jishiyu.engine.policy.load import schema

    print(json.dumps(schema(), ensure_ascii=False, indent=1))
    return 0


def _import_table(options: argparse.Namespace) -> int:
    from jishiyu.engine.policy.tables import import_table

    count = import_table(options.file, options.out, status=options.status)
    print(f"{options.out}: {count} 行 · {count} rows")
    return 0
