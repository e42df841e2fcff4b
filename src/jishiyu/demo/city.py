"""The whole invented city as files: unions, roster, feeds month by month, applications, and what is true about them."""

import datetime
import json
from collections.abc import Callable
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path

import polars as pl

from jishiyu.demo import dirt, kinds, truth
from jishiyu.demo.applications import make_applications, write_applications
from jishiyu.demo.curve import hospital_curve
from jishiyu.demo.lines import clean_lines
from jishiyu.demo.people import make_members, make_strangers, roster
from jishiyu.demo.period import Period
from jishiyu.demo.problems import CityTooSmall, FolderNotEmpty
from jishiyu.demo.published import published
from jishiyu.demo.stays import hospitals, make_stays
from jishiyu.demo.unions import make_unions, write_unions
from jishiyu.demo.writing import ENDINGS, FIRST_LINE, write_feed, write_totals

ALL_MEMBERS = 1_200_000  # at scale 1; assumed
BEGINS = datetime.date(2023, 1, 1)
MONTHS = 36
SEED = 20_230_101
SMALLEST = Fraction(1, 1_000)
FEWEST_MONTHS = 2  # a correction needs a month to come in
NOTE_ZH = "现行补贴办法的分档界限未公开,为假定值;因此拟合的是费用分布,只在与这些界限一起使用时成立。所有人员、单位、医院均为虚构。"
NOTE_EN = (
    "The bracket edges of the shipped policy are not public; they are assumed. So it is the distribution of costs that "
    "was fitted, and it is right only together with those edges. All people, enterprises and hospitals are invented."
)
Progress = Callable[[str], None]


@dataclass(frozen=True)
class Feed:
    """One settlement file: its month, kind, and control totals (amounts in yuan)."""

    month: str
    kind: str
    path: Path
    totals: dict[str, str | int]


@dataclass(frozen=True)
class CitySummary:
    """What was written. `comparisons`: key, published at this scale, made, whether compared (money in yuan)."""

    out: Path
    scale: Fraction
    seed: int
    period: Period
    unions: Path
    roster: Path
    feeds: tuple[Feed, ...]
    applications: tuple[Path, ...]
    refused: tuple[Path, ...]
    counts: dict[str, int]
    buckets: dict[str, int]
    comparisons: tuple[dict[str, str | bool], ...]


def build(
    out: Path,
    scale: Fraction,
    seed: int = SEED,
    *,
    begins: datetime.date = BEGINS,
    months: int = MONTHS,
    progress: Progress = lambda step: None,
) -> CitySummary:
    """This function will invent a city of this scale and write its files into an empty or new folder.

    The same seed, scale and period give the same bytes on every machine. `begins` is the first day of a month.
    Raises `FolderNotEmpty`, `CityTooSmall`. See docs/reference/demo-city.md for the files.
    """
    scale = Fraction(scale).limit_denominator(1_000_000)
    if scale < SMALLEST or months < 2:
        raise CityTooSmall(least=str(float(SMALLEST)))
    if out.exists() and any(out.iterdir()):
        raise FolderNotEmpty(folder=str(out))
    for folder in ("feeds", "applications", "truth", "refused"):
        (out / folder).mkdir(parents=True, exist_ok=True)
    period = Period(begins.replace(day=1), months)
    size = scale * months / MONTHS
    curve = hospital_curve()

    unions = make_unions(seed=seed, scale=scale, members=int(ALL_MEMBERS * scale))
    write_unions(unions, out / "unions.csv")
    middle = period.first_of(months // 2)
    members = make_members(seed=seed, unions=unions, begins=period.begins, ends=period.ends)
    strangers = make_strangers(seed=seed, unions=unions, members=members, middle=middle)
    memberships = roster(seed, members, unions)
    memberships.write_csv(out / "roster.csv")
    progress("members")

    stays = make_stays(seed=seed, size=size, period=period, members=members, strangers=strangers, curve=curve)
    clean = clean_lines(
        seed=seed, stays=stays, members=members, strangers=strangers, unions=unions, places=hospitals(seed)
    )
    others = clean.filter(pl.col("class") == "everyday")
    lines = dirt.Spoiler(seed=seed, period=period, others=others).all(clean)
    del clean, others
    progress("settlements")

    feeds, placed = _write_feeds(lines, period, out / "feeds", progress)
    claims = make_applications(seed=seed, size=size, period=period, members=members, strangers=strangers)
    applications = write_applications(
        claims, period=period, members=members, strangers=strangers, folder=out / "applications"
    )
    progress("applications")

    decided = truth.stays_truth(lines, curve, members, stays)
    claimed = truth.applications_truth(claims, members, strangers)
    every_line = truth.lines_truth(placed, decided)
    truth.write_table(every_line, out / "truth" / "truth.parquet")
    truth.write_table(decided.drop("stay"), out / "truth" / "truth-stays.parquet")
    truth.write_table(claimed, out / "truth" / "truth-applications.parquet")
    counts = {
        "unions": len(unions.everyone), "members": len(members), "memberships": memberships.height,
        "stays": stays.height, "lines": lines.height, "applications": len(claims),
    }  # fmt: skip
    summary = CitySummary(
        out=out, scale=scale, seed=seed, period=period, unions=out / "unions.csv", roster=out / "roster.csv",
        feeds=tuple(feeds), applications=tuple(applications), refused=(_wrong_totals(feeds, out / "refused"),),
        counts=counts, buckets=dict(sorted(every_line["bucket"].value_counts().iter_rows())),
        comparisons=_compare(decided, claimed, scale, months),
    )  # fmt: skip
    _write_summary(summary, every_line)
    return summary


def _write_feeds(
    lines: pl.DataFrame, period: Period, folder: Path, progress: Progress
) -> tuple[list[Feed], pl.DataFrame]:
    """Write one file per month and return them with all lines and their places."""
    feeds, placed = [], []
    for month in range(period.count):
        mine = lines.filter(pl.col("month") == month).sort(
            "settled_at", "stay", "after", "settlement_id", maintain_order=True
        )
        kind = period.format(month)
        path = folder / f"settlements-{period.name(month)}{ENDINGS[kind]}"
        feeds.append(Feed(period.name(month), kind, path, write_feed(mine, kind=kind, path=path)))
        line = pl.int_range(pl.len(), dtype=pl.Int64) + FIRST_LINE[kind]
        placed.append(mine.select(*truth.PLACED, file=pl.lit(path.name), line=line))
        progress(path.name)
    return feeds, pl.concat(placed)


def _wrong_totals(feeds: list[Feed], folder: Path) -> Path:
    """Write a first sending whose control totals do not agree with its content: it has to be refused."""
    feed = feeds[min(6, len(feeds) - 1)]
    path = folder / f"first-sending-of-{feed.path.name}"
    path.write_bytes(feed.path.read_bytes())
    write_totals(path, {**feed.totals, "rows": int(feed.totals["rows"]) + 1})
    return path


def _compare(
    decided: pl.DataFrame, claimed: pl.DataFrame, scale: Fraction, months: int
) -> tuple[dict[str, str | bool], ...]:
    """Set what the city should pay beside the published figures at its scale."""
    stays = decided.filter(pl.col("payable_fen") > 0).select("person_key", "payable_fen")
    claims = claimed.filter(pl.col("payable_fen") > 0)
    accidents = claims.filter(pl.col("kind").is_in(["accident", "death"]))
    fires = claims.filter(pl.col("kind") == "fire")
    every = pl.concat([stays, claims.select("person_key", "payable_fen")])
    above = every.filter(pl.col("payable_fen") > 1_000_000)
    most = every.group_by("person_key").agg(pl.col("payable_fen").sum())["payable_fen"].max()
    made = {
        "money": int(every["payable_fen"].sum()), "person_times": every.height, "above_10000_count": above.height,
        "above_10000_money": int(above["payable_fen"].sum()), "accident_count": accidents["person_key"].n_unique(),
        "accident_money": int(accidents["payable_fen"].sum()), "fire_count": fires["person_key"].n_unique(),
        "fire_money": int(fires["payable_fen"].sum()),
        "single_50000": every.filter(pl.col("payable_fen") == 5_000_000).height, "one_member": int(str(most or 0)),
    }  # fmt: skip
    rows: list[dict[str, str | bool]] = []
    for key, value in made.items():
        figure = published().figures[key]
        shown = f"{value // 100}.{value % 100:02d}" if figure.unit == "yuan" else str(value)
        at_scale = figure.value if key == "one_member" else figure.at(scale, months)
        rows.append(
            {"key": key, "zh": figure.zh, "en": figure.en, "published": str(at_scale), "made": shown,
             "compared": figure.is_compared(scale, months)}
        )  # fmt: skip
    return tuple(rows)


def _write_summary(summary: CitySummary, every_line: pl.DataFrame) -> None:
    by_dirt = every_line.filter(pl.col("dirt") != kinds.CLEAN)["dirt"].value_counts().iter_rows()
    content = {
        "note": {"zh": NOTE_ZH, "en": NOTE_EN},
        "scale": str(summary.scale),
        "seed": summary.seed,
        "from": summary.period.name(0),
        "months": summary.period.count,
        "counts": summary.counts,
        "buckets": summary.buckets,
        "dirt": {name: {"lines": count, "zh": kinds.ALL[name].zh} for name, count in sorted(by_dirt)},
        "comparisons": list(summary.comparisons),
        "feeds": [{"month": f.month, "kind": f.kind, "file": f.path.name, **f.totals} for f in summary.feeds],
    }
    text = json.dumps(content, ensure_ascii=False, indent=1) + "\n"
    (summary.out / "truth" / "truth.json").write_text(text, encoding="utf-8", newline="\n")
