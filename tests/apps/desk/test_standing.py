"""Where the limits of a member stand, from recorded decisions: stays, gradings of an accident, fires of a household."""

from datetime import date
from pathlib import Path
from typing import Any

import pytest

from jishiyu.apps.accounts.models import Role
from jishiyu.apps.desk.queries import member as page_of
from jishiyu.apps.intake.applications import withdraw_application
from jishiyu.apps.members.models import Membership
from tests.apps.subsidies.situations import AS_OF, enrol, load, member, stay
from tests.apps.subsidies.test_applications import accident, apply, fire
from tests.web.people import signed_in

pytestmark = pytest.mark.django_db
SPRING = date(2025, 5, 1)


def person(who: int) -> int:
    return Membership.objects.filter(member_no=f"M{who:04d}").order_by("id")[0].person_id


def stands(who: int) -> list[tuple[Any, ...]]:
    """Return policy, day, used, times and left of each window of a member, certain or not."""
    found = page_of(person_id=person(who), on=AS_OF).standings
    return [(*one.policies, one.day, one.used_fen, one.payments, one.left_fen, one.certain) for one in found]


def seen_by(role: Role, who: int, union: str = "") -> tuple[Any, ...]:
    """Return used, times, left, unseen and the words of the first window that a page shows."""
    shown = signed_in(role, union=union).get(f"/people/{person(who)}")
    row, _title, window, times = shown.context["standings"][0]
    return (row.used_fen, row.payments, row.left_fen, row.unseen, window, times)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    enrol(tmp_path, member(1), member(3, household="H7"), member(4, household="H7", org_code="U2"))
    return tmp_path


def test_stays_of_two_years_and_an_accident_with_two_gradings(folder: Path) -> None:
    load(
        folder, "stays", stay(1, "A", "20000.00"),
        stay(1, "B", "20000.00", begndate="2024-03-01", enddate="2024-03-10", setl_time="2024-03-10 10:00:00"),
    )  # fmt: skip
    apply(folder, accident(1, "A1", "skull:closed"))
    apply(folder, accident(1, "A2", "skull:open", filed_on="2025-09-01", graded_on="2025-08-30"))
    hospital, hurt = "changchun.hospital", "changchun.accident"
    assert stands(1) == [
        (hurt, SPRING, 340_000, 2, 1_660_000, True),  # the greater of 2,600 and 3,400
        (hospital, date(2025, 1, 1), 40_000, 1, 4_960_000, True),
        (hospital, date(2024, 1, 1), 40_000, 1, 4_960_000, True),
    ]


def test_a_fire_of_a_couple_counts_for_both_and_shows_a_branch_only_its_own(folder: Path) -> None:
    apply(folder, fire(3, "F1", "50000.00"))
    apply(folder, fire(4, "F2", "50000.00", filed_on="2025-06-02"))
    once = [("changchun.fire", SPRING, 500_000, 1, 0, True)]
    assert (stands(3), stands(4)) == (once, once)
    assert seen_by(Role.UNION_OFFICER, 4, union="U2") == (0, 0, 0, True, "2025-05-01 的事件 · 按家庭合计", "0(最多 1)")
    assert seen_by(Role.UNION_OFFICER, 3, union="U1") == (
        500_000,
        1,
        0,
        False,
        "2025-05-01 的事件 · 按家庭合计",
        "1(最多 1)",
    )
    assert seen_by(Role.SUBSIDY_OFFICER, 4) == (500_000, 1, 0, False, "2025-05-01 的事件 · 按家庭合计", "1(最多 1)")
    page = signed_in(Role.UNION_OFFICER, union="U2").get(f"/people/{person(4)}").content.decode()
    limits = page[page.index("限额使用情况") : page.index("住院与决定")]
    assert "已计入限额" in limits
    assert "5,000.00" not in limits


def test_what_was_granted_under_the_union_before_counts_and_is_not_shown_to_the_one_after(tmp_path: Path) -> None:
    enrol(tmp_path, member(1, left_on="2025-06-01"), member(1, org_code="U2", joined_on="2025-06-01"))
    later = {"begndate": "2025-08-01", "enddate": "2025-08-10", "setl_time": "2025-08-10 10:00:00"}
    load(tmp_path, "stays", stay(1, "A", "400000.00"), stay(1, "B", "20000.00", **later))
    assert stands(1) == [("changchun.hospital", date(2025, 1, 1), 4_040_000, 2, 960_000, True)]
    assert seen_by(Role.UNION_OFFICER, 1, union="U2")[:4] == (40_000, 1, None, True)
    assert seen_by(Role.UNION_OFFICER, 1, union="U1")[:4] == (4_000_000, 1, None, True)
    page = signed_in(Role.UNION_OFFICER, union="U2").get(f"/people/{person(1)}").content.decode()
    assert "尚有余额" in page
    assert "40,400.00" not in page


def test_what_can_no_longer_be_said_is_not_shown_as_a_number(folder: Path) -> None:
    apply(folder, fire(3, "F1", "50000.00"), fire(4, "F2", "50000.00", filed_on="2025-06-02"))
    withdraw_application(number="F1", by="li.na", because="误报")  # and nothing was decided again yet
    assert [one[-1] for one in stands(4)] == [False]
    page = signed_in(Role.SUBSIDY_OFFICER).get(f"/people/{person(4)}").content.decode()
    assert "目前无法确定" in page
    assert "的事件 · 按家庭合计" in page
