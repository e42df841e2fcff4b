"""What is written about accounts and their roles. Everything stands in the trail; no password and no code ever does."""

import re
from datetime import date, datetime

from allauth.mfa.models import Authenticator
from django.contrib.auth.hashers import make_password
from django.db import IntegrityError, transaction

from jishiyu.apps.accounts import passwords
from jishiyu.apps.accounts.models import (
    WITH_A_UNION,
    WITHOUT_A_UNION,
    Account,
    FormerPassword,
    Grant,
    Lockout,
    Role,
)
from jishiyu.apps.accounts.problems import (
    AccountUnknown,
    GrantExists,
    GrantNeedsUnion,
    GrantUnknown,
    NameTaken,
    NameUnfit,
    NotForYourself,
    NotLocked,
    ReasonNeeded,
    SeparatedDuties,
)
from jishiyu.apps.audit.operations import record
from jishiyu.apps.orgs.queries import union_by_code
from jishiyu.engine.words import Words

NAME = re.compile(r"[\w.\-·]{2,40}", re.UNICODE)


@transaction.atomic
def create_account(
    *, name: str, full_name: str, by: str, at: datetime, password: str = "", mobile: str = "", person_id: int | None = None,
    no_member: bool = False,
) -> Account:  # fmt: skip
    """Create an account without rights and return it; a given password is an initial one and must be changed.

    `person_id` says who this is on the roster, `no_member` that they are nobody there; whoever decides about others has
    to have said one of the two. Raises NameUnfit, NameTaken, PasswordUnfit.
    """
    if not NAME.fullmatch(name):
        raise NameUnfit(name=name)
    if Account.objects.filter(name=name).exists():
        raise NameTaken(name=name)
    if password:
        passwords.check_new(password=password, names=[name, full_name], former=[])
    account = Account.objects.create(
        name=name, full_name=full_name or name, mobile=mobile, person_id=person_id, created_by=by, created_at=at,
        password=make_password(password or None), password_set_at=at if password else None,
        declared_at=at if no_member or person_id is not None else None,
    )  # fmt: skip
    details = {"full_name": full_name, "person": person_id, "no_member": no_member}
    record(by=by, action="accounts.create", record=f"account {name}", details=details, at=at)
    return account


@transaction.atomic
def declare_person(*, account_id: int, person_id: int | None, because: str, by: str, at: datetime) -> None:
    """Say who an account is on the roster, or (None) that they are no member; raises NotForYourself, ReasonNeeded."""
    account = _locked(account_id)
    if not because.strip():
        raise ReasonNeeded()
    if by == account.name:
        raise NotForYourself()
    Account.objects.filter(id=account_id, for_member=False).update(person_id=person_id, declared_at=at)
    changes = {"person": (account.person_id, person_id), "declared": (account.is_declared, True)}
    details = {"because": because.strip()}
    record(by=by, action="accounts.declare", record=f"account {account.name}", details=details, at=at, changes=changes)


def speak(*, account_id: int, language: str) -> None:
    """Keep in which language somebody reads their pages: what they are told by notice comes in it."""
    Account.objects.filter(id=account_id).exclude(language=language).update(language=language)


@transaction.atomic
def set_password(*, account_id: int, password: str, by: str, at: datetime) -> None:
    """Set a password; one that somebody else set must be changed at the next sign-in.

    All sessions of the account end with it. Raises PasswordUnfit, PasswordUsedBefore.
    """
    account = _locked(account_id)
    former = list(
        FormerPassword.objects.filter(account=account).order_by("-id").values_list("password", flat=True)
    )  # fmt: skip
    passwords.check_new(password=password, names=[account.name, account.full_name], former=[account.password, *former])
    if account.has_usable_password():
        FormerPassword.objects.create(account=account, password=account.password, ended_at=at)
    own = by == account.name
    Account.objects.filter(id=account_id).update(
        password=make_password(password), password_set_at=at, must_change_password=not own
    )
    record(
        by=by, action="accounts.set_password", record=f"account {account.name}", details={"own": own}, at=at,
        changes={"password_set_at": (account.password_set_at, at), "must_change": (account.must_change_password, not own)},
    )  # fmt: skip


@transaction.atomic
def grant(*, account_id: int, role: str, union_code: str, since: date, by: str, at: datetime) -> Grant:
    """Give an account a role from a day on, for a union's branch or (empty code) the whole city.

    Raises SeparatedDuties, GrantExists, GrantNeedsUnion, UnionUnknown, NotForYourself.
    """
    account = _locked(account_id)
    wanted = Role(role)
    if by == account.name:
        raise NotForYourself()
    if wanted in WITH_A_UNION and not union_code:
        raise GrantNeedsUnion(role=wanted.label, rule=Words("须指定所属工会", "belongs to a union"))
    if wanted in WITHOUT_A_UNION and union_code:
        raise GrantNeedsUnion(role=wanted.label, rule=Words("不属于任何工会", "belongs to no union"))
    union = union_by_code(code=union_code) if union_code else None
    open_grants = Grant.objects.filter(account=account, until=None)
    before = _roles(account)
    if open_grants.filter(role=role, union=union).exists():
        raise GrantExists(name=account.name, role=wanted.label)
    try:
        with transaction.atomic():
            made = Grant.objects.create(
                account=account, role=role, union=union, since=since, granted_by=by, granted_at=at
            )
    except IntegrityError as error:
        if "separated_duties" in str(error):
            raise SeparatedDuties(name=account.name, role=wanted.label) from error
        raise
    details = {"role": role, "union": union_code, "since": since}
    record(by=by, action="accounts.grant", record=f"account {account.name}", details=details, at=at,
           changes={"roles": (before, _roles(account))})  # fmt: skip
    return made


@transaction.atomic
def revoke(*, grant_id: int, on: date, by: str, at: datetime) -> None:
    """End a role from a day on (that day not included); raises GrantUnknown and NotForYourself."""
    found = Grant.objects.select_for_update(of=("self",)).select_related("account").filter(id=grant_id).first()
    if found is None or found.until is not None:
        raise GrantUnknown()
    if by == found.account.name:
        raise NotForYourself()
    before = _roles(found.account)
    Grant.objects.filter(id=grant_id).update(until=max(on, found.since), ended_by=by)
    details = {"role": found.role, "grant": grant_id, "until": on}
    record(by=by, action="accounts.revoke", record=f"account {found.account.name}", details=details, at=at,
           changes={"roles": (before, _roles(found.account))})  # fmt: skip


@transaction.atomic
def lock(*, account_id: int, because: str, address: str = "", by: str, at: datetime) -> Lockout:
    """Lock an account; its sessions end with the next request. Locked already: the open record is returned."""
    account = _locked(account_id)
    if not because.strip():
        raise ReasonNeeded()
    standing = Lockout.objects.filter(account=account, unlocked_at=None).first()
    if standing is not None:
        return standing
    made = Lockout.objects.create(account=account, at=at, because=because.strip(), address=address, by=by)
    Account.objects.filter(id=account_id).update(locked_at=at)
    details = {"because": because.strip(), "address": address}
    record(by=by, action="accounts.lock", record=f"account {account.name}", details=details, at=at,
           changes={"locked_at": (None, at)})  # fmt: skip
    return made


@transaction.atomic
def unlock(*, account_id: int, because: str, by: str, at: datetime) -> None:
    """Open a locked account again; raises NotLocked, ReasonNeeded and NotForYourself."""
    account = _locked(account_id)
    if not because.strip():
        raise ReasonNeeded()
    if by == account.name:
        raise NotForYourself()
    opened = Lockout.objects.filter(account=account, unlocked_at=None).update(
        unlocked_at=at, unlocked_by=by, unlocked_because=because.strip()
    )
    if not opened:
        raise NotLocked(name=account.name)
    Account.objects.filter(id=account_id).update(locked_at=None, failures=0)
    details = {"because": because.strip()}
    record(by=by, action="accounts.unlock", record=f"account {account.name}", details=details, at=at,
           changes={"locked_at": (account.locked_at, None), "failures": (account.failures, 0)})  # fmt: skip


@transaction.atomic
def reset_second_factor(*, account_id: int, because: str, by: str, at: datetime) -> int:
    """Remove every second factor of an account, so that its owner sets up a new one; return how many there were."""
    account = _locked(account_id)
    if not because.strip():
        raise ReasonNeeded()
    if by == account.name:
        raise NotForYourself()
    removed, _ = Authenticator.objects.filter(user_id=account_id).delete()
    details = {"because": because.strip(), "removed": removed}
    record(by=by, action="accounts.reset_second_factor", record=f"account {account.name}", details=details, at=at,
           changes={"factors": (removed, 0)})  # fmt: skip
    return int(removed)


@transaction.atomic
def close_account(*, account_id: int, because: str, by: str, at: datetime) -> None:
    """Close an account for good: it keeps its name, and its roles end today."""
    account = _locked(account_id)
    if not because.strip():
        raise ReasonNeeded()
    if by == account.name:
        raise NotForYourself()
    before = _roles(account)
    Account.objects.filter(id=account_id).update(closed_at=at)
    for found in Grant.objects.filter(account=account, until=None):
        Grant.objects.filter(id=found.id).update(until=max(at.date(), found.since), ended_by=by)
    record(by=by, action="accounts.close", record=f"account {account.name}", details={"because": because}, at=at,
           changes={"closed_at": (account.closed_at, at), "roles": (before, [])})  # fmt: skip


def _roles(account: Account) -> list[str]:
    """Return the roles that have not ended, each with the union it is for."""
    found = Grant.objects.filter(account=account, until=None).order_by("id").values_list("role", "union__code")
    return [f"{role} {code or ''}".strip() for role, code in found]


def _locked(account_id: int) -> Account:
    """Return the account, locked until the transaction ends."""
    account = Account.objects.select_for_update().filter(id=account_id).first()
    if account is None:
        raise AccountUnknown(name=account_id)
    return account
