"""Paying on the command line, from the first appropriation to the file for the checker."""

import subprocess
import sysconfig
from pathlib import Path

import pytest

from jishiyu.cli import main
from jishiyu.demo.bank import answer
from tests.apps.payments import fund
from tests.apps.payments.fund import TODAY, Member

pytestmark = pytest.mark.django_db
BEAN_CHECK = Path(sysconfig.get_path("scripts")) / "bean-check"


def says(capsys: pytest.CaptureFixture[str], *arguments: str, status: int = 0) -> str:
    """Run a command and give what it said on both channels."""
    assert main(arguments) == status
    heard = capsys.readouterr()
    return heard.out + heard.err


def test_the_whole_way(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    people = fund.join([Member(), Member("李四", None)])
    fund.owe(people, [12_160_00, 75_00])
    fund.claim(people[0], 160_00)
    assert "may not sign payments" in says(capsys, "pay", "prepare", "--by", "li.na", status=1)
    says(capsys, "pay", "signatory", "li.na", "--no-member")
    says(capsys, "pay", "signatory", "wang.fang", "--member", "M2")
    assert "0.00 yuan free" in says(capsys, "pay", "prepare", "--by", "li.na", status=1)
    grant = ["ledger", "appropriate", "1,000,000.00", "--document", "市总财〔2025〕3号"]
    assert "1,000,000.00" in says(capsys, *grant)
    assert "not booked twice" in says(capsys, *grant)
    said = says(capsys, "pay", "prepare", "--by", "li.na")
    assert "抵扣 / set off: 1 笔, 160.00" in said
    assert "无法付款 / cannot be paid: 1" in said
    assert "1 笔 / payments, 12,000.00 元" in said
    batch = str(fund.attempts()[0].batch_id)
    assert "Ask a second person" in says(capsys, "pay", "approve", batch, "--by", "li.na", status=1)
    assert "approved" in says(capsys, "pay", "approve", batch, "--by", "wang.fang")
    out = tmp_path / "to-bank"
    assert "SHA-256" in says(capsys, "pay", "send", batch, "--out", str(out), "--by", "li.na")
    assert "the same content" in says(capsys, "pay", "send", batch, "--out", str(out), "--by", "li.na")
    (file,) = out.iterdir()
    result = tmp_path / "result.csv"
    result.write_bytes(answer(file.read_bytes(), profile="generic-csv", seed=3, answered_on=TODAY) or b"")
    assert "已付 / paid: 1 笔 / payments, 12,000.00" in says(capsys, "pay", "result", str(result), "--by", "li.na")
    assert "read before" in says(capsys, "pay", "result", str(result), "--by", "li.na")
    assert "closed" in says(capsys, "pay", "close", batch, "--by", "li.na")
    status = says(capsys, "pay", "status", "--calls")
    assert "红星机械厂工会" in status
    assert "no_account" in status
    assert "988,000.00" in says(capsys, "ledger", "balance")
    assert "all agrees" in says(capsys, "ledger", "check")
    books = tmp_path / "fund.beancount"
    says(capsys, "ledger", "export", "--out", str(books))
    assert subprocess.run([BEAN_CHECK, books], check=False).returncode == 0


def test_what_is_wrong_is_said_and_nothing_happens(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    fund.open_fund()
    assert "no amount" in says(capsys, "ledger", "appropriate", "12.345", "--document", "x", status=1)
    assert "cannot be read" in says(capsys, "pay", "result", str(tmp_path / "none.csv"), status=1)
    assert "no batch 99" in says(capsys, "pay", "send", "99", "--out", str(tmp_path), "--by", fund.MAKER, status=1)
    assert "100,000.01 yuan are needed" in says(
        capsys, "ledger", "appropriate", "-100000.01", "--document", "x", "--by", fund.CLERK, status=1
    )
    assert "all agrees" in says(capsys, "ledger", "check")
