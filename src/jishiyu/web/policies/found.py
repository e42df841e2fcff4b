"""A version by its address, with what the page needs of it: the policy, its text, and the row where there is one."""

from dataclasses import dataclass

from django.http import Http404
from django.urls import reverse

from jishiyu.apps.policies.models import State, Version
from jishiyu.apps.policies.problems import VersionUnknown
from jishiyu.apps.policies.queries import Text, in_force, policies, policy_of_version, shelf_with, text_of, version
from jishiyu.engine.policy.model import Policy
from jishiyu.engine.policy.shelf import Shelf
from jishiyu.web.policies.words import titled


@dataclass(frozen=True)
class Found:
    """One version; `row` is None for those that come with the product."""

    policy: Policy
    row: Version | None = None

    @property
    def text(self) -> Text:
        """Return its text and table."""
        if self.row is not None:
            return Text(text=self.row.text, table_name=self.row.table_name, table_text=self.row.table_text)
        return text_of(policy=self.policy)

    @property
    def named(self) -> str:
        """Return what people call it: the title in their language, and the version."""
        return f"{titled(self.policy.title)} · {self.policy.version}"

    @property
    def in_force(self) -> bool:
        """Say whether it is on the shelf that decides."""
        return self.row is None or self.row.state == State.PUBLISHED

    @property
    def shelf(self) -> Shelf:
        """Return the shelf that it decides on, or would once it is published; raises `TiedNotTogether`, `LimitNotTogether`."""
        return in_force() if self.row is None else shelf_with(version_id=self.row.pk)

    def address(self, page: str = "") -> str:
        """Return the address of a page about it: its own, `table`, `text` or `test`."""
        if self.in_force:
            return reverse(f"policies:{page or 'one'}", args=[self.policy.name, self.policy.version])
        assert self.row is not None  # else it would be in force
        return reverse(f"policies:{f'draft-{page}' if page else 'draft'}", args=[self.row.pk])


def on_the_shelf(name: str, version: str) -> Found:
    """Return a version in force by policy and version, or raise Http404."""
    for policy in in_force().versions.get(name, ()):
        if policy.version == version:
            return Found(policy)
    raise Http404


def of_our_own(version_id: int) -> Found:
    """Return a version of the city's own by its number, or raise Http404."""
    try:
        row = version(version_id=version_id)
    except VersionUnknown as error:
        raise Http404 from error
    return of_row(row)


def of_row(row: Version) -> Found:
    """Return a version of the city's own by its row."""
    return Found(policy_of_version(version_id=row.pk), row)


def by_digest(digest: str) -> Found | None:
    """Return the version whose digest begins like this, among those that are listed."""
    for listed in policies():
        if len(digest) >= 12 and listed.sha256.startswith(digest):
            if listed.version_id is not None and listed.state != State.PUBLISHED:
                return of_our_own(listed.version_id)
            return on_the_shelf(listed.name, listed.version)
    return None


def before(policy: Policy) -> Policy | None:
    """Return the version in force that this one would follow."""
    earlier = [known for known in in_force().versions.get(policy.name, ()) if known.starts < policy.starts]
    return earlier[-1] if earlier else None
