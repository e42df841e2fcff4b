"""The file of an enterprise in a round as one ZIP: made, and verified.

example:
  jishiyu archive make power-1 E1 --out archive.zip
  jishiyu archive verify archive.zip
  jishiyu archive verify archive.zip --alone

verify compares the files with the list of hashes inside, then with what the database says today (--alone: only the
first), and names what was changed, missing or added. Exit status: 0 whole; 1 not whole, or refused; 2 wrong usage.
"""

import argparse
import csv
import hashlib
import io
import os
from pathlib import Path

from jishiyu.engine.problems import Problem

WORDS = {"changed": "已改动", "missing": "缺失", "added": "多出"}


class FileRefused(Problem):
    """A file that cannot be read or written."""

    en = "{file} cannot be opened ({why}). Name another file."
    zh = "无法打开 {file}({why})。请另选文件。"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the two actions."""
    actions = parser.add_subparsers(dest="action", required=True, metavar="ACTION")
    make = actions.add_parser("make", help="write the archive of an enterprise in a round")
    make.add_argument("round", metavar="ROUND", help="code of the round")
    make.add_argument("enterprise", metavar="ENTERPRISE", help="code of the enterprise")
    make.add_argument("--out", required=True, type=Path, metavar="FILE", help="where the ZIP is written")
    verify = actions.add_parser("verify", help="say what was changed, is missing or was added")
    verify.add_argument("file", type=Path, metavar="FILE", help="the ZIP")
    verify.add_argument("--alone", action="store_true", help="without the database: only by the hashes inside")


def run(options: argparse.Namespace) -> int:
    """Make or verify."""
    if options.action == "make":
        return _make(options)
    return _verify(options)


def _make(options: argparse.Namespace) -> int:
    from jishiyu.conf.start import ready

    ready()
    from jishiyu.apps.visits.queries import archive_of, participation_named
    from jishiyu.web.archives.contents import contents_page

    found = participation_named(campaign=options.round, enterprise=options.enterprise)
    content = archive_of(participation=found, contents=contents_page)
    part = options.out.with_name(f".{options.out.name}.part")
    try:
        part.write_bytes(content)
        os.replace(part, options.out)
    except OSError as error:
        raise FileRefused(file=options.out, why=error.strerror) from error
    state = "已归档 / closed" if found.frozen_at else "未归档 / not closed"
    print(f"→ {options.out} ({len(content):,} B, {state})\nSHA-256 {hashlib.sha256(content).hexdigest()}")
    return 0


def _verify(options: argparse.Namespace) -> int:
    from jishiyu.conf.start import ready

    if not options.alone:
        ready()
    else:
        os.environ.setdefault("DJANGO_SETTINGS_MODULE", "jishiyu.conf.settings")
        import django

        django.setup()
    from jishiyu.apps.visits.queries import (
        archive_of,
        differences_from,
        differences_inside,
        participation_named,
        unzipped,
    )
    from jishiyu.web.archives.contents import contents_page

    try:
        content = options.file.read_bytes()
    except OSError as error:
        raise FileRefused(file=options.file, why=error.strerror) from error
    name = options.file.name
    found = {(one.kind, one.name) for one in differences_inside(content, name=name)}
    if not options.alone:
        whose = _whose(unzipped(content, name=name).get("enterprise.csv", b""))
        whole = participation_named(campaign=whose.get("round", "—"), enterprise=whose.get("enterprise", "—"))
        made = archive_of(participation=whole, contents=contents_page)
        found |= {(one.kind, one.name) for one in differences_from(content, made, name=name)}
        if whole.archive_sha256 and hashlib.sha256(content).hexdigest() == whole.archive_sha256:
            print("与归档时的哈希一致 / the hash kept at closing is that of this file")
        elif whole.archive_sha256:
            print("与归档时的哈希不一致 / the hash kept at closing is another one")
            found = found or {("changed", name)}
    for kind, file in sorted(found, key=lambda one: (one[1], one[0])):
        print(f"{WORDS[kind]} / {kind}: {file}")
    print("档案完整 / the archive is whole" if not found else f"共 {len(found)} 处 / {len(found)} differences")
    return 1 if found else 0


def _whose(table: bytes) -> dict[str, str]:
    rows = csv.reader(io.StringIO(table.decode("utf-8-sig", "replace")))
    return {row[0]: row[1] for row in rows if len(row) == 2}
