"""However the folders of earlier runs are named, what was posted is counted once."""

from pathlib import Path

import polars as pl
import pytest

from jishiyu import policies
from jishiyu.cli import main

SAMPLE = Path(__file__).parents[1] / "data" / "hospital"


class Desk:
    """Runs the sample feed in four parts and keeps the result folders."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        heading, *lines = (SAMPLE / "feed.csv").read_text(encoding="utf-8").splitlines()
        for number in range(4):
            text = "\n".join([heading, *lines[number::4]]) + "\n"
            (folder / f"part{number}.csv").write_text(text, encoding="utf-8")

    def run(self, out: str, part: int, *history: str) -> int:
        earlier = [word for name in history for word in ("--history", str(self.folder / name))]
        files = [str(self.folder / f"part{part}.csv"), "--roster", str(SAMPLE / "roster.csv"), "--as-of", "2026-06-30"]
        return main(["decide", *files, "--out", str(self.folder / out), *earlier])

    def table(self, out: str, name: str) -> pl.DataFrame:
        return pl.read_parquet(self.folder / out / f"{name}.parquet")

    def owed(self, out: str) -> int:
        return int(self.table(out, "decisions")["payable_fen"].sum())

    def sums(self, out: str) -> tuple[int, int, int]:
        sums = self.table(out, "adjustments").sum()
        return int(sums["owed_fen"][0]), int(sums["posted_fen"][0]), int(sums["difference_fen"][0])


@pytest.fixture
def desk(tmp_path: Path) -> Desk:
    made = Desk(tmp_path)
    assert made.run("first", 0) == 0
    return made


def test_a_run_with_fewer_policies_takes_nothing_back(desk: Desk, capsys: pytest.CaptureFixture[str]) -> None:
    fire = Path(policies.__file__).parent / "subsidies" / "changchun" / "fire-2020.toml"
    words = ["decide", str(desk.folder / "part1.csv"), "--roster", str(SAMPLE / "roster.csv"), "--as-of", "2026-06-30"]
    words += ["--policy", str(fire), "--history", str(desk.folder / "first"), "--out", str(desk.folder / "second")]
    assert main(words) == 1
    assert "changchun.hospital" in capsys.readouterr().err
    assert not (desk.folder / "second").exists()


def test_the_same_run_in_two_folders_was_posted_once(desk: Desk) -> None:
    assert desk.run("copy", 0) == 0
    assert desk.run("again", 0, "first", "copy") == 0
    assert desk.sums("again") == (desk.owed("first"), desk.owed("first"), 0)


def test_a_chain_may_be_named_with_gaps_and_in_any_order(desk: Desk) -> None:
    assert desk.run("second", 1, "first") == 0
    assert desk.run("third", 2, "second") == 0
    for number, named in enumerate((["third"], ["first", "third"], ["third", "second", "first"])):
        assert desk.run(f"end{number}", 3, *named) == 0
        assert desk.sums(f"end{number}")[:2] == (desk.owed("end0"), desk.owed("third"))


def test_two_runs_that_continue_the_same_one_count_what_each_added(desk: Desk) -> None:
    assert desk.run("left", 1, "first") == 0
    assert desk.run("right", 2, "first") == 0
    assert desk.run("end", 3, "first", "left", "right") == 0
    added = desk.sums("left")[2] + desk.sums("right")[2]
    assert desk.sums("end") == (
        desk.owed("end"),
        desk.owed("first") + added,
        desk.owed("end") - desk.owed("first") - added,
    )


def test_a_fork_without_the_run_it_starts_from_is_refused(desk: Desk, capsys: pytest.CaptureFixture[str]) -> None:
    desk.run("left", 1, "first")
    desk.run("right", 2, "first")
    capsys.readouterr()
    assert desk.run("end", 3, "left", "right") == 1
    assert "left and right both continue an earlier run" in capsys.readouterr().err
    assert not (desk.folder / "end").exists()


def test_a_run_with_another_policy_is_another_run(desk: Desk) -> None:
    policy = Path(__file__).parents[2] / "src/jishiyu/policies/subsidies/changchun/hospital-2020.toml"
    own = desk.folder / "own.toml"
    own.write_text(policy.read_text(encoding="utf-8").replace('rate = "2 %"', 'rate = "2.5 %"'), encoding="utf-8")
    files = [str(desk.folder / "part0.csv"), "--roster", str(SAMPLE / "roster.csv"), "--as-of", "2026-06-30"]
    assert main(["decide", *files, "--out", str(desk.folder / "other"), "--policy", str(own)]) == 0
    assert desk.run("next", 1, "other") == 0
    assert desk.run("end", 2, "first", "next") == 0  # "first" is not restated by "next": both were posted
    assert desk.sums("end")[1] == desk.owed("first") + desk.owed("next")
