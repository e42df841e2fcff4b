"""Rosters: every format, problems per line, nothing repaired in silence."""

import csv
import io
from datetime import date
from pathlib import Path

import polars as pl
import pytest

from jishiyu.engine.files import problems
from jishiyu.engine.roster import ORIGIN_SCHEMA, ROSTER_SCHEMA, read_roster
from jishiyu.engine.roster_problems import PROBLEM_SCHEMA, SENTENCES
from tests.engine.settlement.feed_files import write_xlsx

AS_OF = date(2026, 6, 30)
SAMPLE = Path(__file__).parents[1] / "data" / "hospital" / "roster.csv"
CHINESE = {
    "member_no": "会员号", "cert_type": "证件类型", "certno": "证件号码", "name": "姓名", "org_code": "工会编码", "in_service": "在职",
    "joined_on": "入会日期", "left_on": "离会日期", "birth_date": "出生日期", "mobile": "手机", "bank_account": "银行账号",
}  # fmt: skip


def a_member(**changes: str) -> dict[str, str]:
    """Return a row of a roster without a problem, with changes."""
    return {
        "member_no": "M1", "cert_type": "01", "certno": "220102199808018132", "name": "张三", "org_code": "O1", "in_service": "1",
        "joined_on": "2015-03-01", "left_on": "", "birth_date": "1998-08-01", "mobile": "", "bank_account": "",
    } | changes  # fmt: skip


def write(folder: Path, *members: dict[str, str], encoding: str = "utf-8") -> Path:
    """Write a roster as CSV."""
    stream = io.StringIO()
    writer = csv.DictWriter(stream, list(members[0]))
    writer.writeheader()
    writer.writerows(members)
    path = folder / "roster"
    path.write_bytes(stream.getvalue().encode(encoding))
    return path


def problems_for(folder: Path, *members: dict[str, str]) -> list[tuple[int, str, str]]:
    """Return line, code and column of the problems of a roster."""
    _, found = read_roster(write(folder, *members), as_of=AS_OF)
    rows: list[tuple[int, str, str]] = found.select("line", "code", "column").rows()
    return rows


def test_reads_the_sample_roster_without_a_problem() -> None:
    roster, found = read_roster(SAMPLE, as_of=AS_OF)
    assert roster.height == 206
    assert found.height == 0
    assert dict(roster.schema) == ROSTER_SCHEMA | ORIGIN_SCHEMA
    assert dict(found.schema) == PROBLEM_SCHEMA
    assert roster["in_service"].value_counts().sort("in_service").rows() == [(False, 2), (True, 204)]
    assert roster["left_on"].is_not_null().sum() == 24
    plain, _ = read_roster(SAMPLE, as_of=AS_OF, origin=False)
    assert plain.equals(roster.select(list(ROSTER_SCHEMA)))


def test_every_format_gives_the_same_roster(tmp_path: Path) -> None:
    members = [
        a_member(),
        a_member(member_no="M2", certno="22010319900821932X", name="李𬭎", birth_date="", household="H7"),
    ]
    members[0]["household"] = ""
    expected, _ = read_roster(write(tmp_path, *members), as_of=AS_OF)
    assert expected.select("member_no", "person_key", "name_key", "birth_date", "household", "line").rows() == [
        ("M1", "01:220102199808018132", "张三", date(1998, 8, 1), None, 2),
        ("M2", "01:22010319900821932X", "李𬭎", date(1990, 8, 21), "H7", 3),
    ]
    in_chinese = [{CHINESE.get(name, name): value for name, value in member.items()} for member in members]
    paths = [write(tmp_path, *in_chinese, encoding="gb18030")]
    roster, found = read_roster(paths[0], as_of=AS_OF)
    assert roster.equals(expected)
    assert found.height == 0
    path = write_xlsx(tmp_path / "roster", [list(in_chinese[0]), *[list(member.values()) for member in in_chinese]])
    assert read_roster(path, as_of=AS_OF)[0].equals(expected)
    pl.DataFrame(members).write_parquet(path)
    assert read_roster(path, as_of=AS_OF)[0].drop("line").equals(expected.drop("line"))


@pytest.mark.parametrize(
    ("word", "meaning"), [("是", True), ("在职", True), ("TRUE", True), ("1.0", True), ("否", False), ("退休", False)]
)
def test_understands_words_for_being_in_service(word: str, meaning: bool, tmp_path: Path) -> None:
    roster, found = read_roster(write(tmp_path, a_member(in_service=word), a_member(member_no="M1")), as_of=AS_OF)
    assert roster["in_service"][0] is meaning
    assert "not_yes_or_no" not in found["code"].to_list()


@pytest.mark.parametrize(
    ("changes", "code", "column"),
    [
        ({"member_no": " "}, "missing", "member_no"), ({"certno": ""}, "missing", "cert_no"), ({"name": ""}, "missing", "name"),
        ({"org_code": ""}, "missing", "org_code"), ({"in_service": ""}, "missing", "in_service"),
        ({"joined_on": ""}, "missing", "joined_on"), ({"member_no": "1.2E+17"}, "digits_lost", "member_no"),
        ({"certno": "220102199808018133"}, "cert_check_digit", "cert_no"), ({"certno": "4.40300E+19"}, "digits_lost", "cert_no"),
        ({"cert_type": "66"}, "cert_type_unknown", "cert_type"), ({"joined_on": "2015-02-29"}, "not_a_date", "joined_on"),
        ({"left_on": "gone"}, "not_a_date", "left_on"), ({"left_on": "2015-03-01"}, "left_before_joined", "left_on"),
        ({"in_service": "perhaps"}, "not_yes_or_no", "in_service"),
    ],
)  # fmt: skip
def test_leaves_out_a_row_that_cannot_be_used_and_says_why(
    changes: dict[str, str], code: str, column: str, tmp_path: Path
) -> None:
    other = a_member(member_no="M2", certno="22010319900821932X", birth_date="")
    roster, found = read_roster(write(tmp_path, a_member(**changes), other), as_of=AS_OF)
    assert roster["member_no"].to_list() == ["M2"]
    assert found.select("line", "code", "column", "severity").rows() == [(2, code, column, "error")]


@pytest.mark.parametrize(
    ("changes", "code", "column"),
    [
        ({"birth_date": "1998-08-02"}, "birth_date_differs", "birth_date"), ({"birth_date": "x"}, "not_a_date", "birth_date"),
        ({"mobile": "12345"}, "not_a_mobile", "mobile"), ({"bank_account": "6.22E+18"}, "not_an_account", "bank_account"),
    ],
)  # fmt: skip
def test_keeps_a_row_with_a_warning(changes: dict[str, str], code: str, column: str, tmp_path: Path) -> None:
    roster, found = read_roster(write(tmp_path, a_member(**changes)), as_of=AS_OF)
    assert roster["birth_date"].to_list() == [date(1998, 8, 1)]
    assert found.select("code", "column", "severity").rows() == [(code, column, "warning")]


def test_folds_mobiles_and_accounts(tmp_path: Path) -> None:
    member = a_member(mobile="+86 138-1234-5678", bank_account="6222 0212 3456 7890 123")
    roster, _ = read_roster(write(tmp_path, member), as_of=AS_OF)
    assert roster.select("mobile", "bank_account").row(0) == ("13812345678", "6222021234567890123")


def test_a_member_may_have_several_memberships_one_after_the_other(tmp_path: Path) -> None:
    first, second = a_member(left_on="2020-01-01"), a_member(joined_on="2020-01-01", org_code="O2")
    assert problems_for(tmp_path, first, second) == []
    assert problems_for(tmp_path, second, first) == []
    assert problems_for(tmp_path, first, second | {"joined_on": "2019-12-31"}) == [
        (3, "memberships_overlap", "joined_on")
    ]


def test_reports_a_membership_that_overlaps_one_before_the_last(tmp_path: Path) -> None:
    found = problems_for(
        tmp_path, a_member(left_on="2024-01-01"), a_member(joined_on="2016-01-01", left_on="2017-01-01"), a_member(joined_on="2018-01-01"),
    )  # fmt: skip
    assert found == [(3, "memberships_overlap", "joined_on"), (4, "memberships_overlap", "joined_on")]


def test_reports_two_members_with_one_number_and_one_person_with_15_and_18_digits(tmp_path: Path) -> None:
    first = a_member(left_on="2020-01-01")
    second = a_member(member_no="M2", certno="220102980801813", joined_on="2020-01-01")
    found = problems_for(tmp_path, first, second)
    assert sorted(found) == [
        (2, "fifteen_and_eighteen", "cert_no"), (2, "number_of_two_members", "cert_no"),
        (3, "fifteen_and_eighteen", "cert_no"), (3, "number_of_two_members", "cert_no"),
    ]  # fmt: skip


def test_reports_one_member_number_with_two_certificates(tmp_path: Path) -> None:
    found = problems_for(tmp_path, a_member(), a_member(certno="22010319900821932X", birth_date=""))
    assert sorted(found) == [(2, "member_of_two_numbers", "member_no"), (3, "member_of_two_numbers", "member_no")]


def test_masks_the_values_of_problems(tmp_path: Path) -> None:
    member = a_member(certno="220102199808018133", mobile="1381234567", bank_account="62220212345678901x")
    _, found = read_roster(write(tmp_path, member), as_of=AS_OF)
    assert set(found["value"]) == {"220***********8133", "138***4567", "622***********901x"}
    assert all(zh and en for zh, en in SENTENCES.values())


def test_a_broken_row_is_one_problem(tmp_path: Path) -> None:
    path = write(tmp_path, a_member(), a_member(member_no="M2", certno="22010319900821932X", birth_date=""))
    path.write_text(path.read_text() + "M3,01\n")
    roster, found = read_roster(path, as_of=AS_OF)
    assert roster["member_no"].to_list() == ["M1", "M2"]
    assert found.select("line", "code").rows() == [(4, "broken_row")]


def test_ten_thousand_bad_rows_are_ten_thousand_problems(tmp_path: Path) -> None:
    rows = [a_member(member_no=f"M{n}", certno=f"{n}", in_service="?") for n in range(10_000)]
    roster, found = read_roster(write(tmp_path, *rows), as_of=AS_OF)
    assert roster.height == 0
    assert found["line"].n_unique() == 10_000
    assert found.height == 20_000


def test_refuses_a_roster_without_a_needed_column(tmp_path: Path) -> None:
    member = a_member()
    del member["in_service"]
    with pytest.raises(problems.ColumnsMissing) as caught:
        read_roster(write(tmp_path, member), as_of=AS_OF)
    assert "in_service" in str(caught.value)
