"""The result folder: tables grow piece by piece and are whole, in order and of their types, or not there at all."""

import signal
import subprocess
import sys
from datetime import date, datetime
from pathlib import Path

import polars as pl
import pytest

from jishiyu.engine.results import OutIsAFile, ResultFolder

TABLE = pl.DataFrame(
    {
        "stay_id": ["H/1", "H/2", "H/3", "H/4"],
        "year": [2024, None, 2025, 2025],
        "on": [date(2024, 1, 1), None, date(2025, 1, 1), date(2025, 2, 1)],
        "at": [datetime(2024, 1, 1, 8, 30), None, None, datetime(2025, 2, 1)],
        "flaws": [0, 1 << 63, 3, 4],
        "flag": [True, None, False, True],
        "bucket": ["auto", "held", None, "auto"],
        "reasons": [[], ["a", "b"], None, ["a"]],
        "never": [None, None, None, None],
    },
    schema_overrides={"year": pl.Int32, "flaws": pl.UInt64, "never": pl.String},
)


def test_pieces_make_one_table_in_order_with_its_types(tmp_path: Path) -> None:
    with ResultFolder(tmp_path / "out") as folder:
        for start in range(TABLE.height):
            folder.keep("pieces", TABLE.slice(start, 1))
        folder.keep("whole", TABLE)
        folder.keep("empty", TABLE.clear())
        folder.finish({})
    pieces, whole, empty = (
        pl.read_parquet(tmp_path / "out" / f"{name}.parquet") for name in ("pieces", "whole", "empty")
    )
    assert pieces.equals(TABLE)
    assert whole.equals(TABLE)
    assert pieces.schema == whole.schema == empty.schema == TABLE.schema
    assert empty.height == 0


def test_a_piece_that_cannot_be_written_does_not_pass_unnoticed(tmp_path: Path) -> None:
    def write() -> None:
        with ResultFolder(tmp_path / "out") as folder:
            folder.keep("table", TABLE)
            folder.keep("table", TABLE.drop("year"))
            folder.finish({})

    with pytest.raises(ValueError, match="schema"):
        write()
    assert list(tmp_path.iterdir()) == []


def test_a_folder_that_was_open_to_others_is_closed_with_its_files(tmp_path: Path) -> None:
    out = tmp_path / "out"
    out.mkdir()
    out.chmod(0o755)
    for _ in range(2):
        with ResultFolder(out) as folder:
            folder.keep("facts", TABLE)
            folder.write_bytes("problems.xlsx", lambda: b"x")
            folder.finish({})
        assert out.stat().st_mode & 0o777 == 0o700
        files = {path.name: path.stat().st_mode & 0o777 for path in out.iterdir()}
        assert files == {"facts.parquet": 0o600, "problems.xlsx": 0o600, "summary.json": 0o600}


@pytest.mark.parametrize("below", [".", "deeper/out"])
def test_a_name_that_belongs_to_a_file_is_refused_with_a_sentence(tmp_path: Path, below: str) -> None:
    taken = tmp_path / "taken"
    taken.write_text("here", encoding="utf-8")
    with pytest.raises(OutIsAFile) as refusal:
        ResultFolder(taken / below)
    assert "taken is a file" in refusal.value.say("en")
    assert "taken 是一个文件" in refusal.value.say("zh")
    assert [path.name for path in tmp_path.iterdir()] == ["taken"]


BEGIN = """
import sys, time
from pathlib import Path
from jishiyu.engine.results import ResultFolder
with ResultFolder(Path(sys.argv[1])) as folder:
    print(folder.scratch.name, flush=True)
    time.sleep(60)
"""


def test_what_a_killed_run_left_goes_with_the_next_and_what_a_living_one_writes_stays(tmp_path: Path) -> None:
    runs = [
        subprocess.Popen([sys.executable, "-c", BEGIN, str(tmp_path / "out")], stdout=subprocess.PIPE, text=True)
        for _ in range(2)
    ]
    try:
        names = [run.stdout.readline().strip() for run in runs if run.stdout]
        (tmp_path / ".out.0123456789abcdef").mkdir()  # of a run with a name: it is gone on with
        (tmp_path / ".outer.12345678").mkdir()  # of another folder
        runs[0].send_signal(signal.SIGKILL)
        runs[0].wait()
        with ResultFolder(tmp_path / "out") as folder:
            here = {path.name for path in tmp_path.iterdir()}
            assert here == {names[1], folder.scratch.name, ".out.0123456789abcdef", ".outer.12345678"}
            folder.finish({})
    finally:
        for run in runs:
            run.kill()
            run.communicate()
    assert (tmp_path / "out" / "summary.json").is_file()
