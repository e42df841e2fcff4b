"""A case over the automatic limit is approved by two commands of two people."""

import io
from datetime import date
from pathlib import Path

import pytest

from jishiyu.apps.payments.operations import name_signatory
from jishiyu.apps.subsidies.heirs import heirs_of
from jishiyu.apps.subsidies.models import Case, Entitlement
from jishiyu.apps.subsidies.operations import log_papers
from jishiyu.cli import main
from tests.apps.applications.situations import ON
from tests.apps.subsidies.situations import enrol, filed_death, load, member, stay
from tests.web.people import NOW

pytestmark = pytest.mark.django_db


@pytest.fixture
def case(tmp_path: Path) -> str:
    enrol(tmp_path, member(1))
    load(tmp_path, "三月", stay(1, "A", "152000.00"))
    for name in ("li.na", "wang.fang"):
        name_signatory(name=name, member_no=None, by="admin", at=NOW)
    number = Case.objects.get().pk
    log_papers(case_id=number, by="chen", sentence="材料齐全", on=date(2025, 4, 1))
    return str(number)


def says(capsys: pytest.CaptureFixture[str], *words: str, status: int = 0) -> str:
    assert main(["cases", *words]) == status
    told = capsys.readouterr()
    return told.out + told.err


def test_one_signs_and_another_approves(case: str, capsys: pytest.CaptureFixture[str]) -> None:
    first = ("propose", case, "--note", "材料核对无误", "--by", "li.na")
    assert "12,160.00" in says(capsys, *first, "--amount", "12000.00", status=1)
    assert "12,160.00" in says(capsys, *first, "--amount", "12160.00")
    assert not Entitlement.objects.exists()
    says(capsys, "approve", case, "--by", "li.na", status=1)
    assert not Entitlement.objects.exists()
    assert "12,160.00" in says(capsys, "approve", case, "--by", "wang.fang")
    assert Entitlement.objects.get().amount_fen == 1_216_000


def test_who_receives_the_subsidy_for_a_death_is_named_and_shown_masked(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    enrol(tmp_path, member(1, bank_account="6222020000000000001"))
    filed_death(tmp_path, 1, on=ON)
    case = str(Case.objects.get().pk)
    assert "尚未登记领取人" in says(capsys, "heir", case)
    given = (
        "heir",
        case,
        "--name",
        "王某",
        "--relation",
        "配偶",
        "--proof",
        "户口簿复印件",
        "--because",
        "来电",
        "--by",
        "li.na",
    )
    monkeypatch.setattr("sys.stdin", io.StringIO("6222 0200 0000 0009 901\n"))
    told = says(capsys, *given)
    assert "王*" in told
    assert "王某" not in told
    assert "6222020000000009901" not in told
    assert next(iter(heirs_of(stay_ids=["A1"]).values())).account == "6222020000000009901"
    monkeypatch.setattr("sys.stdin", io.StringIO("6222020000000000001\n"))
    assert "逝者本人" in says(capsys, *given, status=1)


def test_a_case_that_is_about_no_death_names_nobody(case: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert "不是身故事项" in says(capsys, "heir", case, "--name", "王某", status=1)


def test_nobody_approves_what_nobody_proposed(case: str, capsys: pytest.CaptureFixture[str]) -> None:
    says(capsys, "approve", case, "--by", "wang.fang", status=1)
    assert not Entitlement.objects.exists()
