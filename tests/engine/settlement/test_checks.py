"""What is checked in every line, and what every flaw is called."""

from datetime import date, timedelta
from decimal import Decimal
from pathlib import Path

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from jishiyu.engine.settlement.checks import check_lines
from jishiyu.engine.settlement.flaws import FLAWS, bit, explain, held, invalid, reasons, warned, with_reasons
from tests.engine.settlement.feed_files import AS_OF, a_line, csv_text, lines_of, reasons_for


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({}, []),
        ({"setl_id": ""}, ["missing:settlement_id"]),
        ({"mdtrt_id": " "}, ["missing:visit_id"]),
        ({"certno": "\u3000"}, ["missing:cert_no"]),
        ({"med_type": "null"}, ["missing:medical_type"]),
        ({"begndate": ""}, ["missing:begins_on"]),
        ({"enddate": ""}, ["missing:ends_on"]),
        ({"setl_time": ""}, ["missing:settled_at"]),
        ({"psn_cash_pay": " "}, ["missing:cash"]),
        ({"fixmedins_code": ""}, ["missing:hospital_code"]),
        ({"psn_name": ""}, ["missing:name"]),
        ({"setl_id": "2.20102E+25"}, ["digits_lost:settlement_id"]),
        ({"mdtrt_id": "4e+19"}, ["digits_lost:visit_id"]),
        ({"certno": "4.40300E+19"}, ["digits_lost:cert_no"]),
        ({"certno": "220102199808018133"}, ["cert_check_digit:cert_no"]),
        ({"certno": "22010219980801813"}, ["cert_shape:cert_no"]),
        ({"certno": "22010219980801813Y"}, ["cert_shape:cert_no"]),
        ({"certno": "220102199802300014"}, ["cert_birth_date:cert_no"]),
        ({"certno": "220102209808018139"}, ["cert_birth_date:cert_no"]),
        ({"certno": "990102199808018130"}, ["cert_place_unknown:cert_no"]),
        ({"psn_cert_type": "", "certno": "E1234567"}, ["cert_type_missing:cert_type"]),
        ({"psn_cert_type": "77"}, ["cert_type_unknown:cert_type"]),
        ({"begndate": "2025-02-30"}, ["not_a_date:begins_on"]),
        ({"enddate": "soon"}, ["not_a_date:ends_on"]),
        ({"setl_time": "2025-03-09 25:00:00"}, ["not_a_date:settled_at"]),
        ({"updt_time": "31.12.2025"}, ["not_a_date:updated_at"]),
        ({"begndate": "2025-03-10"}, ["begins_after_ends:begins_on"]),
        ({"enddate": "2026-07-01"}, ["in_the_future:ends_on"]),
        ({"setl_time": "2026-07-01 00:00:00"}, ["in_the_future:settled_at"]),
        ({"setl_time": "2026-06-30 23:59:59"}, []),
        ({"updt_time": "20260701"}, ["in_the_future:updated_at"]),
        ({"psn_cash_pay": "11499.505"}, ["amount_not_exact:cash"]),
        ({"psn_cash_pay": "1.14995e4"}, ["amount_not_exact:cash"]),
        ({"psn_cash_pay": "about 100"}, ["amount_not_exact:cash"]),
        ({"psn_cash_pay": "11,499.50", "medfee_sumamt": " ¥20，000.00 "}, []),
        ({"psn_part_amt": "１２０００．００"}, []),
        ({"psn_cash_pay": "-11499.50"}, ["amount_negative:cash", "cash_does_not_add_up:cash"]),
        ({"psn_cash_pay": "11499.51"}, ["cash_does_not_add_up:cash"]),
        ({"fund_pay_sumamt": "8000.01"}, ["personal_does_not_add_up:personal"]),
        ({"fund_pay_sumamt": "8000.01", "hosp_part_amt": ""}, []),
        ({"refd_setl_flag": "3"}, ["unknown_refund_flag:refund_flag"]),
        ({"refd_setl_flag": "2"}, []),
        ({"refd_setl_flag": "是"}, []),
        ({"vali_flag": "2"}, ["unknown_valid_flag:valid_flag"]),
        ({"vali_flag": "", "refd_setl_flag": ""}, []),
        ({"vali_flag": "1.0", "refd_setl_flag": "0.0"}, []),
        ({"med_type": "2"}, ["unknown_medical_type:medical_type"]),
        ({"med_type": "211"}, ["unknown_medical_type:medical_type"]),
        ({"insu_admdvs": ""}, []),
        ({"insu_admdvs": "440199", "med_type": "53"}, []),
        ({"insu_admdvs": "440199", "med_type": "990404"}, ["unknown_medical_type:medical_type"]),
        ({"insu_admdvs": "410199"}, []),
        ({"insu_admdvs": "410299"}, ["unknown_medical_type:medical_type"]),
        ({"med_type": "普通住院"}, []),
        (
            {"setl_id": "", "certno": "", "begndate": "x", "psn_cash_pay": "y", "med_type": "z"},
            ["missing:settlement_id", "missing:cert_no", "not_a_date:begins_on", "amount_not_exact:cash",
             "unknown_medical_type:medical_type"],
        ),
    ],
)  # fmt: skip
def test_names_every_flaw_of_a_line(changes: dict[str, str], expected: list[str], tmp_path: Path) -> None:
    assert reasons_for(tmp_path, **changes) == expected


def test_an_undoing_line_may_be_negative(tmp_path: Path) -> None:
    amounts = {
        "medfee_sumamt": "-20000.00", "fund_pay_sumamt": "-8000.00", "psn_part_amt": "-12000.00", "acct_pay": "-500.50",
        "psn_cash_pay": "-11499.50",
    }  # fmt: skip
    assert reasons_for(tmp_path, init_setl_id="S0", **amounts) == []
    assert reasons_for(tmp_path, refd_setl_flag="1", **amounts) == []
    assert len(reasons_for(tmp_path, **amounts)) == 5


def test_breaks_of_sums_warn_or_hold_as_told(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_text(csv_text([a_line(psn_cash_pay="1.00"), a_line()]), encoding="utf-8")
    flaws = pl.col("flaws")
    warn = lines_of(path).select(held=held(flaws), warned=warned(flaws), invalid=invalid(flaws)).rows()
    hold = lines_of(path, breaks="held")
    assert warn == [(False, True, False), (False, False, False)]
    assert hold.select(held=held(flaws), warned=warned(flaws)).rows() == [(True, False), (False, False)]
    assert hold["reasons"].to_list() == [["cash_does_not_add_up:cash"], []]


@pytest.mark.parametrize(
    "text",
    ["2025-03-05", "20250305", "2025/3/5", "2025/03/05", "2025.3.5", "2025年3月5日", "2025-03-05 08:30:00",
     "2025/3/5 8:30", "2025-03-05T08:30:00", "45721", "45721.354166667", " 2025-03-05 ", "２０２５－０３－０５"],
)  # fmt: skip
def test_reads_days_as_they_are_written(text: str, tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_text(csv_text([a_line(begndate=text), a_line()]), encoding="utf-8")
    assert lines_of(path)["begins_on"].to_list() == [date(2025, 3, 5), date(2025, 3, 1)]


def test_takes_the_birth_date_from_the_number_or_else_from_its_column(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    lines = [
        a_line(brdy="1990-01-01"), a_line(psn_cert_type="08", certno="E1234567", brdy="1990-01-01"),
        a_line(psn_cert_type="08", certno="E1234567", brdy="no"),
    ]  # fmt: skip
    path.write_text(csv_text(lines), encoding="utf-8")
    found = lines_of(path)
    assert found["birth_date"].to_list() == [date(1998, 8, 1), date(1990, 1, 1), None]
    assert found["reasons"].to_list() == [[], [], ["not_a_date:birth_date"]]
    assert found["person_key"].to_list() == ["01:220102199808018132", "08:E1234567", "08:E1234567"]


def test_every_flaw_has_its_own_bit_its_sentences_and_a_severity() -> None:
    assert [flaw.bit for flaw in FLAWS] == list(range(len(FLAWS)))
    assert len(FLAWS) <= 64
    assert all(flaw.zh and flaw.en.endswith(".") for flaw in FLAWS)
    assert explain(bit("missing", "name") | bit("broken_row"))[1].severity == "warning"


def test_reasons_keep_the_order_of_lines_and_bits() -> None:
    masks = pl.Series([0, bit("missing", "cash_fen") | bit("broken_row"), 0, 1], dtype=pl.UInt64)
    expected = [[], ["broken_row", "missing:cash"], [], ["broken_row"]]
    assert reasons(masks).to_list() == expected
    assert pl.DataFrame({"m": masks}).select(with_reasons(pl.col("m")))["m"].to_list() == expected


AMOUNT = st.decimals(min_value=Decimal("0"), max_value=Decimal("9999999.99"), places=2)


@settings(max_examples=25, deadline=None)
@given(amounts=st.lists(AMOUNT, min_size=1, max_size=20), damage=st.integers(min_value=0, max_value=19))
def test_checks_of_many_lines_are_the_checks_of_each_line_alone(amounts: list[Decimal], damage: int) -> None:
    names = {"settlement_id": "S1", "visit_id": "V1", "cert_type": "01", "cert_no": "220102199808018132",
             "medical_type": "21", "begins_on": "2025-03-01", "ends_on": "2025-03-09", "settled_at": "2025-03-09 10:11:12"}  # fmt: skip
    rows = [names | {"cash_fen": str(amount), "line": n, "flaw": 0} for n, amount in enumerate(amounts)]
    rows[damage % len(rows)] |= {"cert_no": "22010219980801813x", "cash_fen": "1.005", "begins_on": "2025/3/1"}
    schema = {"line": pl.Int64, "flaw": pl.UInt8}
    texts = pl.DataFrame(rows, schema_overrides=schema)
    together = check_lines(texts, file="a", as_of=AS_OF)
    alone = pl.concat([check_lines(texts[at], file="a", as_of=AS_OF) for at in range(len(rows))])
    assert together.equals(alone)
    good = together.filter(pl.col("flaws") == 0)
    assert good["cash_fen"].to_list() == [int(rows[n]["cash_fen"].replace(".", "")) for n in good["line"]]  # type: ignore[attr-defined]
    assert good.height == len(rows) - 1


def test_nothing_may_lie_after_the_day_of_the_run() -> None:
    texts = pl.DataFrame({
        "line": [1], "flaw": [0], "settlement_id": ["S"], "visit_id": ["V"], "cert_no": ["220102199808018132"],
        "medical_type": ["21"], "begins_on": ["2025-03-01"], "ends_on": ["2025-03-01"], "settled_at": ["2025-03-01"],
        "cash_fen": ["1"],
    })  # fmt: skip
    late = check_lines(texts, file="a", as_of=date(2025, 3, 1) - timedelta(days=1))
    assert reasons(late["flaws"])[0].to_list() == [
        "in_the_future:begins_on",
        "in_the_future:ends_on",
        "in_the_future:settled_at",
    ]
    assert check_lines(texts, file="a", as_of=date(2025, 3, 1))["flaws"].to_list() == [0]
