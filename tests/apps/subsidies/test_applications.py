"""Accidents and fires are decided on the same path as stays: versions, differences, households."""

from pathlib import Path

import pytest

from jishiyu.apps.intake.applications import take_applications, withdraw_application
from jishiyu.apps.intake.models import Application
from jishiyu.apps.intake.problems import ApplicationsRefused, ApplicationUnknown
from jishiyu.apps.people.models import Person
from jishiyu.apps.subsidies.models import Case, Decision
from jishiyu.apps.subsidies.operations import Outcome, redecide, report_no_data
from tests.apps.subsidies.situations import (
    AS_OF,
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
