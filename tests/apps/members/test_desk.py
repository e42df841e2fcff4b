"""What officers do to single unions and to persons who may be one."""

from datetime import date
from pathlib import Path

import pytest

from jishiyu.apps.members.closing import Closed, close_union
from jishiyu.apps.members.duplicates import candidates, say_not_same, search_duplicates
from jishiyu.apps.members.models import Membership
from jishiyu.apps.members.operations import transfer
from jishiyu.apps.members.problems import JoinedLater, UnionClosed
from jishiyu.apps.orgs.desk import add_union, change_union
from jishiyu.apps.orgs.problems import (
    UnionClosedAlready,
    UnionCodeTaken,
    UnionStillParent,
    UnionUnknown,
    UsccTaken,
    UsccUnusable,
)
from jishiyu.apps.orgs.uscc import check_character
from jishiyu.apps.people.desk import add_person, set_contact
from jishiyu.apps.people.operations import merge_people
from jishiyu.apps.people.problems import AccountUnusable, CertificateOfAnother, ReasonMissing
from jishiyu.apps.people.queries import identities, person_by_number
from jishiyu.apps.subsidies.operations import rematch
from tests.apps.subsidies.situations import AS_OF, AT, check_books, enrol, load, member, newest, number, stay

pytestmark = pytest.mark.django_db
BY = {"by": "li.na", "at": AT}
DAY = date(2025, 6, 1)


def who(*numbers: int) -> list[int]:
    """Return the ids of people, in ascending order."""
    return sorted(
        person.pk for who in numbers if (person := person_by_number(cert_type="01", cert_no=number(who), as_of=DAY))
    )


def found() -> list[tuple[int, int, list[str]]]:
    search_duplicates(at=AT)
    return [(row.one_id, row.other_id, [zh for zh, _ in row.reasons]) for row in candidates()]


def test_one_name_and_birth_date_in_one_union_may_be_one_person(tmp_path: Path) -> None:
    enrol(tmp_path, member(1, name="王伟"), member(3, name="王伟"), member(2, name="王伟"), member(5, name="李娜"))
    first, second = who(1, 3)  # of the third the number says another sex
    assert found() == [(first, second, ["姓名和出生日期相同", "在同一工会"])]
    assert candidates()[0].names == ("王*", "王*")
    assert "19800101" not in candidates()[0].numbers[0]


def test_one_name_in_two_unions_at_once_is_not_proposed_but_one_after_the_other_is(tmp_path: Path) -> None:
    enrol(tmp_path, member(1, name="王伟", left_on="2020-01-01"), member(5, name="王伟", org_code="U2"))
    assert found() == []
    enrol(tmp_path, member(3, name="王伟", org_code="U3", joined_on="2021-01-01"))
    first, third = who(1, 3)
    assert found() == [(first, third, ["姓名和出生日期相同", "会籍首尾相接,从未重叠"])]


def test_one_member_number_for_two_people_is_proposed_first(tmp_path: Path) -> None:
    enrol(tmp_path, member(1, name="王伟"), member(3, name="王伟"), member(5, member_no="M0001"))
    assert found()[0][2] == ["会员号相同", "在同一工会"]


def test_merged_ones_and_those_found_to_be_two_are_not_proposed(tmp_path: Path) -> None:
    enrol(tmp_path, *[member(who, name="王伟") for who in (1, 3, 5)])
    first, second, third = who(1, 3, 5)
    assert len(found()) == 3
    say_not_same(one_id=second, other_id=first, reason="核实为两人", **BY)
    assert [row[:2] for row in found()] == [(first, third), (second, third)]
    merge_people(kept_id=first, merged_id=third, reason="换证", **BY)
    assert candidates() == []
    with pytest.raises(ReasonMissing):
        say_not_same(one_id=second, other_id=first, reason=" ", **BY)


def test_a_union_is_added_changed_and_refused_where_it_clashes() -> None:
    add_union(code="C", name="市总", kind="city", **BY)
    body = "81220100MC0000001"
    uscc = body + check_character(body)
    add_union(code="U1", name="某厂工会", kind="grassroots", territorial_parent="C", uscc=uscc.lower(), **BY)
    assert change_union(code="U1", name="某某厂工会", **BY).uscc == uscc
    with pytest.raises(UnionCodeTaken):
        add_union(code="U1", name="x", kind="grassroots", **BY)
    with pytest.raises(UsccTaken):
        add_union(code="U2", name="x", kind="grassroots", uscc=uscc, **BY)
    with pytest.raises(UsccUnusable):
        change_union(code="U1", uscc="123", **BY)
    with pytest.raises(UnionUnknown):
        add_union(code="U3", name="x", kind="grassroots", industry_parent="no", **BY)


def test_members_of_a_closed_union_go_on_in_the_next_and_are_entitled_as_before(tmp_path: Path) -> None:
    enrol(
        tmp_path,
        member(1),
        member(2),
        member(2, org_code="U2", joined_on="2024-01-01"),
        member(3, left_on="2015-01-01"),
    )
    assert close_union(code="U1", on=DAY, to_code="U2", **BY) == Closed(ended=2, moved=1)
    load(tmp_path, "a", stay(1, "1", "20000.00"), stay(1, "2", "20000.00", enddate="2025-07-01"))
    assert (newest("V1").org_code, newest("V2").org_code) == ("U1", "U2")
    assert (newest("V1").payable_fen, newest("V2").payable_fen) == (40_000, 40_000)
    check_books()
    with pytest.raises(UnionClosedAlready):
        close_union(code="U1", on=DAY, to_code="U2", **BY)


def test_a_union_with_others_below_or_later_members_is_not_closed(tmp_path: Path) -> None:
    enrol(tmp_path, member(1, joined_on="2025-08-01"))
    with pytest.raises(JoinedLater):
        close_union(code="U1", on=DAY, to_code=None, **BY)
    add_union(code="U2", name="下级", kind="grassroots", territorial_parent="U1", **BY)
    with pytest.raises(UnionStillParent, match="U2"):
        close_union(code="U1", on=date(2026, 1, 1), to_code=None, **BY)
    close_union(code="U2", on=DAY, to_code=None, **BY)
    with pytest.raises(UnionClosed):
        close_union(code="U1", on=date(2026, 1, 1), to_code="U2", **BY)


def test_a_transfer_is_decided_again(tmp_path: Path) -> None:
    enrol(tmp_path, member(1), member(2, org_code="U2"))
    load(tmp_path, "a", stay(1, "1", "20000.00"))
    transfer(
        membership_id=Membership.objects.get(person_id=who(1)[0]).pk, to_union_code="U2", on=date(2025, 3, 1), **BY
    )
    rematch(by="li.na", on=AS_OF)
    assert newest("V1").org_code == "U2"
    check_books()


def test_a_person_is_put_on_record_by_hand_once_and_can_be_reached(tmp_path: Path) -> None:
    made = add_person(cert_type="01", cert_no=number(5), name="张5", as_of=AS_OF, **BY)
    assert made.birth_date == date(1980, 1, 1)
    with pytest.raises(CertificateOfAnother):
        add_person(cert_type="01", cert_no=number(5), name="别人", as_of=AS_OF, **BY)
    set_contact(person_id=made.pk, mobile="138 0013 8000", bank_account="6222 0212 3456", reason="本人提供", **BY)
    set_contact(person_id=made.pk, mobile="", reason="停机", **BY)
    known = identities(person_ids=[made.pk]).row(0, named=True)
    assert (known["mobile"], known["bank_account"]) == ("", "622202123456")
    with pytest.raises(AccountUnusable):
        set_contact(person_id=made.pk, bank_account="12ab", reason="本人提供", **BY)
