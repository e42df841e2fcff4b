"""Two persons side by side: merged with a reason, undone again, or noted as two."""

from pathlib import Path

import pytest
from django.test import Client

from jishiyu.apps.accounts.models import Role
from jishiyu.apps.jobs.models import Progress
from jishiyu.apps.members.models import NotSame
from jishiyu.apps.people.models import Merge, Person
from jishiyu.conf.jobs import housekeeping
from jishiyu.conf.jobs.running import carry_out
from tests.apps.subsidies.situations import check_books, enrol, load, member, number, owed, stay
from tests.web.people import signed_in

pytestmark = pytest.mark.django_db


def search(officer: Client) -> None:
    """Ask for the search, and do it as the worker would."""
    assert officer.post("/roster/duplicates/search").status_code == 302
    assert "正在查找" in officer.get("/roster/duplicates").content.decode()
    carry_out(Progress.objects.latest("id").pk, housekeeping.search_for_duplicates)
    assert "正在查找" not in officer.get("/roster/duplicates").content.decode()


@pytest.fixture
def officer() -> Client:
    return signed_in(Role.SUBSIDY_OFFICER)


@pytest.fixture
def pair(tmp_path: Path, officer: Client) -> str:
    """Two persons with one member number; one has a stay that is paid."""
    twin = {"name": "张1", "member_no": "M0001", "left_on": "2024-12-31"}
    enrol(tmp_path, member(1), member(2, org_code="U2", **twin))
    load(tmp_path, "a", stay(1, "1", "8000.00"))
    search(officer)
    one, other = Person.objects.order_by("id").values_list("id", flat=True)
    return f"/roster/duplicates/{one}/{other}"


def test_pairs_are_listed_masked_with_why(pair: str, officer: Client) -> None:
    page = officer.get("/roster/duplicates").content.decode()
    assert pair in page
    assert "会员号相同" in page
    assert number(1) not in page
    shown = officer.get(pair).content.decode()
    assert "会员号相同" in shown
    assert number(2) not in shown
    assert b"M0001" in b"".join(officer.get("/roster/duplicates?export=csv").streaming_content)


def test_merged_and_undone_again(pair: str, officer: Client) -> None:
    one, other = (int(part) for part in pair.split("/")[-2:])
    assert officer.post(pair, {"kept_id": str(one), "reason": ""}).status_code == 422
    assert officer.post(pair, {"kept_id": "999999", "reason": "x"}).status_code == 422
    assert officer.post(pair, {"kept_id": str(other), "reason": "同一人,会员卡核对"}).status_code == 302
    assert Person.objects.get(pk=one).merged_into_id == other
    assert "同一人" in officer.get("/roster/merges").content.decode()
    again = officer.post(pair, {"kept_id": str(other), "reason": "再次"})
    assert (again.status_code, "已合并" in again.content.decode()) == (422, True)
    undo = f"/roster/merges/{Merge.objects.get().pk}/undo"
    assert officer.post(undo, {"reason": "核对有误"}).status_code == 302
    assert Person.objects.get(pk=one).merged_into_id is None
    assert officer.post(undo, {"reason": "又一次"}).status_code == 422
    assert [entry[:2] for entry in owed()] == [("H1/V1", 12_000)]
    check_books()


def test_two_who_are_two_are_not_proposed_again(pair: str, officer: Client) -> None:
    assert officer.post(f"{pair}/two", {"reason": "父子同名"}).status_code == 302
    assert NotSame.objects.count() == 1
    search(officer)
    assert pair not in officer.get("/roster/duplicates").content.decode()


@pytest.mark.parametrize("role", [Role.REVIEWER, Role.FINANCE, Role.UNION_OFFICER])
def test_nobody_else_merges(pair: str, role: Role) -> None:
    client = signed_in(role)
    assert client.get(pair).status_code == 403
    assert client.post(pair, {"kept_id": "1", "reason": "x"}).status_code == 403
    assert client.post("/roster/duplicates/search").status_code == 403
