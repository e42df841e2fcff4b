"""Conditions of row security name the table, so that a sub-select never takes a column for its own."""

import pytest
from django.db import connection

from jishiyu.apps.accounts.rows import hash_in_branch, in_branch

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("condition", [in_branch, hash_in_branch])
def test_a_column_without_its_table_is_refused(condition: object) -> None:
    with pytest.raises(ValueError, match="name the table too"):
        condition("person_id")  # type: ignore[operator]


def test_no_policy_compares_a_column_with_itself() -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT tablename, qual FROM pg_policies WHERE policyname = 'branch'")
        policies = dict(cursor.fetchall())
    assert "membership.person_id = people_person.id" in policies["people_person"]
    assert "membership.person_id = people_certificate.person_id" in policies["people_certificate"]
    assert "membership.person_id = applications_application.person_id" in policies["applications_application"]
    assert "certificate.person_hash = intake_line.person_hash" in policies["intake_line"]
    for table, condition in policies.items():
        assert "membership.person_id = membership.person_id" not in condition, table
        assert "certificate.person_hash = certificate.person_hash" not in condition, table
