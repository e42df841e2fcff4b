"""Reading accounts, their roles, and what they may."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any

from django.db import connection
from django.db.models import Exists, OuterRef, Q, QuerySet, Subquery

from jishiyu.apps.accounts.models import OF_MEMBERS, STAFF, Account, Grant, Lockout, Role
from jishiyu.apps.accounts.passwords import has_expired
from jishiyu.apps.accounts.problems import AccountUnknown
from jishiyu.apps.accounts.rights import ACTIONS, SIGNED_IN


@dataclass(frozen=True, slots=True)
class Held:
    """One role in force: for the branch of a union, or (None) the whole city."""

    role: str
    union_id: int | None


@dataclass(frozen=True, slots=True)
class Helper:
    """Whose needs may be seen in enterprise help: as a steward, as an expert on visits, of the branches led, of the own unions."""

    account_id: int
    steward: bool = False
    expert: bool = False
    led: tuple[int, ...] = ()
    own: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class Reach:
    """Whose rows may be seen: the whole city, the branches of some unions, or some persons; and needs of enterprises."""

    city: bool = False
    unions: tuple[int, ...] = ()
    persons: tuple[int, ...] = ()
    helper: Helper | None = None


def held(*, account_id: int, on: date) -> tuple[Held, ...]:
    """Return the roles in force on a day."""
    found = Grant.objects.filter(account_id=account_id, since__lte=on).filter(Q(until=None) | Q(until__gt=on))
    return tuple(Held(role, union) for role, union in found.order_by("id").values_list("role", "union_id"))


def allowed(*, held: Sequence[Held], action: str) -> bool:
    """Say whether somebody with these roles may do this somewhere."""
    known = ACTIONS.get(action)
    return action == SIGNED_IN or (known is not None and any(one.role in known.roles for one in held))


# Roles whose work is not with people's data: whatever page they open, they see no row of any member.
BLIND = (
    Role.SYSTEM_ADMIN,
    Role.SECURITY_ADMIN,
    Role.AUDIT_ADMIN,
    Role.ORGANISER,
    Role.ENTERPRISE,
    Role.STEWARD,
    Role.EXPERT,
)


def reach(
    *, held: Sequence[Held], action: str, person_id: int | None, for_member: bool, account_id: int | None = None
) -> Reach:
    """Return whose rows an action shows: what the roles that may do it cover together."""
    known = ACTIONS.get(action)
    able = [one for one in held if known is not None and one.role in known.roles]
    helper = _helper(able, account_id) if account_id is not None else None
    return replace(_of_people(able, person_id, for_member), helper=helper)


def _helper(able: Sequence[Held], account_id: int) -> Helper | None:
    roles = {one.role for one in able}
    if not roles & {Role.ORGANISER, Role.ENTERPRISE, Role.STEWARD, Role.EXPERT}:
        return None
    of = {
        role: tuple(sorted({one.union_id for one in able if one.role == role and one.union_id is not None}))
        for role in (Role.ORGANISER, Role.ENTERPRISE)
    }
    return Helper(
        account_id, steward=Role.STEWARD in roles, expert=bool(roles & {Role.STEWARD, Role.EXPERT}),
        led=of[Role.ORGANISER], own=of[Role.ENTERPRISE],
    )  # fmt: skip


def _of_people(able: Sequence[Held], person_id: int | None, for_member: bool) -> Reach:
    """Return whose rows the roles show that work with people's data."""
    ours = [one for one in able if one.role not in BLIND]
    if not ours:
        return Reach()
    if for_member or any(one.role == Role.MEMBER for one in ours):
        return Reach(persons=(person_id,) if person_id is not None else ())
    if any(one.union_id is None for one in ours):
        return Reach(city=True)
    return Reach(unions=tuple(sorted({one.union_id for one in ours if one.union_id is not None})))


def needs_second_factor(*, held: Sequence[Held]) -> bool:
    """Say whether somebody with these roles signs in with two factors."""
    return any(one.role in STAFF for one in held)


def password_is_due(*, account: Account, at: datetime) -> bool:
    """Say whether the password must be changed before anything else."""
    if not account.has_usable_password():
        return False
    return account.must_change_password or has_expired(set_at=account.password_set_at, at=at)


def account_by_name(*, name: str) -> Account:
    """Return the account of this name; raises AccountUnknown."""
    found = Account.objects.filter(name=name).first()
    if found is None:
        raise AccountUnknown(name=name)
    return found


def person_declared(*, name: str) -> int | None:
    """Return who the account of this name is on the roster, None for nobody and for names without an account."""
    return Account.objects.filter(name=name).values_list("person_id", flat=True).first()


FULL_NAMES = """
SELECT account.name, account.full_name, EXISTS (
    SELECT FROM accounts_account other
    WHERE other.full_name = account.full_name AND other.id <> account.id AND NOT other.for_member
) FROM accounts_account account WHERE account.name = ANY(%s) AND NOT account.for_member
"""


def full_names(*, names: Iterable[str]) -> dict[str, tuple[str, bool]]:
    """Return the full name behind each of these account names of the staff, and whether another account has it too."""
    with connection.cursor() as cursor:
        cursor.execute(FULL_NAMES, [list(names)])
        return {name: (full_name, shared) for name, full_name, shared in cursor.fetchall()}


def accounts_called(words: str) -> list[str]:
    """Return the accounts that somebody may mean who types an account or a full name; the words themselves always."""
    called = Account.objects.filter(for_member=False, full_name=words).order_by("name").values_list("name", flat=True)
    return [words, *called]


def with_full_names(rows: QuerySet[Any]) -> QuerySet[Any]:
    """Return rows whose `by` is an account with its `full_name` (None: nobody of the staff) and whether it is `shared`."""
    staff = Account.objects.filter(for_member=False)
    named: QuerySet[Any] = rows.annotate(full_name=Subquery(staff.filter(name=OuterRef("by")).values("full_name")[:1]))
    others = staff.filter(full_name=OuterRef("full_name")).exclude(name=OuterRef("by"))
    told: QuerySet[Any] = named.annotate(shared=Exists(others))
    return told


def is_members_own(name: str) -> bool:
    """Say whether an account name is that of a member's own account, which nobody chose."""
    return name.startswith(OF_MEMBERS) and name.removeprefix(OF_MEMBERS).isdigit()


def staff_accounts() -> QuerySet[Account]:
    """Return the accounts that are not members' own."""
    return Account.objects.filter(for_member=False)


def accounts_to_look_at() -> QuerySet[Account]:
    """Return the accounts that administrators look at: the staff's, and members' own that were ever locked."""
    return Account.objects.filter(Q(for_member=False) | Q(pk__in=Lockout.objects.values("account_id")))


# Whoever looks after a union: officers of itself and of what stands above it, of either kind of parent.
CARETAKERS = """
WITH RECURSIVE above AS (
    SELECT id, territorial_parent_id, industry_parent_id FROM orgs_union WHERE id = %(union)s
    UNION
    SELECT parent.id, parent.territorial_parent_id, parent.industry_parent_id FROM orgs_union parent
    JOIN above ON parent.id IN (above.territorial_parent_id, above.industry_parent_id)
)
SELECT DISTINCT account.name, account.full_name, coalesce(unions.name, '')
FROM accounts_grant held JOIN accounts_account account ON account.id = held.account_id
LEFT JOIN orgs_union unions ON unions.id = held.union_id
WHERE held.role = ANY(%(roles)s) AND held.since <= %(on)s AND (held.until IS NULL OR held.until > %(on)s)
AND account.closed_at IS NULL AND (held.union_id IS NULL OR held.union_id IN (SELECT id FROM above))
ORDER BY 3 DESC, 1
"""


def caretakers(*, union_id: int | None, action: str, on: date) -> list[tuple[str, str, str]]:
    """Return who may do something for a union: account, full name, the union of the role (empty: the whole city)."""
    with connection.cursor() as cursor:
        cursor.execute(CARETAKERS, {"union": union_id, "roles": [*ACTIONS[action].roles], "on": on})
        return [(name, full_name, union) for name, full_name, union in cursor.fetchall()]


def grants(*, account_id: int) -> QuerySet[Grant]:
    """Return all roles an account ever had, the newest first, with their unions."""
    return Grant.objects.filter(account_id=account_id).select_related("union").order_by("-id")


def lockouts(*, open_only: bool = False) -> QuerySet[Lockout]:
    """Return lock-outs with their accounts, the newest first."""
    found = Lockout.objects.select_related("account").order_by("-at", "-id")
    return found.filter(unlocked_at=None) if open_only else found
