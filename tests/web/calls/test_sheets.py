"""The sheet to send: masked, or in full for a reason that stays; also for employers that have no union here."""

import json
from pathlib import Path
from typing import Any

import pytest

from jishiyu.apps.accounts.models import Account, Role
from jishiyu.apps.audit.models import Trail
from jishiyu.apps.notices.models import Notice
from jishiyu.apps.notices.operations import reveal_notice
from jishiyu.apps.people.problems import ReasonMissing
from jishiyu.apps.subsidies.models import Case
from jishiyu.apps.subsidies.operations import hand_over
from jishiyu.web.documents.calls import call_sheet
from jishiyu.web.documents.decision import Unmasking
from tests.apps.subsidies.situations import AT, enrol, load, member, number, stay
from tests.once import made_once
from tests.web.people import account, signed_in

pytestmark = pytest.mark.django_db
PLANT = "无工会机械厂"


@made_once
def _city(folder: Path) -> None:
    """A case over the limit at U1, another at U2, and a stranger of an employer without a union."""
    enrol(folder, member(1), member(2, org_code="U2"))
    load(
        folder, "a", stay(1, "1", "152000.00"), stay(2, "2", "152000.00"),
        stay(9, "9", "20000.00", emp_name=PLANT),
    )  # fmt: skip


def rows(**asked: Any) -> list[list[str]]:
    found: list[list[str]] = call_sheet(issuer="市总工会", on=AT.date(), **asked)["rows"]
    return found


def test_an_employer_without_a_union_has_a_sheet_too() -> None:
    assert Case.objects.get(reason="unmatched").union is None
    (only,) = rows(employer=PLANT)
    assert (only[1], number(9) in only[2]) == ("张*", False)
    client = signed_in(Role.SUBSIDY_OFFICER)
    listed = client.get("/calls/unions").content.decode()
    assert "/calls/employers/sheet?employer=" in listed
    sheet = client.get("/calls/employers/sheet", {"employer": PLANT})
    assert (sheet.status_code, sheet.content[:5]) == (200, b"%PDF-")


def test_a_sheet_in_full_says_whom_to_call_and_the_trail_says_who_took_it() -> None:
    unmasking = Unmasking(by="li.na", reason="交工会主席", at=AT)
    assert rows(union_code="U1", unmasking=unmasking)[0][1:3] == ["张1", "M0001"]
    assert rows(employer=PLANT, unmasking=unmasking)[0][1:3] == ["张9", number(9)]
    first, second = Trail.objects.filter(action="calls.sheet_in_full").order_by("pk")
    assert (first.record, second.record) == ("union U1", f"employer {PLANT}")
    assert json.loads(first.details)["reason"] == "交工会主席"
    with pytest.raises(ReasonMissing):
        rows(union_code="U1", unmasking=Unmasking(by="li.na", reason=" ", at=AT))


def test_on_the_screen_a_reason_is_asked_for() -> None:
    client = signed_in(Role.SUBSIDY_OFFICER)
    address = "/calls/sheet-in-full?union=U1"
    assert client.get(address).status_code == 200
    assert client.post(address, {"because": ""}).status_code == 422
    assert not Trail.objects.filter(action="calls.sheet_in_full").exists()
    answer = client.post(address, {"because": "交工会主席"})
    assert (answer.status_code, answer.content[:5]) == (200, b"%PDF-")
    assert Trail.objects.get(action="calls.sheet_in_full").by == "u-subsidy-officer"
    assert client.get("/calls/sheet-in-full?union=none").status_code == 404


def test_a_branch_gets_its_own_names_only() -> None:
    client = signed_in(Role.UNION_OFFICER, union="U1")
    client.post("/calls/sheet-in-full?union=U2", {"because": "想看看"})
    client.post(f"/calls/sheet-in-full?employer={PLANT}", {"because": "想看看"})
    assert [json.loads(row.details)["count"] for row in Trail.objects.filter(action="calls.sheet_in_full")] == [0, 0]
    assert signed_in(Role.MEMBER).get("/calls/sheet-in-full?union=U1").status_code == 403


def test_who_a_case_is_handed_to_is_told() -> None:
    account(Role.UNION_OFFICER, union="U1")
    Account.objects.filter(name="u-union-officer-U1").update(mobile="13900139000")
    case = Case.objects.get(union__code="U1")
    hand_over(case_id=case.pk, by="li.na", to="u-union-officer-U1", sentence="请跟进")
    notice = Notice.objects.get()
    assert (notice.kind, notice.address) == ("case_handed", "139****9000")
    said = reveal_notice(notice_id=notice.pk, reason="查看", by="tests", at=AT)
    assert said == f"【及时雨】联系事项 {case.pk} 已转交给您\uff0c请于 {case.due_on} 前处理。"
    hand_over(case_id=case.pk, by="u-union-officer-U1", to="u-union-officer-U1", sentence="留给自己")
    assert Notice.objects.count() == 1
