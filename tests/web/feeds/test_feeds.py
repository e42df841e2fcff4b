"""Feeds on the screen: handed in once, followed, every line accounted for, masked, taken back before it was paid."""

import io
import re
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from jishiyu.apps.accounts.models import Role
from jishiyu.apps.audit.models import Trail
from jishiyu.apps.intake.models import Feed, FeedState
from jishiyu.apps.jobs.models import Progress, State
from jishiyu.apps.subsidies.models import Entitlement
from tests.apps.subsidies.situations import (
    FEED,
    check_books,
    enrol,
    load,
    member,
    number,
    owed,
    reversal,
    stay,
    write,
)
from tests.conf.working import do_what_is_queued
from tests.web.people import signed_in

OFFICER = Role.SUBSIDY_OFFICER
Budget = Callable[[int], object]


@pytest.fixture(autouse=True)
def _own_folder(settings: object, tmp_path: Path) -> None:
    settings.UPLOAD_FOLDER = str(tmp_path / "uploads")  # type: ignore[attr-defined]


@pytest.fixture
def feed(tmp_path: Path) -> Feed:
    """Take in seven lines: paid, over the limit, not enough, unknown, reversed by another line, unusable."""
    enrol(tmp_path, member(1), member(2), member(3), member(4))
    gone = stay(4, "E", "9000.00")
    return load(
        tmp_path, "三月", stay(1, "A", "6000.00"), stay(2, "B", "152000.00"), stay(3, "C", "100.00"),
        stay(9, "D", "20000.00", emp_name="<script>alert(1)</script>"), gone, reversal(gone),
        stay(1, "F", "70.00", begndate="2025-03-20", enddate="2025-03-01"),
    )[0]  # fmt: skip


def handed(client: Client, path: Path, as_of: str = "2026-01-01", name: str = "") -> object:
    file = SimpleUploadedFile(name or path.name, path.read_bytes())
    return client.post("/feeds/upload", {"file": file, "as_of": as_of})


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize(("rows", "state"), [("1", State.DONE), ("2", State.REFUSED)])
def test_control_totals_of_the_form_are_checked(tmp_path: Path, rows: str, state: str) -> None:
    enrol(tmp_path, member(1))
    path = write(tmp_path / "三月.csv", FEED, [stay(1, "A", "20000.00")])
    data = {
        "file": SimpleUploadedFile(path.name, path.read_bytes()),
        "as_of": "2026-01-01",
        "rows": rows,
        "cash": "20,000.00",
    }
    assert signed_in(OFFICER).post("/feeds/upload", data).status_code == 302
    do_what_is_queued()
    job = Progress.objects.get(subject="三月.csv")
    assert job.state == state
    assert ("应有 2 行,实有 1 行" in job.zh) == (state == State.REFUSED)


@pytest.mark.django_db
def test_control_totals_that_are_no_numbers_are_refused_on_the_form(tmp_path: Path) -> None:
    path = write(tmp_path / "三月.csv", FEED, [stay(1, "A", "20000.00")])
    data = {"file": SimpleUploadedFile(path.name, path.read_bytes()), "as_of": "2026-01-01", "total": "many"}
    assert signed_in(OFFICER).post("/feeds/upload", data).status_code == 422
    assert not Progress.objects.exists()


@pytest.mark.django_db(transaction=True)
def test_a_file_is_handed_in_once_taken_by_the_worker_and_can_be_taken_back(tmp_path: Path) -> None:
    enrol(tmp_path, member(1))
    path = write(tmp_path / "三月.csv", FEED, [stay(1, "A", "20000.00")])
    client = signed_in(OFFICER)
    answer = handed(client, path)
    job = Progress.objects.get(subject="三月.csv")
    assert (answer.status_code, answer.headers["Location"]) == (302, f"/feeds/files/{job.pk}")  # type: ignore[attr-defined]
    assert (job.state, Feed.objects.count()) == (State.QUEUED, 0)
    waiting = client.get(f"/feeds/files/{job.pk}/progress").content.decode()
    assert "排队中" in waiting
    assert 'hx-trigger="every 1s"' in waiting
    do_what_is_queued()
    feed = Feed.objects.get()
    ended = client.get(f"/feeds/files/{job.pk}/progress").content.decode()
    assert "hx-trigger" not in ended
    assert f'href="/feeds/{feed.pk}"' in ended
    assert owed() == [("H1/VA", 40_000, 0, "owed")]

    again = handed(client, path, name="又一次.csv")
    assert again.status_code == 422  # type: ignore[attr-defined]
    assert "此前已接收过" in again.content.decode()  # type: ignore[attr-defined]
    assert 'value="2026-01-01"' in again.content.decode()  # type: ignore[attr-defined]
    assert Progress.objects.exclude(state=State.DONE).count() == 0

    assert client.post(f"/feeds/{feed.pk}/take-back", {"because": ""}).status_code == 422
    answer = client.post(f"/feeds/{feed.pk}/take-back", {"because": "医保部门发错月份"})
    assert answer.status_code == 302
    do_what_is_queued()
    assert Feed.objects.get().state == FeedState.WITHDRAWN
    assert "医保部门发错月份" in client.get(f"/feeds/{feed.pk}").content.decode()
    assert client.get(f"/feeds/{feed.pk}/take-back").status_code == 404
    check_books()


@pytest.mark.django_db(transaction=True)
def test_a_refused_file_stands_on_the_list_with_its_sentence(tmp_path: Path) -> None:
    path = tmp_path / "空.csv"
    path.write_text("setl_id,psn_cash_pay\n", encoding="utf-8")
    client = signed_in(OFFICER)
    handed(client, path)
    do_what_is_queued()
    job = Progress.objects.get()
    assert job.state == State.REFUSED
    for address in ("/feeds", "/feeds/files", f"/feeds/files/{job.pk}"):
        page = client.get(address).content.decode()
        assert "空.csv" in page, address
        assert "列" in page, address
    assert "hx-get" not in client.get(f"/feeds/files/{job.pk}").content.decode().split("<main")[1].split("</main")[0]


@pytest.mark.django_db
def test_a_day_that_has_not_come_is_refused_beside_the_field(tmp_path: Path) -> None:
    path = write(tmp_path / "a.csv", FEED, [stay(1, "A", "20000.00")])
    answer = handed(signed_in(OFFICER), path, as_of="2999-01-01")
    assert answer.status_code == 422  # type: ignore[attr-defined]
    assert "该日期尚未到来" in answer.content.decode()  # type: ignore[attr-defined]
    assert Progress.objects.count() == 0


@pytest.mark.django_db
def test_the_account_of_a_feed_adds_up_and_leads_to_its_lines(
    feed: Feed, django_assert_max_num_queries: Budget
) -> None:
    client = signed_in(OFFICER)
    with django_assert_max_num_queries(15 + 3):  # type: ignore[attr-defined]
        page = client.get(f"/feeds/{feed.pk}").content.decode()
    assert "行数相符:全部 7 行各有一个去向" in page.replace("\uff1a", ":")
    for words in ("自动发放", "协助申请", "不符合", "未匹配", "已冲销", "无效"):
        assert words in page
    counts = re.findall(rf'href="/feeds/{feed.pk}/lines\?bucket=(\w+)">(\d+)<', page)
    assert sum(int(lines) for _, lines in counts) == feed.line_count == 7
    assert dict(counts) == {
        "invalid": "1", "reversed": "2", "unmatched": "1", "ineligible": "1", "auto": "1", "assist": "1",
    }  # fmt: skip
    assert '"shape": "sankey"' in page
    sheet = client.get(f"/feeds/{feed.pk}?chart=feed-{feed.pk}")
    assert sheet.content.startswith(b"PK")


@pytest.mark.django_db
def test_lines_are_filtered_masked_and_exported_with_a_cover(feed: Feed, django_assert_max_num_queries: Budget) -> None:
    client = signed_in(OFFICER)
    with django_assert_max_num_queries(15 + 3):  # type: ignore[attr-defined]
        page = client.get(f"/feeds/{feed.pk}/lines").content.decode()
    assert number(1) not in page
    assert "张*" in page
    for query, found in (
        ("bucket=auto", ["SA"]), ("bucket=unmatched", ["SD"]), ("reason=threshold_not_reached", ["SC"]),
        ("settlement=SE", ["SE", "SE-undo"]), ("visit=VB", ["SB"]), ("bucket=auto&settlement=SB", []),
    ):  # fmt: skip
        page = client.get(f"/feeds/{feed.pk}/lines?{query}").content.decode()
        assert re.findall(r'data-heading="结算 ID">([^<]+)<', page) == found, query
    file = b"".join(client.get(f"/feeds/{feed.pk}/problems?export=xlsx").streaming_content)  # type: ignore[attr-defined]
    with zipfile.ZipFile(io.BytesIO(file)) as book:
        cover, sheet = (book.read(f"xl/worksheets/sheet{n}.xml").decode() for n in (1, 2))
    assert "u-subsidy-officer" in cover
    assert "三月.csv" in cover
    assert "SF" in sheet
    assert "SA" not in sheet
    assert number(1) not in sheet
    assert Trail.objects.filter(action="export", record="list feed-problems").count() == 1


@pytest.mark.django_db
def test_a_line_shows_what_it_says_and_what_undid_it_and_a_reveal_is_recorded(
    feed: Feed, django_assert_max_num_queries: Budget
) -> None:
    client = signed_in(OFFICER)
    by_settlement = {row.settlement_id: row.line_no for row in feed.lines.order_by("line_no")}
    with django_assert_max_num_queries(15 + 3):  # type: ignore[attr-defined]
        page = client.get(f"/feeds/{feed.pk}/lines/{by_settlement['SE']}").content.decode()
    assert "SE-undo" in page
    stranger = f"/feeds/{feed.pk}/lines/{by_settlement['SD']}"
    page = client.get(stranger).content.decode()
    assert "&lt;script&gt;" in page
    assert "<script>alert" not in page
    assert number(9) not in page
    assert client.post(f"{stranger}/reveal", {"reason": " "}, HTTP_HX_REQUEST="true").status_code == 422
    shown = client.post(f"{stranger}/reveal", {"reason": "致电单位核实"}, HTTP_HX_REQUEST="true").content.decode()
    assert number(9) in shown
    noted = Trail.objects.get(action="people.reveal")
    assert (noted.by, noted.record, "致电单位核实" in noted.details) == ("u-subsidy-officer", f"feed {feed.pk}", True)
    assert client.get(f"/feeds/{feed.pk}/lines/999").status_code == 404


@pytest.mark.django_db
def test_a_feed_that_is_on_its_way_to_the_bank_is_not_taken_back_and_nothing_typed_is_lost(feed: Feed) -> None:
    Entitlement.objects.filter(stay_id="H1/VA").update(state="in_batch")
    asked = signed_in(OFFICER).get(f"/feeds/{feed.pk}/take-back").content.decode()
    assert ("不能再撤回" in asked, 'name="because"' in asked) == (True, False)  # no form that can only be refused
    answer = signed_in(OFFICER).post(f"/feeds/{feed.pk}/take-back", {"because": "发错了月份"})
    assert answer.status_code == 422
    page = answer.content.decode()
    assert "不能撤回" in page
    assert "发错了月份" in page
    assert Progress.objects.count() == 0


@pytest.mark.django_db
def test_who_may_only_see_hands_nothing_in_and_a_union_sees_no_feed(feed: Feed) -> None:
    reviewer = signed_in(Role.REVIEWER)
    assert reviewer.get(f"/feeds/{feed.pk}").status_code == 200
    assert "/take-back" not in reviewer.get(f"/feeds/{feed.pk}").content.decode()
    for address in ("/feeds/upload", f"/feeds/{feed.pk}/take-back"):
        assert reviewer.get(address).status_code == 403
    union = signed_in(Role.UNION_OFFICER, union="U1")
    for address in ("/feeds", f"/feeds/{feed.pk}", f"/feeds/{feed.pk}/lines", f"/feeds/{feed.pk}/lines/2"):
        assert union.get(address).status_code == 403
    # A line of the own branch may be revealed, another one is not there.
    own = feed.lines.get(settlement_id="SA").line_no
    other = feed.lines.get(settlement_id="SD").line_no
    assert union.post(f"/feeds/{feed.pk}/lines/{own}/reveal", {"reason": "核实"}).status_code == 200
    assert union.post(f"/feeds/{feed.pk}/lines/{other}/reveal", {"reason": "核实"}).status_code == 404


@pytest.mark.django_db
def test_the_list_speaks_english_and_counts_few_queries(feed: Feed, django_assert_max_num_queries: Budget) -> None:
    client = signed_in(OFFICER)
    client.cookies["django_language"] = "en"
    with django_assert_max_num_queries(15 + 3):  # type: ignore[attr-defined]
        page = client.get("/feeds").content.decode()
    assert "Hand in a file" in page
    assert "三月.csv" in page
    assert re.search(r"[\u4e00-\u9fff]", page.split("<main")[1].split("</main>")[0].replace("三月.csv", "")) is None
