"""What is written about people: keys matched, two found to be one, and that taken back."""

from datetime import date, datetime
from pathlib import Path

import polars as pl
from django.conf import settings
from django.db import transaction

from jishiyu.apps.audit.operations import record
from jishiyu.apps.people import keyfile
from jishiyu.apps.people.models import Certificate, KeyMark, Merge, Person
from jishiyu.apps.people.problems import (
    AlreadyMerged,
    CertificateOfAnother,
    KeysOfAnotherDatabase,
    MergeUndone,
    NameMissing,
    PersonUnknown,
    ReasonMissing,
    SamePersonTwice,
    StandsForOthers,
)
from jishiyu.apps.people.queries import (
    IDENTITY_FIELDS,
    SEALED,
    hash_of_number,
    identities,
    identity_json,
    identity_of,
    trace,
)
from jishiyu.apps.people.sealing import keys, lookup_hash, open_many, seal_many
from jishiyu.apps.people.telling import tell_corrected
from jishiyu.engine.identity import mask_number, name_keys

MARK_TEXT = "这串文字只用来认出密钥。"


def match_keys() -> None:
    """Make sure that the key file belongs to the database; in a new database, create what is missing.

    Raises KeyFileMissing where the database knows keys and the file is gone, and KeysOfAnotherDatabase.
    """
    path = Path(settings.KEY_FILE)
    marks = {name: bytes(mark) for name, mark in KeyMark.objects.values_list("name", "mark")}
    if not marks:
        keyfile.ensure_file(path, settings.KEY_ALGORITHMS)
    ring = keys()
    if "lookup" in marks and marks["lookup"] != lookup_hash(MARK_TEXT, purpose="mark"):
        raise KeysOfAnotherDatabase(path=path, name="lookup")
    for name, mark in marks.items():
        if name.startswith("seal "):
            open_many([mark], purpose="people_keymark.mark")
    newest = f"seal {ring.current}"
    if newest not in marks or "lookup" not in marks:
        sealed = seal_many([MARK_TEXT.encode()], purpose="people_keymark.mark")[0]
        rows = {"lookup": lookup_hash(MARK_TEXT, purpose="mark"), newest: sealed}
        KeyMark.objects.bulk_create(
            [KeyMark(name=name, mark=mark) for name, mark in rows.items()], ignore_conflicts=True
        )


@transaction.atomic
def merge_people(*, kept_id: int, merged_id: int, reason: str, by: str, at: datetime) -> Merge:
    """Say that two persons are one: from now on `kept_id` counts, and everything of `merged_id` counts as its own.

    Nothing is moved, so the merge can be undone. Raises PersonUnknown, SamePersonTwice, AlreadyMerged,
    StandsForOthers, ReasonMissing.
    """
    if not reason.strip():
        raise ReasonMissing
    if kept_id == merged_id:
        raise SamePersonTwice(person_id=kept_id)
    # In ascending order, so two merges of the same pair wait for one another instead of blocking each other; and
    # "no key", so that what is posted for one of them meanwhile can point to them.
    people = {
        person.id: person
        for person in Person.objects.select_for_update(no_key=True).filter(id__in=[kept_id, merged_id]).order_by("id")
    }
    for person_id in (kept_id, merged_id):
        if person_id not in people:
            raise PersonUnknown(person_id=person_id)
        if people[person_id].merged_into_id:
            raise AlreadyMerged(person_id=person_id, kept_id=people[person_id].merged_into_id)
    others = list(Person.objects.filter(merged_into=merged_id).order_by("id").values_list("id", flat=True)[:5])
    if others:
        raise StandsForOthers(person_id=merged_id, others=", ".join(map(str, others)))
    Person.objects.filter(id=merged_id).update(merged_into=kept_id)
    merge = Merge.objects.create(kept_id=kept_id, merged_id=merged_id, reason=reason.strip(), by=by, at=at)
    details = {"merged": merged_id, "merge": merge.id, "reason": merge.reason}
    changes = {f"person {merged_id} counts as": (merged_id, kept_id)}
    record(by=by, action="people.merge", record=f"person {kept_id}", details=details, at=at, changes=changes)
    return merge


@transaction.atomic
def undo_merge(*, merge_id: int, reason: str, by: str, at: datetime) -> Merge:
    """Take a merge back: both persons stand for themselves again; that it was made stays on record."""
    if not reason.strip():
        raise ReasonMissing
    merge = Merge.objects.select_for_update().get(id=merge_id)
    if merge.undone_at is not None:
        raise MergeUndone(merge_id=merge_id, undone_by=merge.undone_by)
    Person.objects.filter(id=merge.merged_id).update(merged_into=None)
    merge.undone_by, merge.undone_at = by, at
    Merge.objects.filter(id=merge_id).update(undone_by=by, undone_at=at)
    details = {"merged": merge.merged_id, "merge": merge_id, "reason": reason.strip()}
    changes = {f"person {merge.merged_id} counts as": (merge.kept_id, merge.merged_id)}
    record(by=by, action="people.undo_merge", record=f"person {merge.kept_id}", details=details, at=at, changes=changes)
    return merge


@transaction.atomic
def add_certificate(*, person_id: int, cert_type: str, cert_no: str, as_of: date, by: str, at: datetime) -> Certificate:
    """Let a further number (a new passport) lead to a person; raises NumberUnusable, CertificateOfAnother."""
    if not Person.objects.filter(id=person_id).exists():
        raise PersonUnknown(person_id=person_id)
    hashed = hash_of_number(cert_type=cert_type, cert_no=cert_no, as_of=as_of)
    certificate, _ = Certificate.objects.get_or_create(person_hash=hashed, defaults={"person_id": person_id})
    if certificate.person_id != person_id:
        raise CertificateOfAnother(masked=mask_number(cert_no), person_id=certificate.person_id)
    details = {"certificate": certificate.id}
    record(by=by, action="people.add_certificate", record=f"person {person_id}", details=details, at=at)
    return certificate


@transaction.atomic
def correct_name(*, person_id: int, name: str, reason: str, by: str, at: datetime) -> Person:
    """Put another name on record for a person (a changed name, a wrong character); the old one is gone from the row."""
    if not reason.strip():
        raise ReasonMissing
    person = Person.objects.select_for_update(no_key=True).filter(id=person_id).first()
    if person is None:
        raise PersonUnknown(person_id=person_id)
    content = identity_of(person)
    text = identity_json({**content, "name": name.strip()})
    name_key = name_keys(pl.Series([name], dtype=pl.String))[0]
    if name_key is None:
        raise NameMissing
    person.sealed = seal_many([text.encode()], purpose=SEALED)[0]
    person.content_hash = lookup_hash(text, purpose="content")
    person.name_hash = lookup_hash(name_key, purpose="name")
    Person.objects.filter(id=person_id).update(
        sealed=person.sealed, content_hash=person.content_hash, name_hash=person.name_hash
    )
    changes = {"name": (trace(content.get("name"), "name"), trace(name.strip(), "name"))}
    details = {"reason": reason.strip()}
    record(by=by, action="people.correct_name", record=f"person {person_id}", details=details, at=at, changes=changes)
    tell_corrected(person_id=person_id, by=by, at=at)
    return person


@transaction.atomic
def reveal(*, person_id: int, reason: str, by: str, at: datetime) -> dict[str, str | None]:
    """Return one person's identity data in the clear, and record who looked and why."""
    if not reason.strip():
        raise ReasonMissing
    found = identities(person_ids=[person_id])
    if found.is_empty():
        raise PersonUnknown(person_id=person_id)
    shown = found.row(0, named=True)
    record(by=by, action="people.reveal", record=f"person {person_id}", details={"reason": reason.strip()}, at=at)
    return {name: shown[name] for name in IDENTITY_FIELDS}
