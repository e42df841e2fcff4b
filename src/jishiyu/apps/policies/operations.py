"""What is written about policies: a draft, a proposal, its publication by a second person."""

from datetime import datetime

from django.db import connection, transaction
from django.utils.timezone import localtime

from jishiyu.apps.audit.operations import record
from jishiyu.apps.jobs.models import Kind
from jishiyu.apps.jobs.operations import queue
from jishiyu.apps.policies.models import MOVES, State, Version
from jishiyu.apps.policies.problems import (
    PublisherIsProposer,
    ReasonMissing,
    StartsBeforeFirst,
    VersionChangedMeanwhile,
    VersionNotOpen,
    VersionTaken,
    VersionUnknown,
)
from jishiyu.apps.policies.shelves import in_force, joined, policy_of, read
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
            made = _locked(version_id, State.DRAFT)
            _refuse_another(made, seen)
            before = {name: str(getattr(made, name)) for name in SHOWN}
            Version.objects.filter(pk=version_id).update(**fields, made_by=by, made_at=at)
            made.refresh_from_db()
        details = {"sha256": policy.digest, "name": policy.name, "version": policy.version}
        record(by=by, action="policy.draft", record=f"policy version {made.pk}", details=details, at=at,
               changes={name: (before.get(name), str(getattr(made, name))) for name in SHOWN})  # fmt: skip
    return made


def propose(*, version_id: int, because: str, by: str, at: datetime, seen: str = "") -> Version:
    """This function will propose a draft for publication; its text is fixed from now on.

    Raises `VersionTaken` and `StartsBeforeFirst` when it does not fit the shelf, `ReasonMissing`, `VersionNotOpen`.
    """
    if not because.strip():
        raise ReasonMissing
    with transaction.atomic():
        version = _locked(version_id, State.DRAFT)
        _refuse_another(version, seen)
        _fit(policy_of(version))
        said = {"proposed_by": by, "proposed_at": at, "proposed_because": because.strip()}
        return _move(version, State.PROPOSED, by=by, at=at, details={"because": because.strip()}, **said)


def send_back(*, version_id: int, because: str, by: str, at: datetime) -> Version:
    """This function will make a proposal a draft again, with what has to be changed."""
    if not because.strip():
        raise ReasonMissing
    with transaction.atomic():
        version = _locked(version_id, State.PROPOSED)
        cleared = {"proposed_by": "", "proposed_at": None, "proposed_because": ""}
        return _move(version, State.DRAFT, by=by, at=at, details={"because": because.strip()}, **cleared)


def drop(*, version_id: int, by: str, at: datetime) -> Version:
    """This function will give up a draft or a proposal; it stays on record."""
    with transaction.atomic():
        return _move(_locked(version_id, State.DRAFT, State.PROPOSED), State.DROPPED, by=by, at=at, details={})


def publish(*, version_id: int, by: str, at: datetime, seen: str = "") -> Version:
    """This function will publish a proposal as the second person, and have decided again what it may change.

    `seen` is the digest of the text that the second person looked at; another one is not published.
    The version before it ends on its first day. Decisions anchored on that day or later are decided again in a job
    when the day has come already. Raises `PublisherIsProposer`, `VersionTaken`, `VersionNotOpen`.
    """
    with transaction.atomic():
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_xact_lock(%s)", [ROSTER_LOCK])
        version = _locked(version_id, State.PROPOSED)
        _refuse_another(version, seen)
        if version.proposed_by == by:
            raise PublisherIsProposer(by=by, version=version.version, name=version.name)
        policy = policy_of(version)
        _fit(policy)
        details = {"sha256": policy.digest, "proposed_by": version.proposed_by, "starts": policy.starts}
        made = _move(version, State.PUBLISHED, by=by, at=at, details=details, published_by=by, published_at=at)
        today = localtime(at).date()
        if policy.starts <= today:
            arguments = {"on": today.isoformat(), "since": policy.starts.isoformat(), "because": f"policy {made}"}
            queue(kind=Kind.DECIDE_CHANGED, by=by, at=at, subject=str(made), arguments=arguments)
    return made


def _fit(policy: Policy) -> None:
    """Refuse a version that the shelf has no place for; raises the engine's problems besides our own."""
    shelf = in_force()
    known = shelf.versions.get(policy.name, ())
    for other in known:
        if policy.version == other.version or policy.starts == other.starts:
            raise VersionTaken(name=policy.name, taken=other.version, starts=other.starts.isoformat())
    if known and policy.starts < known[0].starts:
        first, starts = known[0].starts.isoformat(), policy.starts.isoformat()
        raise StartsBeforeFirst(name=policy.name, first=first, starts=starts)
    joined([*(found for _, versions in shelf for found in versions), policy])


def _locked(version_id: int, *states: State) -> Version:
    found = Version.objects.select_for_update().filter(pk=version_id).first()
    if found is None:
        raise VersionUnknown(version_id=version_id)
    if found.state not in states:
        raise VersionNotOpen(version=found.version, name=found.name, state=State(found.state).label)
    return found


def _refuse_another(version: Version, seen: str) -> None:
    if seen and seen != version.sha256:
        raise VersionChangedMeanwhile(name=version.name, version=version.version)


def _move(
    version: Version, to: State, *, by: str, at: datetime, details: dict[str, object], **fields: object
) -> Version:
    assert to in MOVES[version.state]
    Version.objects.filter(pk=version.pk).update(state=to, **fields)
    record(by=by, action=f"policy.{to.value}", record=f"policy version {version.pk}", details=details, at=at,
           changes={"state": (version.state, to.value)})  # fmt: skip
    version.refresh_from_db()
    return version
