"""Check, look, confirm: a roster file goes in whole, twice is once, and nothing happens that was not shown."""

import json
from collections.abc import Callable
from datetime import UTC, date, datetime
from pathlib import Path

import pytest
from django.db import connection
from openpyxl import Workbook

from jishiyu.apps.audit.models import Trail
from jishiyu.apps.audit.queries import verify
from jishiyu.apps.members.importing import check_roster, confirm_roster, drop_roster
from jishiyu.apps.members.models import Membership, RosterImport, RosterLine
from jishiyu.apps.members.operations import join_union, leave_union
from jishiyu.apps.members.problems import ImportNotOpen, ImportUnknown, RosterChangedMeanwhile, RosterNotClean
from jishiyu.apps.members.queries import import_problems, import_report, roster_frame
from jishiyu.apps.notices.models import Notice
from jishiyu.apps.notices.operations import reveal_notice
from jishiyu.apps.orgs.models import Union
from jishiyu.apps.people.models import Certificate, Person
from jishiyu.apps.people.operations import correct_name
from jishiyu.apps.people.queries import identities, person_by_number

NOW = datetime(2025, 3, 1, tzinfo=UTC)
DAY = date(2025, 3, 1)
HEADING = "member_no,cert_type,certno,name,org_code,in_service,joined_on,left_on,mobile,bank_account"
ZHANG, LI, WANG = "110101198001010037", "110101198502020022", "110101750303005"
BASE = [
    f"M1,01,{ZHANG},张伟,U1,1,2010-01-01,,13800000001,6222000000000001",
    f"M2,01,{LI},李娜,U1,1,2012-05-01,2020-01-01,,",
    f"M2,01,{LI},李娜,U2,1,2020-01-01,,13800000002,",
]

Check = Callable[..., RosterImport]


@pytest.fixture
def check(tmp_path: Path, db: None) -> Check:
    """Give a function that writes lines to a file and checks it."""
    for code in ("U1", "U2"):
        Union.objects.create(code=code, name=code, kind="grassroots")

    def work(*lines: str, absent_left_on: date | None = None, heading: str = HEADING) -> RosterImport:
        path = tmp_path / "roster.csv"
        path.write_text("\n".join([heading, *lines]) + "\n")
        return check_roster(path=path, as_of=DAY, by="li.na", at=NOW, absent_left_on=absent_left_on)

    return work


def confirm(checked: RosterImport) -> RosterImport:
    return confirm_roster(import_id=checked.pk, by="wang.fang", at=NOW)


def codes(checked: RosterImport) -> list[tuple[int, str]]:
    return list(import_problems(import_id=checked.pk).select("line", "code").rows())


def everything() -> dict[str, list[tuple[object, ...]]]:
    tables = ("people_person", "people_certificate", "members_membership")
    found = {}
    with connection.cursor() as cursor:
        for table in tables:
            cursor.execute(f"SELECT * FROM {table} ORDER BY id")
            found[table] = cursor.fetchall()
    return found


def test_a_check_shows_what_would_happen_and_changes_nothing(check: Check) -> None:
    checked = check(*BASE)
    assert (checked.lines, checked.new, checked.new_people, checked.refused) == (3, 3, 2, 0)
    assert not Membership.objects.exists()
    assert not Person.objects.exists()


def test_confirmation_puts_people_and_memberships_in(check: Check) -> None:
    done = confirm(check(*BASE))
    assert done.state == "confirmed"
    rows = Membership.objects.order_by("joined_on").values_list("member_no", "union__code", "joined_on", "left_on")
    assert list(rows) == [
        ("M1", "U1", date(2010, 1, 1), None),
        ("M2", "U1", date(2012, 5, 1), date(2020, 1, 1)),
        ("M2", "U2", date(2020, 1, 1), None),
    ]
    zhang = person_by_number(cert_type="01", cert_no=ZHANG, as_of=DAY)
    assert zhang is not None
    assert (zhang.birth_date, zhang.sex) == (date(1980, 1, 1), "1")
    assert identities(person_ids=[zhang.pk]).row(0)[1:] == ("01", ZHANG, "张伟", "13800000001", "6222000000000001")
    assert Certificate.objects.count() == 2
    assert not RosterLine.objects.exists()
    assert verify().rows == 1


def test_no_table_holds_a_number_or_a_name_in_the_clear(check: Check) -> None:
    confirm(check(*BASE))
    check(
        *BASE,
        f"M9,01,{ZHANG},张三,U1,1,2010-01-01,,13800000009,6222000000000009",
        "M8,01,110101198001010038,错号,U1,1,2010-01-01,,,",
    )
    with connection.cursor() as cursor:
        for table in connection.introspection.table_names(cursor):
            cursor.execute(f"SELECT string_agg(whole::text, ' ') FROM \"{table}\" whole")
            text = cursor.fetchone()[0] or ""
            for secret in (ZHANG, LI, "110101198001010038", "张伟", "李娜", "张三", "13800000001", "6222000000000001"):
                assert secret not in text, (table, secret)
                assert secret.encode().hex() not in text, (table, secret)


def test_the_same_file_twice_changes_nothing(check: Check) -> None:
    confirm(check(*BASE))
    before = everything()
    again = check(*BASE)
    assert (again.unchanged, again.new, again.changed, again.changed_people, again.absent) == (3, 0, 0, 0, 0)
    confirm(again)
    assert everything() == before


def test_fifteen_and_eighteen_digits_are_one_person(check: Check) -> None:
    confirm(check(f"M3,01,{WANG},王芳,U1,1,2010-01-01,,,"))
    found = person_by_number(cert_type="身份证", cert_no=" 110101750303005 ", as_of=DAY)
    assert found is not None
    full = identities(person_ids=[found.pk])["cert_no"][0]
    assert full.startswith("11010119750303005")
    again = check(f"M3,01,{full},王芳,U1,1,2010-01-01,,,")
    assert (again.unchanged, again.new_people) == (1, 0)


def test_counts_and_applies_changes_leavings_and_corrected_dates(check: Check) -> None:
    confirm(check(*BASE))
    checked = check(
        f"M1,01,{ZHANG},张伟,U1,1,2010-01-01,2025-02-01,13800000001,6222000000000001",
        f"M1,01,{ZHANG},张伟,U2,1,2025-02-01,,13800000001,6222000000000001",
        f"M2,01,{LI},李娜,U2,0,2020-01-15,,13800000002,",
    )
    assert (checked.left, checked.new, checked.changed, checked.unchanged) == (1, 1, 1, 0)
    confirm(checked)
    rows = Membership.objects.order_by("joined_on").values_list("union__code", "in_service", "joined_on", "left_on")
    assert list(rows) == [
        ("U1", True, date(2010, 1, 1), date(2025, 2, 1)),
        ("U1", True, date(2012, 5, 1), date(2020, 1, 1)),
        ("U2", False, date(2020, 1, 15), None),
        ("U2", True, date(2025, 2, 1), None),
    ]


def test_neighbouring_memberships_may_move_their_common_bound(check: Check) -> None:
    line = f"M1,01,{ZHANG},张伟,U1,%d,%s,%s,,"
    confirm(check(line % (1, "2010-01-01", "2020-01-01"), line % (0, "2020-01-01", "")))
    moved = check(line % (1, "2010-01-01", "2022-01-01"), line % (0, "2022-01-01", ""))
    assert (moved.changed, moved.refused) == (2, 0)
    confirm(moved)
    spans = Membership.objects.order_by("joined_on").values_list("joined_on", "left_on")
    assert list(spans) == [(date(2010, 1, 1), date(2022, 1, 1)), (date(2022, 1, 1), None)]


def test_a_file_without_accounts_does_not_erase_them(check: Check) -> None:
    confirm(check(*BASE))
    short = check(
        f"M1,01,{ZHANG},张伟,U1,1,2010-01-01,,13900000001",
        heading="member_no,cert_type,certno,name,org_code,in_service,joined_on,left_on,mobile",
    )
    assert (short.unchanged, short.changed_people) == (1, 1)
    confirm(short)
    zhang = person_by_number(cert_type="01", cert_no=ZHANG, as_of=DAY)
    assert zhang is not None
    assert identities(person_ids=[zhang.pk]).row(0)[4:] == ("13900000001", "6222000000000001")


@pytest.mark.parametrize(
    ("lines", "found"),
    [
        ([f"M1,01,{ZHANG},张伟,U9,1,2010-01-01,,,"], [(2, "union_unknown")]),
        (
            [f"M1,01,{ZHANG},张伟,U1,1,2010-01-01,,,", f"M1,01,{ZHANG},张炜,U2,1,2010-01-01,,,"],
            [(2, "name_differs_in_file"), (3, "name_differs_in_file")],
        ),
        (
            [f"M1,01,{ZHANG},张伟,U1,1,2010-01-01,,,", f"M1,01,{ZHANG},张伟,U1,1,2010-01-01,,,"],
            [(3, "line_repeated")],
        ),
        (
            [f"M1,01,{ZHANG},张伟,U1,1,2015-01-01,,,", f"M1,01,{ZHANG},张伟,U1,1,2010-01-01,2015-01-02,,"],
            [(2, "overlaps_line")],
        ),
        ([f"M1,01,{ZHANG[:-1]}8,张伟,U1,1,2010-01-01,,,"], [(2, "cert_check_digit")]),
        ([f"M1,01,{ZHANG},张伟,U1,1,2010-01-01,2010-01-01,,"], [(2, "left_before_joined")]),
    ],
)
def test_refuses_lines_that_cannot_be_right_and_says_which(
    check: Check, lines: list[str], found: list[tuple[int, str]]
) -> None:
    checked = check(*lines)
    refusals = import_problems(import_id=checked.pk).filter(severity="error")
    assert list(refusals.select("line", "code").rows()) == found
    assert (checked.refused, checked.new) == (len(found), len(lines) - len(found))
    assert all(group.zh and group.en for group in import_report(import_id=checked.pk))
    confirm(checked)
    assert Membership.objects.count() == len(lines) - len(found)


def test_touching_memberships_do_not_overlap(check: Check) -> None:
    checked = check(f"M1,01,{ZHANG},张伟,U1,1,2015-01-01,,,", f"M1,01,{ZHANG},张伟,U1,1,2010-01-01,2015-01-01,,")
    assert (checked.new, codes(checked)) == (2, [])
    confirm(checked)


def test_refuses_another_name_for_a_known_number_until_the_name_is_corrected(check: Check) -> None:
    confirm(check(*BASE))
    line = f"M1,01,{ZHANG},张炜,U1,1,2010-01-01,2025-02-01,,"
    held = check(line)
    assert codes(held) == [(2, "name_differs")]
    confirm(held)
    assert Membership.objects.get(member_no="M1").left_on is None
    zhang = person_by_number(cert_type="01", cert_no=ZHANG, as_of=DAY)
    assert zhang is not None
    correct_name(person_id=zhang.pk, name="张炜", reason="新身份证", by="li.na", at=NOW)
    assert identities(person_ids=[zhang.pk])["name"][0] == "张炜"
    passed = check(line)
    assert (passed.left, passed.refused, passed.changed_people) == (1, 0, 0)


def test_refuses_a_line_that_overlaps_what_is_on_record(check: Check) -> None:
    confirm(
        check(f"M1,01,{ZHANG},张伟,U1,1,2010-01-01,2015-01-01,,", f"M1,01,{ZHANG},张伟,U1,1,2016-01-01,2018-01-01,,")
    )
    checked = check(f"M1,01,{ZHANG},张伟,U1,1,2014-01-01,2017-01-01,,")
    assert codes(checked) == [(2, "overlaps_stored")]
    confirm(checked)
    assert Membership.objects.count() == 2


def test_points_out_members_of_two_unions_and_numbers_of_two_people(check: Check) -> None:
    confirm(check(*BASE))
    checked = check(f"M9,01,{ZHANG},张伟,U2,1,2024-01-01,,,", f"M1,01,{WANG},王芳,U1,1,2024-01-01,,,")
    assert set(codes(checked)) == {(2, "two_unions"), (3, "number_of_two_people")}
    assert checked.refused == 0
    confirm(checked)
    assert Membership.objects.count() == 5


def test_whose_mobile_or_account_a_file_changes_is_told_at_the_number_of_before(check: Check) -> None:
    """Nobody changes where codes and money go unseen, by a file either."""
    confirm(check(*BASE))
    assert not Notice.objects.exists()  # who is new was told nothing before, and loses nothing
    changed = check(
        f"M1,01,{ZHANG},张伟,U1,1,2010-01-01,,13899999999,6222000000000099",
        f"M2,01,{LI},李娜,U2,1,2020-01-01,,138 0000 0002,",  # the same number, written in another way
    )
    done = confirm(changed)
    rows = [(row.kind, row.address, row.language) for row in Notice.objects.order_by("id")]
    assert rows == [("mobile_changed", "138****0001", "zh"), ("account_changed", "138****0001", "zh")]
    said = reveal_notice(notice_id=Notice.objects.get(kind="account_changed").pk, reason="查看", by="li.na", at=NOW)
    assert "尾号 0099" in said
    assert json.loads(Trail.objects.get(record=f"roster import {done.pk}").details)["told"] == 1
    confirm(check(f"M2,01,{LI},李娜,U2,1,2020-01-01,,,6222000000000077"))  # the first account she has
    assert [(row.kind, row.address) for row in Notice.objects.order_by("id")][2:] == [
        ("account_changed", "138****0002")
    ]


def test_a_file_of_one_branch_neither_takes_nor_changes_the_members_of_another(check: Check, tmp_path: Path) -> None:
    confirm(check(*BASE))  # Zhang is of U1; Li went from U1 to U2
    ours = [Union.objects.get(code="U1").pk]
    path = tmp_path / "ours.csv"

    def of_ours(*lines: str) -> RosterImport:
        path.write_text("\n".join([HEADING, *lines]) + "\n")
        return check_roster(path=path, as_of=DAY, by="zhou.gang", at=NOW, union_ids=ours)

    taken = of_ours(f"M2,01,{LI},李娜,U1,1,2025-01-01,,13999999999,6222000000000099", BASE[0])
    assert codes(taken) == [(2, "member_of_others")]
    assert (taken.refused, taken.unchanged, taken.new, taken.changed_people) == (1, 1, 0, 0)
    confirm(taken)
    # What ended here may be written down better; the record, with its account, is for those who answer for her.
    better = of_ours(f"M2,01,{LI},李娜,U1,1,2012-05-01,2019-12-01,13999999999,6222000000000099")
    assert (better.changed, better.refused, better.changed_people) == (1, 0, 0)
    confirm(better)
    li = person_by_number(cert_type="01", cert_no=LI, as_of=DAY)
    assert li is not None
    assert identities(person_ids=[li.pk]).row(0)[4:] == ("13800000002", None)
    assert Membership.objects.get(person=li, left_on=None).union.code == "U2"
    back = of_ours(f"M2,01,{LI},李娜,U1,1,2012-05-01,,13999999999,6222000000000099")
    assert codes(back) == [(2, "member_of_others")]


def test_who_joined_another_branch_after_the_check_is_not_taken(check: Check, tmp_path: Path) -> None:
    confirm(check(f"M1,01,{ZHANG},张伟,U1,1,2010-01-01,2020-01-01,,"))
    path = tmp_path / "ours.csv"
    path.write_text("\n".join([HEADING, f"M1,01,{ZHANG},张伟,U1,1,2025-01-01,,,"]) + "\n")
    waiting = check_roster(path=path, as_of=DAY, by="zhou.gang", at=NOW, union_ids=[Union.objects.get(code="U1").pk])
    assert (waiting.new, waiting.refused) == (1, 0)
    who = Membership.objects.get().person_id
    join_union(person_id=who, union_code="U2", member_no="M1", joined_on=DAY, in_service=True, by="li.na", at=NOW)
    with pytest.raises(RosterChangedMeanwhile):
        confirm(waiting)


def test_counts_who_is_absent_and_ends_them_only_when_told_to(check: Check) -> None:
    confirm(check(*BASE))
    partial = check(BASE[0])
    assert partial.absent == 0
    partial = check(f"M3,01,{WANG},王芳,U1,1,2010-01-01,,,")
    assert partial.absent == 1
    confirm(partial)
    assert Membership.objects.get(member_no="M1").left_on is None
    complete = check(f"M3,01,{WANG},王芳,U1,1,2010-01-01,,,", absent_left_on=date(2025, 2, 1))
    confirm(complete)
    assert Membership.objects.get(member_no="M1").left_on == date(2025, 2, 1)
    assert Membership.objects.get(member_no="M2", left_on=None).union.code == "U2"


def test_a_file_with_refused_lines_ends_nobodys_membership(check: Check) -> None:
    confirm(check(*BASE))
    with pytest.raises(RosterNotClean, match="1 lines"):
        check(f"M1,01,{ZHANG[:-1]}8,张伟,U1,1,2010-01-01,,,", absent_left_on=date(2025, 2, 1))


def test_refuses_to_do_something_else_than_was_shown(check: Check) -> None:
    confirm(check(*BASE))
    checked = check(f"M1,01,{ZHANG},张伟,U1,1,2010-01-01,2025-01-01,,")
    leave_union(membership_id=Membership.objects.get(member_no="M1").pk, left_on=date(2024, 1, 1), by="li.na", at=NOW)
    with pytest.raises(RosterChangedMeanwhile, match="Check the file again"):
        confirm(checked)
    assert Membership.objects.get(member_no="M1").left_on == date(2024, 1, 1)


def test_an_import_is_confirmed_or_dropped_once(check: Check) -> None:
    checked = check(*BASE)
    confirm(checked)
    with pytest.raises(ImportNotOpen):
        confirm(checked)
    other = check(*BASE)
    drop_roster(import_id=other.pk, by="li.na", at=NOW)
    with pytest.raises(ImportNotOpen):
        confirm(other)
    with pytest.raises(ImportUnknown):
        confirm_roster(import_id=0, by="li.na", at=NOW)
    assert not RosterLine.objects.exists()


def test_lines_of_several_sheets_are_told_apart(check: Check, tmp_path: Path) -> None:
    book = Workbook()
    for title, line in (("一厂", BASE[0]), ("二厂", BASE[2]), ("三厂", f"M7,01,{WANG},王芳,U9,1,2010-01-01,,,")):
        sheet = book.create_sheet(title)
        sheet.append(HEADING.split(","))
        sheet.append([cell or None for cell in line.split(",")])
    del book["Sheet"]
    book.save(tmp_path / "roster.xlsx")
    checked = check_roster(path=tmp_path / "roster.xlsx", as_of=DAY, by="li.na", at=NOW)
    assert (checked.lines, checked.new, checked.refused) == (3, 2, 1)
    problems = import_problems(import_id=checked.pk)
    assert "三厂" in problems["file"][0]


def test_what_was_loaded_is_what_the_engine_reads(check: Check) -> None:
    confirm(check(*BASE))
    frame = roster_frame().sort("joined_on")
    assert frame.select("member_no", "org_code", "in_service", "joined_on", "left_on", "birth_date").rows() == [
        ("M1", "U1", True, date(2010, 1, 1), None, date(1980, 1, 1)),
        ("M2", "U1", True, date(2012, 5, 1), date(2020, 1, 1), date(1985, 2, 2)),
        ("M2", "U2", True, date(2020, 1, 1), None, date(1985, 2, 2)),
    ]
