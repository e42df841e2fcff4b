"""Applications → events: accidents, deaths, fires, stays without data and other claims that come on paper."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import polars as pl

from jishiyu.engine import dates, identity, money
from jishiyu.engine.files.formats import tables
from jishiyu.engine.files.headings import vocabulary

REQUIRED = ("application_id", "kind", "cert_no", "event_on", "filed_on")
FIELDS = (
    *(
        "application_id",
        "kind",
        "cert_type",
        "cert_no",
        "name",
        "event_on",
        "filed_on",
        "occurrence",
        "household",
        "cover",
    ),
    *("injuries", "illness", "cause", "treatment_over", "graded_on", "loss_fen", "invoice_fen", "certificate_no"),
    *("certificate_on", "certificate_issuer", "papers", "employer_no", "employer_name"),
    *("begins_on", "cash_fen", "medical_type", "hospital_level"),
)
KINDS = {
    "accident": "accident", "意外伤害": "accident", "death": "death", "身故": "death", "fire": "fire", "火灾": "fire",
    "pipe_burst": "pipe_burst", "水管爆裂": "pipe_burst", "critical_illness": "critical_illness",
    "重大疾病": "critical_illness", "stay": "stay", "住院": "stay",
}  # fmt: skip
CAUSES = {"交通": "traffic", "交通事故": "traffic", "道路交通事故": "traffic", "车祸": "traffic"}
YES_NO = {"1": "yes", "是": "yes", "yes": "yes", "0": "no", "否": "no", "no": "no"}
SENTENCES: dict[str, tuple[str, str]] = {
    "missing": ("必填项为空", "A required field is empty."),
    "not_readable": (
        "不是可用的词、真实的日期或最多两位小数的金额",
        "This is none of the known words, no real date, or no amount with at most two decimals.",
    ),
    "number_not_valid": ("证件号码无效", "The certificate number is not valid."),
    "in_the_future": ("晚于截止日", "This is after the day of the run."),
    "before_the_event": ("申请日期早于事发日期", "It was handed in before it happened."),
    "dated_before_the_event": ("该日期早于事发日期", "This is dated before it happened."),
    "after_the_end": ("入院日期晚于出院日期", "The stay begins after it ends."),
    "negative": ("金额为负", "The amount is below zero."),
    "used_twice": ("本文件另有同一编号的申请", "Another row of the file has the same number."),
    "broken_row": ("本行的字段数与表头不符或无法解析", "The row has too few or too many fields, or cannot be parsed."),
}
DAYS = ("event_on", "filed_on", "graded_on", "certificate_on", "begins_on")
MONEY = ("loss_fen", "invoice_fen", "cash_fen")
_BATCH_ROWS = 100_000
# What an application can say and a stay that a feed brought cannot.
ONLY_APPLIED: dict[str, pl.DataType] = {
    **{name: pl.Date() for name in ("event_on", "filed_on", "graded_on", "certificate_on")},
    **{name: pl.String() for name in ("illness", "cover", "cause", "treatment_over", "injuries", "household")},
    **{name: pl.String() for name in ("certificate_no", "certificate_issuer")},
    **{name: pl.Int64() for name in ("loss_fen", "invoice_fen")},
    "papers": pl.List(pl.String()),
}


@dataclass(frozen=True)
class Applications:
    """Events (one row per usable application) and problems (`file`, `line`, `column`, `code`, `zh`, `en`)."""

    events: pl.DataFrame
    problems: pl.DataFrame


def read_applications(path: Path, *, as_of: date) -> Applications:
    """This function will read a file of applications of any format that feeds have.

    Raises the problems of reading: file not usable, needed column missing.
    """
    words = vocabulary("applications")
    pieces = [pl.DataFrame(schema={"file": pl.String(), "line": pl.Int64()})]
    for table in tables(path, known=words.knows_table):
        picked = words.pick(table, REQUIRED)
        pieces += [texts.with_columns(file=pl.lit(table.name)) for texts in table.read(picked, _BATCH_ROWS)]
    return applications(pl.concat(pieces, how="diagonal"), as_of=as_of)


def applications(raw: pl.DataFrame, *, as_of: date) -> Applications:
    """This function will turn a table of applications (texts, with `file` and `line`) into events.

    Columns in our words (headings are mapped by policies/feeds/applications.toml). Amounts are yuan as text with at most two decimals, days are
    dates, `injuries` and `papers` are lists separated by semicolons. `occurrence` names the event that several
    applications share: given, else the fire certificate's number, else the day of the event. An application with a
    fault is not an event; its problems are listed, so nothing is lost.
    """
    text = _texts(raw)
    certificates = identity.fold_certificates(text["cert_type"], text["cert_no"], as_of=as_of)
    read = text.with_columns(
        certificates.key.alias("person_key"),
        certificates.birth_date.alias("birth_date"),
        identity.name_keys(text["name"]),
        kind=pl.col("kind").str.to_lowercase().replace_strict(KINDS, default=None, return_dtype=pl.String),
        cause=pl.col("cause").str.to_lowercase().replace(CAUSES),
        treatment_over=pl.col("treatment_over")
        .str.to_lowercase()
        .replace_strict(YES_NO, default=None, return_dtype=pl.String),
    ).with_columns(
        *[_given(text[name], dates.days_from_text, pl.Date()).alias(name) for name in DAYS],
        *[_given(text[name], money.fen_from_text, pl.Int64()).alias(name) for name in MONEY],
    )
    faults = _faults(text, read, as_of)
    usable = read.join(faults.select("file", "line"), on=["file", "line"], how="anti", maintain_order="left")
    return Applications(_events(usable), faults)


def _given(texts: pl.Series, read: Callable[[pl.Series], tuple[pl.Series, pl.Series]], kind: pl.DataType) -> pl.Series:
    """Read a column; one that nobody filled in, as most are of a form on the screen, holds nothing to be read."""
    return texts.cast(kind) if texts.null_count() == len(texts) else read(texts)[0]


def _texts(raw: pl.DataFrame) -> pl.DataFrame:
    """Return the columns of `FIELDS` as texts, empty ones null, with the place of each line."""
    absent = [pl.lit(None, pl.String).alias(name) for name in FIELDS if name not in raw.columns]
    stripped = raw.with_columns(absent).with_columns(pl.col(name).cast(pl.String).str.strip_chars() for name in FIELDS)
    kept = [name for name in ("file", "line", "flaw") if name in stripped.columns]
    return stripped.select(*kept, *[pl.when(pl.col(name) != "").then(pl.col(name)).alias(name) for name in FIELDS])


def _faults(text: pl.DataFrame, read: pl.DataFrame, as_of: date) -> pl.DataFrame:
    """List what makes applications unusable, all reasons of each line."""

    def given_but_unread(name: str) -> pl.Series:
        return text[name].is_not_null() & read[name].is_null()

    tests = [(name, "missing", text[name].is_null()) for name in REQUIRED]
    tests += [(name, "not_readable", given_but_unread(name)) for name in ("kind", "treatment_over", *DAYS, *MONEY)]
    tests.append(("cert_no", "number_not_valid", text["cert_no"].is_not_null() & read["person_key"].is_null()))
    tests += [(name, "in_the_future", read[name] > as_of) for name in DAYS]
    tests.append(("filed_on", "before_the_event", read["filed_on"] < read["event_on"]))
    tests += [
        (name, "dated_before_the_event", read[name] < read["event_on"]) for name in ("graded_on", "certificate_on")
    ]
    tests.append(("begins_on", "after_the_end", read["begins_on"] > read["event_on"]))
    tests += [(name, "negative", read[name] < 0) for name in MONEY]
    tests.append(
        (
            "application_id",
            "used_twice",
            text["application_id"].is_not_null() & ~text["application_id"].is_first_distinct(),
        )
    )
    if "flaw" in text.columns:
        tests.append(("", "broken_row", text["flaw"] != 0))
    places = text.select("file", "line")
    words = [pl.lit(None, pl.String).alias(name) for name in ("column", "code", "zh", "en")]
    empty = places.clear().with_columns(words)
    found = [
        places.filter(mask.fill_null(value=False)).with_columns(
            column=pl.lit(column), code=pl.lit(code), zh=pl.lit(SENTENCES[code][0]), en=pl.lit(SENTENCES[code][1])
        )
        for column, code, mask in tests
        if mask.any()  # a form that is filled in on the screen is read at every step, and mostly nothing is wrong
    ]
    return pl.concat([empty, *found]).sort("file", "line", maintain_order=True)


def _name_of(column: str) -> pl.Expr:
    """Return the name of an event without what people write differently: 〔2025〕 and [2025], spaces, wide characters."""
    letters = pl.col(column).str.normalize("NFKC").str.to_uppercase().str.replace_all(r"[^\p{L}\p{N}]", "")
    return pl.when(letters != "").then(letters)


def _events(read: pl.DataFrame) -> pl.DataFrame:
    """Shape usable applications like events; the subsidy for a death is looked up under `death`.

    A stay that no feed brought ends on the day of the event; its last settlement is the application itself.
    """
    return read.select(
        pl.col("application_id").alias("event_id"), "kind", "person_key", "name_key", "birth_date", "event_on", "filed_on",
        "graded_on", "illness", "cover", "cause", "treatment_over", "household", "loss_fen", "invoice_fen", "certificate_no",
        "certificate_on", "certificate_issuer", "employer_no", "employer_name",
        injuries=pl.when(pl.col("kind") == "death").then(pl.lit("death")).otherwise("injuries"),
        papers=pl.col("papers").fill_null("").str.replace_all("[;、,]", ";").str.split(";").list.eval(pl.element().str.strip_chars()),
        occurrence=pl.coalesce(_name_of("occurrence"), _name_of("certificate_no"), pl.col("event_on").cast(pl.String)),
        claimed_fen=pl.lit(0, pl.Int64), settled_at=pl.col("filed_on").cast(pl.Datetime("us")), ends_on=pl.col("event_on"),
        begins_on=pl.coalesce("begins_on", "event_on"), cash_fen="cash_fen", medical_type="medical_type",
        hospital_level="hospital_level", last_settlement_id="application_id", hold=pl.lit(None, pl.String),
    )  # fmt: skip
