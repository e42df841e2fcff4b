"""Every kind of file gives the same lines, told by content."""

import io
import json
import random
import zipfile
from datetime import date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import polars as pl
import pytest
from polars.testing import assert_frame_equal

from jishiyu.engine.files import problems
from jishiyu.engine.problems import Problem
from jishiyu.engine.settlement.lines import LINE_SCHEMA
from tests.engine.settlement.feed_files import (
    CHINESE,
    SAMPLE,
    a_line,
    csv_text,
    lines_of,
    some_lines,
    table,
    write_json_lines,
    write_xls,
    write_xlsx,
    write_zip,
)

MOMENT = datetime.fromisoformat("2025-03-09 10:11:12")
SETL_D = {
    "psn_part_amt": "PSN_PAY", "psn_cash_pay": "CASH_PAYAMT", "hosp_part_amt": "OWNPAY_HOSP_PART",
    **{name: name.upper() for name in ("setl_id", "mdtrt_id", "certno", "med_type", "begndate", "enddate", "setl_time")},
}  # fmt: skip


def write_as(kind: str, folder: Path, lines: list[dict[str, str]]) -> Path:
    """Write lines as one kind of file, under a name that says nothing."""
    path = folder / "feed"
    text = csv_text(lines)
    encodings = {"utf-8": "utf-8", "utf-8 with mark": "utf-8-sig", "gb18030": "gb18030", "utf-16": "utf-16"}
    if kind in encodings:
        path.write_bytes(text.encode(encodings[kind]))
    elif kind == "carriage returns":
        path.write_bytes(text.replace("\n", "\r\n").encode())
    elif kind in ("tab", "semicolon"):
        path.write_text(csv_text(lines, separator={"tab": "\t", "semicolon": ";"}[kind]), encoding="utf-8")
    elif kind == "all quoted":
        path.write_text("\n".join(",".join(f'"{cell}"' for cell in row) for row in table(lines)), encoding="utf-8")
    elif kind == "zip":
        write_zip(path, {"明细/SETL.txt": csv_text(lines, separator="\t").encode("gb18030")})
    elif kind == "xlsx":
        write_xlsx(path, table(lines))
    elif kind == "xls":
        write_xls(path, table(lines))
    elif kind == "json lines":
        write_json_lines(path, lines)
    elif kind == "json array":
        path.write_text(json.dumps(lines, ensure_ascii=False, indent=1), encoding="utf-8")
    elif kind == "json messages":
        write_json_lines(path, [{"infno": "2304", "output": {"setlinfo": line, "setldetail": [{}]}} for line in lines])
    else:
        pl.DataFrame(lines).write_parquet(path)
    return path


@pytest.mark.parametrize(
    "kind",
    [
        "utf-8", "utf-8 with mark", "gb18030", "utf-16", "carriage returns", "tab", "semicolon", "all quoted", "zip",
        "xlsx", "xls", "json lines", "json array", "json messages", "parquet",
    ],
)  # fmt: skip
def test_every_kind_of_file_gives_the_same_lines(kind: str, tmp_path: Path) -> None:
    lines = some_lines(5)
    expected = lines_of(write_as("utf-8", tmp_path, lines)).drop("file", "line")
    assert expected["flaws"].to_list() == [0] * 5
    assert expected["name"].to_list() == ["张㛃", "李𬭎", "王五", "张㛃", "李𬭎"]
    assert expected["cash_fen"].to_list() == [1149950] * 5

    found = lines_of(write_as(kind, tmp_path, lines))

    assert_frame_equal(found.drop("file", "line"), expected)
    first = 1 if kind in ("parquet", "json lines", "json array", "json messages") else 2
    assert found["line"].to_list() == list(range(first, first + 5))
    assert found["file"].unique().to_list() == ["feed/明细/SETL.txt" if kind == "zip" else "feed"]


def test_gives_the_columns_of_the_contract_in_their_order(tmp_path: Path) -> None:
    found = lines_of(write_as("utf-8", tmp_path, some_lines())).drop("reasons")
    assert dict(found.schema) == LINE_SCHEMA
    assert list(found.schema) == list(LINE_SCHEMA)


def test_gives_only_the_columns_asked_for(tmp_path: Path) -> None:
    found = lines_of(write_as("parquet", tmp_path, some_lines()), columns=["cash_fen", "person_key"]).drop("reasons")
    assert found.columns == ["file", "line", "person_key", "cash_fen", "flaws"]


@pytest.mark.parametrize("headings", [CHINESE, SETL_D, {name: f" {name.title()} " for name in a_line()}])
def test_reads_all_three_vocabularies_in_any_case(headings: dict[str, str], tmp_path: Path) -> None:
    path = tmp_path / "feed.csv"
    path.write_text(csv_text(some_lines(), headings=headings), encoding="utf-8")
    expected = lines_of(write_as("utf-8", tmp_path, some_lines()))
    assert_frame_equal(lines_of(path).drop("file"), expected.drop("file"))


def test_reads_a_table_without_headings_in_the_documented_order(tmp_path: Path) -> None:
    order = [
        "SETL_ID", "INIT_SETL_ID", "MDTRT_ID", "PSN_NO", "PSN_NAME", "PSN_CERT_TYPE", "CERTNO", "GEND", "BRDY",
        "INSUTYPE", "PSN_TYPE", "MED_TYPE", "BEGNDATE", "ENDDATE", "SETL_TIME", "MEDFEE_SUMAMT", "FUND_PAY_SUMAMT",
        "OWNPAY_HOSP_PART", "PSN_PAY", "ACCT_PAY", "CASH_PAYAMT", "INSCP_AMT", "FULAMT_OWNPAY_AMT",
        "OVERLMT_SELFPAY", "PRESELFPAY_AMT", "ACT_PAY_DEDC", "REFD_SETL_FLAG", "VALI_FLAG", "FIXMEDINS_CODE",
        "FIXMEDINS_NAME", "HOSP_LV", "INSU_ADMDVS", "EMP_NO", "EMP_NAME", "DISE_NO", "DISE_NAME", "RID", "UPDT_TIME",
    ]  # fmt: skip
    back = {new: old for old, new in SETL_D.items()}
    rows = []
    for line in some_lines():
        values = [line.get(back.get(name, name.lower()), "") or "null" for name in order]
        rows.append("\t".join(values))
    path = write_zip(tmp_path / "day.zip", {"a.txt": "\n".join(rows)})

    found = lines_of(path)

    expected = lines_of(write_as("utf-8", tmp_path, some_lines()))
    assert found["line"].to_list() == [1, 2, 3]
    assert_frame_equal(found.drop("file", "line"), expected.drop("file", "line"))


def test_reads_every_table_of_a_zip_under_its_name(tmp_path: Path) -> None:
    workbook = io.BytesIO(write_xlsx(tmp_path / "b.xlsx", table(some_lines(1))).read_bytes())
    path = write_zip(
        tmp_path / "all.zip",
        {"a.txt": csv_text(some_lines(2), separator="\t"), "b.xlsx": workbook.getvalue(), "__MACOSX/._a.txt": b"\0\1"},
    )
    found = lines_of(path)
    assert found.select("file", "line").rows() == [("all.zip/a.txt", 2), ("all.zip/a.txt", 3), ("all.zip/b.xlsx", 2)]


def test_reads_names_of_zip_members_in_gb18030(tmp_path: Path) -> None:
    path = tmp_path / "day.zip"
    with zipfile.ZipFile(path, "w") as archive:
        member = zipfile.ZipInfo("明细.csv".encode("gb18030").decode("cp437"))
        member.flag_bits = 0
        archive.writestr(member, csv_text(some_lines(1)))
    # The module marks every name it writes as UTF-8; programs of the field write bytes without the mark.
    utf8 = "明细.csv".encode("gb18030").decode("cp437").encode()
    raw = path.read_bytes().replace(utf8, b"\xc3\xf7\xcf\xb8.csv".ljust(len(utf8), b"_"))
    path.write_bytes(raw.replace(b"\x00\x08\x00\x00", b"\x00\x00\x00\x00"))
    assert lines_of(path)["file"][0].startswith("day.zip/明细.csv")


def test_reads_numbers_and_dates_of_sheets_as_they_were_typed(tmp_path: Path) -> None:
    row: dict[str, Any] = dict(a_line())
    row |= {"begndate": date(2025, 3, 1), "enddate": 45725, "setl_time": MOMENT}
    row |= {"medfee_sumamt": 20000, "fund_pay_sumamt": 8000.1, "psn_part_amt": 11999.9, "acct_pay": 0.1 + 0.2}
    row |= {"psn_cash_pay": 11999.6, "psn_cert_type": 1, "med_type": 21, "refd_setl_flag": 0.0, "vali_flag": 1}
    found = lines_of(write_xlsx(tmp_path / "a.xlsx", [list(row), list(row.values())]))
    assert found["reasons"].to_list() == [[]]
    assert found.select("begins_on", "ends_on", "settled_at").row(0) == (
        date(2025, 3, 1), date(2025, 3, 9), MOMENT,
    )  # fmt: skip
    assert found.select("total_fen", "fund_fen", "account_fen", "cash_fen").row(0) == (2000000, 800010, 30, 1199960)
    assert found.select("medical_type", "refund_flag", "valid_flag").row(0) == ("21", "0", "1")


def test_refuses_digits_that_a_sheet_has_lost(tmp_path: Path) -> None:
    row: dict[str, Any] = a_line() | {"certno": 220102199808018132.0, "setl_id": 22010219980801813299.0}
    found = lines_of(write_xlsx(tmp_path / "a.xlsx", [list(row), list(row.values())]))
    assert found["reasons"].to_list() == [["digits_lost:settlement_id", "digits_lost:cert_no"]]
    assert found["person_key"].to_list() == [None]


def test_finds_the_headings_below_a_title_and_keeps_the_numbers_of_the_sheet(tmp_path: Path) -> None:
    rows = [["长春市住院结算明细"], [], *table(some_lines(2)), [], list(a_line(setl_id="S9").values())]
    found = lines_of(write_xlsx(tmp_path / "a.xlsx", rows))
    assert found.select("settlement_id", "line").rows() == [("S0", 4), ("S1", 5), ("S9", 7)]
    path = tmp_path / "a.csv"
    path.write_text("长春市住院结算明细\n\n" + csv_text(some_lines(2)) + "\n" + csv_text(some_lines(1)).split("\n")[1])
    assert lines_of(path)["line"].to_list() == [4, 5, 7]


def test_reads_all_sheets_with_lines_and_leaves_notes_out(tmp_path: Path) -> None:
    sheets = {"说明": [["请勿外传"]], "一月": table(some_lines(1)), "二月": table(some_lines(2))}
    found = lines_of(write_xlsx(tmp_path / "a.xlsx", [], sheets=sheets))
    assert found["file"].to_list() == ["a.xlsx/一月", "a.xlsx/二月", "a.xlsx/二月"]


def test_reads_typed_columns_of_parquet(tmp_path: Path) -> None:
    path = tmp_path / "a.parquet"
    frame = pl.DataFrame(some_lines(2)).with_columns(
        medfee_sumamt=pl.lit(Decimal("20000.0000")).cast(pl.Decimal(20, 4)),
        fund_pay_sumamt=pl.lit(8000),
        psn_part_amt=pl.lit(11999.9 + 0.1),
        acct_pay=pl.lit(0.1 + 0.2),
        psn_cash_pay=pl.lit(Decimal("11999.70")),
        begndate=pl.lit(date(2025, 3, 1)),
        setl_time=pl.lit(MOMENT),
        refd_setl_flag=pl.lit(0.0),
        vali_flag=pl.lit(value=True),
        mdtrt_id=pl.Series([10**17 + 1, 10**17 + 2]),
        med_type=pl.Series(["21", "22"], dtype=pl.Categorical),
    )
    frame.write_parquet(path)
    found = lines_of(path)
    assert found["reasons"].to_list() == [[], []]
    assert found.select("total_fen", "fund_fen", "personal_fen", "account_fen", "cash_fen").row(0) == (
        2000000, 800000, 1200000, 30, 1199970,
    )  # fmt: skip
    assert found["settled_at"].to_list() == [MOMENT] * 2
    assert found["visit_id"].to_list() == ["100000000000000001", "100000000000000002"]


def test_refuses_a_third_decimal_in_a_decimal_column(tmp_path: Path) -> None:
    frame = pl.DataFrame(some_lines(1)).with_columns(psn_cash_pay=pl.lit(Decimal("11499.505")), acct_pay=pl.lit("null"))
    frame.write_parquet(tmp_path / "a")
    assert lines_of(tmp_path / "a")["reasons"].to_list() == [["amount_not_exact:cash"]]


def test_reads_empty_texts_for_numbers_and_missing_keys_of_json(tmp_path: Path) -> None:
    full: dict[str, Any] = a_line(hosp_part_amt="", acct_pay="", updt_time="") | {"psn_cash_pay": 12000.10}
    short = {name: value for name, value in a_line(setl_id="S2").items() if value and name != "acct_pay"}
    found = lines_of(write_json_lines(tmp_path / "a", [full, short]))
    assert found["account_fen"].to_list() == [None, None]
    assert found["cash_fen"].to_list() == [1200010, 1149950]


def test_a_broken_line_of_json_is_one_invalid_line(tmp_path: Path) -> None:
    path = write_json_lines(tmp_path / "a", some_lines(3))
    lines = path.read_text().split("\n")
    lines[1] = lines[1][:50]
    path.write_text("\n".join([lines[0], "", *lines[1:]]))
    found = lines_of(path)
    assert found.select("line", "settlement_id").rows() == [(1, "S0"), (3, None), (4, "S2")]
    assert found["reasons"].to_list() == [[], ["broken_row"], []]


def test_streams_in_pieces_and_gives_the_same_lines(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    lines = [a_line(setl_id=f"S{n}", psn_name="李𬭎" * (n % 5 + 1)) for n in range(60)]
    for kind in ("gb18030", "all quoted", "zip", "xlsx", "json lines", "json array", "parquet"):
        whole = lines_of(write_as(kind, tmp_path, lines))
        with monkeypatch.context() as patch:
            # Pieces of a few hundred bytes cut characters, lines and records everywhere.
            patch.setattr("jishiyu.engine.files.delimited.PIECE", 611)
            patch.setattr("jishiyu.engine.files.sheets._PIECE", 7)
            patch.setattr("jishiyu.engine.files.objects._PIECE", 7)
            pieces = lines_of(tmp_path / "feed", batch_rows=11)
        assert_frame_equal(pieces, whole)


def test_names_two_files_of_one_name_apart(tmp_path: Path) -> None:
    paths = []
    for folder in ("一月", "二月"):
        (tmp_path / folder).mkdir()
        paths.append(write_as("utf-8", tmp_path / folder, some_lines(1)))
    assert lines_of(*paths, paths[1])["file"].to_list() == ["一月/feed", "二月/feed", "二月/feed#2"]


def test_the_sample_feed_has_its_three_damaged_numbers_and_no_other_flaw() -> None:
    found = lines_of(SAMPLE / "feed.csv")
    assert found.height == 485
    assert found.filter(pl.col("flaws") != 0)["reasons"].to_list() == [["cert_check_digit:cert_no"]] * 3
    assert found["person_key"].n_unique() == 176


def damaged_files(folder: Path) -> dict[str, tuple[bytes, type[Exception]]]:
    """Return contents that cannot be taken, by what is wrong with them."""
    text = csv_text(some_lines(200))
    zipped = write_zip(folder / "z", {"a.txt": text}).read_bytes()
    workbook = write_xlsx(folder / "x", table(some_lines(50))).read_bytes()
    parquet = write_as("parquet", folder, some_lines(50)).read_bytes()
    locked = bytearray(zipped)
    for at in (6, zipped.rfind(b"PK\x01\x02") + 8):
        locked[at] |= 1
    broken = bytearray(zipped)
    broken[len(zipped) // 3] ^= 0xFF
    return {
        "nothing": (b"", problems.FileEmpty),
        "only spaces": (b"\xef\xbb\xbf \r\n \n", problems.FileEmpty),
        "a zip of nothing": (write_zip(folder / "e", {}).read_bytes(), problems.FileEmpty),
        "a zip in a zip": (write_zip(folder / "n", {"a.zip": zipped}).read_bytes(), problems.ContentUnknown),
        "a cut zip": (zipped[: len(zipped) // 2], problems.FileUnreadable),
        "a damaged zip": (bytes(broken), problems.FileUnreadable),
        "a locked zip": (bytes(locked), problems.FileEncrypted),
        "a cut workbook": (workbook[: len(workbook) // 2], problems.FileUnreadable),
        "an old workbook that is none": (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(3000), problems.FileUnreadable),
        "a cut parquet": (parquet[: len(parquet) // 2], problems.FileUnreadable),
        "a web page": (b"<html><table><tr><td>1</td></tr></table></html>", problems.ContentUnknown),
        "a picture": (b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR" + bytes(range(256)), problems.ContentUnknown),
        "a pdf": (b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n", problems.ContentUnknown),
        "noise": (b"\x81\xff\xfe\xfd\n" * 500, problems.ContentUnknown),
        "cut json": (json.dumps(some_lines(3), indent=1).encode()[:700], problems.FileUnreadable),
        "other columns": ("甲,乙\n220102199808018132,2\n".encode(), problems.ColumnsMissing),
    }


@pytest.mark.parametrize("what", [
    "nothing", "only spaces", "a zip of nothing", "a zip in a zip", "a cut zip", "a damaged zip", "a locked zip",
    "a cut workbook", "an old workbook that is none", "a cut parquet", "a web page", "a picture", "a pdf", "noise",
    "cut json", "other columns",
])  # fmt: skip
def test_refuses_a_file_that_cannot_be_read_with_a_sentence(what: str, tmp_path: Path) -> None:
    content, problem = damaged_files(tmp_path)[what]
    path = tmp_path / "from-bureau"
    path.write_bytes(content)
    with pytest.raises(problem) as caught:
        lines_of(path)
    assert "from-bureau" in str(caught.value)
    assert "from-bureau" in caught.value.say("zh")


def test_refuses_a_file_that_is_not_there(tmp_path: Path) -> None:
    with pytest.raises(problems.FileNotThere):
        lines_of(tmp_path / "nothing.csv")


def test_says_which_needed_columns_are_missing_and_hides_numbers_in_the_headings_seen(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    lines = [{name: value for name, value in a_line().items() if name not in ("psn_cash_pay", "mdtrt_id")}]
    path.write_text(csv_text(lines), encoding="utf-8")
    with pytest.raises(problems.ColumnsMissing) as caught:
        lines_of(path)
    assert "psn_cash_pay" in str(caught.value)
    assert "个人现金支出" in str(caught.value)
    assert "mdtrt_id" in str(caught.value)
    assert "fixmedins_code" in caught.value.details["seen"]
    path.write_text("220102199808018132,张三\n")
    with pytest.raises(problems.ColumnsMissing) as caught:
        lines_of(path)
    assert "220102" not in str(caught.value)


def test_refuses_two_columns_for_one_field(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_text(csv_text([a_line(CASH_PAYAMT="1.00")]), encoding="utf-8")
    with pytest.raises(problems.ColumnTwice) as caught:
        lines_of(path)
    assert "psn_cash_pay, CASH_PAYAMT" in str(caught.value)


def test_takes_the_code_where_a_column_with_the_name_stands_beside_it(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    line = {CHINESE.get(name, name): value for name, value in a_line().items()}
    path.write_text(csv_text([line | {"医疗类别": "普通住院", "医疗类别代码": "24"}]), encoding="utf-8")
    assert lines_of(path)["medical_type"].to_list() == ["24"]
    path.write_text(csv_text([line | {"医疗类别": "急诊转住院"}]), encoding="utf-8")
    assert lines_of(path)["medical_type"].to_list() == ["24"]


@pytest.mark.parametrize(
    "kind", ["utf-8", "gb18030", "utf-16", "tab", "zip", "xlsx", "xls", "json lines", "json array", "parquet"]
)
def test_damage_anywhere_in_a_file_is_told_or_marked(kind: str, tmp_path: Path) -> None:
    whole = write_as(kind, tmp_path, some_lines(20)).read_bytes()
    draw = random.Random(kind)
    path = tmp_path / "damaged"
    ends: set[str] = set()
    for _ in range(15):
        content = bytearray(whole)
        if draw.random() < 0.3:
            del content[draw.randrange(len(content)) :]
        for _ in range(draw.choice([1, 20])):
            if content:
                content[draw.randrange(len(content))] = draw.randrange(256)
        path.write_bytes(content)
        try:
            found = lines_of(path)
        except Problem as problem:
            ends.add(problem.say("zh"))
        else:
            assert found["line"].is_unique().all()
            ends.add("damaged")
    # Either the lines are there or a sentence names the file; nothing else is ever raised.
    assert all("damaged" in end for end in ends)
