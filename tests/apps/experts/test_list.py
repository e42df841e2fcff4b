"""The resource list: entries, skills and who confirmed them, files with problems line by line, what is short."""

from datetime import date, timedelta
from pathlib import Path

import pytest
import xlsxwriter

from jishiyu.apps.audit.models import Trail
from jishiyu.apps.experts.gathering import gather
from jishiyu.apps.experts.importing import import_experts
from jishiyu.apps.experts.models import Expert, ExpertSkill
from jishiyu.apps.experts.operations import (
    Entry,
    address_of,
    admit_expert,
    change_expert,
    confirm_skill,
    end_expert,
    set_skills,
)
from jishiyu.apps.experts.problems import (
    AccountNotFound,
    AccountTaken,
    AddressUnusable,
    EndsBeforeItBegins,
    ExpertTwice,
    LevelWrong,
    NothingImported,
    OnVisits,
    OwnSkill,
    SkillNotHis,
    SkillUnknown,
)
from jishiyu.apps.visits.appointments import make_appointments
from jishiyu.engine.pairing.scarcity import supply
from tests.apps.experts.situations import AT, FIRST, person, settle, skills, solved, steward_account

pytestmark = pytest.mark.django_db
BY = {"by": "organiser", "at": AT}
SINCE = date(2026, 1, 1)
HEAD = "编号,姓名,身份,技能,荣誉,手机,每周半天,东向公里\n"


def test_somebody_is_admitted_changed_and_ended_with_everything_in_the_trail() -> None:
    made = admit_expert(entry=Entry(code="E1", name="甲", part="expert", address="139 0000 0000"), since=SINCE, **BY)
    assert address_of(made) == "13900000000"
    assert b"139" not in bytes(made.mobile or b"")
    changed = change_expert(
        expert_id=made.pk, entry=Entry(code="E1", name="甲乙", part="expert", honour=2, per_week=6), **BY
    )
    assert (changed.name, changed.honour, address_of(changed)) == ("甲乙", 2, "13900000000")
    end_expert(expert_id=made.pk, last_day=date(2026, 3, 31), because="退休", **BY)
    assert Expert.objects.get(pk=made.pk).until == date(2026, 4, 1)
    told = list(Trail.objects.filter(record=f"expert {made.pk}").order_by("pk").values_list("action", "details"))
    assert [action for action, _ in told] == ["experts.admit", "experts.change", "experts.end"]
    assert "13900000000" not in "".join(details for _, details in told)
    with pytest.raises(EndsBeforeItBegins):
        end_expert(expert_id=made.pk, last_day=date(2025, 12, 31), because="误", **BY)


def test_what_is_wrong_with_an_entry_is_told() -> None:
    steward_account()
    person("S1", "steward", account="steward-a", name="甲管家")
    cases: list[tuple[Entry, type[Exception], str]] = [
        (Entry(code="S1", name="乙", part="expert"), ExpertTwice, "甲管家"),
        (Entry(code="S2", name="乙", part="steward", account_name="steward-a"), AccountTaken, "甲管家"),
        (Entry(code="S2", name="乙", part="steward", account_name="nobody"), AccountNotFound, "nobody"),
        (Entry(code="S2", name="乙", part="steward", address="办公室"), AddressUnusable, "办公室"),
    ]
    for entry, problem, said in cases:
        with pytest.raises(problem) as told:
            admit_expert(entry=entry, since=SINCE, **BY)
        assert said in told.value.say("zh")  # type: ignore[attr-defined]


def test_somebody_on_planned_visits_does_not_leave_before_them() -> None:
    one, _two = settle()
    make_appointments(proposal_id=solved(one.participation.campaign_id).pk, need_ids=None, **BY)
    officer = Expert.objects.get(code="O1")
    with pytest.raises(OnVisits) as problem:
        end_expert(expert_id=officer.pk, last_day=FIRST - timedelta(days=1), because="调离", **BY)
    assert "2 次" in problem.value.say("zh")


def test_a_skill_counts_once_somebody_else_has_confirmed_it_and_not_after_its_level_changed() -> None:
    skills()
    steward_account()
    who = person("S1", "steward", {"thermal": 3}, account="steward-a", confirmed=False)
    with pytest.raises(OwnSkill):
        confirm_skill(expert_id=who.pk, code="thermal", on=FIRST, by="steward-a", at=AT)
    confirm_skill(expert_id=who.pk, code="红外测温", on=FIRST, **BY)
    held = ExpertSkill.objects.get(expert=who)
    assert (held.confirmed_by, held.confirmed_on) == ("organiser", FIRST)
    set_skills(expert_id=who.pk, levels={"thermal": 4, "solar": 1}, **BY)
    assert ExpertSkill.objects.get(expert=who, skill__code="thermal").confirmed_on is None
    set_skills(expert_id=who.pk, levels={"solar": 1}, **BY)
    assert list(who.skills.values_list("skill__code", flat=True)) == ["solar"]
    with pytest.raises(SkillNotHis):
        confirm_skill(expert_id=who.pk, code="thermal", on=FIRST, **BY)
    with pytest.raises(LevelWrong):
        set_skills(expert_id=who.pk, levels={"solar": 6}, **BY)
    with pytest.raises(SkillUnknown) as problem:
        set_skills(expert_id=who.pk, levels={"红外测": 3}, **BY)
    assert "是否为“红外测温”" in problem.value.say("zh")


def test_a_file_is_taken_in_line_by_line_and_nothing_is_lost_without_a_sentence(tmp_path: Path) -> None:
    skills()
    person("E1", levels={"thermal": 3}, name="甲")
    lines = [
        "E1,甲改名,劳模工匠,红外测温:3;谐波治理:4,市级,,5,1.5",
        "E2,乙,驻企工会干部,,,13900000002,,",
        "E3,丙,劳模工匠,红外测:3;光伏接入:9;谐波治理:2,,,,",
        "E4,丁,厂长,,,,,",
        "E5,,劳模工匠,,,,,",
        "E2,戊,劳模工匠,,,,,",
        "E6,己,劳模工匠,,,电话,,",
        "E7,庚,劳模工匠,,特级,,,",
        "E8,辛,劳模工匠,,,,11,",
        "E9,壬,劳模工匠,,,,,远",
    ]
    path = tmp_path / "list.csv"
    path.write_bytes((HEAD + "\n".join(lines)).encode("gb18030"))
    found = import_experts(path=path, name="清单.csv", since=SINCE, **BY)
    assert (found.admitted, found.changed) == (2, 1)
    told = [(one.line, one.taken) for one in found.problems]
    assert told == [
        (4, True),
        (4, True),
        (5, False),
        (6, False),
        (7, False),
        (8, False),
        (9, False),
        (10, False),
        (11, False),
    ]
    said = " ".join(one.zh for one in found.problems)
    for words in (
        "没有技能“红外测”",
        "1 至 5,而不是“9”",
        "“厂长”",
        "第 3 行已出现",
        "“电话”",
        "特级",
        "0 至 10",
        "“远”不是数字",
    ):
        assert words in said, words
    first = Expert.objects.get(code="E1")
    assert (first.name, first.honour, first.per_week, first.x_m) == ("甲改名", 2, 5, 1500)
    assert dict(first.skills.values_list("skill__code", "level")) == {"thermal": 3, "harmonics": 4}
    assert ExpertSkill.objects.get(expert=first, skill__code="thermal").confirmed_on == FIRST
    assert dict(Expert.objects.get(code="E3").skills.values_list("skill__code", "level")) == {"harmonics": 2}
    again = import_experts(path=path, name="清单.csv", since=SINCE, **BY)
    assert (again.admitted, again.changed) == (0, 0) or again.same >= 1
    assert Expert.objects.count() == 3


def test_an_excel_file_is_taken_in_and_one_without_a_usable_line_changes_nothing(tmp_path: Path) -> None:
    skills()
    path = tmp_path / "list.xlsx"
    with xlsxwriter.Workbook(path) as book:
        sheet = book.add_worksheet()
        sheet.write_row(0, 0, ("编号", "姓名", "身份", "技能", "每周半天"))
        sheet.write_row(1, 0, ("E1", "甲", "工匠", "光伏接入:5、红外测温:2", 3))
    assert import_experts(path=path, name="list.xlsx", since=SINCE, **BY).admitted == 1
    assert Expert.objects.get(code="E1").per_week == 3
    empty = tmp_path / "empty.csv"
    empty.write_text(HEAD + "E1,甲,厂长,,,,,\n", encoding="utf-8")
    with pytest.raises(NothingImported):
        import_experts(path=empty, name="empty.csv", since=SINCE, **BY)
    assert Expert.objects.count() == 1


def test_what_the_needs_lack_is_set_against_the_list() -> None:
    one, _two = settle()
    gathered = gather(campaign=one.participation.campaign, first_on=FIRST)
    found = {(item.name, item.level): item for item in supply(gathered.round)}
    harmonics, thermal = found["harmonics", 4], found["thermal", 3]
    assert (harmonics.needs, harmonics.wanted, harmonics.able, harmonics.near) == (1, 1, 2, 0)
    assert (thermal.able, thermal.near) == (1, 1)
    assert found["steward", 0].able == 1
    assert not thermal.short
