"""A decision taken apart: each step with its article, the bracket between its neighbours, versions, the sheet."""

import re
from collections.abc import Callable
from pathlib import Path

import pytest

from jishiyu.apps.accounts.models import Role
from jishiyu.apps.audit.models import Trail
from jishiyu.apps.subsidies.models import Decision
from tests.apps.accounts.situation import two_branches
from tests.apps.subsidies.situations import load, number, reversal, stay
from tests.once import made_once
from tests.web.people import signed_in

pytestmark = pytest.mark.django_db
Budget = Callable[[int], object]


_city = made_once(two_branches)


def of(visit: str) -> Decision:
    return Decision.objects.get(stay_id=f"H1/{visit}", newest=True)


def test_the_amount_is_taken_apart_with_articles_sources_and_neighbours(django_assert_max_num_queries: Budget) -> None:
    client = signed_in(Role.SUBSIDY_OFFICER)
    with django_assert_max_num_queries(15 + 3):  # type: ignore[attr-defined]
        page = client.get(f"/decisions/{of('VA').pk}").content.decode()
    assert number(1) not in page
    results = re.findall(r'data-heading="结果">([^<]+)<', page)
    assert results[-3:] == ["12,160.00", "0.00", "12,160.00"]
    assert "152,000.00" in results
    assert "按规则计算 × 8 %" in page
    assert "第七条" in page
    standing = [re.sub(r"<[^>]+>", "", one) for one in re.findall(r'data-heading="依据">(.*?)</td>', page)]
    assert "已公布" in standing
    assert "假定" in standing[results.index("12,160.00")]  # the edges of the brackets are not published
    assert [re.sub(r"<.*", "", name) for name in re.findall(r'class="name">([^<]+)<', page)] == [
        "第 4 档", "第 5 档", "第 6 档",
    ]  # fmt: skip
    assert page.count('class="applies"') == 1
    assert "再多 48,000.01 元" in page
    assert "本次适用" in page
    assert client.get(f"/decisions/{of('VA').pk}?chart=brackets").content.startswith(b"PK")
    assert "超过自动发放限额" in page


def test_a_stay_that_is_not_entitled_says_why() -> None:
    page = signed_in(Role.REVIEWER).get(f"/decisions/{of('VC').pk}").content.decode()
    assert "张*" in page
    stranger = signed_in(Role.REVIEWER).get(f"/decisions/{of('VD').pk}").content.decode()
    assert "名册中没有此人" in stranger
    assert number(9) not in stranger


def test_an_older_version_says_that_it_was_replaced_and_leads_to_the_newest(tmp_path: Path) -> None:
    old = of("VB")
    load(tmp_path, "四月", reversal(stay(2, "B", "6000.00")))
    client = signed_in(Role.SUBSIDY_OFFICER)
    page = client.get(f"/decisions/{old.pk}").content.decode()
    assert "这是旧版本" in page
    assert "/sheet.pdf" not in page
    assert f'href="/decisions/{of("VB").pk}"' in page
    assert client.get(f"/decisions/{old.pk}/sheet.pdf").status_code == 404
    assert "SB-undo" in client.get(f"/decisions/{of('VB').pk}").content.decode()


def test_the_sheet_is_masked_unless_somebody_says_why_and_both_are_recorded() -> None:
    client = signed_in(Role.REVIEWER)
    address = f"/decisions/{of('VA').pk}"
    sheet = client.get(f"{address}/sheet.pdf")
    assert sheet.content.startswith(b"%PDF")
    assert sheet.headers["Content-Disposition"].startswith("inline")
    assert Trail.objects.filter(action="download", record=f"decision {of('VA').pk}").count() == 1
    assert client.get(f"{address}/sheet-in-full.pdf").status_code == 405
    assert client.post(f"{address}/sheet-in-full.pdf", {"reason": " "}).status_code == 422
    assert Trail.objects.filter(action="people.reveal").count() == 0
    full = client.post(f"{address}/sheet-in-full.pdf", {"reason": "存档"})
    assert full.content.startswith(b"%PDF")
    assert "存档" in Trail.objects.get(action="people.reveal").details


def test_another_branch_has_no_such_decision() -> None:
    union = signed_in(Role.UNION_OFFICER, union="U1")
    assert union.get(f"/decisions/{of('VA').pk}").status_code == 200
    for address in ("", "/sheet.pdf"):
        assert union.get(f"/decisions/{of('VB').pk}{address}").status_code == 404
    assert union.post(f"/decisions/{of('VB').pk}/sheet-in-full.pdf", {"reason": "存档"}).status_code == 404
    page = union.get(f"/decisions/{of('VA').pk}").content.decode()
    assert "/feeds/" not in page.split("<main")[1]


def test_it_speaks_english() -> None:
    client = signed_in(Role.SUBSIDY_OFFICER)
    client.cookies["django_language"] = "en"
    page = client.get(f"/decisions/{of('VA').pk}").content.decode()
    for words in (
        "How the amount came about",
        "bracket 5",
        "48,000.01 yuan more",
        "over the automatic limit",
        "article 7",
    ):
        assert words in page
