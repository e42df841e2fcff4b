"""Sheets made from the database, through the real path from feed to decision."""

import io
from datetime import UTC, date, datetime
from pathlib import Path

import pytest
from pypdf import PdfReader

from jishiyu.apps.accounts.operations import create_account
from jishiyu.apps.audit.models import Trail
from jishiyu.apps.orgs.problems import UnionUnknown
from jishiyu.apps.payments import operations as pay
from jishiyu.apps.people.problems import ReasonMissing
from jishiyu.apps.statistics.problems import BatchUnknown, DecisionUnknown
from jishiyu.banks import open_bank
from jishiyu.web.documents.batch import batch_sheet
from jishiyu.web.documents.calls import call_sheet
from jishiyu.web.documents.decision import Unmasking, decision_sheet
from jishiyu.web.documents.render import render
from tests.apps.subsidies.situations import enrol, filed_accident, filed_death, load, member, reversal, stay
from tests.once import made_once

pytestmark = pytest.mark.django_db
TODAY = date(2025, 4, 1)
MADE = datetime(2025, 4, 1, 1, tzinfo=UTC)


@made_once
def _city(folder: Path) -> None:
    enrol(
        folder,
        member(1, member_no="2201000165", bank_account="6222020000000000001"),
        member(2, member_no="2201000166", name="欧阳春雨", bank_account="6222020000000000002"),
    )
    load(
        folder, "三月",
        stay(1, "A", "152000.00", medfee_sumamt="412000.00", fund_pay_sumamt="258000.00", psn_part_amt="154000.00",
             acct_pay="2000.00"),
        stay(2, "B", "5000.01", psn_name="欧阳春雨"),
        stay(1, "C", "4000.00"),
        stay(9, "D", "20000.00"),
    )  # fmt: skip


def text_of(name: str, data: dict[str, object]) -> str:
    """Render and return the text of the PDF without spaces."""
    pages = PdfReader(io.BytesIO(render(name, data, made_at=MADE))).pages
    return "".join("".join(page.extract_text().split()) for page in pages)


def test_the_sheet_of_a_large_case_shows_how_it_was_calculated() -> None:
    told = text_of("decision", decision_sheet(stay_id="H1/VA", made_on=TODAY))
    for words in (
        "住院医疗补贴审核表", "H1/VA", "某医院", "412,000.00元", "258,000.00元", "152,000.00", "第5档", "8%", "超过100,000.00",
        "再少52,000.00元", "再多48,000.01元", "12,160.00", "壹万贰仟壹佰陆拾元整", "第七条", "已公布", "假定", "工人日报",
        "协助申请", "待联系", "医疗保险结算单", "签字", "盖章", "bracket5at8%", "第1页\uff0c共1页",
    ):  # fmt: skip
        assert words in told, words


def test_a_calculation_by_a_bracket_that_nobody_published_is_not_called_published() -> None:
    steps = decision_sheet(stay_id="H1/VA", made_on=TODAY)["steps"]
    by_article = {step["article"]: step for step in steps}
    assert (by_article["第七条"]["value"], by_article["第七条"]["status"]) == ("12,160.00", "假定")
    assert by_article["第六条"]["status"] == "已公布"  # the threshold is


def test_the_sheet_is_masked() -> None:
    data = decision_sheet(stay_id="H1/VB", made_on=TODAY)
    assert data["person"]["name"] == "欧***"
    assert data["person"]["member_no"] == "******0166"
    assert "欧阳春雨" not in text_of("decision", data)


def test_unmasking_needs_a_reason_and_goes_into_the_trail() -> None:
    why = Unmasking(by="li.na", reason="审核材料", at=MADE)
    assert "欧阳春雨" in text_of("decision", decision_sheet(stay_id="H1/VB", made_on=TODAY, unmasking=why))
    assert Trail.objects.filter(action="people.reveal", by="li.na", details__contains="审核材料").count() == 1
    with pytest.raises(ReasonMissing):
        decision_sheet(stay_id="H1/VB", made_on=TODAY, unmasking=Unmasking(by="li.na", reason=" ", at=MADE))


def test_a_refusal_and_a_stranger_have_sheets_too() -> None:
    refused = text_of("decision", decision_sheet(stay_id="H1/VC", made_on=TODAY))
    assert "不符合" in refused
    assert "零元整" in refused
    assert "本次不按档次计算" in refused
    stranger = text_of("decision", decision_sheet(stay_id="H1/VD", made_on=TODAY))
    assert "职工补贴核实表" in stranger
    assert "不在会员名册" in stranger
    assert "未匹配" in stranger


def test_the_first_bracket_has_no_neighbour_below() -> None:
    rows = decision_sheet(stay_id="H1/VB", made_on=TODAY)["brackets"]
    assert [row["place"] for row in rows] == ["✓ 第 1 档", "第 2 档"]
    assert rows[1]["distance"] == "再多 5,000.00 元"


def test_a_reversed_stay_shows_that_it_pays_nothing(tmp_path: Path) -> None:
    load(tmp_path, "四月", reversal(stay(2, "B", "5000.01", psn_name="欧阳春雨")))
    data = decision_sheet(stay_id="H1/VB", made_on=TODAY)
    assert data["amount"] == "0.00"
    assert "已冲销" in data["outcome"]


def test_the_sheet_of_a_death_is_one_page_and_counts_from_no_amount(tmp_path: Path) -> None:
    filed_death(tmp_path, 1, on=date(2026, 3, 2))
    data = decision_sheet(stay_id="A1", made_on=TODAY)
    told = text_of("decision", data)
    for words in ("贰万元整", "领取人", "死亡证明", "本次不按档次计算", "第1页\uff0c共1页"):
        assert words in told, words
    assert [field["value"] for row in data["event"] for field in row] == ["身故", "2026-02-01", "—"]
    assert ("伤情", "—") in {(step["words"], step["value"]) for step in data["steps"]}


def test_the_sheet_of_an_accident_names_the_injuries_to_who_may_see_the_name(tmp_path: Path) -> None:
    filed_accident(tmp_path, 1, "skull:crack;skull:closed", on=date(2026, 3, 2))
    masked = decision_sheet(stay_id="E1", made_on=TODAY)
    assert masked["amount"] == "2,600.00"
    assert "颅骨" not in text_of("decision", masked)
    assert "已隐去" in text_of("decision", masked)
    why = Unmasking(by="li.na", reason="审核材料", at=MADE)
    told = text_of("decision", decision_sheet(stay_id="E1", made_on=TODAY, unmasking=why))
    assert "颅骨骨裂" in told
    assert "颅骨闭合性骨折" in told
    assert "第1页\uff0c共1页" in told


def test_what_no_page_can_hold_goes_on_on_a_second_one() -> None:
    data = decision_sheet(stay_id="H1/VA", made_on=TODAY)
    told = text_of("decision", data | {"steps": data["steps"] * 5})
    assert "第2页\uff0c共2页" in told
    assert told.count("第七条") >= 5


def test_an_unknown_stay_is_refused() -> None:
    with pytest.raises(DecisionUnknown, match="H9/V9"):
        decision_sheet(stay_id="H9/V9", made_on=TODAY)


def test_the_batch_sheet_has_count_sum_capitals_and_both_people(tmp_path: Path) -> None:
    bank = open_bank("generic-csv")
    for name in ("王敏", "李强"):
        pay.name_signatory(name=name, member_no=None, by="admin", at=MADE)
    pay.appropriate(amount_fen=100_000_00, reference="拨款1号", by="王敏", on=TODAY, at=MADE)
    late = datetime(2025, 3, 31, 17, tzinfo=UTC)  # an hour after midnight in the city
    prepared = pay.prepare_batch(by="王敏", on=TODAY, at=late, bank=bank)
    create_account(name="李强", full_name="李强强", by="tests", at=MADE)
    assert prepared.batch_id
    before = text_of("batch", batch_sheet(batch_id=prepared.batch_id, issuer="市总工会", made_on=TODAY))
    assert "待复核" in before
    assert "2025-04-01编制" in before
    assert "尚未生成" in before
    pay.approve_batch(batch_id=prepared.batch_id, by="李强", on=TODAY, at=MADE)
    sent = pay.send_batch(batch_id=prepared.batch_id, by="李强", on=TODAY, at=MADE, bank=bank, folder=tmp_path / "bank")
    told = text_of("batch", batch_sheet(batch_id=prepared.batch_id, issuer="市总工会", made_on=TODAY))
    for words in (
        "1笔",
        "75.00",
        "柒拾伍元整",
        "王敏",
        "李强强",
        "欧***",
        "******0166",
        "已送银行",
        sent.files[0].sha256,
    ):
        assert words in told, words
    assert "6222020000000000002" not in told
    assert "欧阳春雨" not in told
    with pytest.raises(BatchUnknown):
        batch_sheet(batch_id=prepared.batch_id + 1, issuer="市总工会", made_on=TODAY)


def test_the_call_list_names_who_and_why_masked() -> None:
    told = text_of("calls", call_sheet(union_code="U1", issuer="市总工会", on=date(2026, 1, 10)))
    for words in (
        "致\uff1aU1工会\uff08U1\uff09",
        "张*",
        "******0165",
        "12,160.00",
        "超过自动发放限额",
        "逾期2天",
        "共1件",
    ):
        assert words in told, words
    assert "张1" not in told
    with pytest.raises(UnionUnknown):
        call_sheet(union_code="U9", issuer="市总工会", on=TODAY)
