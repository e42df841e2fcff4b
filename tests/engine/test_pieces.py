"""More lines than fit into memory: cut into pieces by person, the result is the same row by row."""

import random
from pathlib import Path

import polars as pl
import pytest

from jishiyu.engine.policy.shelf import shipped
from jishiyu.engine.run import ALWAYS, Facts, run
from tests.engine.kept import Kept
from tests.engine.test_history import AS_OF, SAMPLE

FACTS = [name for name in ALWAYS if name not in ("file", "line")]
KEYS = {"decisions": ["stay_id", "policy"], "lines": ["file", "line"], "facts": FACTS}


def job(
    feeds: list[Path],
    piece_rows: int,
    claims: Path | None = None,
    earlier: Facts | None = None,
    at_once: int = 2,
    held_rows: int = 1_000_000,
) -> Kept:
    kept = Kept()
    run(
        feeds, roster=SAMPLE / "roster.csv", policies=shipped(), as_of=AS_OF, keep=kept, piece_rows=piece_rows,
        applications=claims, earlier=earlier, at_once=at_once, held_rows=held_rows,
    )  # fmt: skip
    return kept


def same(one: Kept, other: Kept) -> bool:
    return all(one.table(name).sort(keys).equals(other.table(name).sort(keys)) for name, keys in KEYS.items())


@pytest.fixture
def tied_feed(tmp_path: Path) -> Path:
    """The sample feed with lines that tie people together: shared settlements, undoings and stays."""
    heading, *lines = (SAMPLE / "feed.csv").read_text(encoding="utf-8").splitlines()
    names = heading.split(",")
    chance = random.Random(5)
    rows = [line.split(",") for line in lines]
    for number in range(60):
        row, other = list(chance.choice(rows)), chance.choice(rows)
        row[names.index("setl_id")] = f"T{number}"
        kind = number % 4
        if kind == 0:
            row[names.index("setl_id")] = other[names.index("setl_id")]
        elif kind == 1:
            row[names.index("init_setl_id")] = other[names.index("setl_id")]
        elif kind == 2:
            row[names.index("mdtrt_id")] = other[names.index("mdtrt_id")]
        else:
            row[names.index("init_setl_id")] = other[names.index("setl_id")]
            row[names.index("certno")] = "22010619670120868"  # an unusable line that claims to undo
        rows.insert(chance.randrange(len(rows)), row)
    path = tmp_path / "tied.csv"
    path.write_text("\n".join([heading, *(",".join(row) for row in rows)]) + "\n", encoding="utf-8")
    return path


def test_pieces_give_what_the_whole_gives(tied_feed: Path) -> None:
    whole = job([tied_feed], 1_000_000)
    pieces = job([tied_feed], 10)
    assert len(whole.pieces["decisions"]) == 1
    assert len(pieces.pieces["decisions"]) > 10
    assert same(whole, pieces)


@pytest.mark.parametrize("piece_rows", [10, 1_000_000])
def test_a_roster_held_in_files_gives_what_one_in_memory_gives(tied_feed: Path, piece_rows: int) -> None:
    memory, files = (job([tied_feed], piece_rows, held_rows=rows) for rows in (1_000_000, 5))
    assert same(memory, files)
    people = ["person_key", "member_no", "joined_on"]
    assert memory.table("roster").sort(people).equals(files.table("roster").sort(people))


def test_the_result_is_the_same_however_many_pieces_are_worked_on_at_once(tied_feed: Path) -> None:
    one, *others = (job([tied_feed], 10, at_once=number) for number in (1, 2, 5, 40))
    for other in others:
        for name in KEYS:  # the same rows in the same order
            assert one.table(name).equals(other.table(name))


def test_pieces_with_history_and_applications_give_what_the_whole_gives(tied_feed: Path, tmp_path: Path) -> None:
    claims = tmp_path / "claims.csv"
    claims.write_text(
        "申请编号,类型,证件类型,证件号码,姓名,事发日期,申请日期,致伤原因,伤情,已交材料\n"
        "A1,意外伤害,01,220106196701208683,张一,2024-01-05,2024-02-05,fall,femur:closed,not_work_injury;hospital_records\n",
        encoding="utf-8",
    )
    first = job([SAMPLE / "feed.csv"], 1_000_000)
    facts = Facts(first.table("facts"), first.table("claims"))
    whole = job([tied_feed], 1_000_000, claims, facts)
    pieces = job([tied_feed], 10, claims, facts)
    assert same(whole, pieces)
    assert "A1" in pieces.table("decisions")["stay_id"].to_list()
    assert pieces.table("lines").height == 485 + 60


def test_nothing_of_the_pieces_remains(tied_feed: Path, tmp_path: Path) -> None:
    scratch = tmp_path / "scratch"
    scratch.mkdir()
    run(
        [tied_feed], roster=SAMPLE / "roster.csv", policies=shipped(), as_of=AS_OF, keep=Kept(), piece_rows=10,
        scratch=scratch,
    )  # fmt: skip
    assert list(scratch.iterdir()) == []


def test_the_tables_of_a_feed_add_up_in_pieces(tied_feed: Path) -> None:
    lines = job([tied_feed], 10).table("lines")
    assert sorted(lines["line"].to_list()) == list(range(2, lines.height + 2))
    assert lines.select(pl.col("bucket").null_count()).item() == 0
