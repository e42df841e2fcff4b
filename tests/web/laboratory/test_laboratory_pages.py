"""The laboratory on the screen: sliders and brackets, exports, kept answers, drafts, and whom it shows nothing of."""

import io
import json
import re
import zlib
from pathlib import Path
from urllib.parse import urlencode

import pytest
from django.test import Client
from python_calamine import CalamineWorkbook

from jishiyu.apps.accounts.models import Role
from jishiyu.apps.audit.models import Trail
from jishiyu.apps.jobs.models import Kind, Progress, State
from jishiyu.apps.laboratory.models import Kept
from jishiyu.apps.policies.models import Version
from jishiyu.apps.subsidies.models import Decision
from jishiyu.conf.jobs.laboratory import measure_history
from jishiyu.conf.jobs.running import carry_out
from jishiyu.web.laboratory import benches
from tests.apps.subsidies.situations import enrol, load, member, stay
from tests.web.people import signed_in

HOME = "/laboratory"
BENCH = "/laboratory/changchun.hospital"
AMOUNTS = ("4500.00", "5000.01", "9000.00", "30000.00", "152000.00", "340000.00", "340000.00", "600000.00")

pytestmark = pytest.mark.django_db


@pytest.fixture
def folder(tmp_path: Path, settings: object) -> Path:
    settings.LABORATORY_FOLDER = str(tmp_path / "laboratory")  # type: ignore[attr-defined]
    benches._held.clear()
    return tmp_path / "laboratory"


@pytest.fixture
def officer(tmp_path: Path, folder: Path) -> Client:
    """An officer of a city with fourteen members, twelve of them ill, whose history was measured by the worker."""
    enrol(tmp_path, *(member(who) for who in range(1, 15)))
    stays = [stay(who, f"{who}", AMOUNTS[who % len(AMOUNTS)]) for who in range(1, 13)]
    load(tmp_path, "三月", *stays)
    client = signed_in(Role.SUBSIDY_OFFICER)
    assert client.post(f"{BENCH}/measure").status_code == 302
    job = Progress.objects.get(kind=Kind.MEASURE_HISTORY)
    carry_out(job.pk, measure_history)
    job.refresh_from_db()
    assert job.state == State.DONE, (job.zh, job.en)
    return client


def text(response: object) -> str:
    return response.content.decode()  # type: ignore[attr-defined]


def totals(page: str) -> list[list[str]]:
    """Return the rows of the first table of an answer."""
    body = re.search(r'id="chart-whatif-totals".*?<tbody>(.*?)</tbody>', page, re.DOTALL)
    assert body is not None
    rows = re.findall(r"<tr>(.*?)</tr>", body[1], re.DOTALL)
    return [re.findall(r"<td[^>]*>(.*?)</td>", row) for row in rows]


def paid() -> int:
    return sum(Decision.objects.filter(policy="changchun.hospital").values_list("payable_fen", flat=True))


def test_today_beside_itself_is_what_was_decided(officer: Client) -> None:
    page = text(officer.get(BENCH))
    assert paid() > 0
    assert totals(page)[1][1] == totals(page)[1][2] == f"{paid() / 100:,.2f}"
    assert "未在名册" in page


def test_a_moved_slider_gives_another_answer(officer: Client) -> None:
    page = text(officer.get(f"{BENCH}/result", {"threshold.over": "4000.00"}))
    money = totals(page)[1]
    assert money[1] != money[2]
    assert money[3].startswith("+")  # who paid 4,500.00 gets something now
    moved = text(officer.get(BENCH, {"threshold.over": "4000.00"}))
    assert 'value="4000.00"' in moved
    assert "slider-changed" in moved


def test_brackets_and_scale_are_edited(officer: Client) -> None:
    query = {"scale": "marginal", "edge": ["5,000", "100000"], "rate": ["2", "12 %"]}
    page = text(officer.get(f"{BENCH}/result", query))
    assert "第 2 档" in page or "第 1 档" in page
    assert totals(page)[1][1] != totals(page)[1][2]


@pytest.mark.parametrize("query", [
    {"threshold.over": "much"}, {"edge": ["5000.00"], "rate": ["fast"]}, {"edge": [""], "rate": [""]},
    {"require.1.max": "-3"}, {"limit.0.amount": "1e9"}, {"edge": ["5000.00", "9000.00", "9000.00"], "rate": ["1 %", "2 %", "3 %"]},
])  # fmt: skip
def test_what_cannot_be_understood_is_said_and_not_calculated(officer: Client, query: dict[str, object]) -> None:
    response = officer.get(f"{BENCH}/result", query)
    assert response.status_code == 422
    assert 'role="alert"' in text(response)
    assert "whatif-totals" not in text(response)


def test_excel_and_pdf_hold_both_policies_word_for_word(officer: Client) -> None:
    query = urlencode({"threshold.over": "4000.00"})
    book = CalamineWorkbook.from_filelike(io.BytesIO(officer.get(f"{BENCH}/excel?{query}").content))
    sheet = next(name for name in book.sheet_names if name.endswith("方案乙文本"))
    lines = [str(row[1]) for row in book.get_sheet_by_name(sheet).to_python()[3:]]
    assert 'over = "4000.00"' in "\n".join(lines)
    response = officer.get(f"{BENCH}/pdf?{query}")
    assert response.content.startswith(b"%PDF")
    attached = [
        zlib.decompress(part) for part in re.findall(rb"stream\r?\n(x.*?)\r?\nendstream", response.content, re.DOTALL)
    ]
    texts = [part for part in attached if b"[threshold]" in part]
    assert len(texts) == 2
    assert any(b'over = "4000.00"\nkind = "gate"' in part for part in texts)
    assert Trail.objects.filter(action="download", details__contains="whatif-changchun.hospital.pdf").exists()


def test_a_chart_has_its_excel_of_the_same_question(officer: Client) -> None:
    response = officer.get(BENCH, {"threshold.over": "4000.00", "chart": "whatif-burden"})
    book = CalamineWorkbook.from_filelike(io.BytesIO(b"".join(response)))
    assert len(book.sheet_names) == 2


def test_an_answer_is_kept_and_compared(officer: Client) -> None:
    asked = urlencode({"threshold.over": "4000.00"})
    response = officer.post(f"{BENCH}/keep", {"asked": asked, "title": "起付线四千"})
    row = Kept.objects.get()
    assert response.headers["Location"] == f"{HOME}/kept/{row.pk}"
    assert 'over = "4000.00"' in row.second_text
    page = text(officer.get(f"{HOME}/kept/{row.pk}"))
    assert totals(page)[1][3].startswith("+")
    home = text(officer.get(HOME))
    assert "起付线四千" in home
    assert row.measures["cost"] in home
    assert Trail.objects.filter(action="laboratory.kept").exists()
    assert officer.post(f"{BENCH}/keep", {"asked": asked, "title": " "}).status_code == 422


def test_a_variant_becomes_a_draft_that_two_people_publish(officer: Client) -> None:
    asked = urlencode(
        {"threshold.over": "4000.00", "edge": ["4000.00", "100000.00"], "rate": ["2 %", "9 %"]}, doseq=True
    )
    response = officer.post(
        f"{BENCH}/draft", {"asked": asked, "version": "2027-01", "starts": "2027-01-01", "source": "市总〔2026〕1号"}
    )
    row = Version.objects.get()
    assert response.headers["Location"] == f"/policies/drafts/{row.pk}"
    assert (row.state, row.version, row.starts.isoformat()) == ("draft", "2027-01", "2027-01-01")
    assert "市总〔2026〕1号" in row.text
    assert row.text.count("rate = ") == 2


def test_forecast_of_a_month_is_refused_with_a_sentence(officer: Client) -> None:
    response = officer.get(f"{BENCH}/forecast", {"fees": "3", "members": "0", "fund": "1000.00"})
    assert response.status_code == 422
    assert "至少需要 12 个" in text(response)
    assert officer.get(f"{BENCH}/forecast", {"fees": "abc"}).status_code == 422


def test_best_brackets_come_with_their_proof_and_can_be_used(officer: Client) -> None:
    page = text(officer.get(f"{BENCH}/best", {"count": "3", "most": "12"}))
    assert "已证明" in page
    found = json.loads(re.search(r'id="found-brackets" type="application/json">(.*?)</script>', page)[1])  # type: ignore[index]
    assert 1 <= len(found) <= 3
    curve = json.loads(re.search(r'id="chart-best-curve-data" type="application/json">(.*?)</script>', page)[1])  # type: ignore[index]
    best, today = (one["values"] for one in curve["series"])
    rising = [(place, value) for place, value in zip(curve["places"], best, strict=True) if value is not None]
    assert rising == sorted(rising)
    assert len(rising) > 1
    assert [value is None for value in today] == [value is not None for value in best]
    assert officer.get(f"{BENCH}/best", {"budget": "1.00"}).status_code == 422


def test_nobody_is_shown_by_name_or_number(officer: Client, folder: Path) -> None:
    pages = [text(officer.get(BENCH)), text(officer.get(f"{BENCH}/best"))]
    assert not any(secret in page for page in pages for secret in ("M0001", "H1/", "张1"))
    raw = (folder / "changchun.hospital.arrow").read_bytes()
    assert not any(secret in raw for secret in (b"M0001", b"H1/", "张1".encode()))
    assert (folder / "changchun.hospital.arrow").stat().st_mode & 0o077 == 0


def test_before_the_history_is_measured_the_page_says_so(folder: Path) -> None:
    client = signed_in(Role.FINANCE)
    page = text(client.get(BENCH))
    assert "测算" in page
    assert "whatif-totals" not in page
    assert client.get(f"{BENCH}/excel").status_code == 422


def test_a_policy_without_brackets_is_asked_about_too(officer: Client, folder: Path) -> None:
    assert officer.get("/laboratory/changchun.fire").status_code == 200
    assert officer.get("/laboratory/nobody.knows").status_code == 404


@pytest.mark.parametrize("role", [Role.UNION_OFFICER, Role.SYSTEM_ADMIN, Role.AUDIT_ADMIN, Role.SECURITY_ADMIN])
def test_only_the_city_asks(folder: Path, role: Role) -> None:
    assert signed_in(role).get(BENCH).status_code == 403


def test_finance_may_ask_but_makes_no_draft(folder: Path) -> None:
    client = signed_in(Role.FINANCE)
    assert client.get(HOME).status_code == 200
    assert client.post(f"{BENCH}/draft", {"asked": ""}).status_code == 403
