"""What stands in the files of the invented city, and that the real engine finds every kind of dirt in them."""

import hashlib
import json
from datetime import date
from fractions import Fraction
from pathlib import Path

import polars as pl
import pytest
from stdnum import luhn
from stdnum.cn import ric, uscc

from jishiyu.cli import main
from jishiyu.demo import city, kinds
from jishiyu.demo.problems import CityTooSmall, FolderNotEmpty
from jishiyu.demo.words import DISTRICTS
from jishiyu.engine.policy.shelf import shipped
from jishiyu.engine.run import run
from jishiyu.engine.settlement.reading import read_lines
from jishiyu.engine.settlement.totals import RowsDisagree
from tests.engine.kept import Kept

AS_OF = date(2026, 1, 1)


def digests(folder: Path) -> dict[str, str]:
    files = sorted(path for path in folder.rglob("*") if path.is_file())
    return {str(path.relative_to(folder)): hashlib.sha256(path.read_bytes()).hexdigest() for path in files}


def roster_of(summary: city.CitySummary) -> pl.DataFrame:
    return pl.read_csv(summary.roster, infer_schema=False)


def test_same_seed_same_bytes_other_seed_other_people(tmp_path: Path) -> None:
    for name, seed in (("one", 3), ("two", 3), ("other", 4)):
        city.build(tmp_path / name, Fraction(1, 100), seed, months=14)
    one, two, other = (digests(tmp_path / name) for name in ("one", "two", "other"))
    assert one == two
    assert one["roster.csv"] != other["roster.csv"]
    assert {name for name in one if one[name] == other.get(name)} == set()


def test_gives_these_people_and_unions_on_every_machine(tmp_path: Path) -> None:
    # Change these digests only together with the generator: they are what another machine is compared with.
    city.build(tmp_path / "tiny", Fraction(1, 500), 1, months=2)
    found = digests(tmp_path / "tiny")
    assert found["unions.csv"] == "a619a2405c7a39d3fb9896ce3d449958d0dc4b2bbc1b9827d2b6a71ef9cf5cbd"
    assert found["roster.csv"] == "b80f5a1ac56e0884611a5c9144298f49733e9b54226b688f74e13fa70ed0ac15"


@pytest.fixture(scope="module")
def outcome(small_city: city.CitySummary, tmp_path_factory: pytest.TempPathFactory) -> dict[str, pl.DataFrame]:
    claims = tmp_path_factory.mktemp("claims") / "applications.csv"
    pl.concat([pl.read_csv(path, infer_schema=False) for path in small_city.applications]).write_csv(claims)
    kept = Kept()
    run(
        [feed.path for feed in small_city.feeds],
        roster=small_city.roster,
        policies=shipped(),
        as_of=AS_OF,
        applications=claims,
        keep=kept,
    )
    return {"lines": kept.table("lines"), "decisions": kept.table("decisions"), "claims": kept.table("claims")}


def test_every_line_ends_in_the_bucket_that_is_true(
    small_city: city.CitySummary, outcome: dict[str, pl.DataFrame]
) -> None:
    truth = pl.read_parquet(small_city.out / "truth" / "truth.parquet")
    lines = outcome["lines"].with_columns(pl.col("file").str.split("/").list.first())
    both = truth.join(
        lines.select("file", "line", "setl_id", found="bucket"), on=["file", "line"], how="full", coalesce=True
    )
    assert both.height == truth.height == lines.height
    assert both.filter(pl.col("found").ne_missing(pl.col("bucket"))).rows() == []
    broken = both.filter(pl.col("dirt") != "broken_row")
    assert broken.filter(pl.col("setl_id").ne_missing(pl.col("settlement_id"))).rows() == []


def test_every_stay_pays_what_is_true(small_city: city.CitySummary, outcome: dict[str, pl.DataFrame]) -> None:
    truth = pl.read_parquet(small_city.out / "truth" / "truth-stays.parquet")
    claims = outcome["claims"].select(stay_id="event_id")
    decided = outcome["decisions"].join(claims, on="stay_id", how="anti")
    both = truth.join(
        decided.select("stay_id", found="bucket", paid="payable_fen", who="member_no"), on="stay_id", how="left"
    )
    differs = (
        (pl.col("found") != pl.col("bucket"))
        | (pl.col("paid") != pl.col("payable_fen"))
        | ((pl.col("who") != pl.col("member_no")) & (pl.col("class") != "stranger"))
    )
    assert both.filter(differs.fill_null(value=True) & (pl.col("class") != "stranger")).rows() == []
    assert int(decided["payable_fen"].sum()) == int(truth["payable_fen"].sum())


def test_every_application_pays_what_is_true(small_city: city.CitySummary, outcome: dict[str, pl.DataFrame]) -> None:
    assert wrongly_decided(small_city.out, outcome) == []


def test_every_application_of_the_city_of_the_demo_pays_what_is_true(eighth: Path, tmp_path: Path) -> None:
    # Large enough for a death, which the small city has not.
    claims = tmp_path / "applications.csv"
    files = sorted((eighth / "applications").glob("*.csv"))
    pl.concat([pl.read_csv(path, infer_schema=False) for path in files]).write_csv(claims)
    kept = Kept()
    feed = min((eighth / "feeds").iterdir())
    run([feed], roster=eighth / "roster.csv", policies=shipped(), as_of=AS_OF, applications=claims, keep=kept)
    assert "death" in set(kept.table("claims")["kind"])
    assert wrongly_decided(eighth, {name: kept.table(name) for name in ("decisions", "claims")}) == []


def wrongly_decided(out: Path, outcome: dict[str, pl.DataFrame]) -> list[tuple[object, ...]]:
    truth = pl.read_parquet(out / "truth" / "truth-applications.parquet")
    claims = outcome["claims"].select(stay_id="event_id")
    decided = outcome["decisions"].join(claims, on="stay_id", how="semi")
    both = truth.join(
        decided.select(application_id="stay_id", found="bucket", paid="payable_fen"), on="application_id", how="full"
    )
    assert both.height == truth.height > 0
    differs = pl.col("found").ne_missing(pl.col("bucket")) | pl.col("paid").ne_missing(pl.col("payable_fen"))
    return both.filter(differs).rows()


def test_every_kind_of_dirt_is_there(small_city: city.CitySummary) -> None:
    content = json.loads((small_city.out / "truth" / "truth.json").read_text(encoding="utf-8"))
    assert set(content["dirt"]) == set(kinds.ALL)
    truth = pl.read_parquet(small_city.out / "truth" / "truth.parquet")
    assert set(truth["bucket"]) == {
        "invalid", "duplicate", "superseded", "held", "reversed", "unmatched", "ineligible", "auto", "assist", "capped",
    }  # fmt: skip
    assert {feed.kind for feed in small_city.feeds} == {
        "csv_utf8", "csv_gb18030", "tsv_zip", "xlsx", "parquet", "json_lines",
    }  # fmt: skip


def test_some_reversals_come_in_a_later_year(small_city: city.CitySummary) -> None:
    truth = pl.read_parquet(small_city.out / "truth" / "truth.parquet").filter(pl.col("dirt") == "undone_late")
    years = truth.group_by("stay_id").agg(pl.col("file").str.extract(r"(20\d\d)").n_unique().alias("years"))
    assert (years["years"] == 2).any()


def test_numbers_of_people_have_the_right_check_digits(small_city: city.CitySummary) -> None:
    roster = roster_of(small_city)
    residents = roster.filter((pl.col("cert_type") == "01") & (pl.col("certno").str.len_chars() == 18))
    numbers = residents["certno"].to_list()
    assert all(ric.calc_check_digit(number) == number[-1] for number in numbers)
    assert {number[:6] for number in numbers} == {code for code, _, _ in DISTRICTS}
    assert (residents["certno"].str.slice(6, 8) == residents["birth_date"].str.replace_all("-", "")).all()
    assert roster.filter(pl.col("certno").str.len_chars() == 15).height > 0


def test_accounts_and_mobiles_are_valid_and_marked_as_invented(small_city: city.CitySummary) -> None:
    roster = roster_of(small_city)
    accounts = roster["bank_account"].drop_nulls()
    assert all(luhn.is_valid(account) for account in accounts)
    assert accounts.str.starts_with("62999900").all()
    assert roster["mobile"].str.contains(r"^1990\d{7}$").all()
    assert 0 < roster["bank_account"].null_count() < roster.height // 20


def test_unions_stand_under_parents_that_exist(small_city: city.CitySummary) -> None:
    unions = pl.read_csv(small_city.unions, infer_schema=False)
    codes = set(unions["code"])
    assert len(codes) == unions.height == 192
    for parent in ("territorial_parent", "industry_parent"):
        assert set(unions[parent].drop_nulls()) <= codes
    assert all(uscc.is_valid(code) and code.startswith("81") for code in unions["uscc"].drop_nulls())
    orphans = unions.filter(pl.col("territorial_parent").is_null() & pl.col("industry_parent").is_null())
    assert orphans["kind"].to_list() == ["city"]
    assert set(roster_of(small_city)["org_code"]) <= codes


def test_memberships_are_half_open_and_transfers_meet(small_city: city.CitySummary) -> None:
    rows = roster_of(small_city).with_columns(pl.col("joined_on", "left_on").str.to_date())
    assert rows.filter(pl.col("left_on") <= pl.col("joined_on")).height == 0
    moved = rows.with_columns(after=pl.col("joined_on").shift(-1).over("member_no", order_by="joined_on"))
    assert moved.filter(pl.col("left_on") == pl.col("after")).height > 0
    shared = rows.group_by("certno").agg(pl.col("member_no").unique().len().alias("numbers"))
    assert (shared["numbers"] == 2).any()


def test_a_first_sending_with_wrong_totals_is_refused(small_city: city.CitySummary) -> None:
    with pytest.raises(RowsDisagree):
        list(read_lines(small_city.refused, as_of=AS_OF))


def test_refuses_a_folder_with_something_in_it_and_a_city_too_small(tmp_path: Path) -> None:
    (tmp_path / "mine.txt").write_text("keep", encoding="utf-8")
    with pytest.raises(FolderNotEmpty):
        city.build(tmp_path, Fraction(1, 100))
    assert [path.name for path in tmp_path.iterdir()] == ["mine.txt"]
    with pytest.raises(CityTooSmall):
        city.build(tmp_path / "new", Fraction(1, 5_000))
    with pytest.raises(CityTooSmall):
        city.build(tmp_path / "new", Fraction(1, 100), months=1)


def test_command_says_what_it_made_and_that_the_edges_are_assumed(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    out = tmp_path / "tiny"
    assert main(["demo-data", "--scale", "1/500", "--months", "3", "--from", "2024-11", "--out", str(out)]) == 0
    said = capsys.readouterr().out
    assert "2,400 members" in said
    assert city.NOTE_EN in said
    assert city.NOTE_ZH in said
    assert sorted(path.name for path in (out / "feeds").glob("*-2025-*.zip")) == ["settlements-2025-01.zip"]
    assert main(["demo-data", "--scale", "an eighth", "--out", str(tmp_path / "x")]) == 1
    assert main(["demo-data", "--from", "2024-13", "--out", str(tmp_path / "x")]) == 1
    assert not (tmp_path / "x").exists()
