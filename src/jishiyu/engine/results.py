"""The `--out` folder of a run: written whole or not at all, and read again as history by later runs."""

import fcntl
import glob
import json
import os
import shutil
import tempfile
from collections.abc import Callable, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from pathlib import Path
from typing import Any

import polars as pl
import pyarrow.parquet as pq

from jishiyu.engine.policy.shelf import Shelf
from jishiyu.engine.problems import Problem
from jishiyu.engine.run import Facts, Outcome
from jishiyu.engine.settlement.flaws import invalid
from jishiyu.engine.tally import OWED_KEY, owed

ADJUSTMENT_SCHEMA = {
    "member_no": pl.String(), "policy": pl.String(), "year": pl.Int32(), "owed_fen": pl.Int64(),
    "posted_fen": pl.Int64(), "difference_fen": pl.Int64(),
}  # fmt: skip
_ROW_GROUP = 1 << 17
WORK = "work"  # the folder of what is only needed while a run on a cluster goes on
# Columns whose values come again and again are written as numbers into a list of them; for the others that is work in vain.
_REPEATING = [
    "file", "bucket", "reasons.list.element", "org_code", "policy", "version", "undoes",
    "name_key", "medical_type", "refund_flag", "valid_flag", "hospital_code", "employer_no", "employer_name", "flaws",
    "in_service", "joined_on", "left_on", "sex", "hospital_level", "area",
]  # fmt: skip
# Of numbers and days the differences are packed into as few bits as they take: smaller than compressed, and sooner done.
_PACKED = [
    "line", "total_fen", "cash_fen", "base_fen", "uncapped_fen", "used_before_fen", "payable_fen", "rate_ppm", "bracket",
    "year", "begins_on", "ends_on", "anchor_date",
]  # fmt: skip
_BATCH = 1 << 16
_DRAWN = "?" * 8  # what `mkdtemp` adds to a name


class NotARunFolder(Problem):
    """A history folder does not hold the result of a run."""

    en = "{folder} is not the result folder of a finished run: {missing} is missing. Name the --out folder of an earlier run."
    zh = "{folder} 不是已完成的结果文件夹:缺少 {missing}。请指定以前运行的 --out 文件夹。"


class HistoryForked(Problem):
    """Two runs continue the same earlier run, and that one is not named."""

    en = (
        "{first} and {second} both continue an earlier run that is not named. Name its --out folder with --history too: "
        "only so is what it posted counted once."
    )
    zh = "{first} 与 {second} 都接续同一次更早的运行,但没有指定那次运行。请用 --history 一并指定它的 --out 文件夹,已入账的金额才不会重复计算。"


class HistoryHasMorePolicies(Problem):
    """An earlier run paid under a policy that this run does not judge by."""

    en = (
        "{folder} paid under {policies}, which this run does not judge by: all of it would be taken back. "
        "Name the same policies with --policy (or none, for the shipped ones). Nothing was written."
    )
    zh = "{folder} 曾按 {policies} 发放,而本次运行没有指定这些政策,其金额将被全部收回。请用 --policy 指定相同的政策(或都不指定,使用内置政策)。未写入任何结果。"


def refuse_fewer_policies(runs: Sequence[Path], shelf: Shelf) -> None:
    """This function will refuse to go on from runs that paid under policies that are missing on the shelf.

    Raises `HistoryHasMorePolicies`: a policy that ended has an `until`, it is not left out.
    """
    for run in runs:
        paid = {entry["policy"] for entry in about(run)["per_policy"] if entry["payable_fen"]}
        if missing := sorted(paid - set(shelf.versions)):
            raise HistoryHasMorePolicies(folder=run.name, policies=", ".join(missing))


class OutIsAFile(Problem):
    """The result folder's name belongs to a file."""

    en = "--out {name} cannot be a folder: {file} is a file. Choose another name; nothing was written."
    zh = "--out {name} 不能作为文件夹:{file} 是一个文件。请另选名称;未写入任何内容。"


def history_folders(named: Sequence[Path]) -> list[Path]:
    """This function will return the run folders that were named, or that lie directly in a named folder.

    Raises `NotARunFolder` when a named folder is neither a run nor holds one.
    """
    found: list[Path] = []
    for folder in named:
        inside = [folder] if (folder / "summary.json").exists() else sorted(
            path.parent for path in folder.glob("*/summary.json")
        )  # fmt: skip
        if not inside:
            raise NotARunFolder(folder=folder.name, missing="summary.json")
        for run in inside:
            for name in ("decisions.parquet", "facts.parquet", "claims.parquet"):
                if not (run / name).exists():
                    raise NotARunFolder(folder=run.name, missing=name)
        found += [run for run in inside if run.resolve() not in {other.resolve() for other in found}]
    return sorted(found, key=lambda run: len(about(run)["history"]))  # what continues another comes after it


def about(run: Path) -> dict[str, Any]:
    """This function will return the summary of a run folder; `history` names all runs it rests on, not only the last."""
    return dict(json.loads((run / "summary.json").read_text(encoding="utf-8")))


def ancestry(runs: Sequence[Path]) -> list[str]:
    """This function will return the names of these runs and of all runs they rest on, each once."""
    summaries = [about(run) for run in runs]
    return list(dict.fromkeys(name for summary in summaries for name in (*summary["history"], summary["run"])))


def earlier_facts(runs: Sequence[Path]) -> Facts | None:
    """This function will return what earlier runs rest on: lines once each in the order of the runs, and claims."""
    if not runs:
        return None
    lines = pl.concat([pl.read_parquet(run / "facts.parquet") for run in runs], how="diagonal")
    claims = pl.concat([pl.read_parquet(run / "claims.parquet") for run in runs], how="diagonal")
    # What was sent again and what nobody can use changes nothing; an unusable line that claims to undo something
    # keeps holding what it names.
    counts = lines.filter(~invalid(pl.col("flaws")) | pl.col("undoes").is_not_null())
    content = [name for name in lines.columns if name not in ("file", "line")]
    return Facts(
        counts.unique(content, keep="first", maintain_order=True),
        claims.unique("event_id", keep="last", maintain_order=True),
    )


def posted(runs: Sequence[Path]) -> pl.DataFrame:
    """This function will return what earlier runs made owed, per member, policy and year (fen).

    The same run in two folders counts once. A run that continues others restates them, so only the newest of a chain
    counts; where two runs continue the same one, what each of them added counts. Raises `HistoryForked`.
    """
    named = {summary["run"]: (run, summary) for run in runs for summary in [about(run)]}
    restated = {name for _, summary in named.values() for name in summary["history"]}
    newest = [(run, summary) for name, (run, summary) in named.items() if name not in restated]
    seen: dict[str, Path] = {}
    forks = [
        (seen[name], run) for run, summary in newest for name in summary["history"] if seen.setdefault(name, run) != run
    ]
    if forks and not restated <= named.keys():
        raise HistoryForked(first=forks[0][0].name, second=forks[0][1].name)
    if forks:
        frames = [_added(run, summary) for run, summary in named.values()]
    else:
        frames = [owed(pl.read_parquet(run / "decisions.parquet")) for run, _ in newest]
    empty = pl.DataFrame(schema={**{name: ADJUSTMENT_SCHEMA[name] for name in OWED_KEY}, "owed_fen": pl.Int64()})
    return pl.concat([empty, *frames]).group_by(OWED_KEY).agg(pl.col("owed_fen").sum())


def _added(run: Path, summary: dict[str, Any]) -> pl.DataFrame:
    """Return what a run posted beyond what it rests on (fen)."""
    if not summary["history"]:
        return owed(pl.read_parquet(run / "decisions.parquet"))
    return pl.read_parquet(run / "adjustments.parquet").select(*OWED_KEY, owed_fen="difference_fen")


def adjustments(owed_now: pl.DataFrame, runs: Sequence[Path]) -> pl.DataFrame:
    """This function will return owed − posted per member, policy and year; running a feed twice gives zeros."""
    before = posted(runs).rename({"owed_fen": "posted_fen"})
    both = owed_now.join(before, on=OWED_KEY, how="full", coalesce=True, nulls_equal=True)
    return both.with_columns(pl.col("owed_fen", "posted_fen").fill_null(0)).with_columns(
        difference_fen=pl.col("owed_fen") - pl.col("posted_fen")
    ).sort(OWED_KEY).select(list(ADJUSTMENT_SCHEMA))  # fmt: skip


def summary(outcome: Outcome) -> dict[str, Any]:
    """This function will count lines and decisions per bucket and name versions and hashes."""
    return {
        **outcome.tally.summary(),
        "policies": [
            {"policy": policy.name, "version": policy.version, "file": policy.file, "sha256": policy.digest}
            for versions in outcome.policies.versions.values()
            for policy in versions
        ],
        "roster_problems": outcome.roster_problems.height,
        "application_problems": outcome.applications.problems.to_dicts() if outcome.applications else [],
    }


class ResultFolder:
    """A run's folder, written in one step: all files are complete before the folder gets its name.

    Files are written beside the work as soon as their content is known. The folder holds certificate numbers (facts
    and claims), so only its owner may open it. Used as a context; without `finish` nothing remains, unless the run has
    a name: then the draft stays, and the same run goes on from it. What lies in `work` is no result. What a process that
    was killed left without a name goes away when the next run comes.
    """

    def __init__(self, out: Path, *, run: str | None = None) -> None:
        for path in (out, *out.parents):
            if path.exists() and not path.is_dir():
                raise OutIsAFile(name=out.name, file=path.name)
        out.parent.mkdir(parents=True, exist_ok=True)
        self._out, self._stays = out, run is not None
        self._alive: int | None = None
        if run is None:
            self._draft, self._alive = _draft_of_a_living(out)
        else:
            self._draft = out.parent / f".{out.name}.{run[:16]}"
            self._draft.mkdir(mode=0o700, exist_ok=True)
        self._beside = ThreadPoolExecutor(1)
        self._written: list[Future[Any]] = []
        self._tables: dict[str, _TableFile] = {}

    def __enter__(self) -> "ResultFolder":
        return self

    def __exit__(self, *_: object) -> None:
        self._beside.shutdown(cancel_futures=True)
        for table in self._tables.values():
            table.abandon()
        if not self._stays:
            shutil.rmtree(self._draft, ignore_errors=True)
        if self._alive is not None:
            os.close(self._alive)

    @property
    def scratch(self) -> Path:
        """Return the folder for what is only needed while the work runs."""
        return self._draft

    def keep(self, name: str, table: pl.DataFrame) -> None:
        """Begin to write a table, or the next piece of it, to `name.parquet`."""
        if name not in self._tables:
            self._tables[name] = _TableFile(self._draft / f"{name}.parquet")
        self._tables[name].add(table)

    def write_bytes(self, name: str, content: Callable[[], bytes]) -> None:
        """Begin to make and write a file."""
        self._written.append(self._beside.submit(lambda: (self._draft / name).write_bytes(content())))

    def finish(self, whole: dict[str, Any]) -> None:
        """Write the summary when all files are whole, and give the folder its name."""
        for future in self._written:
            future.result()  # a full disk must not pass unnoticed
        for table in self._tables.values():
            table.close()
        text = json.dumps(whole, ensure_ascii=False, indent=2)
        (self._draft / "summary.json").write_text(text + "\n", encoding="utf-8")
        shutil.rmtree(self._draft / WORK, ignore_errors=True)
        for path in self._draft.rglob("*"):
            path.chmod(0o600 if path.is_file() else 0o700)
        _swap(self._draft, self._out)
        shutil.rmtree(self._draft, ignore_errors=True)


def _draft_of_a_living(out: Path) -> tuple[Path, int]:
    """Make a folder beside `out` that is locked as long as this process lives; return it and the lock.

    One at a time: those that nobody has locked were left by processes that were killed, and are removed.
    """
    door = os.open(out.parent, os.O_RDONLY)
    try:
        fcntl.flock(door, fcntl.LOCK_EX)
        for left in out.parent.glob(f".{glob.escape(out.name)}.{_DRAWN}"):
            if _nobody_has(left):
                shutil.rmtree(left, ignore_errors=True)
        draft = Path(tempfile.mkdtemp(prefix=f".{out.name}.", dir=out.parent))
        alive = os.open(draft, os.O_RDONLY)
        fcntl.flock(alive, fcntl.LOCK_SH)
        return draft, alive
    finally:
        os.close(door)


def _nobody_has(folder: Path) -> bool:
    lock = os.open(folder, os.O_RDONLY)
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    finally:
        os.close(lock)
    return True


class _TableFile:
    """A Parquet file that grows piece by piece, on a thread of its own.

    Arrow's writer works on that one thread and leaves the threads of the columnar engine to the work; that engine's
    own writer takes all of them, and the work would wait.
    """

    def __init__(self, path: Path) -> None:
        self._path = path
        self._thread = ThreadPoolExecutor(1)
        self._writer: pq.ParquetWriter | None = None
        self._last: Future[None] | None = None

    def add(self, table: pl.DataFrame) -> None:
        """Begin to write the next piece when the one before is written, so that few pieces wait in memory."""
        if self._last is not None:
            self._last.result()
        self._last = self._thread.submit(self._write, table)

    def _write(self, table: pl.DataFrame) -> None:
        self._writer = _append(self._writer, self._path, table)

    def close(self) -> None:
        """Finish the file."""
        if self._last is not None:
            self._last.result()
        if self._writer is not None:
            self._writer.close()
        self._thread.shutdown()

    def abandon(self) -> None:
        """Stop writing; what was written is of no use."""
        self._thread.shutdown(cancel_futures=True)
        if self._writer is not None:
            self._writer.close()


def write_table(path: Path, table: pl.DataFrame) -> None:
    """This function will write a table as one Parquet file, as the tables of a result folder are written."""
    _append(None, path, table).close()


def _append(writer: pq.ParquetWriter | None, path: Path, table: pl.DataFrame) -> pq.ParquetWriter:
    for part in [*table.iter_slices(_ROW_GROUP)] or [table]:
        rows = part.to_arrow(compat_level=pl.CompatLevel.newest())  # texts as they are, not copied
        if writer is None:
            packed = [name for name in part.columns if name in _PACKED]
            others = [name for name in part.columns if name not in packed]
            writer = pq.ParquetWriter(
                path, rows.schema, use_dictionary=_REPEATING, write_statistics=False, store_schema=False,
                compression={f"{name}.list.element" if part.schema[name] == pl.List else name: "LZ4" for name in others},
                column_encoding=dict.fromkeys(packed, "DELTA_BINARY_PACKED"), write_batch_size=_BATCH,
            )  # fmt: skip
        writer.write_table(rows)
    assert writer is not None, "an empty table is one part"
    return writer


def _swap(draft: Path, out: Path) -> None:
    """Give the finished folder its name; an earlier result of that name is replaced, other files stay.

    Whoever may open a folder that was there before may not read what is put into it now.
    """
    if not out.exists():
        os.replace(draft, out)
        return
    out.chmod(0o700)
    for name in ("summary.json", "adjustments.parquet"):
        (out / name).unlink(missing_ok=True)
    names = sorted(path.name for path in draft.iterdir() if path.name != "summary.json")
    for name in (*names, "summary.json"):  # the summary comes last: a folder without it is not a result
        if (out / name).is_dir():  # tables in pieces, of a run on a cluster
            shutil.rmtree(out / name)
        elif (draft / name).is_dir():
            (out / name).unlink(missing_ok=True)
        os.replace(draft / name, out / name)
