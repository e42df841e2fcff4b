"""Every route of the API with every scope of every role that may hold it, compared with the written table."""

import re
from pathlib import Path

import pytest

from jishiyu.apps.accounts.models import Role
from jishiyu.apps.accounts.rights import TOKEN, may
from jishiyu.apps.api.models import ACTIONS, OF_THE_CITY, Scope
from jishiyu.apps.api.problems import ScopeBeyondAccount
from jishiyu.web.api.document import doors
from tests.security.town import addresses
from tests.web.api.systems import system

pytestmark = pytest.mark.django_db
ROLES = (Role.SUBSIDY_OFFICER, Role.REVIEWER, Role.FINANCE, Role.UNION_OFFICER)
FOR_ONE_BRANCH = {Role.UNION_OFFICER: "U1"}
TABLE = Path(__file__).parents[3] / "docs" / "reference" / "rights.md"


def written() -> dict[tuple[str, str], set[str]]:
    """Return what the documentation says: which scopes open a route."""
    found = re.findall(r"^\| `(GET|POST) (/api\S*)` \| (.+) \|$", TABLE.read_text(encoding="utf-8"), re.M)
    return {(path, method): set(re.findall(r"`([\w.]+)`", scopes)) for method, path, scopes in found}


def test_the_written_table_names_every_route_of_the_api() -> None:
    table = written()
    assert {(path, method) for path, method, _ in doors()} == set(table)
    # Nothing answers a token that is not among them: the addresses of the console say so themselves.
    known = {re.sub(r"<(?:\w+:)?(\w+)>", r"{\1}", one.route) for one in addresses() if one.action == TOKEN}
    assert {path for path, _ in table} <= known


@pytest.mark.parametrize("role", ROLES)
def test_a_route_opens_for_its_scopes_alone(role: Role) -> None:
    wrong, opened, table = [], 0, written()
    for scope in Scope:
        branch = FOR_ONE_BRANCH.get(role, "")
        if not may(ACTIONS[scope], role) or (branch and scope in OF_THE_CITY):
            continue
        asks = system(scope, role=role, union=branch, of=branch)
        for (path, method), scopes in table.items():
            address = re.sub(r"\{by\}", "month", re.sub(r"\{\w+_id\}|\{number\}", "999999", path)).removeprefix("/api/")
            status = (asks.get(address) if method == "GET" else asks.post(address, {})).status_code
            opened += status != 403
            if status >= 500 or status in (401, 405) or (status == 403) == (scope.value in scopes):
                wrong.append((scope.value, method, path, status))
    assert not wrong, "\n".join(map(str, wrong))
    assert opened


@pytest.mark.parametrize("role", Role)
def test_a_scope_is_not_issued_beyond_the_role_of_its_account(role: Role) -> None:
    for scope in Scope:
        if not may(ACTIONS[scope], role):
            with pytest.raises(ScopeBeyondAccount):
                system(scope, role=role, name=f"{role.value}-{scope.value}".replace("_", "-").replace(".", "-"))
