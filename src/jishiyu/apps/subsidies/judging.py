"""From the stored lines of everybody concerned to what the engine says about them today."""

import hashlib
import json
from dataclasses import dataclass

import polars as pl

from jishiyu.apps.intake.applications import APPLICATIONS_OF_PEOPLE, application_events
from jishiyu.apps.intake.operations import PLAIN, PURPOSE, SEALED
from jishiyu.apps.members.queries import roster_frame
from jishiyu.apps.people.sealing import open_many
from jishiyu.apps.tables.copying import copy_out
from jishiyu.engine.decide import decide
from jishiyu.engine.policy.judge import columns_needed
from jishiyu.engine.policy.shelf import Shelf
from jishiyu.engine.same_member import as_one, tied
from jishiyu.engine.settlement.account import account
from jishiyu.engine.settlement.lines import AMOUNTS, LINE_SCHEMA
from jishiyu.engine.settlement.live import settle
from jishiyu.engine.settlement.stays import stays

# What netting, the call lists and every policy need; what else the policies read is loaded besides.
ALWAYS = [
    "settlement_id", "undoes", "visit_id", "hospital_code", "medical_type", "refund_flag", "valid_flag", "begins_on",
    "ends_on", "settled_at", "updated_at", "total_fen", "cash_fen", "employer_no", "employer_name",
]  # fmt: skip
FROM_THE_ROSTER = {"birth_date"}
# `content_hash` covers all that the file said. It stands in for a sealed column, because to the netting only equality
# of content matters: a changed diagnosis makes a new version of a line, here as in the files.
STANDS_FOR_CONTENT = "person_no"
LINES = """
SELECT line.feed_id, feed.name, line.line_no, encode(line.person_hash, 'hex'), encode(line.name_hash, 'hex'),
       encode(line.content_hash, 'hex'), line.flaws, {columns}
FROM together_line line JOIN intake_feed feed ON feed.id = line.feed_id
"""
# Numbers of people who count under another one: after a merge, or with a second certificate.
COUNTS_AS = """
SELECT encode(person_hash, 'hex'), encode(one_hash, 'hex') FROM together_known WHERE one_hash <> person_hash
"""
FIXED: dict[str, pl.DataType] = {
    "feed_id": pl.Int64(), "file": pl.String(), "line": pl.Int64(), "person_key": pl.String(),
    "name_key": pl.String(), STANDS_FOR_CONTENT: pl.String(), "flaws": LINE_SCHEMA["flaws"],
}  # fmt: skip
# Columns of the engine's decision rows that are kept, and the hashes that say what was judged by what.
KEPT = [
    "stay_id", "policy", "kind", "version", "policy_hash", "facts_hash", "person_hash", "member_no", "org_code",
    "anchor_date", "year", "base_fen", "bracket", "rate_ppm", "uncapped_fen", "used_before_fen", "payable_fen",
    "bucket", "reasons", "settled_at",
]  # fmt: skip
PLACE = ["feed_id", "line", "person_key", "settlement_id", "undoes", "employer_no", "employer_name"]


@dataclass(frozen=True, kw_only=True)
class Judged:
    """`lines`: every line with its final bucket; `decisions`: KEPT and the employer's name."""

    lines: pl.DataFrame
    decisions: pl.DataFrame


def judge_together(*, policies: Shelf) -> Judged:
    """This function will decide all that `gather` collected, with the roster and the policies as they are now."""
    counts_as = copy_out(COUNTS_AS, schema={"person_key": pl.String(), "one": pl.String()})
    lines = as_one(_lines(policies), counts_as)
    settled = settle(lines, policies.unit)
    events = stays(settled)
    handed_in = application_events(APPLICATIONS_OF_PEOPLE)
    if handed_in.height:
        events = pl.concat([events, as_one(handed_in, counts_as)], how="diagonal_relaxed")
    decisions = _decided(events, policies)
    ends = account(settled, decisions).select("stay_id", "bucket", "reasons")
    placed = pl.concat([lines.select(PLACE), ends], how="horizontal")
    return Judged(lines=placed, decisions=_with_hashes(decisions, events, policies))


def _decided(events: pl.DataFrame, policies: Shelf) -> pl.DataFrame:
    """Decide with one limit for a member with two certificates; each decision stays with the person of its event."""
    roster = roster_frame(known="together_known")
    numbers = copy_out("SELECT member_no FROM together_number", schema={"member_no": pl.String()})
    same = tied(roster.join(numbers, on="member_no", how="semi")) if numbers.height else None
    decisions = decide(as_one(events, same), as_one(roster, same), None, policies)
    if same is None:
        return decisions
    own = events.select(stay_id="event_id", own="person_key").unique("stay_id")
    return (
        decisions.join(own, on="stay_id", how="left", maintain_order="left").with_columns(person_key="own").drop("own")
    )


def columns_to_gather(policies: Shelf) -> list[str]:
    """This function will return the columns of stored lines that deciding under these policies needs."""
    plain, secret = _asked(policies)
    return ["name_hash", "content_hash", "flaws", *plain, *(["sealed"] if secret else [])]


def _asked(policies: Shelf) -> tuple[list[str], list[str]]:
    """Return the plain columns to load and the sealed facts to open."""
    needed = [name for name in columns_needed(policies) if name in LINE_SCHEMA and name not in (*ALWAYS, *FIXED)]
    plain = [*ALWAYS, *[name for name in needed if name in PLAIN or name in AMOUNTS]]
    return plain, [name for name in needed if name in SEALED and name not in FROM_THE_ROSTER]


def _lines(policies: Shelf) -> pl.DataFrame:
    """Return the gathered lines in order of arrival, with the columns that these policies need."""
    plain, secret = _asked(policies)
    columns = [f"line.{name}" for name in plain] + (["encode(line.sealed, 'hex')"] if secret else [])
    schema = {**FIXED, **{name: LINE_SCHEMA[name] for name in plain}, **({"sealed": pl.String()} if secret else {})}
    lines = copy_out(LINES.format(columns=", ".join(columns)), schema=schema).sort("feed_id", "line")
    return _opened(lines, secret) if secret else lines


def _opened(lines: pl.DataFrame, secret: list[str]) -> pl.DataFrame:
    """Open the sealed facts that a policy asks for (a diagnosis, say)."""
    tokens = [bytes.fromhex(token) for token in lines["sealed"]]
    facts = [json.loads(text) for text in open_many(tokens, purpose=PURPOSE)]
    columns = [pl.Series(name, [fact[name] for fact in facts], dtype=pl.String) for name in secret]
    return lines.drop("sealed").with_columns(columns)


def _with_hashes(decisions: pl.DataFrame, events: pl.DataFrame, policies: Shelf) -> pl.DataFrame:
    """Add what was judged (`facts_hash`) and by which text (`policy_hash`)."""
    texts = pl.DataFrame(
        [(p.name, p.version, p.digest) for _, versions in policies for p in versions],
        schema={"policy": pl.String, "version": pl.String, "policy_hash": pl.String},
        orient="row",
    )
    facts = events.select(pl.col("event_id").alias("stay_id"), facts_hash=row_hashes(events)).unique("stay_id")
    empty = [pl.col(name).fill_null("") for name in ("policy", "version", "policy_hash", "facts_hash")]
    kept = (
        decisions.join(texts, on=["policy", "version"], how="left", maintain_order="left")
        .join(facts, on="stay_id", how="left", maintain_order="left")
        .with_columns(*empty, person_hash=pl.col("person_key"))
        .select(*KEPT, pl.col("employer_no").fill_null(""), pl.col("employer_name").fill_null(""))
    )
    return kept.with_columns(content_hash=row_hashes(kept.select(KEPT)))


def row_hashes(rows: pl.DataFrame) -> pl.Series:
    """This function will return one SHA-256 (hex, 32 characters) per row over all its columns by name.

    What is null counts like a column that is not there: columns come and go with what else is decided together.
    """
    texts = [
        pl.lit(f"{name}=") + (pl.col(name).list.eval(pl.element().cast(pl.String)).list.join("\x1f")
                              if rows.schema[name].is_nested() else pl.col(name).cast(pl.String))
        for name in sorted(rows.columns)
    ]  # fmt: skip
    joined = rows.select(pl.concat_str(texts, separator="\x1e", ignore_nulls=True)).to_series()
    digests = [hashlib.sha256(text.encode()).hexdigest()[:32] for text in joined]
    return pl.Series(digests, dtype=pl.String)
