"""Accidents and fires are decided on the same path as stays: versions, differences, households."""

from datetime import date
from pathlib import Path

import pytest

from jishiyu.apps.intake.applications import take_applications, withdraw_application
from jishiyu.apps.intake.models import Application
from jishiyu.apps.intake.problems import ApplicationsRefused, ApplicationUnknown
from jishiyu.apps.members.models import Membership
from jishiyu.apps.members.operations import set_household
from jishiyu.apps.people.models import Person
from jishiyu.apps.people.operations import merge_people, undo_merge
from jishiyu.apps.subsidies.models import Case, Decision
from jishiyu.apps.subsidies.operations import Outcome, redecide, rematch, report_no_data
from tests.apps.subsidies.situations import (
    AS_OF,
    AT,
    cases,
    check_books,
    enrol,
    load,
    member,
    number,
    owed,
    stay,
    write,
)

pytestmark = pytest.mark.django_db
COLUMNS = (
    "application_id", "kind", "cert_type", "certno", "name", "event_on", "filed_on", "event_id", "household",
    "injuries", "cause", "treatment_over", "graded_on", "loss", "certificate_no", "certificate_on",
    "certificate_issuer", "papers",
)  # fmt: skip


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    enrol(tmp_path, member(1), member(3, household="H7"), member(4, household="H7", org_code="U2"))
    return tmp_path


def accident(who: int, name: str, injuries: str, **changes: str) -> dict[str, str]:
    line = {
        "application_id": name, "kind": "accident", "cert_type": "01", "certno": number(who), "name": f"张{who}",
        "event_on": "2025-05-01", "filed_on": "2025-06-01", "event_id": "E1", "injuries": injuries,
        "cause": "fall",
        "treatment_over": "1", "graded_on": "2025-05-30", "papers": "not_work_injury;hospital_records",
    }  # fmt: skip
    return line | changes


def fire(who: int, name: str, loss: str, **changes: str) -> dict[str, str]:
    line = {
        "application_id": name, "kind": "fire", "cert_type": "01", "certno": number(who), "name": f"张{who}",
        "event_on": "2025-05-01", "filed_on": "2025-06-01", "loss": loss, "certificate_no": "消火认字〔2025〕第0021号",
        "certificate_on": "2025-05-20", "certificate_issuer": "某消防救援大队", "papers": "loss_evidence;fire_certificate",
    }  # fmt: skip
    return line | changes


def apply(folder: Path, *lines: dict[str, str]) -> Outcome:
    path = write(folder / "applications.csv", COLUMNS, lines)
    people = take_applications(path=path, by="li.na", as_of=AS_OF)
    return redecide(by="li.na", on=AS_OF, people=people)


def test_a_fracture_is_owed_by_the_table(folder: Path) -> None:
    apply(folder, accident(1, "A1", "skull:crack"))
    assert owed() == [("A1", 130_000, 0, "owed")]
    assert Application.objects.get().state == "decided"
    check_books()


def test_the_same_application_again_changes_nothing(folder: Path) -> None:
    apply(folder, accident(1, "A1", "skull:crack"))
    done = apply(folder, accident(1, "A1", "skull:crack"))
    assert (done.decisions, done.entitlements) == (0, 0)
    assert Application.objects.count() == 1


def test_a_corrected_application_is_a_new_version_and_posts_the_difference(folder: Path) -> None:
    apply(folder, accident(1, "A1", "skull:crack"))
    apply(folder, accident(1, "A1", "skull:closed"))
    assert [row[1] for row in owed()] == [130_000, 130_000]
    assert [(row.version, row.newest) for row in Application.objects.order_by("version")] == [(1, False), (2, True)]
    check_books()


def test_a_worse_grading_of_the_same_event_pays_only_what_is_more(folder: Path) -> None:
    apply(folder, accident(1, "A1", "skull:crack"))
    apply(folder, accident(1, "A2", "skull:closed", filed_on="2025-07-01"))
    assert owed() == [("A1", 130_000, 0, "owed"), ("A2", 130_000, 0, "owed")]
    check_books()


def test_missing_papers_hold_the_application_and_put_it_on_the_call_list(folder: Path) -> None:
    apply(folder, accident(1, "A1", "skull:crack", papers="hospital_records"))
    assert owed() == []
    assert cases() == [("A1", "held", "open")]
    apply(folder, accident(1, "A1", "skull:crack"))
    assert cases() == [("A1", "held", "closed")]
    assert [row[1] for row in owed()] == [130_000]


def test_a_fire_is_paid_once_per_household_in_whatever_order_the_couple_applies(folder: Path) -> None:
    apply(folder, fire(4, "F2", "50000.00", filed_on="2025-06-02"))
    assert owed() == [("F2", 500_000, 0, "owed")]
    apply(folder, fire(3, "F1", "50000.00", filed_on="2025-06-01"))
    assert sum(row[1] - row[2] for row in owed()) == 500_000
    assert Decision.objects.get(stay_id="F2", newest=True).bucket == "capped"
    check_books()


@pytest.mark.parametrize("first", [5, 6])
def test_an_older_household_on_the_roster_hides_nobody_of_the_one_that_counts(tmp_path: Path, first: int) -> None:
    enrol(
        tmp_path,
        member(5, household="H1", left_on="2020-01-01"),
        member(
            5, member_no="M0105", org_code="U2", joined_on="2020-01-01"
        ),  # married since, and the file does not say it
        member(6, household="H2"),
    )
    lines = {5: fire(5, "F1", "50000.00", household="H2"), 6: fire(6, "F2", "50000.00", filed_on="2025-06-02")}
    apply(tmp_path, lines.pop(first))
    apply(tmp_path, *lines.values())
    assert sum(row[1] - row[2] for row in owed()) == 500_000
    check_books()


def test_when_one_of_a_couple_withdraws_the_other_gets_what_was_kept_back(folder: Path) -> None:
    apply(folder, fire(3, "F1", "50000.00"))
    apply(folder, fire(4, "F2", "30000.00", filed_on="2025-06-02"))
    person = withdraw_application(number="F1", by="li.na", because="误报")
    redecide(by="li.na", on=AS_OF, people=[person] if person else [])
    assert [(row[0], row[1] - row[2]) for row in owed()] == [("F1", 0), ("F2", 300_000)]
    check_books()


def test_when_one_of_a_couple_names_another_household_the_first_one_is_free_again(tmp_path: Path) -> None:
    enrol(tmp_path, member(5), member(6))
    apply(tmp_path, fire(5, "F1", "50000.00", household="H7"))
    apply(tmp_path, fire(6, "F2", "30000.00", household="H7", filed_on="2025-06-02"))
    assert [(row[0], row[1] - row[2]) for row in owed()] == [("F1", 500_000)]
    apply(tmp_path, fire(5, "F1", "50000.00", household="H8"))
    assert [(row[0], row[1] - row[2]) for row in owed()] == [("F1", 500_000), ("F2", 300_000)]
    check_books()


def test_when_the_roster_moves_one_of_a_couple_to_another_household_the_first_one_is_free_again(folder: Path) -> None:
    apply(folder, fire(3, "F1", "50000.00"))
    apply(folder, fire(4, "F2", "30000.00", filed_on="2025-06-02"))
    enrol(folder, member(3, household="H8"))
    rematch(by="li.na", on=AS_OF)
    assert [(row[0], row[1] - row[2]) for row in owed()] == [("F1", 500_000), ("F2", 300_000)]
    check_books()


@pytest.mark.parametrize(
    ("on", "owed_to_the_other"), [(None, 300_000), (date(2025, 5, 1), 300_000), (date(2025, 5, 2), 0)]
)
def test_a_household_number_that_an_officer_puts_right_is_decided_again_from_its_day_on(
    folder: Path, on: date | None, owed_to_the_other: int
) -> None:
    apply(folder, fire(3, "F1", "50000.00"))
    apply(folder, fire(4, "F2", "30000.00", filed_on="2025-06-02"))
    held = Membership.objects.get(member_no="M0003")
    set_household(membership_id=held.pk, household=" H8 ", on=on, reason="户口簿已核对", by="li.na", at=AT)
    rematch(by="li.na", on=AS_OF)
    left = {row[0]: row[1] - row[2] for row in owed()}
    assert (left["F1"], left.get("F2", 0)) == (500_000, owed_to_the_other)
    check_books()


def test_a_household_stands_under_any_row_of_a_person(tmp_path: Path) -> None:
    enrol(tmp_path, member(5, household="H1"), member(6, household="H1"))
    enrol(tmp_path, member(7, member_no="M0099", org_code="U2", name="张5"))
    ids = {row.member_no: row.person_id for row in Membership.objects.all()}
    merge_people(kept_id=ids["M0099"], merged_id=ids["M0005"], by="li.na", reason="同一人", at=AT)
    apply(tmp_path, fire(5, "F1", "50000.00"))
    apply(tmp_path, fire(6, "F2", "30000.00", filed_on="2025-06-02"))
    assert [(row[0], row[1] - row[2]) for row in owed()] == [("F1", 500_000)]
    check_books()


def test_when_a_merge_is_undone_whoever_shared_the_household_of_the_other_row_is_owed(tmp_path: Path) -> None:
    enrol(tmp_path, member(5, household="H1"), member(6, household="H1"))
    enrol(tmp_path, member(7, member_no="M0099", org_code="U2", name="张5"))
    ids = {row.member_no: row.person_id for row in Membership.objects.all()}
    merge = merge_people(kept_id=ids["M0099"], merged_id=ids["M0005"], by="li.na", reason="同一人", at=AT)
    apply(tmp_path, fire(7, "F1", "50000.00") | {"name": "张5"})  # no household of its own, but that of the other row
    apply(tmp_path, fire(6, "F2", "30000.00", filed_on="2025-06-02"))
    assert [(row[0], row[1] - row[2]) for row in owed()] == [("F1", 500_000)]
    undo_merge(merge_id=merge.pk, by="li.na", reason="两个人", at=AT)
    rematch(by="li.na", on=AS_OF)
    assert [(row[0], row[1] - row[2]) for row in owed()] == [("F1", 0), ("F2", 300_000)]
    check_books()


def test_a_withdrawn_application_is_taken_back(folder: Path) -> None:
    apply(folder, accident(1, "A1", "skull:crack"))
    person = withdraw_application(number="A1", by="li.na", because="本人撤回")
    assert person is not None
    redecide(by="li.na", on=AS_OF, people=[person])
    assert owed() == [("A1", 130_000, 130_000, "set_off")]
    with pytest.raises(ApplicationUnknown):
        withdraw_application(number="A1", by="li.na", because="本人撤回")
    check_books()


def test_stays_and_applications_of_one_person_live_side_by_side(folder: Path) -> None:
    apply(folder, accident(1, "A1", "skull:crack"))
    load(folder, "a", stay(1, "1", "20000.00"))
    assert owed() == [("A1", 130_000, 0, "owed"), ("H1/V1", 40_000, 0, "owed")]
    check_books()


def test_a_file_with_a_fault_is_refused_whole(folder: Path) -> None:
    with pytest.raises(ApplicationsRefused, match="line 3, column event_on"):
        apply(folder, accident(1, "A1", "skull:crack"), accident(1, "A2", "skull:crack", event_on="2027-01-01"))
    assert Application.objects.count() == 0


def test_nothing_medical_stands_in_plain_columns(folder: Path) -> None:
    apply(
        folder,
        accident(1, "A1", "skull:crack", cause="traffic", papers="not_work_injury;hospital_records;police_certificate"),
    )
    row = Application.objects.get()
    assert not any(word in str(row.facts) for word in ("skull", "traffic", "张", number(1)))


def test_a_stay_without_data_becomes_a_case_at_the_members_union(folder: Path) -> None:
    who = Person.objects.get(memberships__member_no="M0004")
    report_no_data(person_id=who.pk, by="chen", sentence="外地住院,医保无数据", on=AS_OF)
    report_no_data(person_id=who.pk, by="chen", sentence="再次来电", on=AS_OF)
    case = Case.objects.get()
    assert (case.reason, case.union.code if case.union else "", case.moves.count()) == ("no_data", "U2", 2)
