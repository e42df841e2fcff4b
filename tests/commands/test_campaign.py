"""`jishiyu campaign`: files are checked and rounds opened from the command line."""

from pathlib import Path
from typing import Any

import pytest

from jishiyu.apps.audit.models import Trail
from jishiyu.apps.enterprises.models import Campaign
from jishiyu.cli import main
from jishiyu.engine.help.campaign import shipped
from tests.apps.enterprises.situations import unions


def test_shipped_rounds_pass_and_a_mistake_is_named_with_its_line(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["campaign", "check", *shipped()]) == 0
    assert "power-1" in capsys.readouterr().out
    bad = tmp_path / "mine.toml"
    bad.write_text(
        shipped()["power-1"].read_text(encoding="utf-8").replace("confirm = 1", "confirm = 0"), encoding="utf-8"
    )
    assert main(["campaign", "check", str(bad)]) == 1
    told = capsys.readouterr()
    assert "clocks.confirm" in told.out + told.err


@pytest.mark.django_db(transaction=True)
def test_a_round_is_opened_and_one_that_follows_it(capsys: pytest.CaptureFixture[str]) -> None:
    unions()
    first = [
        "campaign",
        "open",
        "power-1",
        "--network",
        "CITY=1,MADE=2,GRID=3",
        "--begins",
        "2026-03-02",
        "--by",
        "chen.jing",
    ]
    assert main(first) == 0
    assert main(first) == 1  # opened before
    assert (
        main(["campaign", "open", "power-1", "--code", "power-2", "--follows", "power-1", "--begins", "2026-09-02"])
        == 0
    )
    assert main(["campaign", "list"]) == 0
    assert "power-2" in capsys.readouterr().out
    assert Campaign.objects.get(code="power-2").network.count() == 3
    assert main(["campaign", "close", "power-1", "--by", "chen.jing"]) == 0
    assert main(["campaign", "close", "power-1", "--by", "chen.jing"]) == 1  # closed before
    assert main(["campaign", "close", "nowhere"]) == 1
    assert main(["campaign", "list"]) == 0
    assert "power-1: 电力助企专项服务 [2026-03-02, 2026-09-02) 已结束 · closed" in capsys.readouterr().out


@pytest.mark.django_db(transaction=True)
def test_the_working_days_of_a_year_are_entered_from_a_file(
    tmp_path: Path, settings: Any, capsys: pytest.CaptureFixture[str]
) -> None:
    settings.CALENDAR_FOLDER = str(tmp_path / "calendar")
    given = tmp_path / "given.toml"
    given.write_text(
        "year = 2027\nwork = [2027-02-06]\n[[holiday]]\nfirst = 2027-01-01\nlast = 2027-01-03\n", encoding="utf-8"
    )
    assert main(["campaign", "calendar", str(given), "--by", "chen.jing"]) == 0
    assert "2027: 3 天放假" in capsys.readouterr().out
    assert (tmp_path / "calendar" / "2027.toml").read_text(encoding="utf-8") == given.read_text(encoding="utf-8")
    assert Trail.objects.filter(action="workdays.entered", by="chen.jing").count() == 1
    given.write_text(
        "year = 2027\nwork = [2027-02-08]\n[[holiday]]\nfirst = 2027-01-01\nlast = 2027-01-03\n", encoding="utf-8"
    )
    assert main(["campaign", "calendar", str(given)]) == 1
    assert main(["campaign", "calendar", str(tmp_path / "nowhere.toml")]) == 1
