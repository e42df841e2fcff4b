"""A file of unions goes in whole or not at all, and twice is once."""

from datetime import UTC, date, datetime
from pathlib import Path

import pytest
from openpyxl import Workbook

from jishiyu.apps.audit.queries import verify
from jishiyu.apps.orgs.models import Union
from jishiyu.apps.orgs.operations import UnionsLoaded, load_unions, set_parent
from jishiyu.apps.orgs.problems import ParentMakesACycle, UnionFileRefused, UnionUnknown
from jishiyu.apps.orgs.queries import branch, union_by_code

NOW = datetime(2025, 3, 1, tzinfo=UTC)
CITY = """工会编码,工会名称,类别,上级工会编码,产业上级编码,行业,区县
G2,红星机械厂工会,基层工会,D1,M,制造业,南关区
C,市总工会,市总工会,,,,
D1,南关区总工会,区县总工会,C,,,南关区
S1,永吉街道总工会,street,D1,,,南关区
M,市制造业工会,产业工会联合会,C,,制造业,
G1,春风商店工会,基层工会,S1,,商贸,南关区
"""


def load(folder: Path, text: str, encoding: str = "utf-8") -> UnionsLoaded:
    path = folder / "unions.csv"
    path.write_bytes(text.encode(encoding))
    return load_unions(path=path, by="li.na", at=NOW)


@pytest.mark.django_db
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030"])
def test_takes_the_file_in_any_order_and_encoding(tmp_path: Path, encoding: str) -> None:
    assert load(tmp_path, CITY, encoding) == UnionsLoaded(new=6, changed=0, unchanged=0)
    factory = union_by_code(code="G2")
    assert (factory.name, factory.kind, factory.trade) == ("红星机械厂工会", "grassroots", "制造业")
    assert factory.territorial_parent.code == "D1"
    assert factory.industry_parent.code == "M"


@pytest.mark.django_db
def test_takes_a_sheet(tmp_path: Path) -> None:
    book = Workbook()
    for row in CITY.splitlines():
        book.active.append([cell or None for cell in row.split(",")])
    book.active.append([701, "七零一厂工会", "基层工会", "C"])
    book.save(tmp_path / "unions.xlsx")
    loaded = load_unions(path=tmp_path / "unions.xlsx", by="li.na", at=NOW)
    assert loaded.new == 7
    assert union_by_code(code="701").territorial_parent.code == "C"


@pytest.mark.django_db
def test_the_same_file_twice_changes_nothing(tmp_path: Path) -> None:
    load(tmp_path, CITY)
    before = list(Union.objects.order_by("id").values())
    assert load(tmp_path, CITY) == UnionsLoaded(new=0, changed=0, unchanged=6)
    assert list(Union.objects.order_by("id").values()) == before
    assert verify().rows == 1


@pytest.mark.django_db
def test_changes_what_the_file_changes_and_leaves_the_others(tmp_path: Path) -> None:
    load(tmp_path, CITY)
    heading = "code,name,kind,territorial_parent,closed_on\n"
    text = heading + "G1,春风商店工会,grassroots,D1,2025/2/1\nN,新厂工会,grassroots,S1,\n"
    with pytest.raises(UnionFileRefused, match="2025/2/30 is not a date"):
        load(tmp_path, text.replace("2025/2/1", "2025/2/30"))
    assert load(tmp_path, text) == UnionsLoaded(new=1, changed=1, unchanged=0)
    assert union_by_code(code="G1").closed_on == date(2025, 2, 1)
    assert union_by_code(code="G2").industry_parent.code == "M"


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("line", "says"),
    [
        ("X,,基层工会,C,,,", "Line 8: name is empty"),
        ("X,某厂工会,公司,C,,,", "kind '公司' is unknown"),
        ("X,某厂工会,基层工会,NOWHERE,,,", "Line 8: territorial_parent NOWHERE is not known"),
        ("G1,某厂工会,基层工会,C,,,", "code G1 stands in line 7 already"),
        ("C2,二号市总,市总工会,C2,,,", "Line 8: C2 would stand above itself"),
    ],
)
def test_refuses_the_whole_file_for_one_wrong_line_and_names_it(tmp_path: Path, line: str, says: str) -> None:
    with pytest.raises(UnionFileRefused) as caught:
        load(tmp_path, CITY + line + "\n")
    assert says in str(caught.value)
    assert "行" in caught.value.say("zh")
    assert not Union.objects.exists()


@pytest.mark.django_db
def test_refuses_a_file_that_turns_the_tree_upside_down(tmp_path: Path) -> None:
    load(tmp_path, CITY)
    with pytest.raises(UnionFileRefused, match="C would stand above itself"):
        load(tmp_path, "code,name,kind,territorial_parent\nC,市总工会,city,G1\n")


@pytest.mark.django_db
@pytest.mark.parametrize("content", ["", "code,name\nA,B\n", b"\xff\xfe\xfa\x81\xff"])
def test_refuses_what_is_not_a_file_of_unions(tmp_path: Path, content: str | bytes) -> None:
    path = tmp_path / "unions.csv"
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    with pytest.raises(UnionFileRefused):
        load_unions(path=path, by="li.na", at=NOW)


@pytest.mark.django_db
def test_a_branch_is_everything_below_by_either_parent(tmp_path: Path) -> None:
    load(tmp_path, CITY)
    codes = dict(Union.objects.values_list("id", "code"))
    assert {codes[one] for one in branch(codes=["D1"])} == {"D1", "S1", "G1", "G2"}
    assert {codes[one] for one in branch(codes=["M"])} == {"M", "G2"}
    assert {codes[one] for one in branch(codes=["C"])} == {"C", "D1", "S1", "M", "G1", "G2"}
    with pytest.raises(UnionUnknown, match="NOWHERE"):
        branch(codes=["D1", "NOWHERE"])


@pytest.mark.django_db
def test_moves_a_union_but_never_under_its_own_branch(tmp_path: Path) -> None:
    load(tmp_path, CITY)
    moved = set_parent(code="G1", kind="industry", parent_code="M", by="li.na", at=NOW)
    assert moved.industry_parent.code == "M"
    with pytest.raises(ParentMakesACycle):
        set_parent(code="D1", kind="territorial", parent_code="G1", by="li.na", at=NOW)
    assert set_parent(code="G1", kind="industry", parent_code=None, by="li.na", at=NOW).industry_parent is None
