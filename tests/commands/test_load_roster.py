"""`jishiyu load unions` and `jishiyu load roster` as processes of their own."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from jishiyu.apps.members.models import Membership, RosterImport
from jishiyu.apps.orgs.models import Union

UNIONS = "code,name,kind\nU1,红星厂工会,grassroots\n"
ROSTER = """会员号,证件类型,证件号码,姓名,工会编码,在职,入会日期
M1,居民身份证,110101198001010037,张伟,U1,是,2010-01-01
M2,居民身份证,110101198001010038,李娜,U1,是,2010-01-01
"""


def jishiyu(*arguments: object) -> "subprocess.CompletedProcess[str]":
    command = [sys.executable, "-m", "jishiyu.cli", *map(str, arguments)]
    environment = {**os.environ, "PYTHONIOENCODING": "utf-8"}
    return subprocess.run(
        command, capture_output=True, text=True, check=False, stdin=subprocess.DEVNULL, env=environment
    )


@pytest.mark.django_db(transaction=True)
def test_checks_shows_and_takes_in_only_what_was_agreed(tmp_path: Path, database_url: str) -> None:
    (tmp_path / "unions.csv").write_text(UNIONS)
    (tmp_path / "roster.csv").write_bytes(ROSTER.encode("gb18030"))
    done = jishiyu("load", "unions", tmp_path / "unions.csv", "--by", "li.na")
    assert (done.returncode, done.stderr) == (0, "")
    assert Union.objects.get().name == "红星厂工会"

    asked = jishiyu("load", "roster", tmp_path / "roster.csv", "--as-of", "2025-03-01")
    assert asked.returncode == 1
    assert "--yes" in asked.stderr
    assert not Membership.objects.exists()

    done = jishiyu("load", "roster", tmp_path / "roster.csv", "--as-of", "2025-03-01", "--yes", "--by", "li.na")
    assert (done.returncode, done.stderr) == (0, "")
    assert "校验码" in done.stdout
    assert Membership.objects.get().member_no == "M1"
    assert RosterImport.objects.filter(state="confirmed").get().confirmed_by == "li.na"

    again = jishiyu("load", "roster", tmp_path / "roster.csv", "--as-of", "2025-03-01", "--yes")
    assert (again.returncode, "Nothing to change" in again.stdout) == (0, True)
    assert Membership.objects.count() == 1

    audit = jishiyu("audit", "verify")
    assert (audit.returncode, "whole" in audit.stdout) == (0, True)


@pytest.mark.django_db(transaction=True)
def test_says_in_a_sentence_what_is_wrong_with_a_file(tmp_path: Path, database_url: str) -> None:
    (tmp_path / "unions.csv").write_text("code,name\nU1,x\n")
    for kind, name in (("unions", "unions.csv"), ("unions", "nowhere.csv"), ("roster", "nowhere.csv")):
        done = jishiyu("load", kind, tmp_path / name)
        assert done.returncode == 1
        assert done.stderr.startswith("jishiyu: ")
        assert "Traceback" not in done.stderr
