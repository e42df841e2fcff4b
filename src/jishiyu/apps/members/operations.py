"""What is written about single memberships: join, leave, move, service, household. Whole files go through `importing`."""

from collections.abc import Sequence
from datetime import date, datetime

import polars as pl
from django.db import IntegrityError, transaction
from django.db.models import F

from jishiyu.apps.audit.operations import record
from jishiyu.apps.members.models import Membership
from jishiyu.apps.members.problems import (
    LeavesBeforeJoining,
    MemberOfOthers,
    MembershipEnded,
    MembershipOverlaps,
    MembershipUnknown,
    NameDiffers,
    SameUnion,
    UnionClosed,
)
from jishiyu.apps.members.queries import member_of_others
from jishiyu.apps.orgs.models import Union
from jishiyu.apps.orgs.queries import union_by_code
from jishiyu.apps.people.desk import add_person
from jishiyu.apps.people.models import Person
from jishiyu.apps.people.problems import NameMissing, PersonUnknown, ReasonMissing
from jishiyu.apps.people.queries import person_by_number
from jishiyu.apps.people.sealing import lookup_hash
from jishiyu.engine.columns import trimmed
from jishiyu.engine.identity import mask_number, name_keys


@transaction.atomic
def join_union(
    *, person_id: int, union_code: str, member_no: str, joined_on: date, in_service: bool, by: str, at: datetime,
    union_ids: Sequence[int] | None = None, household: str = "",
) -> Membership:  # fmt: skip
    """Make a person a member of a union from a day on; `household` is the number of the household book, where known.

    `union_ids` are the unions that whoever does it answers for (None: all); a member of others is transferred by them.
    Raises MembershipOverlaps, UnionClosed, PersonUnknown, MemberOfOthers.
    """
    if not Person.objects.filter(pk=person_id).exists():
        raise PersonUnknown(person_id=person_id)
    if member_of_others(person_id=person_id, union_ids=union_ids, day=joined_on):
        raise MemberOfOthers
    union = _open_union(union_code, joined_on)
    home = household_hash(household)
    made = _insert(person_id, union, member_no, joined_on, in_service, home)
    details = {
        "union": union_code,
        "joined_on": joined_on.isoformat(),
        "in_service": in_service,
        "household": _trace(home),
    }
    record(by=by, action="membership.join", record=f"membership {made.pk}", details=details, at=at)
    return made


@transaction.atomic
def enrol(
    *, union_code: str, member_no: str, joined_on: date, in_service: bool, cert_type: str, cert_no: str, name: str,
    as_of: date, by: str, at: datetime, birth_date: date | None = None, mobile: str = "", bank_account: str = "",
    union_ids: Sequence[int] | None = None, household: str = "",
) -> Membership:  # fmt: skip
    """Make somebody a member who may not be on record yet; who is, is found by number and must have that name.

    Mobile and account are for new people only: what is on record stays. Raises NameDiffers, NameMissing, and what
    `add_person` and `join_union` raise.
    """
    key = name_keys(pl.Series([name], dtype=pl.String))[0]
    if key is None:
        raise NameMissing
    person = person_by_number(cert_type=cert_type, cert_no=cert_no, as_of=as_of)
    if person is None:
        person = add_person(
            cert_type=cert_type, cert_no=cert_no, name=name, birth_date=birth_date, mobile=mobile,
            bank_account=bank_account, as_of=as_of, by=by, at=at,
        )  # fmt: skip
    elif person.name_hash is not None and bytes(person.name_hash) != lookup_hash(key, purpose="name"):
        raise NameDiffers(masked=mask_number(cert_no))
    return join_union(
        person_id=person.pk, union_code=union_code, member_no=member_no, joined_on=joined_on, in_service=in_service,
        by=by, at=at, union_ids=union_ids, household=household,
    )  # fmt: skip


@transaction.atomic
def leave_union(*, membership_id: int, left_on: date, by: str, at: datetime) -> Membership:
    """End a membership: `left_on` is the first day on which the person is no member any more."""
    membership = _open_membership(membership_id)
    _end(membership, left_on)
    details = {"left_on": left_on.isoformat()}
    record(by=by, action="membership.leave", record=f"membership {membership_id}", details=details, at=at,
           changes={"left_on": (None, left_on)})  # fmt: skip
    return membership


@transaction.atomic
def transfer(*, membership_id: int, to_union_code: str, on: date, by: str, at: datetime) -> Membership:
    """Move a member to another union (转会): one membership ends and the next begins on the same day, no gap."""
    old = _open_membership(membership_id)
    if old.union.code == to_union_code:
        raise SameUnion(code=to_union_code)
    union = _open_union(to_union_code, on)
    _end(old, on)
    new = _insert(old.person_id, union, old.member_no, on, old.in_service, old.household_hash)
    details = {"from": old.union.code, "to": to_union_code, "on": on.isoformat(), "new": new.pk}
    record(by=by, action="membership.transfer", record=f"membership {membership_id}", details=details, at=at,
           changes={"union": (old.union.code, to_union_code)})  # fmt: skip
    return new


@transaction.atomic
def set_in_service(*, membership_id: int, in_service: bool, on: date, by: str, at: datetime) -> Membership:
    """Say from which day a member is, or is no longer, in service (retired members keep their membership).

    What was true before that day stays true: the membership is split there, unless it begins on that very day.
    """
    old = _open_membership(membership_id)
    if old.in_service == in_service:
        return old
    if old.joined_on == on:
        Membership.objects.filter(pk=old.pk).update(in_service=in_service)
        new = Membership.objects.select_related("union").get(pk=old.pk)
    else:
        _end(old, on)
        new = _insert(old.person_id, old.union, old.member_no, on, in_service, old.household_hash)
    details = {"in_service": in_service, "on": on.isoformat(), "new": new.pk}
    record(by=by, action="membership.service", record=f"membership {membership_id}", details=details, at=at,
           changes={"in_service": (old.in_service, in_service)})  # fmt: skip
    return new


@transaction.atomic
def set_household(
    *, membership_id: int, household: str, on: date | None, reason: str, by: str, at: datetime
) -> Membership:
    """Enter the household number (户号) of a membership; an empty one takes it away.

    Without `on` it was wrong or missing, and holds for the whole membership, an ended one too. With a day the household
    changed then: what was true before stays true, the membership is split there as by `set_in_service`. Raises
    ReasonMissing, MembershipUnknown, MembershipEnded and LeavesBeforeJoining (with a day).
    """
    if not reason.strip():
        raise ReasonMissing
    old = _locked(membership_id) if on is None else _open_membership(membership_id)
    before = bytes(old.household_hash) if old.household_hash is not None else None
    home = household_hash(household)
    if home == before:
        return old
    if on is None or old.joined_on == on:
        Membership.objects.filter(pk=old.pk).update(household_hash=home)
        new = Membership.objects.select_related("union").get(pk=old.pk)
    else:
        _end(old, on)
        new = _insert(old.person_id, old.union, old.member_no, on, old.in_service, home)
    details = {"reason": reason.strip(), "on": on.isoformat() if on else None, "new": new.pk}
    record(by=by, action="membership.household", record=f"membership {membership_id}", details=details, at=at,
           changes={"household": (_trace(before), _trace(home))})  # fmt: skip
    return new


def household_hash(text: str) -> bytes | None:
    """Return the keyed hash of a household number as roster files have it, None without one."""
    folded: str | None = trimmed(pl.Series([text], dtype=pl.String))[0]
    return lookup_hash(folded, purpose="household") if folded else None


def _trace(home: bytes | None) -> str | None:
    """Return what the trail says of a household: the beginning of its keyed hash, which tells two apart."""
    return f"#{home.hex()[:12]}" if home is not None else None


def _open_union(code: str, day: date) -> Union:
    union = union_by_code(code=code)
    if union.closed_on is not None and union.closed_on <= day:
        raise UnionClosed(code=code, closed_on=union.closed_on)
    return union


def _locked(membership_id: int) -> Membership:
    found = Membership.objects.select_for_update(of=("self",)).select_related("union").filter(pk=membership_id).first()
    if found is None:
        raise MembershipUnknown(membership_id=membership_id)
    return found


def _open_membership(membership_id: int) -> Membership:
    found = _locked(membership_id)
    if found.left_on is not None:
        raise MembershipEnded(membership_id=membership_id, left_on=found.left_on)
    return found


def _end(membership: Membership, on: date) -> None:
    if membership.joined_on is not None and on <= membership.joined_on:
        raise LeavesBeforeJoining(joined_on=membership.joined_on, on=on)
    Membership.objects.filter(pk=membership.pk).update(left_on=on)
    membership.left_on = on


def _insert(
    person_id: int,
    union: Union,
    member_no: str,
    joined_on: date,
    in_service: bool,
    household: bytes | memoryview | None,
) -> Membership:
    """Insert a membership; the exclusion constraint decides about overlap, also between two officers at once."""
    try:
        with transaction.atomic():
            return Membership.objects.create(
                person_id=person_id, union=union, member_no=member_no, joined_on=joined_on, in_service=in_service,
                household_hash=household,
            )  # fmt: skip
    except IntegrityError as error:
        if "membership_no_overlap" not in str(error):
            raise
        other = (
            Membership.objects.filter(person_id=person_id, union=union)
            .exclude(left_on__lte=joined_on)
            .order_by(F("joined_on").asc(nulls_first=True))
            .first()
        )
        ends = other.left_on if other else None
        raise MembershipOverlaps(
            code=union.code, joined_on=(other.joined_on if other else None) or "…", left_on=ends or "…"
        ) from error
