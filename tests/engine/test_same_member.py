"""A member who shows a passport at one hospital and an identity card at another has one limit."""

from pathlib import Path

import polars as pl
import pytest

from jishiyu.engine.policy.shelf import shipped
from jishiyu.engine.run import run
from tests.engine.kept import Kept
from tests.engine.test_history import AS_OF

CARD, PASSPORT = ("01", "220102198001011234"), ("16", "E12345678")
ROSTER = "member_no,cert_type,certno,name,org_code,in_service,joined_on,left_on,birth_date,mobile,bank_account\n"
FEED = (
    "setl_id,mdtrt_id,fixmedins_code,psn_cert_type,certno,psn_name,med_type,begndate,enddate,setl_time,psn_cash_pay\n"
)


def decided(folder: Path, names: tuple[str, str], numbers: tuple[str, str], piece_rows: int) -> list[tuple[str, int]]:
    """Return member and payable fen of two stays of 340,000 yuan in one year, each under another certificate."""
    people = list(zip(numbers, (CARD, PASSPORT), names, strict=True))
    roster = [f"{no},{kind},{cert},{name},O1,1,2010-01-01,,1980-01-01,,\n" for no, (kind, cert), name in people]
    lines = [
        f"S{at},V{at},H1,{kind},{cert},{name},21,2025-0{at}-01,2025-0{at}-10,2025-0{at}-10 08:00:00,340000.00\n"
        for at, (_, (kind, cert), name) in enumerate(people, start=1)
    ]
    (folder / "roster.csv").write_text(ROSTER + "".join(roster), encoding="utf-8")
    (folder / "feed.csv").write_text(FEED + "".join(lines), encoding="utf-8")
    kept = Kept()
    run(
        [folder / "feed.csv"], roster=folder / "roster.csv", policies=shipped(), as_of=AS_OF, keep=kept,
        piece_rows=piece_rows, held_rows=piece_rows,
    )  # fmt: skip
    return kept.table("decisions").sort("stay_id").select("member_no", "payable_fen").rows()


@pytest.mark.parametrize("piece_rows", [1_000_000, 1])
def test_one_member_number_with_one_name_is_one_person(tmp_path: Path, piece_rows: int) -> None:
    found = decided(tmp_path, ("张三", "张三"), ("M1", "M1"), piece_rows)
    assert found == [("M1", 3_400_000), ("M1", 1_600_000)]


@pytest.mark.parametrize(("names", "numbers"), [(("张三", "李四"), ("M1", "M1")), (("张三", "张三"), ("M1", "M2"))])
def test_two_names_or_two_numbers_are_two_people(
    tmp_path: Path, names: tuple[str, str], numbers: tuple[str, str]
) -> None:
    assert [fen for _, fen in decided(tmp_path, names, numbers, 1_000_000)] == [3_400_000, 3_400_000]


def test_certificates_are_followed_from_member_to_member() -> None:
    from jishiyu.engine.same_member import same_members

    roster = pl.DataFrame(
        {"member_no": ["M1", "M1", "M2", "M2", "M3"], "person_key": ["c", "b", "b", "a", "z"], "name_key": ["n"] * 5}
    )
    problems = pl.DataFrame({"code": ["member_of_two_numbers"]})
    same = same_members(roster, problems)
    assert same is not None
    assert same.rows() == [("a", "a"), ("b", "a"), ("c", "a")]
    assert same_members(roster, problems.clear()) is None
