"""The trail on the screen: listed, filtered, verified; what was changed is named."""

import pytest
from django.db import connection
from django.test import Client

from jishiyu.apps.accounts.models import Role
from jishiyu.apps.audit.models import Trail
from tests.apps.audit.tying import tie
from tests.web.people import account, signed_in

pytestmark = pytest.mark.django_db


@pytest.fixture
def client() -> Client:
    account(Role.FINANCE)
    return signed_in(Role.AUDIT_ADMIN)


def test_the_trail_says_who_did_what_to_which_record(client: Client) -> None:
    told = client.get("/audit", {"record": "account u-finance"}).content.decode()
    assert "建立账号" in told
    assert "授予岗位" in told
    assert told.count("account u-finance</td>") == 2
    assert "没有符合条件的记录" in client.get("/audit", {"by": "nobody"}).content.decode()
    assert "没有符合条件的记录" in client.get("/audit", {"until": "2001-01-01"}).content.decode()


def test_a_whole_trail_is_called_whole_and_the_check_is_recorded(client: Client) -> None:
    tie()
    assert "审计记录完整" in client.post("/audit/verify").content.decode()
    assert Trail.objects.get(action="audit.verify").by == "u-audit-admin"


def test_a_changed_row_is_found_and_named(client: Client) -> None:
    tie()
    seq = 2
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL session_replication_role = replica")
        cursor.execute("UPDATE audit_trail SET by = 'somebody' WHERE seq = %s", [seq])
        cursor.execute("SET LOCAL session_replication_role = origin")
    told = client.post("/audit/verify").content.decode()
    assert "审计记录不完整" in told
    assert f"第 {seq} 行" in told
