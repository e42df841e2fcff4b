"""The same files on a real cluster as on one machine, whatever happens to its workers."""

import threading
import time
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import polars as pl
import pytest

from jishiyu.engine import results
from jishiyu.engine.policy.shelf import shipped
from jishiyu.engine.run import Facts, Outcome, run
from jishiyu.engine.settlement.totals import RowsDisagree, Totals
from jishiyu.engine.spread.cluster import open_session
from jishiyu.engine.spread.run import spread
from tests.engine.kept import Kept
from tests.engine.spread.cluster import Cluster
from tests.engine.test_history import AS_OF, SAMPLE
from tests.engine.test_pieces import KEYS, tied_feed

if TYPE_CHECKING:
    from pyspark.sql import SparkSession

__all__ = ["tied_feed"]
# The sockets between Python and Java are closed by their last reader, whenever that is.
pytestmark = pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning")
CLAIMS = (
    "申请编号,类型,证件类型,证件号码,姓名,事发日期,申请日期,致伤原因,伤情,已交材料\n"
    "A1,意外伤害,01,220106196701208683,张一,2024-01-05,2024-02-05,fall,femur:closed,not_work_injury;hospital_records\n"
)


@pytest.fixture(scope="module")
def cluster(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Cluster]:
    started = Cluster(tmp_path_factory.mktemp("cluster"))
    yield started
    started.stop()


@pytest.fixture(scope="module")
def session(cluster: Cluster) -> "Iterator[SparkSession]":
    opened = open_session(cluster.url)
    yield opened
    opened.stop()


def on_one_machine(feeds: list[Path], **words: Any) -> tuple[Kept, Outcome]:
    kept = Kept()
    return kept, run(feeds, roster=SAMPLE / "roster.csv", policies=shipped(), as_of=AS_OF, keep=kept, **words)


def on_the_cluster(
    session: "SparkSession", out: Path, feeds: list[Path], *, name: str = "run", rows: int = 60, **words: Any
) -> Outcome:
    with results.ResultFolder(out, run=name) as folder:
        outcome = spread(
            session, feeds, roster=SAMPLE / "roster.csv", policies=shipped(), as_of=AS_OF, keep=folder.keep,
            folder=folder.scratch, rows_per_piece=rows, **words,
        )  # fmt: skip
        folder.finish({"run": name, "history": []})
    return outcome


def bytes_of(table: pl.DataFrame, keys: list[str], to: Path) -> bytes:
    """Return a table in order as one file."""
    results.write_table(to, table.sort(keys))
    return to.read_bytes()


def assert_same(one: tuple[Kept, Outcome], out: Path, outcome: Outcome, tmp_path: Path) -> None:
    for name, keys in KEYS.items():
        ours = one[0].table(name)
        theirs = pl.read_parquet(out / f"{name}.parquet").select(ours.columns)
        assert bytes_of(ours, keys, tmp_path / "a") == bytes_of(theirs, keys, tmp_path / "b"), name
    assert outcome.tally.summary() == one[1].tally.summary()
    assert outcome.totals == one[1].totals
    places = ["file", "line"]
    assert outcome.doubtful.sort(places).equals(one[1].doubtful.sort(places))


@pytest.mark.parametrize("held_rows", [1_000_000, 5])
def test_the_sample_and_what_ties_its_people_together(
    session: "SparkSession", tied_feed: Path, tmp_path: Path, held_rows: int
) -> None:
    outcome = on_the_cluster(session, tmp_path / "out", [SAMPLE / "feed.csv", tied_feed], held_rows=held_rows)
    assert len(list((tmp_path / "out" / "decisions.parquet").iterdir())) > 10
    assert_same(on_one_machine([SAMPLE / "feed.csv", tied_feed]), tmp_path / "out", outcome, tmp_path)
    assert sorted(path.name for path in tmp_path.iterdir() if path.name.startswith(".")) == []


def test_history_and_applications(session: "SparkSession", tied_feed: Path, tmp_path: Path) -> None:
    claims = tmp_path / "claims.csv"
    claims.write_text(CLAIMS, encoding="utf-8")
    first, _ = on_one_machine([SAMPLE / "feed.csv"])
    earlier = Facts(first.table("facts"), first.table("claims"))
    words: dict[str, Any] = {"earlier": earlier, "applications": claims}
    outcome = on_the_cluster(session, tmp_path / "out", [tied_feed], **words)
    one = on_one_machine([tied_feed], **words)
    assert_same(one, tmp_path / "out", outcome, tmp_path)
    assert outcome.owed is not None
    assert one[1].owed is not None
    names = ["member_no", "policy", "year"]
    assert outcome.owed.sort(names).equals(one[1].owed.sort(names))


def test_wrong_control_totals_are_told_in_the_same_sentence_and_nothing_is_written(
    session: "SparkSession", tmp_path: Path
) -> None:
    with pytest.raises(RowsDisagree) as told:
        on_the_cluster(session, tmp_path / "out", [SAMPLE / "feed.csv"], stated={"feed.csv": [Totals(rows=7)]})
    assert "7" in told.value.say("en")
    assert not (tmp_path / "out").exists()


def test_one_number_on_very_many_lines(session: "SparkSession", tmp_path: Path) -> None:
    heading, first, *_ = (SAMPLE / "feed.csv").read_text(encoding="utf-8").splitlines()
    names, row = heading.split(","), first.split(",")
    many = []
    for number in range(30_000):
        row[names.index("setl_id")], row[names.index("mdtrt_id")] = f"D{number}", f"V{number}"
        many.append(",".join(row))
    path = tmp_path / "dummy.csv"
    path.write_text("\n".join([heading, *many]) + "\n", encoding="utf-8")
    outcome = on_the_cluster(session, tmp_path / "out", [path], rows=1_000)
    assert_same(on_one_machine([path]), tmp_path / "out", outcome, tmp_path)


def test_a_run_that_was_stopped_goes_on_where_it_was(session: "SparkSession", tied_feed: Path, tmp_path: Path) -> None:
    def stop(step: str, count: int) -> None:
        if step == "tied":
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        on_the_cluster(session, tmp_path / "out", [tied_feed], progress=stop)
    (read,) = tmp_path.glob(".out.*/work/read/_SUCCESS")
    written = read.stat().st_mtime_ns
    seen: list[int] = []
    outcome = on_the_cluster(
        session, tmp_path / "out", [tied_feed], progress=lambda step, count: seen.append(read.stat().st_mtime_ns)
    )
    assert set(seen) == {written}  # what was read is not read again
    assert_same(on_one_machine([tied_feed]), tmp_path / "out", outcome, tmp_path)


def test_a_worker_killed_in_the_middle_changes_nothing(
    cluster: Cluster, session: "SparkSession", tied_feed: Path, tmp_path: Path
) -> None:
    killed: list[int] = []

    def kill() -> None:
        until = time.monotonic() + 120
        while time.monotonic() < until and not killed:
            done = len(list(tmp_path.glob(".out.*/work/done/*.pickle")))
            if done:
                cluster.kill_worker(1)
                killed.append(done)
            time.sleep(0.005)

    killer = threading.Thread(target=kill)
    killer.start()
    outcome = on_the_cluster(session, tmp_path / "out", [tied_feed], rows=10)
    killer.join()
    pieces = len(list((tmp_path / "out" / "decisions.parquet").iterdir()))
    assert killed
    assert killed[0] < pieces
    assert_same(on_one_machine([tied_feed]), tmp_path / "out", outcome, tmp_path)
