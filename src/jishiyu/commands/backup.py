"""Save this installation: database and sealed files into one folder, the keys into another on another medium.

Examples:
  jishiyu backup /backup/2026-07-01 --keys /media/safe/2026-07-01
  jishiyu backup /backup/2026-07-02              the keys of yesterday still open it
"""

import argparse
from pathlib import Path

from jishiyu.commands.clock import now


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare what the command takes."""
    parser.add_argument("folder", type=Path, metavar="FOLDER", help="a new or empty folder")
    parser.add_argument(
        "--keys", type=Path, metavar="FOLDER", help="a new or empty folder on another medium, for the safe"
    )


def run(options: argparse.Namespace) -> int:
    """Save, and say what was saved and what the trail has to be compared with."""
    from jishiyu.conf.start import ready

    ready()
    from jishiyu.conf.backup import back_up

    found = back_up(folder=options.folder, keys=options.keys, at=now())
    print(f"已备份 {len(found['files'])} 个文件 / files saved: {options.folder}")
    print(f"--rows {found['trail_rows']} --head {found['trail_head']}")
    if options.keys is None:
        print("未备份密钥:没有 keys.json,备份无法读取 / without keys: nobody can read this backup without keys.json")
    return 0
