"""Whoever changes a number in an address: every address with every role and the other branch's objects."""

from pathlib import Path

import pytest
from django.db import connection

from jishiyu.apps.accounts.models import ADMINISTRATORS, Role
from jishiyu.apps.accounts.rights import PUBLIC, SIGNED_IN, TOKEN, may
from jishiyu.apps.audit.models import Trail
from jishiyu.web.gate import FIRST_STEPS
from tests.security.town import SECRETS, STAFF, addresses, settle, text_of, visitor

pytestmark = pytest.mark.django_db
# Roles that see one branch, one person, or nobody: to them the other branch does not exist.
NARROW = tuple(role for role in Role if role not in STAFF)
# These name no object of a branch: a policy, a figure, a way to sign on; or the reader's own factor.
OF_NOBODY = {"name", "version", "by", "provider_id", "pk", "version_id", "field", "kind", "code"}
# What administrators work on belongs to the whole city.
OF_THE_CITY = ("accounts.", "tokens.", "payments.sign")
OPEN = {PUBLIC, FIRST_STEPS, TOKEN}
# Sessions, kept answers, a member's own code for changing the own account, the address of one's own calendar, and the
# trail, which is looked at itself.
NOISE = {
    "accounts_cache", "accounts_onetimecode", "accounts_refusal", "audit_trail", "django_session", "notices_notice",
    "statistics_answer", "statistics_change", "statistics_edition", "statistics_touch",
    "visits_calendarlink",
}  # fmt: skip


@pytest.fixture
def theirs(tmp_path: Path, settings: object) -> dict[str, object]:
    settings.UPLOAD_FOLDER = str(tmp_path / "uploads")  # type: ignore[attr-defined]
    settings.HELP_FOLDER = str(tmp_path / "help")  # type: ignore[attr-defined]
    return settle(tmp_path)


def counted() -> dict[str, int]:
    """Count the rows of every table: what is refused leaves nothing behind."""
    with connection.cursor() as cursor:
        tables = sorted(set(connection.introspection.table_names(cursor)) - NOISE)
        cursor.execute(" UNION ALL ".join(f"SELECT '{one}', count(*) FROM {one}" for one in tables))
        return dict(cursor.fetchall())


def wrong_answers(role: Role, theirs: dict[str, object]) -> list[tuple[object, ...]]:
    """Ask for everything, look at everything and try everything with the other branch's objects."""
    client, wrong = visitor(role), []
    for one in addresses():
        if one.action in OPEN:
            continue
        allowed = one.action == SIGNED_IN or may(one.action, role)
        theirs_only = bool(set(one.fields) - OF_NOBODY) and not one.action.startswith(OF_THE_CITY)
        for method in ("get",) if one.action == SIGNED_IN else ("get", "post"):
            address = one.filled(theirs)
            response = getattr(client, method)(address)
            told, status = text_of(response), response.status_code
            leaks = [secret for secret in SECRETS if secret in told and secret not in address]
            if status >= 500 or leaks or (not allowed and status != 403):
                wrong.append((role.value, method, one.route, status, leaks))
            elif allowed and theirs_only and status not in (404, 405):
                wrong.append((role.value, method, one.route, status, "is there"))
    return wrong


def test_the_other_branchs_objects_are_no_such_page_and_leak_nothing(theirs: dict[str, object]) -> None:
    for role in NARROW:
        visitor(role)
        before, told = counted(), Trail.objects.count()
        wrong = wrong_answers(role, theirs)
        assert not wrong, "\n".join(map(str, wrong))
        if role not in ADMINISTRATORS:
            after = counted()
            assert {one: (before[one], count) for one, count in after.items() if count != before[one]} == {}, role
            assert {row.action for row in Trail.objects.order_by("id")[told:]} <= {
                "export",
                "download",
                "access.refused",
                "calendar.opened",
                "calendar.closed",
            }, role


def test_the_city_is_answered_where_the_table_says_so_and_nowhere_else(theirs: dict[str, object]) -> None:
    wrong = []
    for role in STAFF:
        client = visitor(role)
        for one in addresses():
            if one.action not in {*OPEN, SIGNED_IN}:
                status = client.get(one.filled(theirs)).status_code
                if status >= 500 or (status == 403) == may(one.action, role):
                    wrong.append((role.value, one.route, one.action, status))
    assert not wrong, "\n".join(map(str, wrong))
