"""What an officer corrects about one person: a wrong number, how to reach and pay them; and a person made by hand."""

from datetime import date, datetime

import polars as pl
from django.db import transaction

from jishiyu.apps.audit.operations import record
from jishiyu.apps.notices.models import Kind
from jishiyu.apps.people.models import Certificate, Person
from jishiyu.apps.people.problems import (
    AccountUnusable,
    CertificateOfAnother,
    MobileUnusable,
    NameMissing,
    PersonUnknown,
    ReasonMissing,
)
from jishiyu.apps.people.queries import (
    SEALED,
    contact_hashes,
    fold_account,
    fold_mobile,
    hash_of_number,
    identity_json,
    identity_of,
    trace,
)
from jishiyu.apps.people.sealing import lookup_hash, seal_many
from jishiyu.apps.people.telling import tell_changed, tell_corrected
from jishiyu.engine.identity import fold_certificates, mask_number, name_keys


@transaction.atomic
def add_person(
    *, cert_type: str, cert_no: str, name: str, as_of: date, by: str, at: datetime, birth_date: date | None = None,
    mobile: str = "", bank_account: str = "",
) -> Person:  # fmt: skip
    """This function will put one person on record; raises NumberUnusable, CertificateOfAnother, NameMissing."""
    hashed = hash_of_number(cert_type=cert_type, cert_no=cert_no, as_of=as_of)
    _refuse_known(hashed, cert_no, None)
    key = name_keys(pl.Series([name], dtype=pl.String))[0]
    if key is None:
        raise NameMissing
    fields = {"cert_type": cert_type, "cert_no": cert_no.strip(), "name": name.strip(),
              "mobile": usable_mobile(mobile), "bank_account": usable_account(bank_account)}  # fmt: skip
    text = identity_json(fields)
    (by_mobile,), (by_account,) = contact_hashes(mobiles=[fields["mobile"]], accounts=[fields["bank_account"]])
    made = Person.objects.create(
        person_hash=hashed, mobile_hash=by_mobile, account_hash=by_account,
        name_hash=lookup_hash(key, purpose="name"), content_hash=lookup_hash(text, purpose="content"),
        sealed=seal_many([text.encode()], purpose=SEALED)[0], created_at=at,
        birth_date=_birth_date(cert_type, cert_no, as_of) or birth_date,
    )  # fmt: skip
    Certificate.objects.create(person=made, person_hash=hashed)
    record(by=by, action="people.add", record=f"person {made.pk}", details={}, at=at)
    return made


@transaction.atomic
def correct_number(
    *, person_id: int, cert_type: str, cert_no: str, as_of: date, reason: str, by: str, at: datetime
) -> tuple[bytes, bytes]:
    """This function will put the right number in the place of a wrong one, and return both look-up hashes (old, new).

    The wrong number leads to nobody afterwards, because it may be somebody else's; a further number of the same person
    (a new passport) is `add_certificate`. Whoever calls this decides both hashes again in the same transaction. Raises
    NumberUnusable, CertificateOfAnother, PersonUnknown, ReasonMissing.
    """
    if not reason.strip():
        raise ReasonMissing
    person = _locked(person_id)
    new = hash_of_number(cert_type=cert_type, cert_no=cert_no, as_of=as_of)
    old = bytes(person.person_hash)
    _refuse_known(new, cert_no, person_id)
    content = identity_of(person)
    _write(person, {**content, "cert_type": cert_type, "cert_no": cert_no.strip()})
    if new != old:
        Certificate.objects.filter(person_hash=old).delete()
        Certificate.objects.get_or_create(person_hash=new, defaults={"person_id": person_id})
    born = _birth_date(cert_type, cert_no, as_of) or person.birth_date
    Person.objects.filter(pk=person_id).update(person_hash=new, birth_date=born)
    changes = {
        "cert_type": (content.get("cert_type"), cert_type), "birth_date": (person.birth_date, born),
        "cert_no": (trace(content.get("cert_no"), "cert_no"), trace(cert_no.strip(), "cert_no")),
    }  # fmt: skip
    details = {"reason": reason.strip(), "changed": new != old}
    record(by=by, action="people.correct_number", record=f"person {person_id}", details=details, at=at, changes=changes)
    if new != old:
        tell_corrected(person_id=person_id, by=by, at=at)
    return old, new


@transaction.atomic
def set_contact(
    *, person_id: int, reason: str, by: str, at: datetime, mobile: str | None = None, bank_account: str | None = None
) -> Person:
    """This function will change a mobile number or an account (None: leave it as it is; empty: take it away).

    What a bank file was prepared with stays in that file. The member is told, at the mobile number that was on record
    before: whoever changes both does not hide it. Raises MobileUnusable, AccountUnusable, ReasonMissing.
    """
    if not reason.strip():
        raise ReasonMissing
    person = _locked(person_id)
    content = identity_of(person)
    given = {"mobile": None if mobile is None else usable_mobile(mobile),
             "bank_account": None if bank_account is None else usable_account(bank_account)}  # fmt: skip
    fresh = {name: value for name, value in given.items() if value is not None}
    _write(person, {**content, **fresh})
    told = {"mobile": Kind.MOBILE_CHANGED, "bank_account": Kind.ACCOUNT_CHANGED}
    before = content.get("mobile") or ""
    tell = [told[name] for name, value in fresh.items() if value != (content.get(name) or "")]
    changed = [kind for kind in tell if before or kind != Kind.MOBILE_CHANGED]
    tell_changed(person_id=person_id, kinds=changed, before=before, by=by, at=at)
    changes = {name: (trace(content.get(name), name), trace(value, name)) for name, value in fresh.items()}
    details = {"reason": reason.strip(), "changed": sorted(fresh)}
    record(by=by, action="people.set_contact", record=f"person {person_id}", details=details, at=at, changes=changes)
    return person


def _locked(person_id: int) -> Person:
    person = Person.objects.select_for_update(no_key=True).filter(pk=person_id).first()
    if person is None:
        raise PersonUnknown(person_id=person_id)
    return person


def _write(person: Person, content: dict[str, str | None]) -> None:
    text = identity_json(content)
    person.sealed = seal_many([text.encode()], purpose=SEALED)[0]
    person.content_hash = lookup_hash(text, purpose="content")
    ((person.mobile_hash,), (person.account_hash,)) = contact_hashes(
        mobiles=[content.get("mobile")], accounts=[content.get("bank_account")]
    )
    Person.objects.filter(pk=person.pk).update(
        sealed=person.sealed, content_hash=person.content_hash, mobile_hash=person.mobile_hash,
        account_hash=person.account_hash,
    )  # fmt: skip


def _refuse_known(hashed: bytes, cert_no: str, person_id: int | None) -> None:
    owner = Certificate.objects.filter(person_hash=hashed).values_list("person_id", flat=True).first()
    if owner is not None and owner != person_id:
        raise CertificateOfAnother(masked=mask_number(cert_no), person_id=owner)


def _birth_date(cert_type: str, cert_no: str, as_of: date) -> date | None:
    folded = fold_certificates(
        pl.Series([cert_type], dtype=pl.String), pl.Series([cert_no], dtype=pl.String), as_of=as_of
    )
    born: date | None = folded.birth_date[0]
    return born


def usable_mobile(text: str) -> str:
    """This function will return a telephone number as it is compared everywhere, or nothing. Raises `MobileUnusable`."""
    digits = fold_mobile(text)
    if digits and not (digits.lstrip("+").isascii() and digits.lstrip("+").isdigit() and 5 <= len(digits) <= 16):
        raise MobileUnusable(masked=mask_number(digits))
    return digits


def usable_account(text: str) -> str:
    """This function will return an account as the bank writes it, or nothing. Raises `AccountUnusable`."""
    digits = fold_account(text)
    if digits and not (digits.isascii() and digits.isdigit() and 8 <= len(digits) <= 32):
        raise AccountUnusable(masked=mask_number(digits))
    return digits
