"""Settlement feeds and rosters of any size, made once and kept in `var/benchmarks`; all people are invented."""

import shutil
from pathlib import Path

import numpy as np
import polars as pl

FOLDER = Path("var/benchmarks")
_WEIGHTS = np.array([7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2])
_CHECK = np.array(list("10X98765432"))
_AREAS = np.array(["220102", "220103", "220104", "220105", "220106", "220112"])
_TYPES = np.array(["21", "21", "21", "22", "24", "25", "28", "52"])
_PIECE = 1_000_000
_PEOPLE = 10_000_000  # at a time


def feed_and_roster(count: int) -> tuple[Path, Path]:
    """This function will return Parquet files of `count` settlement lines and `count` members, making them if needed."""
    feed = FOLDER / f"{count}" / "feed.parquet"
    files, roster = files_and_roster(count)
    if not feed.exists():
        pl.scan_parquet(files).sink_parquet(feed)
    return feed, roster


def files_and_roster(count: int) -> tuple[list[Path], Path]:
    """This function will return the lines in files of a million each, as a bureau would send them, and the roster.

    3 % of the lines undo another one, 0.5 % repeat, 0.2 % have a wrong check digit, 2 % of the people are not on the
    roster; about 30 % of the stays are entitled.
    """
    folder = FOLDER / f"{count}"
    files, roster = folder / "files", folder / "roster.parquet"
    if not files.exists():
        part = folder / "files.part"
        shutil.rmtree(part, ignore_errors=True)
        part.mkdir(parents=True)
        generator = np.random.default_rng(20_250_101)
        _write_feed(generator, _write_roster(generator, count, roster), count, part)
        part.rename(files)
    return sorted(files.glob("*.parquet")), roster


def roster_of(count: int) -> Path:
    """This function will return the roster of `feed_and_roster` alone, making it if needed."""
    roster = FOLDER / f"{count}" / "roster.parquet"
    if not roster.exists():
        roster.parent.mkdir(parents=True, exist_ok=True)
        _write_roster(np.random.default_rng(20_250_101), count, roster)
    return roster


def more_lines(roster: Path, count: int, start: int, *, begin: str = "2023-01-01", days: int = 1095) -> Path:
    """This function will make a Parquet feed of `count` new lines, numbered from `start`, about members of a roster.

    The stays end within `days` from the day `begin`.
    """
    numbers = pl.read_parquet(roster, columns=["certno"])["certno"]
    path = FOLDER / f"more-{start}-{count}.parquet"
    _lines(np.random.default_rng(start + 1), numbers, start, count, begin=begin, days=days).write_parquet(path)
    return path


def _write_roster(generator: np.random.Generator, count: int, roster: Path) -> pl.Series:
    """Write the roster, piece by piece, each of districts of its own, and return all numbers."""
    parts, pieces = [], []
    for piece, start in enumerate(range(0, count, _PEOPLE)):
        numbers, births = _people(generator, min(_PEOPLE, count - start), piece)
        rows = _roster(generator, numbers, births, start)
        pieces.append(roster.with_name(f"people-{piece:05d}.parquet"))
        rows.write_parquet(pieces[-1])
        parts.append(numbers)
    pl.scan_parquet(pieces).sink_parquet(roster)
    for path in pieces:
        path.unlink()
    return pl.concat(parts)


def _people(generator: np.random.Generator, count: int, piece: int = 0) -> tuple[pl.Series, pl.Series]:
    """Return distinct identity numbers with a right check digit, and birth dates; each piece has other districts."""
    areas = np.array([f"{area[:2]}{int(area[2:4]) + piece:02d}{area[4:]}" for area in _AREAS])
    days = generator.integers(0, 365 * 45, count)
    births = pl.Series("birth", np.datetime64("1960-01-01") + days.astype("timedelta64[D]")).cast(pl.Date)
    seventeen = pl.select(
        pl.concat_str(
            pl.lit(pl.Series(areas[np.arange(count) % len(areas)])),
            pl.lit(births).dt.strftime("%Y%m%d"),
            pl.int_range(count).mod(1000).cast(pl.String).str.zfill(3),
        ).alias("n")
    )["n"]
    digits = np.frombuffer("".join(seventeen.to_list()).encode(), dtype=np.uint8).reshape(count, 17) - ord("0")
    check = pl.Series(_CHECK[(digits * _WEIGHTS).sum(axis=1) % 11])
    return pl.select((pl.lit(seventeen) + pl.lit(check)).alias("certno"))["certno"], births


def _roster(generator: np.random.Generator, numbers: pl.Series, births: pl.Series, start: int = 0) -> pl.DataFrame:
    count = len(numbers)
    unions = pl.Series(generator.integers(0, max(count // 150, 1), count))
    roster = pl.DataFrame({"certno": numbers, "birth_date": births.dt.to_string("%Y-%m-%d")}).select(
        member_no="M" + (pl.int_range(pl.len()) + start).cast(pl.String).str.zfill(9),
        cert_type=pl.lit("01"), certno="certno", name=pl.lit("演示"),
        org_code="O" + pl.lit(unions).cast(pl.String).str.zfill(5), in_service=pl.lit("1"),
        joined_on=pl.lit("2015-05-10"), left_on=pl.lit(None, pl.String), birth_date="birth_date",
        mobile=pl.lit(None, pl.String), bank_account=pl.lit(None, pl.String),
    )  # fmt: skip
    return roster.filter(pl.int_range(pl.len()) % 50 != 0).unique("certno", keep="first", maintain_order=True)


def _write_feed(generator: np.random.Generator, numbers: pl.Series, count: int, folder: Path) -> None:
    for number, start in enumerate(range(0, count, _PIECE)):
        lines = _lines(generator, numbers, start, min(_PIECE, count - start))
        lines.write_parquet(folder / f"feed-{number:04d}.parquet")


def _lines(
    generator: np.random.Generator, numbers: pl.Series, start: int, count: int, *, begin: str = "2023-01-01",
    days: int = 1095,
) -> pl.DataFrame:  # fmt: skip
    undone, repeated = count * 3 // 100, count // 200
    fresh = count - undone - repeated
    cash = np.exp(generator.normal(8.1, 1.0, fresh) + np.log(100)).astype(np.int64)
    fund = cash * generator.integers(50, 300, fresh) // 100
    later = generator.integers(0, days, fresh)
    ends = pl.Series(np.datetime64(begin) + later.astype("timedelta64[D]")).cast(pl.Date)
    stays = pl.Series(generator.integers(1, 20, fresh))
    frame = pl.DataFrame({"cash": cash, "fund": fund, "end": ends, "nights": stays}).with_columns(
        id=(pl.int_range(pl.len()) + start).cast(pl.String).str.zfill(12)
    )
    certificates = numbers.gather(generator.integers(0, len(numbers), fresh))
    wrong = pl.Series(generator.random(fresh) < 0.002)
    certificates = certificates.zip_with(~wrong, certificates.str.slice(0, 16) + "99")
    lines = frame.select(
        setl_id="S" + pl.col("id"), init_setl_id=pl.lit(None, pl.String), mdtrt_id="V" + pl.col("id"),
        psn_no="P" + pl.col("id"), psn_name=pl.lit("演示"), psn_cert_type=pl.lit("01"), certno=pl.lit(certificates),
        insutype=pl.lit("310"), psn_type=pl.lit("11"),
        med_type=pl.lit(pl.Series(_TYPES[generator.integers(0, len(_TYPES), fresh)])),
        begndate=(pl.col("end") - pl.duration(days="nights")).dt.to_string("%Y-%m-%d"),
        enddate=pl.col("end").dt.to_string("%Y-%m-%d"),
        setl_time=pl.col("end").dt.to_string("%Y-%m-%d") + " 10:11:12", medfee_sumamt=_yuan(pl.col("cash") + pl.col("fund")),
        fund_pay_sumamt=_yuan(pl.col("fund")), hosp_part_amt=pl.lit("0.00"), psn_part_amt=_yuan(pl.col("cash")),
        acct_pay=pl.lit("0.00"), psn_cash_pay=_yuan(pl.col("cash")), refd_setl_flag=pl.lit("0"), vali_flag=pl.lit("1"),
        fixmedins_code=pl.lit("H22010000001"), fixmedins_name=pl.lit("演示医院"), insu_admdvs=pl.lit("220199"),
        emp_name=pl.lit("演示单位"), updt_time=pl.lit(None, pl.String),
    )  # fmt: skip
    amounts = ["medfee_sumamt", "fund_pay_sumamt", "psn_part_amt", "psn_cash_pay"]
    undoing = lines.head(undone).with_columns(
        init_setl_id="setl_id", setl_id="U" + pl.col("setl_id").str.slice(1), refd_setl_flag=pl.lit("1"),
        **{name: "-" + pl.col(name) for name in amounts},
    )  # fmt: skip
    return pl.concat([lines, undoing, lines.tail(repeated)]).sample(fraction=1, shuffle=True, seed=start + 1)


def _yuan(fen: pl.Expr) -> pl.Expr:
    return pl.concat_str(fen // 100, pl.lit("."), (fen % 100).cast(pl.String).str.zfill(2))
