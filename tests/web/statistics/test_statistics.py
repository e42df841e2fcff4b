"""Figures on the screen: whole in both languages, of one's own branch only, each chart with its table and Excel."""

import io
import json
import re
from collections.abc import Callable
from datetime import date

import pytest
from django.test import Client
from python_calamine import CalamineWorkbook

from jishiyu.apps.accounts.models import Role
from jishiyu.apps.audit.models import Trail
from tests.apps.statistics.city import Grant, store
from tests.web.people import signed_in

JAN, FEB, MAR, APR = (date(2024, month, 10) for month in range(1, 5))
GRANTS = [
    Grant(1, "G1", JAN, (30_000,), (FEB,), paid=MAR),
    Grant(2, "G2", JAN, (1_216_000,), (MAR,), paid=APR, bucket="assist", bracket=5, rate=80_000),
    Grant(3, "G3", FEB, (45_001,), (MAR,), paid=APR, level="三级甲等"),
]
PERIOD = "since=2024-01-01&last=2024-12-31"
PAGES = ["/statistics", "/statistics/unions", "/statistics/large", "/statistics/bulletin", "/statistics/wall"]

pytestmark = pytest.mark.django_db


@pytest.fixture
def grants() -> list[Grant]:
    return store(GRANTS)


def charts(page: str) -> dict[str, dict]:
    found = re.findall(r'<script id="chart-([^"]+)-data" type="application/json">(.*?)</script>', page)
    return {key: json.loads(text) for key, text in found}


@pytest.mark.parametrize("address", PAGES)
@pytest.mark.parametrize("language", ["zh-hans", "en"])
def test_every_page_is_there_in_both_languages_with_few_queries(
    grants: list[Grant], address: str, language: str, django_assert_max_num_queries: Callable
) -> None:
    client = signed_in(Role.SUBSIDY_OFFICER)
    client.cookies["django_language"] = language
    client.get(f"{address}?{PERIOD}")  # figures are worked out once after each change, then kept
    with django_assert_max_num_queries(15 + 7):  # session, account, roles and row security of every page
        response = client.get(f"{address}?{PERIOD}")
    assert response.status_code == 200
    text = response.content.decode()
    assert ("统计" in text) is (language == "zh-hans")
    assert "<style" not in text
    assert " style=" not in text


def test_a_chart_draws_the_numbers_of_its_table(grants: list[Grant]) -> None:
    page = signed_in(Role.SUBSIDY_OFFICER).get(f"/statistics?{PERIOD}").content.decode()
    found = charts(page)
    money = found["money-by-month"]
    assert money["labels"] == ["2024-03", "2024-04"]
    assert money["series"][0]["values"] == [30_000, 1_261_001]
    assert money["series"][0]["words"] == ["300.00", "12,610.01"]
    assert "12,610.01" in page.split("chart-money-by-month-data")[-1]
    assert [sum(found[name]["series"][0]["values"]) for name in ("times-by-month", "people-by-month")] == [3, 3]
    assert found["funnel"]["series"][0]["values"][-1] == 3
    assert sum(found["by-hospital-level"]["series"][0]["values"]) == 1_291_001


def test_excel_of_a_chart_answers_the_same_question(grants: list[Grant]) -> None:
    client = signed_in(Role.SUBSIDY_OFFICER)
    page = client.get(f"/statistics?{PERIOD}&basis=owed").content.decode()
    href = next(link for link in re.findall(r'href="\?([^"]+)"', page) if "chart=by-district" in link)
    response = client.get("/statistics?" + href.replace("&amp;", "&"))
    book = CalamineWorkbook.from_filelike(io.BytesIO(response.content))
    rows = [row for name in book.sheet_names for row in book.get_sheet_by_name(name).to_python()]
    assert any(row[:1] == ["合计"] and 12910.01 in row for row in rows)
    assert Trail.objects.filter(action="export").count() == 1


def test_the_cover_of_a_chart_says_what_was_asked_for(grants: list[Grant]) -> None:
    client = signed_in(Role.SUBSIDY_OFFICER)
    asked = f"/statistics?{PERIOD}&basis=owed&union=G1&policy=changchun.hospital"
    for address in (f"{asked}&chart=by-district", asked.replace("/statistics", "/statistics/figures.xlsx")):
        response = client.get(address)
        assert response.status_code == 200, address
        book = CalamineWorkbook.from_filelike(io.BytesIO(response.content))
        cover = dict(row[:2] for row in book.get_sheet_by_name("封面").to_python() if len(row) > 1)
        for said in ("2024-", "工会 = G1", "住院医疗", "已认定应付"):
            assert said in cover["筛选条件"], (address, cover)
    details = Trail.objects.filter(action="export").latest("seq").details
    assert "G1" in details


def test_a_branch_counts_its_own_money_only(grants: list[Grant]) -> None:
    whole = charts(signed_in(Role.SUBSIDY_OFFICER).get(f"/statistics?{PERIOD}").content.decode())
    branch = charts(signed_in(Role.UNION_OFFICER, union="G1").get(f"/statistics?{PERIOD}").content.decode())
    assert sum(whole["money-by-month"]["series"][0]["values"]) == 1_291_001
    assert branch["money-by-month"]["series"][0]["values"] == [30_000]
    assert len(branch["funnel"]["labels"]) == 3  # lines of feeds belong to the city
    assert branch["funnel"]["series"][0]["values"][-1] == 1
    again = charts(signed_in(Role.SUBSIDY_OFFICER).get(f"/statistics?{PERIOD}").content.decode())
    assert again == whole


def test_a_subsidy_under_which_nothing_was_decided_yet_has_empty_figures(grants: list[Grant]) -> None:
    client = signed_in(Role.SUBSIDY_OFFICER)
    assert '<option value="changchun.fire"' in client.get(f"/statistics?{PERIOD}").content.decode()  # one may choose it
    for address in PAGES:
        assert client.get(f"{address}?{PERIOD}&policy=changchun.fire").status_code == 200, address


def test_a_union_that_is_not_there_is_said_to_be_so(grants: list[Grant]) -> None:
    response = signed_in(Role.SUBSIDY_OFFICER).get(f"/statistics?{PERIOD}&union=<script>")
    assert response.status_code == 422
    assert "<script>" not in response.content.decode().replace("<script src", "").replace('<script id="', "")


@pytest.mark.parametrize("wrong", ["since=yesterday", "basis=all", "kind=%00", "last=2024-02-30", "policy=' OR 1=1"])
def test_wrong_words_count_as_not_asked(grants: list[Grant], wrong: str) -> None:
    assert signed_in(Role.SUBSIDY_OFFICER).get(f"/statistics?{wrong}").status_code == 200


def test_an_empty_city_has_empty_figures() -> None:
    client = signed_in(Role.SUBSIDY_OFFICER)
    assert [client.get(address).status_code for address in PAGES] == [200] * len(PAGES)


@pytest.mark.parametrize("role", [Role.SYSTEM_ADMIN, Role.SECURITY_ADMIN, Role.AUDIT_ADMIN, Role.MEMBER])
def test_administrators_and_members_see_no_figures(role: Role) -> None:
    client: Client = signed_in(role)
    assert [client.get(address).status_code for address in PAGES] == [403] * len(PAGES)


def test_the_bulletin_is_also_a_document(grants: list[Grant]) -> None:
    response = signed_in(Role.SUBSIDY_OFFICER).get(f"/statistics/bulletin.pdf?{PERIOD}")
    assert (response.status_code, response.content[:5]) == (200, b"%PDF-")
