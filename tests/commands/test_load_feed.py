"""`jishiyu load feed`: control totals beside it, and the bar that shows how far it is."""

import io
import os
import pty
import re
from collections.abc import Iterator
from contextlib import redirect_stderr
from pathlib import Path
from typing import TextIO

import pytest

from jishiyu import cli
from jishiyu.apps.intake.models import Feed, Line
from jishiyu.commands.progress import Bar
from tests.apps.subsidies.situations import FEED, ROSTER, member, stay, write

pytestmark = pytest.mark.django_db(transaction=True)
AS_OF = ("--as-of", "2025-06-01", "--by", "li.na")
TWO = [stay(1, "1", "8000.00"), stay(2, "2", "9000.50")]
BOUNDARY = "\r\033[K"


def load(tmp_path: Path, totals: str | None, *more: str) -> int:
    """Load a feed of two lines with stated totals."""
    write(tmp_path / "feed.csv", FEED, TWO)
    stated = []
    if totals is not None:
        (tmp_path / "bureau.csv").write_text(totals, encoding="utf-8")
        stated = ["--totals", str(tmp_path / "bureau.csv")]
    return cli.main(["load", "feed", str(tmp_path / "feed.csv"), *stated, *AS_OF, *more])


def test_stated_totals_that_agree_are_on_the_record_of_the_feed(
    tmp_path: Path, database_url: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert load(tmp_path, "rows,total,cash,persons\n2,17000.50,17000.50,2\n") == 0
    assert "2 行 / lines" in capsys.readouterr().out
    assert (Feed.objects.get().state, Feed.objects.get().line_count) == ("posted", 2)


@pytest.mark.parametrize(
    ("totals", "said"),
    [
        ("rows\n3\n", ("3", "2")),
        ("cash\n17000.51\n", ("17,000.51", "17,000.50")),
        ("total\n17000.49\n", ("17,000.49", "17,000.50")),
        ("persons\n1\n", ("1", "2")),
    ],
)
def test_stated_totals_that_disagree_store_nothing_and_say_both_numbers(
    tmp_path: Path, database_url: str, capsys: pytest.CaptureFixture[str], totals: str, said: tuple[str, str]
) -> None:
    assert load(tmp_path, totals) == 1
    told = capsys.readouterr().err
    assert all(number in told for number in said), told
    assert not Feed.objects.exists()
    assert not Line.objects.exists()
    assert load(tmp_path, None) == 0  # the same file, once the totals are right


def test_a_totals_file_too_many_is_refused_before_anything_is_stored(
    tmp_path: Path, database_url: str, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "second.csv").write_text("rows\n2\n", encoding="utf-8")
    assert load(tmp_path, "rows\n2\n", "--totals", str(tmp_path / "second.csv")) == 1
    assert "2 files of --totals for 1 feeds" in capsys.readouterr().err
    assert not Feed.objects.exists()


def test_nothing_of_the_bar_goes_into_a_file_or_a_pipe(
    tmp_path: Path, database_url: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert load(tmp_path, None) == 0
    assert capsys.readouterr().err == ""


@pytest.fixture
def terminal() -> "Iterator[tuple[int, TextIO]]":
    """Give a real terminal to say progress on, and its other end."""
    ours, theirs = pty.openpty()
    with os.fdopen(theirs, "w", encoding="utf-8") as stream:
        yield ours, stream
    os.close(ours)


def shown(terminal: "tuple[int, TextIO]") -> list[str]:
    """Return every line that stood on the terminal, in order."""
    terminal[1].flush()
    os.set_blocking(terminal[0], False)
    with io.BytesIO() as all_of_it:
        try:
            while piece := os.read(terminal[0], 65_536):
                all_of_it.write(piece)
        except BlockingIOError:
            pass
        return all_of_it.getvalue().decode().split(BOUNDARY)


def test_on_a_terminal_a_bar_goes_through_the_steps_and_is_gone_at_the_end(
    tmp_path: Path, database_url: str, terminal: "tuple[int, TextIO]"
) -> None:
    with redirect_stderr(terminal[1]):
        assert load(tmp_path, None) == 0
    lines = [line for line in shown(terminal) if line]
    assert lines[0] == "[....................] 1/6 存入 · storing: 2"
    assert [re.sub(r"^\[[#.]+\] ", "", line) for line in lines[1:]] == [
        "2/6 汇集相关数据 · gathering what belongs together",
        "3/6 核定 · deciding",
        "4/6 写入核定结果 · writing decisions",
        "5/6 登记应付与追回的差额 · posting the differences",
        "6/6 更新联系事项和各行去向 · following up cases and lines",
    ]
    assert [line.count("#") for line in lines] == [0, 3, 6, 10, 13, 16]


def test_a_roster_shows_its_steps_too(tmp_path: Path, database_url: str, terminal: "tuple[int, TextIO]") -> None:
    (tmp_path / "unions.csv").write_text("code,name,kind\nU1,U1工会,grassroots\n", encoding="utf-8")
    write(tmp_path / "roster.csv", ROSTER, [member(1), member(2)])
    assert cli.main(["load", "unions", str(tmp_path / "unions.csv"), "--by", "li.na"]) == 0
    with redirect_stderr(terminal[1]):
        assert cli.main(["load", "roster", str(tmp_path / "roster.csv"), "--yes", *AS_OF]) == 0
    lines = shown(terminal)
    assert [line.partition("] ")[2] for line in lines if line][:5] == [
        "1/4 读取名册 · reading the roster",
        "2/4 逐行检查 · checking its lines",
        "3/4 暂存 · staging",
        "4/4 与在册数据比对 · comparing with the books",
        "1/1 入库 · taking it in: 2",
    ]
    assert lines[-1] == ""


def test_a_refusal_stands_on_a_line_of_its_own(
    tmp_path: Path, database_url: str, terminal: "tuple[int, TextIO]"
) -> None:
    with redirect_stderr(terminal[1]):
        assert load(tmp_path, "rows\n3\n") == 1
    assert shown(terminal)[-1].startswith("jishiyu: ")


def test_the_bar_says_nothing_where_nobody_looks() -> None:
    somewhere = io.StringIO()
    with Bar([("存入", "storing")], stream=somewhere) as bar:
        bar.at(0, 5)
    assert somewhere.getvalue() == ""
