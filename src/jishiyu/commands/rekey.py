"""Seal everything again with the newest key, in chunks; interrupted, the same command goes on where it stopped.

  jishiyu rekey --new-key     draw a new sealing key first (JISHIYU_KEY_ALGORITHMS names the algorithm)
  jishiyu rekey               go on after an interruption

It also fills in the look-up hashes of mobiles and accounts for people taken in by a version that had none.
Put the changed key file into the safe before anything else. Older keys stay in it: older backups need them.
"""

import argparse
import getpass
from collections.abc import Callable
from functools import partial

from jishiyu.commands.clock import now


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare what the command takes."""
    parser.add_argument("--new-key", action="store_true", help="draw a new key first")
    parser.add_argument("--by", default=getpass.getuser(), help="account of the officer (default: the system's user)")


def run(options: argparse.Namespace) -> int:
    """Draw a key if told so, then seal again whatever is not sealed with the newest one."""
    from jishiyu.conf.start import ready

    ready()
    from jishiyu.apps.people.rekeying import (
        SEALED_COLUMNS,
        draw_next_key,
        hash_contacts,
        seal_again,
        seal_factors_again,
    )

    if options.new_key:
        version = draw_next_key(by=options.by, at=now())
        print(f"新密钥版本 / new key version: {version}")
    for table, column in SEALED_COLUMNS:
        _seal(f"{table}.{column}", partial(seal_again, table=table, column=column))
    _seal("mfa_authenticator.secret", seal_factors_again)
    looked: int | None = 0
    while looked is not None:
        looked = hash_contacts(after=looked)
    print("手机号与账号的检索散列已补齐 / look-up hashes of mobiles and accounts are complete")
    return 0


def _seal(what: str, chunk: Callable[[], int]) -> None:
    total = 0
    while done := chunk():
        total += done
        print(f"\r{what}: {total}", end="", flush=True)
    print(f"\r{what}: {total} 行已重新加密 / rows sealed again")
