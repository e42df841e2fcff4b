"""What is written about policies: a draft, a proposal, its publication by a second person; tied ones in one step."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any

from django.db import connection, transaction
from django.utils.timezone import localtime

from jishiyu.apps.audit.operations import record
from jishiyu.apps.jobs.models import Kind
from jishiyu.apps.jobs.operations import queue
from jishiyu.apps.policies.models import MOVES, State, Version
from jishiyu.apps.policies.problems import (
    OneOfSeveral,
    PublisherIsProposer,
    ReasonMissing,
    StartsBeforeFirst,
    VersionChangedMeanwhile,
    VersionNotOpen,
    VersionTaken,
    VersionUnknown,
)
from jishiyu.apps.policies.shelves import fitted, in_force, policy_of, read, seen_of
from jishiyu.engine.policy.model import Policy

ROSTER_LOCK = 7_462_011  # whoever decides holds it shared: what is being decided ends under the old shelf first
SHOWN = ("name", "version", "sha256", "starts", "made_by")  # of a draft, in the trail


def save_draft(
    *, text: str, by: str, at: datetime, table_name: str = "", table_text: str = "", version_id: int | None = None,
    seen: str = "",
) -> Version:  # fmt: skip
    """This function will keep a checked text as a draft, a new one or in the place of an earlier draft.

    `seen` is the digest of the draft that was open; another one by now raises `VersionChangedMeanwhile`.
    Raises `PolicyRefused` with every fault and its line: what is not understood is not kept. Also `VersionNotOpen`.
    """
    policy = read(text=text, table_name=table_name, table_text=table_text)
    fields = {
        "name": policy.name, "version": policy.version, "text": text, "table_name": table_name,
        "table_text": table_text, "sha256": policy.digest, "starts": policy.starts,
    }  # fmt: skip
    with transaction.atomic():
        before: dict[str, str] = {}
        if version_id is None:
            made = Version.objects.create(**fields, made_by=by, made_at=at)
        else:
            made = _locked([version_id], State.DRAFT)[0]
            _refuse_another(made, seen)
            before = {name: str(getattr(made, name)) for name in SHOWN}
            Version.objects.filter(pk=version_id).update(**fields, made_by=by, made_at=at)
            made.refresh_from_db()
        details = {"sha256": policy.digest, "name": policy.name, "version": policy.version}
        record(by=by, action="policy.draft", record=f"policy version {made.pk}", details=details, at=at,
               changes={name: (before.get(name), str(getattr(made, name))) for name in SHOWN})  # fmt: skip
    return made


def propose(
    *, version_id: int, because: str, by: str, at: datetime, seen: str = "", together: Mapping[int, str] | None = None
) -> Version:
    """This function will propose a draft for publication, with others that hold only together; their texts are fixed from now on.

    `together` are the other drafts, each with the digest that was looked at. Raises `VersionTaken`, `StartsBeforeFirst`,
    `TiedNotTogether` and `LimitNotTogether` when they do not fit the shelf, `ReasonMissing`, `VersionNotOpen`.
    """
    if not because.strip():
        raise ReasonMissing
    looked_at = {**(together or {}), version_id: seen}
    with transaction.atomic():
        drafts = _locked(looked_at, State.DRAFT)
        for draft in drafts:
            _refuse_another(draft, looked_at[draft.pk])
        _fit([policy_of(draft) for draft in drafts])
        said: dict[str, object] = {"proposed_by": by, "proposed_at": at, "proposed_because": because.strip()}
        said["together"] = drafts[0].pk if len(drafts) > 1 else None
        details = {"because": because.strip(), **_others(drafts)}
        return _move_all(drafts, version_id, State.PROPOSED, by=by, at=at, details=details, **said)


def send_back(*, version_id: int, because: str, by: str, at: datetime) -> Version:
    """This function will make a proposal a draft again, and all that was proposed together, with what has to be changed."""
    if not because.strip():
        raise ReasonMissing
    with transaction.atomic():
        proposals = _locked(_ids_together(version_id), State.PROPOSED)
        cleared: dict[str, object] = {"proposed_by": "", "proposed_at": None, "proposed_because": "", "together": None}
        details = {"because": because.strip(), **_others(proposals)}
        return _move_all(proposals, version_id, State.DRAFT, by=by, at=at, details=details, **cleared)


def drop(*, version_id: int, by: str, at: datetime) -> Version:
    """This function will give up a draft or a proposal; it stays on record. Raises `OneOfSeveral`, `VersionNotOpen`."""
    with transaction.atomic():
        versions = _locked(_ids_together(version_id), State.DRAFT, State.PROPOSED)
        if len(versions) > 1:
            one = next(version for version in versions if version.pk == version_id)
            others = ", ".join(str(version) for version in versions if version.pk != version_id)
            raise OneOfSeveral(name=one.name, version=one.version, others=others)
        return _move(versions[0], State.DROPPED, by=by, at=at, details={})


def publish(*, version_id: int, by: str, at: datetime, seen: str = "") -> Version:
    """This function will publish a proposal as the second person, and have decided again what it may change.

    What was proposed together is published together. `seen` is what `seen_of` says of the texts that the second person
    looked at; others are not published. The version before each ends on its first day. Decisions anchored on that day or
    later are decided again in a job when the day has come already. Raises `PublisherIsProposer`, `VersionTaken`,
    `TiedNotTogether`, `LimitNotTogether`, `VersionNotOpen`.
    """
    with transaction.atomic():
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_xact_lock(%s)", [ROSTER_LOCK])
        proposals = _locked(_ids_together(version_id), State.PROPOSED)
        first = proposals[0]
        if seen and seen != seen_of(proposals):
            raise VersionChangedMeanwhile(name=first.name, version=first.version)
        if first.proposed_by == by:
            raise PublisherIsProposer(by=by, version=first.version, name=first.name)
        _fit([policy_of(proposal) for proposal in proposals])
        for proposal in proposals:
            details = {"sha256": proposal.sha256, "proposed_by": proposal.proposed_by, "starts": proposal.starts}
            _move(proposal, State.PUBLISHED, by=by, at=at, details={**details, **_others(proposals)},
                  published_by=by, published_at=at)  # fmt: skip
        _have_decided_again(proposals, by=by, at=at)
    return next(made for made in proposals if made.pk == version_id)


def _have_decided_again(published: Sequence[Version], *, by: str, at: datetime) -> None:
    """Queue one job for all versions whose first day has come."""
    today = localtime(at).date()
    begun = [version for version in published if version.starts <= today]
    if not begun:
        return
    names = ", ".join(str(version) for version in begun)
    since = min(version.starts for version in begun).isoformat()
    arguments = {"on": today.isoformat(), "since": since, "because": f"policy {names}"}
    queue(kind=Kind.DECIDE_CHANGED, by=by, at=at, subject=names, arguments=arguments)


def _fit(policies: Sequence[Policy]) -> None:
    """Refuse versions that the shelf has no place for; raises the engine's problems besides our own."""
    shelf = in_force()
    for policy in policies:
        known = shelf.versions.get(policy.name, ())
        beside = [other for other in policies if other is not policy and other.name == policy.name]
        for other in (*known, *beside):
            if policy.version == other.version or policy.starts == other.starts:
                raise VersionTaken(name=policy.name, taken=other.version, starts=other.starts.isoformat())
        if known and policy.starts < known[0].starts:
            first, starts = known[0].starts.isoformat(), policy.starts.isoformat()
            raise StartsBeforeFirst(name=policy.name, first=first, starts=starts)
    fitted([*(found for _, versions in shelf for found in versions), *policies])


def _ids_together(version_id: int) -> list[int]:
    """Return a version and all that was proposed with it."""
    together = Version.objects.filter(pk=version_id).values_list("together", flat=True).first()
    if together is None:
        return [version_id]
    return [version_id, *Version.objects.filter(together=together).exclude(pk=version_id).values_list("pk", flat=True)]


def _locked(version_ids: Iterable[int], *states: State) -> list[Version]:
    """Lock versions, always in the order of their ids, so that nobody waits for somebody who waits for him."""
    wanted = sorted(version_ids)
    found = list(Version.objects.select_for_update().filter(pk__in=wanted).order_by("pk"))
    for missing in set(wanted) - {version.pk for version in found}:
        raise VersionUnknown(version_id=missing)
    for version in found:
        if version.state not in states:
            raise VersionNotOpen(version=version.version, name=version.name, state=State(version.state).label)
    return found


def _refuse_another(version: Version, seen: str) -> None:
    if seen and seen != version.sha256:
        raise VersionChangedMeanwhile(name=version.name, version=version.version)


def _others(versions: Sequence[Version]) -> dict[str, object]:
    """Return what the trail says of versions that go one way together."""
    return {"together": [str(version) for version in versions]} if len(versions) > 1 else {}


def _move_all(versions: Sequence[Version], asked: int, to: State, **how: Any) -> Version:
    """Move versions that go together; return the one that was asked for."""
    for version in versions:
        _move(version, to, **how)
    return next(version for version in versions if version.pk == asked)


def _move(
    version: Version, to: State, *, by: str, at: datetime, details: dict[str, object], **fields: object
) -> Version:
    assert to in MOVES[version.state]
    Version.objects.filter(pk=version.pk).update(state=to, **fields)
    record(by=by, action=f"policy.{to.value}", record=f"policy version {version.pk}", details=details, at=at,
           changes={"state": (version.state, to.value)})  # fmt: skip
    version.refresh_from_db()
    return version
