"""Members, their memberships over time, and what an officer changes about them."""

import re
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from jishiyu.apps.accounts.models import Role
from jishiyu.apps.jobs.models import Progress
from jishiyu.apps.members.models import Membership
from jishiyu.apps.members.operations import household_hash
from jishiyu.apps.people.models import Person
from tests.apps.subsidies.situations import enrol, member, number
from tests.web.people import signed_in

pytestmark = pytest.mark.django_db


@pytest.fixture
def city(tmp_path: Path) -> list[Membership]:
    enrol(tmp_path, member(1), member(2, in_service="0"), member(3, org_code="U2"), member(4, left_on="2020-01-01"))
    return list(Membership.objects.order_by("member_no"))


def strip(page: str) -> list[str]:
    """Return the lines of the history strip as words."""
    found = re.findall(r"<li>(.*?)</li>", page[page.index('<ol class="history">') :], re.DOTALL)
    return [" ".join(re.sub(r"<[^>]+>", " ", line).split()) for line in found]


@pytest.fixture
def officer() -> Client:
    return signed_in(Role.SUBSIDY_OFFICER)


def test_the_list_is_masked_and_filters(
    city: list[Membership], officer: Client, django_assert_max_num_queries: Any
) -> None:
    with django_assert_max_num_queries(17):
        page = officer.get("/roster").content.decode()
    assert all(f"M000{who}" in page for who in range(1, 5))
    assert number(1) not in page
    assert "张1" not in page
    assert "张*" in page
    for query, expected in (("state=kept", {2}), ("state=left", {4}), ("union=U2", {3}), ("member_no=M0001", {1}),
                            ("union=none", set()), ("left_since=2021-01-01", set())):  # fmt: skip
        shown = officer.get(f"/roster?{query}").content.decode()
        assert {who for who in range(1, 5) if f"M000{who}" in shown} == expected, query


def test_the_export_is_masked_too(city: list[Membership], officer: Client) -> None:
    sent = b"".join(officer.get("/roster?export=csv").streaming_content).decode()
    assert "M0003" in sent
    assert number(3) not in sent


def test_a_branch_sees_its_own_members_only(city: list[Membership]) -> None:
    client = signed_in(Role.UNION_OFFICER, union="U1")
    page = client.get("/roster").content.decode()
    assert ("M0001" in page, "M0003" in page) == (True, False)
    assert client.get(f"/roster/people/{city[0].person_id}").status_code == 200
    assert client.get(f"/roster/people/{city[2].person_id}").status_code == 404
    for step in ("transfer", "leave", "service"):
        assert client.get(f"/roster/memberships/{city[2].pk}/{step}").status_code == 404
    assert client.get("/roster/duplicates").status_code == 403
    assert "U2工会" not in client.get("/roster?union=U2").content.decode()


def test_only_those_may_change_who_have_the_right(city: list[Membership]) -> None:
    client = signed_in(Role.FINANCE)
    assert client.get("/roster").status_code == 200
    assert "roster/new" not in client.get("/roster").content.decode()
    for path in ("new", f"memberships/{city[0].pk}/leave", "imports"):
        assert client.get(f"/roster/{path}").status_code == 403
    assert signed_in(Role.SYSTEM_ADMIN).get("/roster").status_code == 403


def test_the_page_of_a_person_shows_every_membership(
    city: list[Membership], officer: Client, django_assert_max_num_queries: Any
) -> None:
    with django_assert_max_num_queries(17):
        page = officer.get(f"/roster/people/{city[3].person_id}").content.decode()
    assert "2019-12-31" in page  # the last day, not the first day after
    assert number(4) not in page


def test_the_history_of_a_person_tells_what_the_roster_brought_and_who_transferred_them(
    city: list[Membership], officer: Client
) -> None:
    officer.post(f"/roster/memberships/{city[0].pk}/transfer", {"to_union_code": "U2", "on": "2026-02-01"})
    new = Membership.objects.get(person_id=city[0].person_id, left_on=None)
    officer.post(f"/roster/memberships/{new.pk}/leave", {"last_day": "2026-03-31"})
    for address in (f"/people/{city[0].person_id}/more", f"/roster/people/{city[0].person_id}"):
        lines = strip(officer.get(address).content.decode())
        assert len(lines) == 3
        assert "结束会籍" in lines[0]
        assert "办理转会" in lines[1]
        assert lines[2].startswith("2010-01-01 据名册\uff1a 加入")
    gone = strip(officer.get(f"/people/{city[3].person_id}/more").content.decode())
    assert [line.split()[0] for line in gone] == ["2019-12-31", "2010-01-01"]
    assert "会籍最后一日" in gone[0]


def test_a_transfer_has_no_gap_and_is_decided_again(city: list[Membership], officer: Client) -> None:
    sent = officer.post(f"/roster/memberships/{city[0].pk}/transfer", {"to_union_code": "U2", "on": "2026-02-01"})
    assert sent.status_code == 302
    held = Membership.objects.filter(person_id=city[0].person_id).order_by("joined_on")
    assert [(row.union.code, row.joined_on, row.left_on) for row in held] == [
        ("U1", date(2010, 1, 1), date(2026, 2, 1)), ("U2", date(2026, 2, 1), None)
    ]  # fmt: skip
    job = Progress.objects.get()
    assert (job.kind, job.arguments["on"]) == ("decide_changed", timezone.localdate().isoformat())
    late = officer.post(f"/roster/memberships/{city[0].pk}/transfer", {"to_union_code": "U2", "on": "2026-03-01"})
    assert late.status_code == 422
    assert "已于 2026-02-01 结束" in late.content.decode()
    assert 'value="2026-03-01"' in late.content.decode()


def test_leaving_is_asked_for_as_the_last_day(city: list[Membership], officer: Client) -> None:
    assert officer.post(f"/roster/memberships/{city[0].pk}/leave", {"last_day": "2025-12-31"}).status_code == 302
    assert Membership.objects.get(pk=city[0].pk).left_on == date(2026, 1, 1)
    early = officer.post(f"/roster/memberships/{city[1].pk}/leave", {"last_day": "2001-01-01"})
    assert early.status_code == 422


def test_retiring_splits_the_membership(city: list[Membership], officer: Client) -> None:
    assert "不再在职" in officer.get(f"/roster/memberships/{city[0].pk}/service").content.decode()
    assert officer.post(f"/roster/memberships/{city[0].pk}/service", {"on": "2025-06-01"}).status_code == 302
    rows = Membership.objects.filter(person_id=city[0].person_id).order_by("joined_on")
    assert [row.in_service for row in rows] == [True, False]


def test_a_household_number_is_entered_never_shown_and_decided_again(city: list[Membership], officer: Client) -> None:
    Membership.objects.filter(pk=city[1].pk).update(household_hash=household_hash("H-2201-7"))
    where = f"/roster/memberships/{city[0].pk}/household"
    assert officer.post(where, {"household": "H-2201-7"}).status_code == 422  # no reason
    told = officer.post(where, {"household": "H-2201-7", "reason": "户口簿已核对"}, follow=True).content.decode()
    assert "户号已变更" in told
    assert "名册中另有 1 人登记了同一户号" in told
    assert "H-2201-7" not in told
    assert "变更了户号" in told  # the history
    assert bytes(Membership.objects.get(pk=city[0].pk).household_hash or b"") == household_hash("H-2201-7")
    assert Progress.objects.get().kind == "decide_changed"
    others = signed_in(Role.UNION_OFFICER, union="U2")
    assert others.get(where).status_code == 404
    assert signed_in(Role.FINANCE).get(where).status_code == 403


def test_who_is_enrolled_brings_the_household_number_along(city: list[Membership], officer: Client) -> None:
    data = {"cert_type": "01", "cert_no": number(9), "name": "李九", "union_code": "U2", "member_no": "M0009",
            "joined_on": "2026-01-01", "in_service": "1", "household": "H-9"}  # fmt: skip
    assert officer.post("/roster/new", data).status_code == 302
    made = Membership.objects.get(member_no="M0009")
    joined = {
        "union_code": "U1",
        "member_no": "M0010",
        "joined_on": "2026-01-01",
        "in_service": "1",
        "household": "H-9",
    }
    assert officer.post(f"/roster/people/{made.person_id}/join", joined).status_code == 302
    homes = Membership.objects.filter(person_id=made.person_id).values_list("household_hash", flat=True)
    assert [bytes(home or b"") for home in homes] == [household_hash("H-9")] * 2


def test_a_new_member_is_put_on_record_once(city: list[Membership], officer: Client) -> None:
    data = {"cert_type": "01", "cert_no": number(9), "name": "李九", "union_code": "U2", "member_no": "M0009",
            "joined_on": "2026-01-01", "in_service": "1", "mobile": "13800000009"}  # fmt: skip
    assert officer.post("/roster/new", data).status_code == 302
    assert officer.post("/roster/new", {**data, "union_code": "U1"}).status_code == 302  # known now: joins another
    assert Person.objects.count() == 5
    other = officer.post("/roster/new", {**data, "name": "王九", "union_code": "U1"})
    assert other.status_code == 422
    assert "在册的姓名与此不同" in other.content.decode()
    assert "王九" in other.content.decode()
    wrong = officer.post("/roster/new", {**data, "cert_no": number(9)[:-1] + "?"})
    assert wrong.status_code == 422


def test_an_officer_enrols_for_the_own_branch_only(city: list[Membership]) -> None:
    client = signed_in(Role.UNION_OFFICER, union="U1")
    data = {"cert_type": "01", "cert_no": number(9), "name": "李九", "union_code": "U2", "member_no": "M0009",
            "joined_on": "2026-01-01", "in_service": "1"}  # fmt: skip
    refused = client.post("/roster/new", data)
    assert refused.status_code == 422
    assert not Membership.objects.filter(member_no="M0009").exists()
    assert client.post("/roster/new", {**data, "union_code": "U1"}).status_code == 302
    person = city[0].person_id
    joined = {"union_code": "U2", "member_no": "M0001", "joined_on": "2026-01-01", "in_service": "1"}
    assert client.post(f"/roster/people/{person}/join", joined).status_code == 422


def test_nobody_enrols_a_member_of_another_branch_away(city: list[Membership]) -> None:
    """Who knows number and name of somebody elsewhere gets neither their page nor their account."""
    client, theirs = signed_in(Role.UNION_OFFICER, union="U1"), city[2]
    data = {"cert_type": "01", "cert_no": number(3), "name": "张3", "union_code": "U1", "member_no": "M0003",
            "joined_on": "2026-01-01", "in_service": "1"}  # fmt: skip
    refused = client.post("/roster/new", data)
    assert refused.status_code == 422
    assert "管理范围以外" in refused.content.decode()
    assert client.get(f"/roster/people/{theirs.person_id}").status_code == 404
    Membership.objects.filter(pk=theirs.pk).update(left_on=date(2026, 1, 1))  # their own union lets them go
    assert client.post("/roster/new", data).status_code == 302
    assert client.get(f"/roster/people/{theirs.person_id}").status_code == 200


def test_who_has_gone_to_another_branch_is_neither_taken_back_nor_corrected(city: list[Membership]) -> None:
    client, gone = signed_in(Role.UNION_OFFICER, union="U1"), city[0]
    move = {"to_union_code": "U2", "on": "2024-02-01"}
    assert client.post(f"/roster/memberships/{gone.pk}/transfer", move).status_code == 302
    page = client.get(f"/roster/people/{gone.person_id}").content.decode()  # what was, is still seen
    assert "已是您管理范围以外工会的会员" in page
    assert f"/roster/people/{gone.person_id}/correct" not in page
    joined = {"union_code": "U1", "member_no": "M0001", "joined_on": "2024-03-01", "in_service": "1"}
    assert client.post(f"/roster/people/{gone.person_id}/join", joined).status_code == 422
    corrected = {"cert_type": "01", "reason": "本人要求", "mobile": "13700137000"}
    assert client.post(f"/roster/people/{gone.person_id}/correct", corrected).status_code == 422
    assert Person.objects.get(pk=gone.person_id).mobile_hash is None
    theirs = signed_in(Role.UNION_OFFICER, union="U2")
    assert theirs.post(f"/roster/people/{gone.person_id}/correct", corrected).status_code == 302
    city_officer = signed_in(Role.SUBSIDY_OFFICER)
    assert city_officer.post(f"/roster/people/{gone.person_id}/join", joined).status_code == 302


def test_a_member_signs_in_and_sees_no_roster(city: list[Membership]) -> None:
    assert signed_in(Role.MEMBER).get("/roster").status_code == 403
    assert Client().get("/roster").status_code == 302
