"""The commands of figures and documents, and the console as a process of its own on the test database."""

import json
import os
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from datetime import date
from pathlib import Path

import openpyxl
import pytest

from jishiyu.cli import main
from tests.apps.statistics.city import ACCIDENT, Grant, store

Say = Callable[..., tuple[int, str, str]]
DAY = date(2025, 3, 9)
PERIOD = ("--from", "2025-01-01", "--until", "2026-01-01")


def fill() -> None:
    """Store three payments."""
    store([
        Grant(1, "G1", DAY, (1_216_000,), (DAY,), paid=DAY, bucket="assist", bracket=5, rate=80_000),
        Grant(2, "G2", DAY, (30_000,), (DAY,), paid=DAY),
        Grant(2, "G2", DAY, (150_000,), (DAY,), paid=DAY, policy=ACCIDENT, kind="accident", bracket=None, rate=None),
    ])  # fmt: skip


def jishiyu(*words: str | Path) -> "subprocess.CompletedProcess[str]":
    """Run a command."""
    return subprocess.run(
        [sys.executable, "-W", "error", "-m", "jishiyu.cli", *map(str, words)],
        capture_output=True, text=True, check=False, timeout=120,
    )  # fmt: skip


@pytest.fixture
def city(db: None) -> None:
    fill()


@pytest.fixture
def say(capsys: pytest.CaptureFixture[str]) -> Say:
    """Run a command in this process and return its status and what it said to both streams."""

    def run(*words: str | Path) -> tuple[int, str, str]:
        status = main([str(word) for word in words])
        told = capsys.readouterr()
        return status, told.out, told.err

    return run


def test_statistics_show_write_excel_and_json(city: None, tmp_path: Path, say: Say) -> None:
    book, exchange = tmp_path / "figures.xlsx", tmp_path / "figures.json"
    status, told, errors = say("statistics", *PERIOD, "--by", "union", "--excel", book, "--json", exchange)
    assert (status, errors) == (0, "")
    assert "东区总工会 D1" in told
    assert "13,960.00" in told
    sheets = openpyxl.load_workbook(book)
    assert sheets.sheetnames[0] == "封面"
    assert len(sheets.sheetnames) >= 14
    assert "2025-01-01" in {cell.value for row in sheets["封面"].iter_rows() for cell in row}
    figures = json.loads(exchange.read_text(encoding="utf-8"))["figures"]
    assert figures["by-policy"]["total"]["yuan"] == "13960.00"
    assert figures["totals"]["rows"][2]["person_times"] == 3


def test_the_bulletin_is_said_compared_and_printed(city: None, tmp_path: Path, say: Say) -> None:
    out = tmp_path / "bulletin.pdf"
    status, told, errors = say("bulletin", *PERIOD, "--compare", "changchun", "--scale", "1/1000", "--out", out)
    assert (status, errors) == (0, "")
    assert "2025年\uff0c累计发放补贴金1.4万元\uff0c惠及职工3人次" in told
    assert "已公布 × 1/1000" in told
    assert out.read_bytes().startswith(b"%PDF")
    _, english, _ = say("bulletin", *PERIOD, "--lang", "en")
    assert "In 2025, 13,960 yuan were paid in 3 person-times" in english


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("statistics", "--union", "nowhere"), "no union with the code nowhere"),
        (("statistics", "--by", "bucket", "--union", "G1"), "belong to no union"),
        (("bulletin",), "first day"),
        (("bulletin", *PERIOD, "--scale", "0"), "no scale"),
        (("sheet", "decision", "H9/V9", "--out", "x.pdf"), "no decision about H9/V9"),
        (("sheet", "batch", "twelve", "--out", "x.pdf"), "no number of a batch"),
        (("sheet", "calls", "G1", "--unmask", "x", "--out", "x.pdf"), "lists stay masked"),
        (("statistics", "--excel", "/nowhere/x.xlsx"), "could not be written"),
    ],
)
def test_what_cannot_be_done_is_said(city: None, words: tuple[str, ...], said: str, say: Say) -> None:
    status, _, errors = say(*words)
    assert status == 1
    assert said in errors
    assert "Traceback" not in errors


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """Give a data folder of its own with the keys of this run, and stop a console that is left in it."""
    from django.conf import settings

    monkeypatch.setenv("JISHIYU_HOME", str(tmp_path))
    monkeypatch.setenv("JISHIYU_KEY_FILE", str(settings.KEY_FILE))
    yield tmp_path
    jishiyu("down")


def address_in(told: str) -> str:
    return next(word for word in told.split() if word.startswith("http://"))


@pytest.mark.django_db(transaction=True)
def test_the_console_opens_in_the_background_and_closes(transactional_db: None, home: Path) -> None:
    fill()
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        done = jishiyu("up", "--background", "--port", str(taken.getsockname()[1]))
        assert done.returncode == 0, done.stderr
        address = address_in(done.stdout)
        assert address.startswith("http://127.0.0.1:")
        assert address != f"http://127.0.0.1:{taken.getsockname()[1]}/"  # taken: a free one instead
    with urllib.request.urlopen(address, timeout=60) as answer:
        assert "及时雨" in answer.read().decode()
    with urllib.request.urlopen(f"{address}static/jishiyu/icon.svg", timeout=60) as answer:
        assert answer.headers["Content-Security-Policy"].startswith("default-src 'none'")
    assert jishiyu("down").stdout == "控制台已关闭。\n"
    with pytest.raises(urllib.error.URLError):
        urllib.request.urlopen(address, timeout=5)
    assert jishiyu("down").stdout == "没有正在运行的控制台。\n"


@pytest.mark.django_db(transaction=True)
def test_the_console_ends_cleanly_when_interrupted(transactional_db: None, home: Path) -> None:
    fill()
    process = subprocess.Popen(
        [sys.executable, "-m", "jishiyu.cli", "up", "--port", "0"], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    )  # fmt: skip
    assert process.stdout
    address = address_in(process.stdout.readline())
    with urllib.request.urlopen(address, timeout=60) as answer:
        assert answer.status == 200
    process.send_signal(signal.SIGINT)
    _, errors = process.communicate(timeout=30)
    assert (process.returncode, errors) == (0, "")
    assert not (home / "server.pid").exists()


def test_down_does_not_touch_a_process_that_is_not_ours(home: Path) -> None:
    stranger = subprocess.Popen([sys.executable, "-c", "import time; time.sleep(60)"])
    try:
        (home / "server.pid").write_text(str(stranger.pid))
        assert jishiyu("down").stdout == "没有正在运行的控制台。\n"
        time.sleep(0.1)
        assert stranger.poll() is None
    finally:
        os.kill(stranger.pid, signal.SIGKILL)
        stranger.wait()
