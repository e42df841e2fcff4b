"""The command of a round: bulletin and counters on the terminal, as files, in both languages."""

import json
from collections.abc import Callable
from pathlib import Path

import openpyxl
import pytest

from jishiyu.cli import main
from tests.apps.visits.test_figures import visited

Say = Callable[..., tuple[int, str, str]]


@pytest.fixture
def say(capsys: pytest.CaptureFixture[str]) -> Say:
    """Run a command in this process and return its status and what it said to both streams."""

    def run(*words: str | Path) -> tuple[int, str, str]:
        status = main([str(word) for word in words])
        told = capsys.readouterr()
        return status, told.out, told.err

    return run


@pytest.mark.django_db
def test_a_round_is_said_written_and_printed(tmp_path: Path, say: Say) -> None:
    visited("E1")
    files = [tmp_path / name for name in ("round.xlsx", "round.json", "bulletin.pdf")]
    status, told, errors = say("round", "--excel", files[0], "--json", files[1], "--out", files[2])
    assert (status, errors) == (0, "")
    assert "开展助企服务1次、3人次" in told
    row = json.loads(files[1].read_text(encoding="utf-8"))["figures"]["by-round"]["rows"][0]
    assert (row["services"], row["person_times"], row["raised"], row["solved_share"]) == (1, 3, 1, "0.0")
    assert len(openpyxl.load_workbook(files[0]).sheetnames) > 10
    assert files[2].read_bytes().startswith(b"%PDF")
    assert "gave 1 services in 3 person-times" in say("round", "--lang", "en", "--campaign", "power-1")[1]


@pytest.mark.django_db
def test_a_round_that_is_not_there_is_said_to_be_so(say: Say) -> None:
    status, _, errors = say("round", "--campaign", "nowhere")
    assert status == 1
    assert "no round nowhere" in errors
