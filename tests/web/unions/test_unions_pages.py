"""The tree by two kinds of parent, one union, and what is changed about it."""

from datetime import date
from io import BytesIO
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from jishiyu.apps.accounts.models import Role
from jishiyu.apps.jobs.models import Progress
from jishiyu.apps.members.models import Membership
from jishiyu.apps.orgs.models import Union
from tests.apps.subsidies.situations import enrol, member
from tests.web.people import signed_in

pytestmark = pytest.mark.django_db


@pytest.fixture
def city(tmp_path: Any) -> dict[str, Union]:
    """A city with two districts, an industry federation, and three grassroots unions, one of them in both trees."""
    rows = (
        ("C", "city", None, None), ("D1", "district", "C", None), ("D2", "district", "C", None),
        ("I", "industry", "C", None), ("U1", "grassroots", "D1", "I"), ("U2", "grassroots", "D2", None),
        ("U3", "grassroots", "D1", None),
    )  # fmt: skip
    made: dict[str, Union] = {}
    for code, kind, above, industry in rows:
        made[code] = Union.objects.create(
            code=code, name=f"{code}工会", kind=kind, territorial_parent=made.get(above or ""),
            industry_parent=made.get(industry or ""),
        )  # fmt: skip
    enrol(tmp_path, member(1), member(2, in_service="0"), member(3, org_code="U2"))
    return made


@pytest.fixture
def officer() -> Client:
    return signed_in(Role.SUBSIDY_OFFICER)


def test_the_tree_begins_at_the_city_and_opens_by_either_kind_of_parent(
    city: dict[str, Union], officer: Client
) -> None:
    page = officer.get("/unions").content.decode()
    assert all(f"{code}工会" in page for code in ("C", "D1", "D2", "I"))
    assert "U1工会" not in page
    assert "U1工会" in officer.get(f"/unions/{city['D1'].pk}/below").content.decode()
    assert "U1工会" in officer.get("/unions?by=industry").content.decode()
    assert "U2工会" not in officer.get("/unions?by=industry").content.decode()


def test_a_union_with_very_many_below_it_leads_to_the_list_for_the_rest(
    city: dict[str, Union], officer: Client
) -> None:
    Union.objects.bulk_create(
        Union(code=f"N{n:03}", name=f"N{n:03}工会", kind="grassroots", territorial_parent=city["D2"])
        for n in range(310)
    )
    below = officer.get(f"/unions/{city['D2'].pk}/below").content.decode()
    assert "N299工会" in below
    assert "N300工会" not in below
    assert "另有 11 家" in below  # U2 is one of them
    assert "另有" not in officer.get(f"/unions/{city['D1'].pk}/below").content.decode()


def test_a_branch_begins_at_its_own_union_and_sees_no_other(city: dict[str, Union]) -> None:
    client = signed_in(Role.UNION_OFFICER, union="D1")
    page = client.get("/unions").content.decode()
    assert "D1工会" in page
    assert "U1工会" in page
    assert "D2工会" not in page
    assert "U2工会" not in client.get("/unions/all").content.decode()
    assert client.get(f"/unions/{city['U1'].pk}").status_code == 200
    for path in ("", "/below"):
        assert client.get(f"/unions/{city['U2'].pk}{path}").status_code == 404
    assert client.get("/unions/new").status_code == 403
    assert client.post(f"/unions/{city['U1'].pk}/close", {"on": "2026-01-01"}).status_code == 403


def test_a_union_shows_who_stands_above_and_below_and_how_many_members(
    city: dict[str, Union], officer: Client, django_assert_max_num_queries: Any
) -> None:
    with django_assert_max_num_queries(17):
        page = officer.get(f"/unions/{city['U1'].pk}").content.decode()
    for said in ("C工会", "D1工会", "I工会", "<strong>2</strong>", "<strong>1</strong>"):
        assert said in page
    with django_assert_max_num_queries(17):
        assert "U3工会" in officer.get(f"/unions/{city['D1'].pk}").content.decode()


def test_the_list_filters_and_is_exported(city: dict[str, Union], officer: Client) -> None:
    page = officer.get("/unions/all?q=U&kind=grassroots").content.decode()
    assert "U1工会" in page
    assert f'href="/unions/{city["D1"].pk}"' not in page
    exported = b"".join(officer.get("/unions/all?kind=district&export=csv").streaming_content).decode()
    assert "D2工会" in exported
    assert "U1工会" not in exported


def test_a_union_is_put_on_record_changed_and_moved(city: dict[str, Union], officer: Client) -> None:
    sent = officer.post(
        "/unions/new", {"code": "U9", "name": "九<script>", "kind": "grassroots", "territorial_parent": "D2"}
    )
    made = Union.objects.get(code="U9")
    assert (sent.status_code, sent.headers["Location"]) == (302, f"/unions/{made.pk}")
    assert "九<script>" not in officer.get(f"/unions/{made.pk}").content.decode()
    seen = officer.get(f"/unions/{made.pk}/change").context["form"]["seen"].value()
    assert officer.post(f"/unions/{made.pk}/change", {"name": "九厂工会", "seen": seen}).status_code == 302
    late = officer.post(f"/unions/{made.pk}/change", {"name": "别名", "seen": seen})
    assert late.status_code == 422
    assert "已被他人变更" in late.content.decode()
    assert "别名" in late.content.decode()  # nothing typed is lost
    assert officer.post(f"/unions/{made.pk}/parent/industry", {"parent_code": "I"}).status_code == 302
    made.refresh_from_db()
    assert (made.name, made.industry_parent) == ("九厂工会", city["I"])
    assert officer.get(f"/unions/{made.pk}/parent/other").status_code == 404


def test_what_is_wrong_is_said_in_the_language_of_the_reader(city: dict[str, Union], officer: Client) -> None:
    answer = officer.post(f"/unions/{city['D1'].pk}/parent/territorial", {"parent_code": "U1"})
    assert answer.status_code == 422
    assert "不能隶属于" in answer.content.decode()
    officer.cookies["django_language"] = "en"
    taken = officer.post("/unions/new", {"code": "U1", "name": "x", "kind": "grassroots"})
    assert (taken.status_code, "already a union with the code U1" in taken.content.decode()) == (422, True)


def test_closing_moves_the_members_and_has_them_decided_again(city: dict[str, Union], officer: Client) -> None:
    assert officer.post(f"/unions/{city['D1'].pk}/close", {"on": "2026-02-01"}).status_code == 422
    assert officer.post(f"/unions/{city['U1'].pk}/close", {"on": "2026-02-01", "to_code": "U3"}).status_code == 302
    assert Membership.objects.filter(union=city["U3"], joined_on=date(2026, 2, 1)).count() == 2
    assert Progress.objects.get().kind == "decide_changed"


def test_a_file_of_unions_is_taken_whole_or_not_at_all(city: dict[str, Union], officer: Client) -> None:
    good = "工会编码,工会名称,工会类别,上级工会编码\nU7,七厂工会,基层工会,D1\n".encode("gb18030")
    assert officer.post("/unions/load", {"file": SimpleUploadedFile("工会.csv", good)}).status_code == 302
    bad = "工会编码,工会名称,工会类别,上级工会编码\nU8,八厂工会,基层工会,X9\n".encode()
    answer = officer.post("/unions/load", {"file": BytesIO(bad)})
    assert (answer.status_code, "X9" in answer.content.decode()) == (422, True)
    assert set(Union.objects.filter(code__in=["U7", "U8"]).values_list("code", flat=True)) == {"U7"}


def test_typing_a_name_offers_unions_that_are_open(city: dict[str, Union], officer: Client) -> None:
    Union.objects.filter(code="U3").update(closed_on=date(2025, 1, 1))
    page = officer.get("/unions/pick?to_code=U").content.decode()
    assert ('value="U1"' in page, 'value="U3"' in page) == (True, False)
    assert officer.get("/unions/pick?to_code=").content.decode().strip() == ""


def test_finance_reads_and_changes_nothing(city: dict[str, Union]) -> None:
    client = signed_in(Role.FINANCE)
    assert client.get("/unions").status_code == 200
    assert client.get(f"/unions/{city['U1'].pk}/change").status_code == 403
    assert signed_in(Role.MEMBER).get("/unions").status_code == 403
