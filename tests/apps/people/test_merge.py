"""One human being under two numbers: found, merged, undone, shown on record only."""

from datetime import UTC, date, datetime

import pytest
from django.db import IntegrityError, transaction

from jishiyu.apps.audit.models import Trail
from jishiyu.apps.people.models import Certificate, Merge, Person
from jishiyu.apps.people.operations import add_certificate, merge_people, reveal, undo_merge
from jishiyu.apps.people.problems import (
    AlreadyMerged,
    CertificateOfAnother,
    MergeUndone,
    NumberUnusable,
    PersonUnknown,
    ReasonMissing,
    SamePersonTwice,
    StandsForOthers,
)
from jishiyu.apps.people.queries import canonical_people, hash_of_number, identity_json, person_by_number
from jishiyu.apps.people.sealing import lookup_hash, seal_many

NOW = datetime(2025, 3, 1, tzinfo=UTC)
DAY = date(2025, 3, 1)
BY = {"by": "li.na", "at": NOW}


def person(number: str, cert_type: str = "01", name: str = "张伟") -> Person:
    hashed = hash_of_number(cert_type=cert_type, cert_no=number, as_of=DAY)
    text = identity_json({"cert_type": cert_type, "cert_no": number, "name": name})
    made = Person.objects.create(
        person_hash=hashed,
        name_hash=lookup_hash(name, purpose="name"),
        sealed=seal_many([text.encode()], purpose="people_person.sealed")[0],
        content_hash=lookup_hash(text, purpose="content"),
        created_at=NOW,
    )
    Certificate.objects.create(person=made, person_hash=hashed)
    return made


def merge(kept: Person, merged: Person) -> Merge:
    return merge_people(kept_id=kept.pk, merged_id=merged.pk, reason="护照换发", **BY)


@pytest.mark.django_db
def test_after_a_merge_every_number_leads_to_the_one_who_counts_and_after_undoing_not() -> None:
    card, passport = person("110101198001010037"), person("E12345678", "06")
    made = merge(card, passport)
    assert person_by_number(cert_type="06", cert_no="e12345678", as_of=DAY) == card
    assert set(canonical_people(hashes=[card.person_hash, passport.person_hash])["person_id"]) == {card.pk}
    undo_merge(merge_id=made.pk, reason="同名不同人", **BY)
    assert person_by_number(cert_type="06", cert_no="E12345678", as_of=DAY) == passport
    kept = Merge.objects.get()
    assert (kept.by, kept.undone_by, kept.reason) == ("li.na", "li.na", "护照换发")
    with pytest.raises(MergeUndone):
        undo_merge(merge_id=made.pk, reason="again", **BY)


@pytest.mark.django_db
def test_a_merge_is_one_step_deep() -> None:
    a, b, c = person("E1", "06"), person("E2", "06"), person("E3", "06")
    merge(a, b)
    for kept, merged, problem in ((b, c, AlreadyMerged), (c, b, AlreadyMerged), (c, a, StandsForOthers)):
        with pytest.raises(problem):
            merge(kept, merged)
    merge(a, c)
    with pytest.raises(SamePersonTwice):
        merge(a, a)
    with pytest.raises(PersonUnknown):
        merge_people(kept_id=a.pk, merged_id=0, reason="x", **BY)
    with pytest.raises(ReasonMissing):
        merge_people(kept_id=a.pk, merged_id=b.pk, reason=" ", **BY)


@pytest.mark.django_db
def test_the_database_refuses_a_chain_of_merges() -> None:
    a, b, c = person("E1", "06"), person("E2", "06"), person("E3", "06")
    Person.objects.filter(pk=b.pk).update(merged_into=a)
    for moved, into in ((c, b), (a, c), (a, a)):
        with pytest.raises(IntegrityError), transaction.atomic():
            Person.objects.filter(pk=moved.pk).update(merged_into=into)


@pytest.mark.django_db
def test_a_new_passport_leads_to_the_same_person_and_never_to_two() -> None:
    one, two = person("E1", "06"), person("E2", "06")
    add_certificate(person_id=one.pk, cert_type="06", cert_no="E9", as_of=DAY, **BY)
    assert person_by_number(cert_type="06", cert_no="E9", as_of=DAY) == one
    with pytest.raises(CertificateOfAnother, match=f"person {one.pk}"):
        add_certificate(person_id=two.pk, cert_type="06", cert_no="E9", as_of=DAY, **BY)


@pytest.mark.django_db
@pytest.mark.parametrize("number", ["110101198001010038", "110101199902300017", "1101011980", "", "1.10101E+17"])
def test_refuses_a_number_that_cannot_be_right_without_repeating_it(number: str) -> None:
    with pytest.raises(NumberUnusable) as caught:
        person_by_number(cert_type="01", cert_no=number, as_of=DAY)
    assert len(number) < 8 or number not in str(caught.value)


@pytest.mark.django_db
def test_showing_identity_data_leaves_a_trace_and_needs_a_reason() -> None:
    one = person("110101198001010037")
    with pytest.raises(ReasonMissing):
        reveal(person_id=one.pk, reason="", **BY)
    with pytest.raises(PersonUnknown):
        reveal(person_id=0, reason="x", **BY)
    assert not Trail.objects.exists()
    shown = reveal(person_id=one.pk, reason="核对银行退票", **BY)
    assert (shown["cert_no"], shown["name"], shown["bank_account"]) == ("110101198001010037", "张伟", None)
    trace = Trail.objects.get()
    assert (trace.action, trace.record, trace.by) == ("people.reveal", f"person {one.pk}", "li.na")
    assert "110101" not in trace.details
