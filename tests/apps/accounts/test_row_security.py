"""The database itself shows a reader only their own rows, whatever the query forgets."""

from pathlib import Path

import pytest
from django.db import connection, transaction

from jishiyu.apps.accounts.queries import Held, Reach, reach
from jishiyu.apps.accounts.rows import enter, whole
from jishiyu.apps.members.models import Membership
from jishiyu.apps.orgs.models import Union
from tests.apps.accounts.situation import two_branches

pytestmark = pytest.mark.django_db
PERSONAL = (
    "people_person", "people_certificate", "members_membership", "intake_line", "intake_fate", "subsidies_decision",
    "subsidies_entitlement", "subsidies_case",
)  # fmt: skip


def count(table: str, where: str = "true") -> int:
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT count(*) FROM {table} WHERE {where}")
        return int(cursor.fetchone()[0])


def counts(seen: Reach) -> dict[str, int]:
    """Return how many rows of each table raw SQL finds with these eyes."""
    with transaction.atomic():
        enter(account="somebody", reach=seen)
        found = {table: count(table) for table in PERSONAL}
        transaction.set_rollback(True)
    return found


def test_a_branch_officer_finds_the_own_branch_only(tmp_path: Path) -> None:
    first, second = two_branches(tmp_path)
    with transaction.atomic():
        enter(account="officer", reach=Reach(unions=(first.pk,)))
        assert count("members_membership") == count("people_person") == count("people_certificate") == 2
        assert count("subsidies_entitlement", f"union_id <> {first.pk}") == 0
        assert count("subsidies_decision", "org_code = 'U2'") == 0
        assert count("subsidies_decision", "org_code = 'U1'") == 2
        assert count("intake_line") == 2
        assert count("intake_fate") == 2
        assert count("subsidies_case", f"union_id IS DISTINCT FROM {first.pk}") == 0
        transaction.set_rollback(True)
    assert count("members_membership", f"union_id = {second.pk}") == 1


def test_a_branch_is_the_union_and_all_below_it_by_either_parent(tmp_path: Path) -> None:
    first, _ = two_branches(tmp_path)
    industry = Union.objects.create(code="I1", name="制造业工会联合会", kind="industry")
    Union.objects.filter(code="U2").update(industry_parent=industry)
    assert counts(Reach(unions=(first.territorial_parent_id,)))["people_person"] == 2  # type: ignore[arg-type]
    assert counts(Reach(unions=(industry.pk,)))["people_person"] == 1


def test_a_member_finds_themselves_only(tmp_path: Path) -> None:
    two_branches(tmp_path)
    person = Membership.objects.get(member_no="M0002").person_id
    found = counts(Reach(persons=(person,)))
    assert found == {
        "people_person": 1, "people_certificate": 1, "members_membership": 1, "intake_line": 1, "intake_fate": 1,
        "subsidies_decision": 1, "subsidies_entitlement": 1, "subsidies_case": 0,
    }  # fmt: skip


def test_whoever_reaches_nobody_finds_nothing_at_all(tmp_path: Path) -> None:
    two_branches(tmp_path)
    assert set(counts(Reach()).values()) == {0}


@pytest.mark.parametrize("role", ["system_admin", "security_admin", "audit_admin", "steward", "expert", "enterprise"])
def test_administrators_and_helpers_of_enterprises_reach_nobody(role: str) -> None:
    for action in ("todo.see", "accounts.see", "people.see", "audit.see"):
        assert reach(held=[Held(role, None)], action=action, person_id=None, for_member=False) == Reach()


def test_the_city_finds_everything(tmp_path: Path) -> None:
    two_branches(tmp_path)
    before = {table: count(table) for table in PERSONAL}
    assert counts(Reach(city=True)) == before
    assert all(before.values())


def test_plans_of_the_city_are_those_of_the_owner(tmp_path: Path) -> None:
    two_branches(tmp_path)
    query = """EXPLAIN (COSTS OFF) SELECT line.line_no, decision.payable_fen FROM intake_line line
               JOIN people_person person ON person.person_hash = line.person_hash
               JOIN subsidies_decision decision ON decision.person_hash = line.person_hash AND decision.newest
               WHERE line.settlement_id = 'SA'"""
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(query)
        owner = cursor.fetchall()
        enter(account="officer", reach=Reach(city=True))
        cursor.execute(query)
        assert cursor.fetchall() == owner
        transaction.set_rollback(True)


def test_the_settings_of_a_branch_are_read_once_per_query(tmp_path: Path) -> None:
    first, _ = two_branches(tmp_path)
    with transaction.atomic(), connection.cursor() as cursor:
        enter(account="officer", reach=Reach(unions=(first.pk,)))
        cursor.execute("EXPLAIN (COSTS OFF) SELECT count(*) FROM subsidies_entitlement")
        plan = "\n".join(line for (line,) in cursor.fetchall())
        transaction.set_rollback(True)
    assert "InitPlan" in plan
    assert "SubPlan" not in plan


def test_a_branch_officer_cannot_write_into_another_branch(tmp_path: Path) -> None:
    first, second = two_branches(tmp_path)
    person = Membership.objects.get(member_no="M0002").person_id
    with transaction.atomic():
        enter(account="officer", reach=Reach(unions=(first.pk,)))
        assert Membership.objects.filter(union=second).update(in_service=False) == 0
        with pytest.raises(Exception, match="row-level security"), transaction.atomic():
            Membership.objects.create(person_id=person, union=second, member_no="X1")
        transaction.set_rollback(True)
    assert Membership.objects.get(member_no="M0002").in_service


def test_the_trail_can_only_be_added_to(tmp_path: Path) -> None:
    with transaction.atomic(), connection.cursor() as cursor:
        enter(account="officer", reach=Reach(city=True))
        with pytest.raises(Exception, match="permission denied"), transaction.atomic():
            cursor.execute("DELETE FROM audit_trail")
        transaction.set_rollback(True)


@pytest.mark.django_db(transaction=True)
def test_role_and_settings_end_with_the_transaction() -> None:
    with transaction.atomic():
        enter(account="officer", reach=Reach(city=True))
    with connection.cursor() as cursor:
        cursor.execute("SELECT current_setting('role'), coalesce(current_setting('jishiyu.account', true), '')")
        assert cursor.fetchone() == ("none", "")
    with pytest.raises(RuntimeError, match="open one first"):
        enter(account="officer", reach=Reach(city=True))


def test_an_operation_may_weigh_everything_and_gives_the_eyes_back(tmp_path: Path) -> None:
    first, _ = two_branches(tmp_path)
    with transaction.atomic():
        enter(account="officer", reach=Reach(unions=(first.pk,)))
        with whole():
            assert count("people_person") == 3
        assert count("people_person") == 2
        with pytest.raises(ZeroDivisionError), whole():
            1 / 0  # noqa: B018
        assert count("people_person") == 2
        transaction.set_rollback(True)


def test_every_table_with_personal_data_is_under_row_security() -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            """
            SELECT DISTINCT found.relname FROM pg_class found JOIN pg_attribute part ON part.attrelid = found.oid
            WHERE found.relkind IN ('r', 'p') AND found.relnamespace = 'public'::regnamespace AND NOT found.relrowsecurity
              AND part.attname IN ('sealed', 'person_hash', 'person_id', 'payee', 'mobile')
            ORDER BY 1
            """
        )
        open_tables = {name for (name,) in cursor.fetchall()}
    # Accounts are not people's data; signatories say who may sign; codes are hashed and bound to a session.
    assert open_tables == {"accounts_account", "accounts_onetimecode", "payments_signatory"}
