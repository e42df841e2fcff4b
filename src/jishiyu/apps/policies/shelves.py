"""From texts in the database to the shelf that decides: shipped files and published versions, without overlap."""

import dataclasses
import hashlib
import re
import tempfile
from collections.abc import Sequence
from functools import lru_cache
from itertools import pairwise
from pathlib import Path

from jishiyu.apps.policies.models import State, Version
from jishiyu.apps.policies.problems import LimitNotTogether, TiedNotTogether
from jishiyu.engine.policy.load import load_policy
from jishiyu.engine.policy.model import Policy
from jishiyu.engine.policy.problems import LimitsDisagree, TiedPolicyMissing
from jishiyu.engine.policy.shelf import Shelf, every_shipped, shipped
from jishiyu.engine.policy.ties import unit_of

Key = tuple[int, str]
SAFE = re.compile(r"[^A-Za-z0-9._-]")


def read(*, text: str, table_name: str = "", table_text: str = "", file: str = "policy.toml") -> Policy:
    """This function will check one text with its table and return the policy; raises `PolicyRefused`."""
    with tempfile.TemporaryDirectory(prefix="jishiyu-policy-") as folder:
        path = Path(folder) / (SAFE.sub("_", file) or "policy.toml")
        path.write_bytes(text.encode())
        if table_name:
            (Path(folder) / Path(table_name).name).write_bytes(table_text.encode())
        return load_policy(path)


def in_force() -> Shelf:
    """This function will return the city's shelf: the shipped three and every published version, by anchor date.

    A version ends where the next one begins. One query; the shelf itself is kept per process until a version is added.
    """
    keys = Version.objects.filter(state=State.PUBLISHED).order_by("id").values_list("id", "sha256")
    return _shelf(tuple(keys))


def joined(policies: Sequence[Policy]) -> Shelf:
    """This function will put shipped and published versions on one shelf, each ending where the next begins."""
    by_name: dict[str, list[Policy]] = {}
    for policy in policies:
        by_name.setdefault(policy.name, []).append(policy)
    fitted = []
    for versions in by_name.values():
        ordered = sorted(versions, key=lambda policy: policy.starts)
        for older, newer in pairwise(ordered):
            cut = older.until is None or older.until > newer.starts
            fitted.append(dataclasses.replace(older, until=newer.starts) if cut else older)
        fitted.append(ordered[-1])
    unit_of(fitted)
    shelf = Shelf.of(fitted)
    return Shelf({name: shelf.versions[name] for name in by_name})


def fitted(policies: Sequence[Policy]) -> Shelf:
    """This function will join versions that are to be published; raises `TiedNotTogether` and `LimitNotTogether` where one lacks others."""
    try:
        return joined(policies)
    except TiedPolicyMissing as loose:
        raise TiedNotTogether(**loose.details) from loose
    except LimitsDisagree as differs:
        raise LimitNotTogether(**differs.details) from differs


@lru_cache(maxsize=4)
def _shelf(keys: tuple[Key, ...]) -> Shelf:
    return joined([*_of(shipped()), *(_policy(key) for key in keys)])


@lru_cache(maxsize=64)
def _policy(key: Key) -> Policy:
    """Return the policy of a published row; such a row never changes, so it is read once per process."""
    return policy_of(Version.objects.get(pk=key[0]))


def policy_of(version: Version) -> Policy:
    """This function will return the policy that a row's text says."""
    return read(
        text=version.text, table_name=version.table_name, table_text=version.table_text,
        file=f"{version.name}-{version.version}.toml",
    )  # fmt: skip


def seen_of(versions: Sequence[Version]) -> str:
    """This function will return the digest by which somebody says which texts he looked at: of one its own, of several one over all."""
    digests = [version.sha256 for version in sorted(versions, key=lambda version: version.pk)]
    return digests[0] if len(digests) == 1 else hashlib.sha256("\n".join(digests).encode()).hexdigest()


def every_text() -> list[Policy]:
    """This function will return every text that may have decided something: all shipped and all published ones."""
    keys = Version.objects.filter(state=State.PUBLISHED).order_by("id").values_list("id", "sha256")
    return [*_of(every_shipped()), *(_policy(key) for key in keys)]


def _of(shelf: Shelf) -> list[Policy]:
    return [policy for _, versions in shelf for policy in versions]
