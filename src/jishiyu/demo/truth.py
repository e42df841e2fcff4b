"""What is true about the invented city: for every line its dirt and the bucket it must end in, for every stay its pay.

Tests compare a run of the real thing with it. Payments here follow from the curve the costs were fitted with; the
tests calculate them again in another way.
"""

from dataclasses import asdict
from pathlib import Path

import polars as pl

from jishiyu.demo.applications import Application
from jishiyu.demo.curve import Curve
from jishiyu.demo.people import People

FATES = {
    "stranger": "unmatched", "everyday": "ineligible", "retired": "ineligible", "left": "ineligible",
    "not_yet": "ineligible", "too_old": "ineligible", "birth": "ineligible", "outpatient": "ineligible",
}  # fmt: skip

PLACED = ("stay", "class", "dirt", "fate", "settlement_id", "hospital_code", "visit_id", "cash_fen", "key")


def stays_truth(lines: pl.DataFrame, curve: Curve, members: People, stays: pl.DataFrame) -> pl.DataFrame:
    """This function will return every stay that is decided: `stay_id`, who, facts, `bucket`, `payable_fen`."""
    live = lines.filter(pl.col("fate") == "").sort("stay", "settled_at", "settlement_id")
    whole = live.group_by("stay", maintain_order=True).agg(
        pl.col("class", "dirt", "key", "hospital_code", "visit_id").last(),
        pl.col("settlement_id").last().alias("last_settlement_id"),
        pl.col("cash_fen").sum(), pl.col("ends").max(), pl.col("settled_at").max(),
    )  # fmt: skip
    person = stays["person"].gather(whole["stay"])
    entitled = pl.col("class").is_in(["paid", "large", "story"])
    uncapped = pl.Series(curve.uncapped(whole["cash_fen"].to_numpy()))
    rows = whole.with_columns(
        uncapped_fen=pl.when(entitled).then(uncapped).otherwise(pl.lit(0, pl.Int64)),
        year=pl.from_epoch("ends", time_unit="d").dt.year(),
        member_no=pl.when(pl.col("class") != "stranger").then(pl.lit("M") + person.cast(pl.String).str.zfill(8)),
    )
    total = pl.col("uncapped_fen").cum_sum().over("key", "year", order_by=["settled_at", "last_settlement_id"])
    limit = pl.lit(curve.limit)
    rows = rows.with_columns(
        payable_fen=pl.min_horizontal(limit, total) - pl.min_horizontal(limit, total - pl.col("uncapped_fen"))
    )
    paid = pl.when(pl.col("payable_fen") > curve.automatic).then(pl.lit("assist")).when(pl.col("payable_fen") > 0).then(
        pl.lit("auto")
    ).otherwise(pl.lit("capped"))  # fmt: skip
    return rows.select(
        "stay",
        stay_id=pl.col("hospital_code") + "/" + pl.col("visit_id"),
        person_key="key",
        member_no="member_no",
        class_="class",
        dirt="dirt",
        cash_fen="cash_fen",
        ends_on=pl.col("ends").cast(pl.Int32).cast(pl.Date),
        settled_at=pl.from_epoch("settled_at", time_unit="s").cast(pl.Datetime("us")),
        last_settlement_id="last_settlement_id",
        bucket=pl.when(entitled).then(paid).otherwise(pl.col("class").replace_strict(FATES, default=None)),
        payable_fen="payable_fen",
    ).rename({"class_": "class"})


def lines_truth(placed: pl.DataFrame, decided: pl.DataFrame) -> pl.DataFrame:
    """This function will return every line of every feed with the bucket it must end in when all files are taken.

    `placed` are the lines with `file` and `line`; a line without a fate of its own has that of its stay.
    """
    buckets = decided.select("stay", of_stay="bucket")
    return placed.join(buckets, on="stay", how="left", maintain_order="left").select(
        "file", "line", "settlement_id", stay_id=pl.col("hospital_code") + "/" + pl.col("visit_id"), class_="class",
        dirt="dirt", bucket=pl.when(pl.col("fate") != "").then("fate").otherwise("of_stay"),
        cash_fen="cash_fen", person_key="key",
    ).rename({"class_": "class"})  # fmt: skip


def applications_truth(applications: list[Application], members: People, strangers: People) -> pl.DataFrame:
    """This function will return every application with the bucket it must end in and what it pays."""
    wanted = ("application_id", "kind", "event_id", "dirt", "bucket", "payable_fen")
    rows = []
    for item in applications:
        people = strangers if item.stranger else members
        key = f"{people.cert_type[item.who]}:{people.number[item.who]}"
        rows.append({name: asdict(item)[name] for name in wanted} | {"person_key": key})
    schema = {name: pl.String() for name in (*wanted, "person_key")} | {"payable_fen": pl.Int64()}
    return pl.DataFrame(rows, schema=schema)


def write_table(frame: pl.DataFrame, path: Path) -> None:
    """This function will write a table of the truth."""
    frame.write_parquet(path, compression="zstd", compression_level=3)
