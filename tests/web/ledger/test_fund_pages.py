"""The fund on the screen: balance, forecast, accounts, entries, appropriations, the check, the file for others."""

import subprocess
import sysconfig
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.db import connection

from jishiyu.apps.accounts.models import Role
from jishiyu.apps.audit.models import Trail
from jishiyu.apps.ledger.chart import Role as Books
from jishiyu.apps.ledger.operations import post_owed
from jishiyu.apps.ledger.queries import balance_of
from tests.apps.payments import fund
from tests.apps.payments.fund import Member
from tests.web.payments.money import answered, finance, open_fund, today, words
from tests.web.people import signed_in

pytestmark = pytest.mark.django_db
BEAN_CHECK = Path(sysconfig.get_path("scripts")) / "bean-check"


@pytest.fixture
def books() -> None:
    """Fill the books: 100,000 in, two payments of which one comes back, 300 claimed."""
    open_fund()
    people = fund.join([Member("张三丰"), Member("李四光")])
    fund.owe(people, [12_160_00, 75_01])
    answered("paid", "returned")
    fund.claim(people[0], 300_00)


def enter(**data: Any) -> Any:
    given = {"way": "in", "yuan": "5000.00", "reference": "市总财〔2025〕9号", "on": today().isoformat(), **data}
    return finance().post("/fund/appropriate", given)


def test_the_first_page_shows_what_is_there_and_that_it_balances(books: None) -> None:
    page = words(finance().get("/fund"))
    assert "87,840.00" in page  # at the bank: 100,000 less 12,160
    assert "75.01" in page
    assert "账已平" in page
    assert "看不到用完的日期" in page


def test_the_forecast_names_a_day_and_how_it_was_reckoned() -> None:
    open_fund(2_400_000_00)
    first = today().replace(day=1)
    post_owed(rows=[(1, "changchun.hospital", 1_200_000_00)], on=(first - timedelta(days=1)).replace(day=1))
    page = words(finance().get("/fund"))
    assert (today() + timedelta(days=365 // 12)).isoformat() in page
    assert "最近 1 个完整月份" in page


def test_accounts_of_a_period_and_a_policy(books: None) -> None:
    page = words(finance().get(f"/fund?since={today() + timedelta(days=1)}"))
    assert "11,935.01" in page  # before that day: 12,235.01 owed, 300 claimed back
    assert "changchun" not in page
    assert finance().get("/fund?policy=changchun.hospital&since=2025-13-01").status_code == 200


def test_entries_can_be_narrowed_and_lead_to_payments(books: None) -> None:
    everything = finance().get("/fund/movements").content.decode()
    assert "/payments/items/" in everything
    assert "attempt" not in words(finance().get("/fund/movements"))
    assert "/recoveries/" in everything
    only = words(finance().get("/fund/movements?kind=appropriation"))
    assert "100,000.00" in only
    assert "12,160.00" not in only
    assert "市总财〔2025〕1号" in words(finance().get("/fund/movements?document=〔2025〕1号"))
    assert "12,160.00" in words(finance().get("/fund/movements?account=owed&policy=changchun.hospital"))
    assert "12,160.00" not in words(finance().get("/fund/movements?account=recoverable"))


def test_an_appropriation_is_booked_once_per_document(books: None) -> None:
    before = balance_of(role=Books.BANK)
    assert enter().status_code == 302
    assert enter().status_code == 302
    assert balance_of(role=Books.BANK) == before + 5_000_00
    other = enter(yuan="6000")
    assert other.status_code == 422
    assert "市总财〔2025〕9号" in other.content.decode()
    assert enter(way="out", yuan="4000", reference="收回").status_code == 302
    assert balance_of(role=Books.BANK) == before + 1_000_00
    assert Trail.objects.filter(action="ledger.appropriate", record="fund", by="u-finance").count() == 2


@pytest.mark.parametrize("data", [
    {"yuan": "0"}, {"yuan": "-1"}, {"yuan": "0.001"}, {"yuan": "NaN"}, {"reference": ""}, {"way": "sideways"},
    {"on": (today() + timedelta(days=1)).isoformat()}, {"way": "out", "yuan": "9999999.00"},
])  # fmt: skip
def test_a_wrong_appropriation_is_refused(books: None, data: dict[str, str]) -> None:
    before = balance_of(role=Books.BANK)
    assert enter(**data).status_code == 422
    assert balance_of(role=Books.BANK) == before


def test_the_check_says_that_all_agrees_and_names_what_does_not(books: None) -> None:
    assert "分毫不差" in words(finance().post("/fund/check"))
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL session_replication_role = replica")  # the database itself refuses it otherwise
        cursor.execute("UPDATE subsidies_entitlement SET amount_fen = amount_fen + 1 WHERE state = 'returned'")
    page = words(finance().post("/fund/check"))
    assert "存在不符" in page
    assert "75.02" in page


@pytest.mark.parametrize("by", ["day", ""])
def test_the_beancount_file_passes_an_independent_check(books: None, by: str, tmp_path: Path) -> None:
    response = finance().get(f"/fund/beancount?by={by}")
    path = tmp_path / "fund.beancount"
    path.write_bytes(b"".join(response.streaming_content))
    checked = subprocess.run([BEAN_CHECK, path], capture_output=True, text=True, check=False)
    assert (checked.returncode, checked.stdout, checked.stderr) == (0, "", "")
    assert "12160.00 CNY" in path.read_text()
    assert Trail.objects.filter(action="download", record="fund").count() == 1


def test_pages_of_the_fund_need_few_queries(books: None, django_assert_max_num_queries: Any) -> None:
    client = finance()
    for address in ("/fund", "/fund/movements", "/fund/appropriate"):
        with django_assert_max_num_queries(17):
            assert client.get(address).status_code == 200


def test_who_may_look_and_who_may_enter(books: None) -> None:
    for role in (Role.SUBSIDY_OFFICER, Role.REVIEWER):
        assert signed_in(role).get("/fund").status_code == 200
        assert signed_in(role).post("/fund/appropriate").status_code == 403
    for role in (Role.UNION_OFFICER, Role.SECURITY_ADMIN, Role.SYSTEM_ADMIN, Role.AUDIT_ADMIN):
        for address in ("/fund", "/fund/movements", "/fund/check", "/fund/beancount"):
            assert signed_in(role).get(address).status_code == 403
