"""What earlier runs have seen counts in later ones: the year comes out the same however it was delivered."""

import random
from datetime import date
from pathlib import Path

import polars as pl

from jishiyu.engine.policy.shelf import shipped
from jishiyu.engine.run import Facts, run
from tests.engine.kept import Kept

SAMPLE = Path(__file__).parents[1] / "data" / "hospital"
AS_OF = date(2026, 1, 1)
COLUMNS = [
    "stay_id",
    "member_no",
    "year",
    "base_fen",
    "bracket",
    "uncapped_fen",
    "used_before_fen",
    "payable_fen",
    "bucket",
]


def take(feed: Path, earlier: Facts | None) -> tuple[Kept, Facts]:
    """Run the job on one feed, after everything that earlier runs have kept; return its tables and what it keeps."""
    kept = Kept()
    run([feed], roster=SAMPLE / "roster.csv", policies=shipped(), as_of=AS_OF, earlier=earlier, keep=kept)
    return kept, Facts(kept.table("facts"), kept.table("claims"))


def decided(kept: Kept) -> list[tuple[object, ...]]:
    """Return the decisions of a run in an order of their own."""
    return sorted(kept.table("decisions").select(COLUMNS).rows(), key=str)


def parts(folder: Path, cuts: list[list[str]], heading: str) -> list[Path]:
    """Write lines as feeds of their own."""
    paths = []
    for number, lines in enumerate(cuts):
        paths.append(folder / f"{number}.csv")
        paths[-1].write_text(heading + "".join(lines), encoding="utf-8")
    return paths


def test_month_by_month_gives_what_the_whole_year_gives(tmp_path: Path) -> None:
    heading, *lines = (SAMPLE / "feed.csv").read_text(encoding="utf-8").splitlines(keepends=True)
    whole, _ = take(SAMPLE / "feed.csv", None)
    for seed in (1, 2):
        cuts: list[list[str]] = [[], [], [], []]
        chance = random.Random(seed)
        for line in lines:  # in their order within each part, as a later line may replace an earlier one
            cuts[chance.randrange(4) if seed == 2 else lines.index(line) * 4 // len(lines)].append(line)
        earlier = None
        folder = tmp_path / str(seed)
        folder.mkdir()
        for path in parts(folder, cuts, heading):
            outcome, earlier = take(path, earlier)
        assert decided(outcome) == decided(whole)


def test_a_feed_that_was_taken_before_changes_nothing_and_is_all_duplicates_or_unusable() -> None:
    first, kept = take(SAMPLE / "feed.csv", None)
    again, _ = take(SAMPLE / "feed.csv", kept)
    assert decided(again) == decided(first)
    assert set(again.table("lines")["bucket"]) <= {"duplicate", "invalid"}
    assert again.table("lines").height == first.table("lines").height


def test_what_an_unusable_line_claims_to_undo_stays_held_in_later_runs(tmp_path: Path) -> None:
    heading, *lines = (SAMPLE / "feed.csv").read_text(encoding="utf-8").splitlines(keepends=True)
    names = heading.strip().split(",")
    paid = take(SAMPLE / "feed.csv", None)[0].table("decisions").filter(pl.col("bucket") == "auto")["stay_id"][0]
    visit = paid.split("/")[1]
    original = next(line for line in lines if f",{visit}," in line)
    fields = original.rstrip("\n").split(",")
    fields[names.index("init_setl_id")] = fields[names.index("setl_id")]
    fields[names.index("setl_id")] = "S-UNDO"
    fields[names.index("psn_cash_pay")] = "-1.2.3"
    both, other = parts(tmp_path, [[original, ",".join(fields) + "\n"], [lines[-1]]], heading)
    first, kept = take(both, None)
    assert dict(first.table("lines").select("setl_id", "bucket").iter_rows()) == {
        original.split(",")[0]: "held",
        "S-UNDO": "invalid",
    }
    later, _ = take(other, kept)
    row = later.table("decisions").filter(pl.col("stay_id") == paid).row(0, named=True)
    assert (row["bucket"], row["payable_fen"]) == ("held", 0)
