"""Nobody is called about a stranger's stay that no policy would pay; its line is accounted for all the same."""

from datetime import date
from pathlib import Path

import pytest

from jishiyu.apps.intake.models import Fate
from jishiyu.apps.subsidies.models import Case
from tests.apps.subsidies.situations import cases, check_books, enrol, load, member, newest, stay

pytestmark = pytest.mark.django_db
STRANGER = 9


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    enrol(tmp_path, member(1))
    return tmp_path


def test_a_strangers_stay_at_the_threshold_is_accounted_for_without_a_call(folder: Path) -> None:
    load(folder, "a", stay(STRANGER, "1", "5000.00"))
    assert newest("V1").bucket == "unmatched"
    assert list(Fate.objects.values_list("bucket", flat=True)) == ["unmatched"]
    assert cases() == []
    check_books()


def test_a_strangers_stay_over_the_threshold_opens_a_case(folder: Path) -> None:
    load(folder, "a", stay(STRANGER, "1", "5000.01"))
    assert cases() == [("H1/V1", "unmatched", "open")]


def test_two_settlements_of_one_stay_reach_the_threshold_together(folder: Path) -> None:
    load(folder, "a", stay(STRANGER, "1a", "3000.00", mdtrt_id="V1"))
    assert cases() == []
    load(folder, "b", stay(STRANGER, "1b", "2000.01", mdtrt_id="V1"))
    assert cases() == [("H1/V1", "unmatched", "open")]


def test_a_correction_below_the_threshold_closes_the_case_and_says_why(folder: Path) -> None:
    load(folder, "a", stay(STRANGER, "1", "8000.00"))
    load(folder, "b", stay(STRANGER, "1", "800.00", updt_time="2025-04-01 10:00:00"))
    assert cases() == [("H1/V1", "unmatched", "closed")]
    assert Case.objects.get().closed_because.startswith("金额未达任何办法的起付线")


def test_a_stay_before_any_policy_was_in_force_opens_no_case(folder: Path) -> None:
    days = {"begndate": "2019-03-01", "enddate": "2019-03-10", "setl_time": "2019-03-10 10:00:00"}
    load(folder, "a", stay(STRANGER, "1", "90000.00", **days), as_of=date(2019, 12, 31))
    assert newest("V1").bucket == "unmatched"
    assert cases() == []
