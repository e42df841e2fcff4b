"""Who acts: an account in one of its roles, and whom it stands for on the roster."""

from dataclasses import dataclass, replace

from django.db import connection
from django.db.models import F, Q, QuerySet, Subquery
from django.db.models.functions import Coalesce

from jishiyu.apps.accounts.models import Account, Role
from jishiyu.apps.applications.models import Application, Ruling, State, Verdict
from jishiyu.apps.applications.problems import AnotherMustJudgeTheAppeal, OverYourLimit, OwnApplication, Undeclared
from jishiyu.apps.payments.models import Signatory
from jishiyu.apps.people.models import Person
from jishiyu.engine.evidence import Review
from jishiyu.engine.money import yuan_text
from jishiyu.engine.words import Words

# The reviewer beside the member: somebody of the household, or of the same grassroots union. People as lists of ids, so
# that indexes answer.
RELATED = """
SELECT EXISTS (
    SELECT FROM members_membership mine
    WHERE mine.person_id = ANY(%(me)s) AND (mine.household_hash = %(household)s OR mine.household_hash IN (
        SELECT theirs.household_hash FROM members_membership theirs WHERE theirs.person_id = ANY(%(they)s)))
), EXISTS (
    SELECT FROM members_membership mine WHERE mine.person_id = ANY(%(me)s) AND mine.union_id = %(union)s
)
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Actor:
    """Somebody who acts: the account's name, the role they act in, who they are on the roster, and their union.

    `person_id` and `union_id` are None for accounts without; roles are named as in `policies/evidence/review-*.toml`.
    """

    name: str
    role: str
    person_id: int | None = None
    union_id: int | None = None


def identified(by: Actor) -> Actor:
    """This function will return somebody who is about to decide with who they are on the roster, as declared.

    Said for the account or, where they sign payments, when they were named for it. Raises `Undeclared` for an account
    of which neither was said, and where the two name different people; names without an account (commands on the
    server) are as the caller says.
    """
    account = Account.objects.filter(name=by.name).first()
    signatory = Signatory.objects.filter(name=by.name).first()
    said = [by.person_id, account.person_id if account else None, signatory.person_id if signatory else None]
    people = {same_people(one)[0]: one for one in said if one is not None}
    unsaid = account is not None and not account.is_declared and signatory is None
    if unsaid or len(people) > 1:
        raise Undeclared(name=by.name)
    return replace(by, person_id=next(iter(people.values()), None))


def refuse_unfit(*, by: Actor, about: Application, amount_fen: int, rules: Review) -> None:
    """This function will refuse a reviewer who must not decide about an application of this amount (fen).

    Raises `OwnApplication`, `OverYourLimit`, `AnotherMustJudgeTheAppeal`.
    """
    limit = rules.may_decide.get(by.role, -1)
    if amount_fen > limit:
        raise OverYourLimit(
            number=about.number, amount=yuan_text(amount_fen), role=Role(by.role).label, limit=yuan_text(max(limit, 0))
        )
    same, household, own_union = _related(by, about)
    if by.name == about.filed_by or same:
        raise _own(by, about, "本人是申请人或经办人", "they are the member or filed it")
    if household:
        raise _own(by, about, "申请人是其家庭成员", "the member is of their household")
    if own_union and amount_fen > rules.own_union_over_fen:
        raise _own(by, about, "申请人属于其所在的基层工会", "the member is of their own grassroots union")
    if about.state in (State.APPEALED, State.SECOND_REVIEW) and _judged_before(by, about):
        raise AnotherMustJudgeTheAppeal(name=by.name, number=about.number)


def signers(about: Application) -> list[Verdict]:
    """This function will return who has approved an application in its present turn, the first one first."""
    return list(Verdict.objects.filter(application=about, turn=about.turn, ruling=Ruling.APPROVE).order_by("id"))


def _judged_before(by: Actor, about: Application) -> bool:
    earlier = Verdict.objects.filter(application=about, turn__lt=about.turn)
    if earlier.filter(by=by.name).exists():
        return True
    return by.person_id is not None and earlier.filter(by_person_id=by.person_id).exists()


def _related(by: Actor, about: Application) -> tuple[bool, bool, bool]:
    """Tell whether the reviewer is the member (or the filer), of the household, of the same grassroots union."""
    own_union = by.union_id is not None and by.union_id == about.union_id
    if by.person_id is None:
        return False, False, own_union
    me, they = same_people(by.person_id), same_people(about.person_id)
    household = bytes(about.household_hash) if about.household_hash is not None else None
    with connection.cursor() as cursor:
        cursor.execute(RELATED, {"me": me, "they": they, "household": household, "union": about.union_id})
        kin, colleague = cursor.fetchone()
    return bool(set(me) & {*they, about.filed_by_person_id}), kin, own_union or colleague


def same_people(person_id: int) -> list[int]:
    """This function will return the ids of all rows that stand for one human being, merged ones included."""
    found = Person.objects.filter(_same(person_id)).order_by(F("merged_into_id").asc(nulls_first=True), "id")
    return list(found.values_list("id", flat=True)) or [person_id]


def filed_for(person_id: int) -> QuerySet[Application]:
    """This function will return the applications for one human being, whichever row they were filed under."""
    return Application.objects.filter(person_id__in=Person.objects.filter(_same(person_id)).values("id"))


def _same(person_id: int) -> Q:
    """Return the condition for all rows that stand for one human being: the one that counts, and what was merged into it."""
    asked = Person.objects.filter(pk=person_id).order_by("id")
    kept = Subquery(asked.values(kept=Coalesce("merged_into_id", "id"))[:1])
    return Q(pk=kept) | Q(merged_into_id=kept)


def _own(by: Actor, about: Application, chinese: str, english: str) -> OwnApplication:
    return OwnApplication(name=by.name, number=about.number, what=Words(chinese, english))
