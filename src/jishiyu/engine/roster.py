"""The roster as a table: one row per membership, read from the files that unions send, with problems per line."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import date
from pathlib import Path

import polars as pl

from jishiyu.engine import identity
from jishiyu.engine.columns import Looks, folded_code, look, may_have_points, trimmed
from jishiyu.engine.dates import days_from_text
from jishiyu.engine.files.formats import tables
from jishiyu.engine.files.headings import vocabulary
from jishiyu.engine.files.tables import BROKEN, UNREADABLE
from jishiyu.engine.keys import repeated
from jishiyu.engine.roster_problems import ProblemList, Report
from jishiyu.engine.settlement.checks import CERTIFICATE

ROSTER_SCHEMA: dict[str, pl.DataType] = {
    "member_no": pl.String(),
    "person_key": pl.String(),
    "name_key": pl.String(),
    "org_code": pl.String(),
    "in_service": pl.Boolean(),
    "joined_on": pl.Date(),
    "left_on": pl.Date(),
    "birth_date": pl.Date(),
    "household": pl.String(),
}
# What the database import needs on top: where the row stood, and the texts it seals.
ORIGIN_SCHEMA: dict[str, pl.DataType] = {
    "file": pl.String(),
    "line": pl.Int64(),
    "name": pl.String(),
    "cert_type": pl.String(),
    "cert_no": pl.String(),
    "sex": pl.String(),
    "mobile": pl.String(),
    "bank_account": pl.String(),
}
NEEDED = ["member_no", "cert_no", "name", "org_code", "in_service", "joined_on"]
_TEXTS = ["member_no", "name", "org_code", "household", "sex", "cert_type", "cert_no"]
_FIELDS = [
    "member_no", "cert_type", "cert_no", "name", "org_code", "in_service", "joined_on", "left_on", "birth_date",
    "household",
]  # fmt: skip
_EXTRA = ["sex", "mobile", "bank_account"]
_MOBILE = r"^1[3-9][0-9]{9}$"
_ACCOUNT = r"^[0-9]{8,32}$"
_BATCH_ROWS = 1_000_000


def read_roster(path: Path, *, as_of: date, origin: bool = True) -> tuple[pl.DataFrame, pl.DataFrame]:
    """Return the memberships of a roster file and the problems of its lines.

    The first frame is ROSTER_SCHEMA, with ORIGIN_SCHEMA beside it unless `origin` is false; memberships are
    half-open [joined_on, left_on). Lines that cannot be used are left out of it and stand in the second
    frame (PROBLEM_SCHEMA, values masked); warnings stand there too, and their lines are kept. Birth dates are
    those of the certificate where it has one. Raises a `Problem` when the file as a whole cannot be used.
    """
    problems = ProblemList()
    parts = list(read_parts(path, as_of, problems, origin=origin))
    schema = ROSTER_SCHEMA | ORIGIN_SCHEMA
    roster = pl.concat(parts) if parts else pl.DataFrame(schema=dict(schema))
    check_people(in_several(roster), problems)
    if not origin:
        roster = roster.select(list(ROSTER_SCHEMA))
    return roster, problems.frame()


def read_parts(path: Path, as_of: date, problems: ProblemList, *, origin: bool) -> Iterator[pl.DataFrame]:
    """Yield the usable lines of a roster file, a million at a time, and note what is wrong with each line by itself.

    Without `origin` the texts that only the database import needs are null. Raises as `read_roster` does.
    """
    words = vocabulary("roster")
    for table in tables(path, known=words.knows_table):
        picked = words.pick(table, NEEDED)
        picked = picked.only([*_FIELDS, *_EXTRA] if origin else _FIELDS)
        for texts in table.read(picked, _BATCH_ROWS):
            missing = [name for name in (*_FIELDS, *_EXTRA) if name not in texts.columns]
            whole = texts.with_columns(pl.lit(None, pl.String).alias(name) for name in missing)
            yield _check_rows(table.name, whole, as_of, problems)


def _check_rows(file: str, texts: pl.DataFrame, as_of: date, problems: ProblemList) -> pl.DataFrame:
    """Parse a piece of a roster and keep the rows that can be used."""
    report = problems.of(file, texts)
    report.error(texts["flaw"] & BROKEN > 0, "broken_row")
    report.error(texts["flaw"] & UNREADABLE > 0, "unreadable_text")
    with ThreadPoolExecutor(pl.thread_pool_size()) as pool:
        person = pool.submit(identity.fold_certificates, texts["cert_type"], texts["cert_no"], as_of=as_of)
        days = {name: pool.submit(days_from_text, texts[name]) for name in ("birth_date", "joined_on", "left_on")}
        names = pool.submit(identity.name_keys, texts["name"])
        plain = {name: pool.submit(_trimmed, texts[name]) for name in _TEXTS}
    columns = {name: job.result()[0] for name, job in plain.items()}
    columns["name_key"] = names.result()
    for name in NEEDED:
        report.error(columns.get(name, texts[name]).is_null() | (texts[name] == ""), "missing", name)
    for name in ("member_no", "org_code"):
        if may_have_points(plain[name].result()[1]):
            report.error(columns[name].str.contains(identity.SCIENTIFIC), "digits_lost", name)
    columns["in_service"] = _in_service(texts["in_service"], report)
    for name in ("joined_on", "left_on"):
        columns[name], wrong = days[name].result()
        report.error(wrong, "not_a_date", name)
    report.error(columns["left_on"] <= columns["joined_on"], "left_before_joined", "left_on")
    columns |= _person(person.result(), days["birth_date"].result(), report)
    columns |= {"mobile": _mobile(texts["mobile"], report), "bank_account": _account(texts["bank_account"], report)}
    columns |= {"file": pl.repeat(file, texts.height, dtype=pl.String, eager=True), "line": texts["line"]}
    rows = pl.DataFrame([columns[name].alias(name) for name in ROSTER_SCHEMA | ORIGIN_SCHEMA])
    return rows.filter(report.usable) if report.any_unusable else rows


def _trimmed(texts: pl.Series) -> tuple[pl.Series, Looks]:
    looks = look(texts)
    return trimmed(texts, looks), looks


def _in_service(texts: pl.Series, report: Report) -> pl.Series:
    words = vocabulary("roster").values["in_service"]
    kinds = texts.unique()
    folded, _ = folded_code(kinds.str.to_lowercase())
    meaning = folded.replace_strict(words, default=None, return_dtype=pl.String)
    unknown = kinds.filter(meaning.is_null() & folded.is_not_null())
    if len(unknown):
        report.error(texts.is_in(unknown), "not_yes_or_no", "in_service")
    if len(kinds) == 1:
        return pl.repeat(meaning.eq("1")[0], len(texts), dtype=pl.Boolean, eager=True)
    return texts.replace_strict(kinds, meaning == "1", return_dtype=pl.Boolean)


def _person(found: identity.Certificates, given: tuple[pl.Series, pl.Series], report: Report) -> dict[str, pl.Series]:
    if found.flaws.max():
        for flaw_bit, (code, column) in CERTIFICATE.items():
            where = (found.flaws & flaw_bit) > 0
            if flaw_bit == identity.PLACE:
                report.warning(where, code, column)
            else:
                report.error(where, code, column)
    days, wrong = given
    birth = found.birth_date
    report.warning(wrong, "not_a_date", "birth_date")
    report.warning(days != birth, "birth_date_differs", "birth_date")
    return {
        "person_key": found.key,
        "birth_date": birth.zip_with(birth.is_not_null(), days) if birth.null_count() else birth,
    }


def _mobile(texts: pl.Series, report: Report) -> pl.Series:
    if texts.null_count() == len(texts):
        return texts
    folded = texts.str.normalize("NFKC").str.replace_all(r"[\s\-]", "").str.replace(r"^(?:\+?86)(1[0-9]{10})$", "${1}")
    folded = folded.set(folded == "", None)
    wrong = ~folded.str.contains(_MOBILE)
    report.warning(wrong, "not_a_mobile", "mobile")
    return folded.set(wrong.fill_null(value=False), None)


def _account(texts: pl.Series, report: Report) -> pl.Series:
    if texts.null_count() == len(texts):
        return texts
    folded = texts.str.normalize("NFKC").str.replace_all(r"[\s\-']", "")
    folded = folded.set(folded == "", None)
    wrong = ~folded.str.contains(_ACCOUNT)
    report.warning(wrong, "not_an_account", "bank_account")
    return folded.set(wrong.fill_null(value=False), None)


def in_several(roster: pl.DataFrame) -> pl.DataFrame:
    """Return the rows whose person or member number stands in other rows too."""
    with ThreadPoolExecutor(pl.thread_pool_size()) as pool:
        found = list(pool.map(repeated, (roster["person_key"], roster["member_no"])))
    several = [rows for rows in found if rows is not None]
    return roster.filter(several[0] | several[-1]) if several else roster.clear()


def check_people(rows: pl.DataFrame, problems: ProblemList) -> None:
    """Warn where several rows do not fit together: numbers of two members, overlapping memberships.

    `rows` are all rows of the people and numbers that occur more than once; others among them do no harm.
    """
    if rows.is_empty():
        return
    rows = rows.sort("person_key", "joined_on", "file", "line")
    length = pl.col("cert_no").str.replace_all(r"\s", "").str.len_chars()
    latest = pl.col("left_on").fill_null(date.max).cum_max().shift(1).over("person_key")
    rows = rows.with_columns(
        number_of_two_members=pl.col("member_no").n_unique().over("person_key") > 1,
        fifteen_and_eighteen=length.n_unique().over("person_key") > 1,
        member_of_two_numbers=pl.col("person_key").n_unique().over("member_no") > 1,
        memberships_overlap=pl.col("joined_on") < latest,
    )
    for code, column in (
        ("number_of_two_members", "cert_no"), ("fifteen_and_eighteen", "cert_no"),
        ("member_of_two_numbers", "member_no"), ("memberships_overlap", "joined_on"),
    ):  # fmt: skip
        problems.add(rows.filter(pl.col(code)), code, column, "warning")
