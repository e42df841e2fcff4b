"""Tables of needs, people and pins: any format, every line accounted for."""

from pathlib import Path

import pytest
import xlsxwriter

from jishiyu.engine.files.problems import ColumnsMissing
from jishiyu.engine.pairing import reading, writing
from jishiyu.engine.pairing.invent import invent
from jishiyu.engine.pairing.line_problems import SENTENCES
from jishiyu.engine.pairing.problems import NothingToPair, PinUnreadable
from jishiyu.engine.pairing.solve import propose

NEEDS = "need_id,enterprise,skills,halfdays,earliest,latest,x_km,y_km,priority,steward,team_min,team_max"
PEOPLE = "person_id,role,skills,honour,free,x_km,y_km,per_week,zone"
GOOD_NEED = "N1,厂一,harmonics:4;thermal-imaging:3,2,0,9,1.25,-3,5,S1,3,7"
GOOD_PERSON = "E1,expert,harmonics:4;thermal-imaging:3,2,0-9;12-19,0,0,6,Z1"


def table(folder: Path, heading: str, *lines: str, encoding: str = "utf-8") -> Path:
    path = folder / f"{heading.split('_', maxsplit=1)[0]}.csv"
    path.write_bytes("\n".join([heading, *lines, ""]).encode(encoding))
    return path


def test_reads_the_fixed_columns(tmp_path: Path) -> None:
    (need,), none = reading.read_needs(table(tmp_path, NEEDS, GOOD_NEED))
    assert none == []
    assert need.skills == (("harmonics", 4), ("thermal-imaging", 3))
    assert (need.halfdays, need.earliest, need.latest, need.x_m, need.y_m) == (2, 0, 9, 1250, -3000)
    assert (need.priority, need.steward, need.team_min, need.team_max, need.line) == (5, "S1", 3, 7, 2)
    (person,), none = reading.read_people(table(tmp_path, PEOPLE, GOOD_PERSON))
    assert none == []
    assert person.free == ((0, 9), (12, 19))
    assert (person.role, person.honour, person.per_week, person.zone) == ("expert", 2, 6, "Z1")


def test_lists_inside_fields_do_not_hide_the_commas(tmp_path: Path) -> None:
    many = "E1,expert,a:1;b:2;c:3;d:4;e:5;f:1,2,0-1;3-4;6-7;9-10;12-13;15-16;18-19,0,0,6,Z1"
    (person,), none = reading.read_people(table(tmp_path, PEOPLE, many))
    assert none == []
    assert len(person.free) == 7


def test_chinese_headings_full_width_marks_and_gb18030(tmp_path: Path) -> None:
    path = table(
        tmp_path, "需求编号,企业,所需技能,半天数,最早半天,最晚半天,优先级", "N1,厂一,谐波治理:4;红外测温:3,1,0,9,5", encoding="gb18030"
    )  # fmt: skip
    (need,), none = reading.read_needs(path)
    assert none == []
    assert need.skills == (("红外测温", 3), ("谐波治理", 4)) or dict(need.skills) == {"谐波治理": 4, "红外测温": 3}
    people = table(
        tmp_path, "人员编号,角色,技能,空闲半天", "W1,劳模工匠,谐波治理:5,0至9", "W2,管家,,0-9", "W3,驻企工会干部,,0-9"
    )
    found, none = reading.read_people(people)
    assert none == []
    assert [person.role for person in found] == ["expert", "steward", "officer"]


def test_an_excel_table_with_numbers_as_numbers(tmp_path: Path) -> None:
    path = tmp_path / "needs.xlsx"
    book = xlsxwriter.Workbook(path)
    sheet = book.add_worksheet()
    for at, row in enumerate([NEEDS.split(","), ["N1", "厂一", "a:4", 1, 0, 9, 1.5, 2, 5, "", 3, 7]]):
        sheet.write_row(at, 0, row)
    book.close()
    (need,), none = reading.read_needs(path)
    assert none == []
    assert (need.halfdays, need.x_m, need.priority) == (1, 1500, 5)


@pytest.mark.parametrize(
    ("line", "code"),
    [
        ("N1,厂一,harmonics,2,0,9,,,,,,", "skill_unreadable"),
        ("N1,厂一,harmonics:6,2,0,9,,,,,,", "skill_unreadable"),
        ("N1,厂一,,2,0,9,,,,,,", "missing"),
        ("N1,厂一,a:1,two,0,9,,,,,,", "not_a_number"),
        ("N1,厂一,a:1,1.5,0,9,,,,,,", "out_of_range"),
        ("N1,厂一,a:1,1,-1,9,,,,,,", "out_of_range"),
        ("N1,厂一,a:1,3,8,9,,,,,,", "window_too_short"),
        ("N1,厂一,a:1,1,0,9,,,9,,,", "out_of_range"),
        ("N1,厂一,a:1,1,0,9,,,,,5,4", "team_too_small"),
        ("N1,厂一,a:1,1,0,9,NaN,,,,,", "not_a_number"),
        ("N1,厂一,a:1;b:1;c:1;d:1;e:1;f:1;g:1;h:1;i:1,1,0,9,,,,,,", "too_many_skills"),
        ("N0,厂一,a:1,1,0,9,,,,,,", "number_twice"),
        ("N1,厂一,a:1,1", "broken_row"),
    ],
)
def test_a_need_that_cannot_be_used_is_told_with_its_line(tmp_path: Path, line: str, code: str) -> None:
    first = GOOD_NEED.replace("N1", "N0")
    needs, (problem,) = reading.read_needs(table(tmp_path, NEEDS, first, line, GOOD_NEED.replace("N1", "N2")))
    assert [need.need_id for need in needs] == ["N0", "N2"]
    assert (problem.code, problem.line, problem.left_out) == (code, 3, True)
    assert "第 3 行" in problem.say("zh")
    assert "line 3" in problem.say("en")
    assert "{" not in problem.say("zh") + problem.say("en")


@pytest.mark.parametrize(
    ("line", "code"),
    [
        ("E2,boss,a:1,0,0-9,0,0,6,Z1", "role_unknown"),
        ("E2,expert,a:1,0,9-0,0,0,6,Z1", "free_unreadable"),
        ("E2,expert,a:1,0,soon,0,0,6,Z1", "free_unreadable"),
        ("E2,expert,a:1,4,0-9,0,0,6,Z1", "out_of_range"),
        ("E2,expert,a:1,0,0-9,0,0,11,Z1", "out_of_range"),
        ("E1,expert,a:1,0,0-9,0,0,6,Z1", "number_twice"),
        ("E2,expert,a:1,0,,0,0,6,Z1", "missing"),
    ],
)
def test_a_person_who_cannot_be_used_is_told_with_the_line(tmp_path: Path, line: str, code: str) -> None:
    people, (problem,) = reading.read_people(table(tmp_path, PEOPLE, GOOD_PERSON, line))
    assert [person.person_id for person in people] == ["E1"]
    assert (problem.code, problem.line) == (code, 3)


def test_unknown_skills_levels_and_stewards_are_told_and_the_need_is_kept(tmp_path: Path) -> None:
    needs, _ = reading.read_needs(
        table(tmp_path, NEEDS, "N1,a,harmonic:2,1,0,9,,,,S9,,", "N2,b,thermal-imaging:5,1,0,9,,,,,,")
    )
    people, _ = reading.read_people(table(tmp_path, PEOPLE, GOOD_PERSON))
    problems = reading.compare(needs, people, "needs.csv")
    assert [problem.code for problem in problems] == ["skill_unknown", "steward_unknown", "level_too_high"]
    assert "harmonics" in problems[0].say("en")
    assert not any(problem.left_out for problem in problems)


def test_files_without_a_usable_line_or_a_needed_column_are_refused(tmp_path: Path) -> None:
    with pytest.raises(NothingToPair):
        reading.read_needs(table(tmp_path, NEEDS, "N1,厂一,harmonics,2,0,9,,,,,,"))
    with pytest.raises(ColumnsMissing):
        reading.read_needs(table(tmp_path, "need_id,enterprise,priority", "N1,a,1"))


def test_pins_and_bans(tmp_path: Path) -> None:
    path = table(tmp_path, "need_id,start,person_id,rule", "N1,3,,", "N1,,E1,锁定", "N2,,E2,ban")
    pins = reading.read_pins(path)
    assert [(pin.need_id, pin.start, pin.person_id, pin.ban, pin.line) for pin in pins] == [
        ("N1", 3, None, False, 2),
        ("N1", None, "E1", False, 3),
        ("N2", None, "E2", True, 4),
    ]
    for line in ("N1,x,,", "N1,1,,perhaps", ",1,,", "N1,1,E1,ban"):
        with pytest.raises(PinUnreadable) as caught:
            reading.read_pins(table(tmp_path, "need_id,start,person_id,rule", line))
        assert "2" in caught.value.say("zh")


def test_invented_rounds_and_plans_come_back_as_they_were_written(tmp_path: Path) -> None:
    round_ = invent(15, 15, 10, seed=2)
    (tmp_path / "needs.csv").write_bytes(writing.needs_csv(round_.needs))
    (tmp_path / "people.csv").write_bytes(writing.people_csv(round_.people))
    needs, none = reading.read_needs(tmp_path / "needs.csv")
    people, nobody = reading.read_people(tmp_path / "people.csv")
    assert none == nobody == []
    one, two = propose(round_.needs, round_.people), propose(needs, people)
    assert one.visits == two.visits
    (tmp_path / "plan.csv").write_bytes(writing.plan_csv(one))
    assert writing.same_plan(reading.read_plan(tmp_path / "plan.csv"), one.visits)


def test_every_sentence_stands_in_both_languages() -> None:
    for zh, en in SENTENCES.values():
        assert zh
        assert en
        assert zh != en
