"""Bring a backup back into an empty installation: another data folder, another machine. Then verify the trail.

JISHIYU_HOME and JISHIYU_DATABASE_URL name what is empty, as for every command.

Example:
  jishiyu restore /backup/2026-07-01 --keys /media/safe/2026-07-01
"""

import argparse
from pathlib import Path


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare what the command takes."""
    parser.add_argument("folder", type=Path, metavar="FOLDER", help="what `jishiyu backup` wrote")
    parser.add_argument("--keys", type=Path, metavar="FOLDER", required=True, help="what it wrote with --keys")


def run(options: argparse.Namespace) -> int:
    """Restore, open the database with its keys, and check that the trail holds what was saved."""
    from jishiyu.conf.backup import restore

    found = restore(folder=options.folder, keys=options.keys)
    from jishiyu.conf.start import ready

    ready()
    from jishiyu.apps.audit.queries import verify

    verdict = verify(expected_rows=found["trail_rows"], expected_head=found["trail_head"] or None)
    print(f"已恢复 {len(found['files'])} 个文件 / files restored, {found['made_at']}")
    for gap in verdict.breaks:
        print(f"第 {gap.rows} 行 / row {gap.rows}: {gap.zh} / {gap.en}")
    state = "完整 / whole" if verdict.whole else "不完整 / NOT whole"
    print(f"审计记录 / audit trail: {verdict.rows} 行 / rows, {state}")
    return 0 if verdict.whole else 1
