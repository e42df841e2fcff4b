"""Reading policies: what is in force, every version, the very text that decided, two of them side by side."""

import csv
import tomllib
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from jishiyu.apps.policies.models import State, Version
from jishiyu.apps.policies.problems import TextOfDecisionUnknown, VersionUnknown
from jishiyu.apps.policies.shelves import every_text, fitted, in_force, policy_of, seen_of
from jishiyu.engine.policy.compare import Difference, compare
from jishiyu.engine.policy.load import load_policy
from jishiyu.engine.policy.model import Policy
from jishiyu.engine.policy.shelf import Shelf, folder
from jishiyu.engine.policy.ties import tied_to

__all__ = [
    "Listed", "Text", "compare_versions", "drafts_beside", "in_force", "policies", "policy_of_version", "seen_of", "shelf_with", "text_of",
    "text_that_decided", "together", "version",
]  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class Listed:
    """One version in the list: from the files of the product (`version_id` None) or from the city's own."""

    name: str
    title: dict[str, str]
    version: str
    sha256: str
    starts: date
    until: date | None
    state: str
    version_id: int | None
    proposed_by: str = ""
    published_by: str = ""


def policies() -> list[Listed]:
    """This function will return every version there is, by name and first day: in force, proposed, drafts."""
    rows = list(Version.objects.exclude(state=State.DROPPED).order_by("id"))
    own = {row.sha256: row for row in rows if row.state == State.PUBLISHED}
    listed = []
    for _, versions in in_force():
        for policy in versions:
            row = own.get(policy.digest)
            listed.append(_listed(policy, row, State.PUBLISHED.value))
    listed += [_listed(policy_of(row), row, row.state) for row in rows if row.state != State.PUBLISHED]
    return sorted(listed, key=lambda entry: (entry.name, entry.starts, entry.version_id or 0))


def version(*, version_id: int) -> Version:
    """This function will return one version of the city's own; raises `VersionUnknown`."""
    found = Version.objects.filter(pk=version_id).first()
    if found is None:
        raise VersionUnknown(version_id=version_id)
    return found


def policy_of_version(*, version_id: int) -> Policy:
    """This function will return what a version of the city's own says, published or not."""
    return policy_of(version(version_id=version_id))


def together(*, version_id: int) -> list[Version]:
    """This function will return a version and all that was proposed in one step with it, in the order they were drafted."""
    one = version(version_id=version_id)
    return [one] if one.together is None else list(Version.objects.filter(together=one.together).order_by("pk"))


def drafts_beside(*, version_id: int) -> list[tuple[Version, bool]]:
    """This function will return the other drafts, each with whether it and this one are tied: they may be proposed together."""
    mine = policy_of_version(version_id=version_id)
    rows = Version.objects.filter(state=State.DRAFT).exclude(pk=version_id).order_by("name", "starts", "pk")
    return [(row, row.name in tied_to(mine) or mine.name in tied_to(policy_of(row))) for row in rows]


def shelf_with(*, version_id: int) -> Shelf:
    """This function will return what is in force with a version of the city's own, as it would be once that is published.

    With it comes what was proposed with it; with a draft, the drafts that it is tied to. Raises `TiedNotTogether` and
    `LimitNotTogether` where these do not fit.
    """
    rows = together(version_id=version_id)
    if rows[0].state == State.DRAFT:
        rows += [row for row, tied in drafts_beside(version_id=version_id) if tied]
    known = [policy for _, versions in in_force() for policy in versions]
    digests = {policy.digest for policy in known}
    return fitted([*known, *(policy_of(row) for row in rows if row.sha256 not in digests)])


def text_that_decided(*, name: str, version: str, digest: str) -> Policy:
    """This function will return the very text that made a decision, by its digest; raises `TextOfDecisionUnknown`."""
    found = next((policy for policy in every_text() if policy.digest == digest and policy.name == name), None)
    if found is None:
        raise TextOfDecisionUnknown(name=name, version=version, digest=digest[:12])
    return found


@dataclass(frozen=True, slots=True, kw_only=True)
class Text:
    """What a version says, word for word, with the table that lies beside it."""

    text: str
    table_name: str = ""
    table_text: str = ""


def text_of(*, policy: Policy) -> Text:
    """This function will return the text of a version on the shelf, published here or shipped."""
    row = Version.objects.filter(name=policy.name, sha256=policy.digest).order_by("-id").first()
    if row is not None:
        return Text(text=row.text, table_name=row.table_name, table_text=row.table_text)
    for path in sorted(folder().glob(f"*/{Path(policy.file).name}")):
        if load_policy(path).digest == policy.digest:
            text = path.read_text(encoding="utf-8")
            table = tomllib.loads(text)["formula"].get("table", "")
            beside = path.with_name(Path(table).name).read_text(encoding="utf-8") if table else ""
            return Text(text=text, table_name=table, table_text=beside)
    raise TextOfDecisionUnknown(name=policy.name, version=policy.version, digest=policy.digest[:12])


def table_of(*, policy: Policy) -> tuple[tuple[str, str, str], ...]:
    """This function will list the entries (key, zh, en) of the table that a version looks amounts up in; none without one."""
    rows = csv.DictReader(text_of(policy=policy).table_text.splitlines())
    return tuple((row["key"], row["zh"], row["en"]) for row in rows)


def compare_versions(*, older: Policy, newer: Policy) -> list[Difference]:
    """This function will list every number, bracket, requirement and limit that two versions do not have alike."""
    return compare(older, newer)


def _listed(policy: Policy, row: Version | None, state: str) -> Listed:
    return Listed(
        name=policy.name, title=policy.title, version=policy.version, sha256=policy.digest, starts=policy.starts,
        until=policy.until, state=state, version_id=row.pk if row else None,
        proposed_by=row.proposed_by if row else "", published_by=row.published_by if row else "",
    )  # fmt: skip
