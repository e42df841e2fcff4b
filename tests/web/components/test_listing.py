"""The one list: filters, pages, sorting, exports that stream with a cover and carry no formula."""

import io
import re
from datetime import UTC, date, datetime
from pathlib import Path

import pytest
from django.test import Client
from openpyxl import load_workbook

from jishiyu.apps.accounts.models import Account, Role
from jishiyu.apps.accounts.operations import create_account
from jishiyu.apps.audit.models import Trail
from jishiyu.engine.money import fen_to_yuan
from jishiyu.web.components.rows import ListRows, QueryRows, SqlRows
from jishiyu.web.components.sheet import sheets
from tests.web.people import signed_in

AT = datetime(2025, 3, 1, 1, tzinfo=UTC)
INJECTIONS = [
    "' OR 1=1 --",
    "\\'; DROP TABLE accounts_account; --",
    "%",
    "\x00",
    "𠮷" * 300,
    "<script>alert(1)</script>",
]


def content(client: Client, address: str) -> bytes:
    response = client.get(address)
    assert response.status_code == 200
    return b"".join(response.streaming_content)  # type: ignore[attr-defined]


@pytest.fixture
def client(db: None) -> Client:
    return signed_in(Role.SYSTEM_ADMIN)


def accounts(*names: tuple[str, str]) -> None:
    for name, full_name in names:
        create_account(name=name, full_name=full_name, by="root", at=AT)


def test_rows_are_filtered_sorted_and_paged(client: Client) -> None:
    accounts(*((f"clerk{number:03d}", f"职员{number}") for number in range(60)))
    told = client.get("/accounts?q=clerk&size=25&page=3&order=-name").content.decode()
    assert told.count("/accounts/") - told.count('href="/accounts/new"') - told.count('href="/accounts/lockouts"') == 10
    assert "clerk009" in told
    assert "clerk010" not in told
    assert "共 60 条" in told
    assert "第 3 页，共 3 页" in told
    assert 'aria-sort="descending"' in told


@pytest.mark.parametrize("value", INJECTIONS)
@pytest.mark.parametrize("field", ["q", "role", "state", "page", "size", "order", "export", "nonsense"])
def test_whatever_stands_in_the_address_a_list_answers_and_nothing_of_it_is_markup(
    client: Client, field: str, value: str
) -> None:
    response = client.get("/accounts", {field: value})
    assert response.status_code == 200
    assert b"<script>alert" not in response.content
    assert Account.objects.exists()


def test_names_are_text_and_never_markup_or_formula(client: Client) -> None:
    accounts(("clerk1", "<script>alert(1)</script>"), ("clerk2", "=HYPERLINK(1)"), ("clerk3", "@SUM(A1)"))
    assert "&lt;script&gt;alert(1)" in client.get("/accounts").content.decode()
    text = content(client, "/accounts?export=csv&q=clerk").decode("utf-8-sig")
    assert "'=HYPERLINK(1)" in text
    assert "'@SUM(A1)" in text
    book = load_workbook(io.BytesIO(content(client, "/accounts?export=xlsx&q=clerk")))
    cells = {cell.coordinate: (cell.value, cell.data_type) for row in book["数据 Data"].iter_rows() for cell in row}
    assert cells["B3"] == ("=HYPERLINK(1)", "s")


def test_an_export_says_who_when_and_which_filter_and_is_recorded(client: Client) -> None:
    accounts(("clerk1", "职员"))
    book = load_workbook(io.BytesIO(content(client, "/accounts?export=xlsx&q=clerk1")))
    cover = {row[0].value: row[1].value for row in book["说明 About"].iter_rows()}
    assert cover["导出人"] == "甲系统管理员 (u-system-admin)"
    assert cover["筛选条件"] == "姓名 = clerk1"
    assert cover["个人信息"] == "已脱敏，以下栏目除外：姓名全称"  # who works here is named; no member is
    assert [cell.value for cell in book["数据 Data"][2]][:2] == ["clerk1", "职员"]
    row = Trail.objects.get(action="export")
    assert (row.by, row.record, "clerk1" in row.details) == ("u-system-admin", "list accounts", True)


@pytest.mark.parametrize("kind", ["csv", "xlsx"])
def test_an_english_export_is_english_in_its_rows_too(client: Client, kind: str) -> None:
    accounts(("clerk1", "Zhang Wei"))
    client.cookies["django_language"] = "en"
    file = content(client, f"/accounts?export={kind}&q=clerk1")  # the rows are made after the request has ended
    text = file.decode("utf-8-sig") if kind == "csv" else ""
    if kind == "xlsx":
        sheet = load_workbook(io.BytesIO(file))["数据 Data"]
        text = "\n".join(str(cell.value) for row in sheet.iter_rows() for cell in row)
    assert "Zhang Wei" in text
    assert "open" in text
    assert not re.search("[㐀-鿿]", text.replace("甲系统管理员", ""))


def test_a_sheet_keeps_amounts_days_and_text_apart(tmp_path: Path) -> None:
    rows = [[fen_to_yuan(123456), date(2025, 3, 10), 7, "007", None, "a\x00b"]]
    path = tmp_path / "sheet.xlsx"
    path.write_bytes(b"".join(sheets(cover=[("标题", "")], headings=list("abcdef"), rows=rows)))
    found = [cell.value for cell in load_workbook(path)["数据 Data"][2]]
    assert found == [1234.56, datetime(2025, 3, 10), 7, "007", None, "ab"]


def test_a_sheet_starts_before_its_rows_are_all_there() -> None:
    def endless():
        while True:
            yield ["一行"]

    parts = sheets(cover=[], headings=["a"], rows=endless())
    assert next(parts).startswith(b"PK")
    assert len(next(parts)) > 0


def test_a_sheet_that_cannot_hold_all_rows_is_an_error_and_not_a_silence() -> None:
    rows = ([1] for _ in range(1_048_576))
    with pytest.raises(ValueError, match="holds 1048576 rows"):
        for _ in sheets(cover=[], headings=["a"], rows=rows):
            pass


@pytest.mark.django_db
def test_rows_of_every_source_are_counted_to_a_limit_only(django_assert_num_queries) -> None:
    accounts(*((f"c{number}", "某") for number in range(5)))
    sql = SqlRows(
        "SELECT id, name FROM accounts_account WHERE name LIKE %(like)s", {"like": "c%"}, order="id",
        make=lambda *row: row, orders={"name": "name"},
    )  # fmt: skip
    query = QueryRows(Account.objects.filter(name__startswith="c").order_by("id"))
    listed = ListRows(list(Account.objects.filter(name__startswith="c").order_by("id")))
    for rows in (sql, query, listed):
        assert (rows.count(3), rows.count(10)) == (3, 5)
    assert [row[1] for row in sql.page(1, 2, ["-name"])] == ["c3", "c2"]
    assert [row.name for row in query.page(1, 2, ["-name"])] == ["c3", "c2"]
    assert [row.name for row in listed.page(1, 2, ["-name"])] == ["c3", "c2"]
    assert [len(list(rows.walk([]))) for rows in (sql, query, listed)] == [5, 5, 5]
