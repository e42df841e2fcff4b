"""Reading for the laboratory: the whole history from the database, without names; what was kept."""

from collections.abc import Sequence

import polars as pl

from jishiyu.apps.intake.applications import application_events
from jishiyu.apps.laboratory.models import Kept
from jishiyu.apps.members.queries import roster_frame
from jishiyu.apps.tables.copying import copy_out
from jishiyu.engine.laboratory.history import History, about, frozen
from jishiyu.engine.policy.judge import columns_needed
from jishiyu.engine.policy.model import Policy
from jishiyu.engine.policy.shelf import Shelf
from jishiyu.engine.same_member import as_one
from jishiyu.engine.settlement.lines import AMOUNTS, LINE_SCHEMA

ALWAYS = [
    "settlement_id", "undoes", "visit_id", "hospital_code", "hospital_level", "area", "medical_type", "refund_flag",
    "valid_flag", "begins_on", "ends_on", "settled_at", "updated_at", "total_fen", "cash_fen",
]  # fmt: skip
PLAIN = ("insurance_type", "person_type", "employer_no", "employer_name", *AMOUNTS)
# `content_hash` stands for all that a line said: to the netting only its equality matters.
CONTENT = "person_no"
LINES = """
SELECT line.feed_id, feed.name, line.line_no, encode(line.person_hash, 'hex'), encode(line.name_hash, 'hex'),
       encode(line.content_hash, 'hex'), line.flaws, {columns}
FROM intake_line line JOIN intake_feed feed ON feed.id = line.feed_id
WHERE feed.state <> 'withdrawn'
"""
COUNTS_AS = """
SELECT encode(certificate.person_hash, 'hex'), encode(counts.person_hash, 'hex')
FROM people_certificate certificate
JOIN people_person person ON person.id = certificate.person_id
JOIN people_person counts ON counts.id = coalesce(person.merged_into_id, person.id)
WHERE counts.person_hash <> certificate.person_hash
"""
SEX = "SELECT encode(person_hash, 'hex'), sex FROM people_person WHERE sex <> ''"
APPLICATIONS = "SELECT id FROM intake_application WHERE newest AND state <> 'withdrawn'"
DISTRICTS = "SELECT code, district FROM orgs_union"
FIXED: dict[str, pl.DataType] = {
    "feed_id": pl.Int64(), "file": pl.String(), "line": pl.Int64(), "person_key": pl.String(),
    "name_key": pl.String(), CONTENT: pl.String(), "flaws": LINE_SCHEMA["flaws"],
}  # fmt: skip


def frozen_history(*, policies: Sequence[Policy]) -> History:
    """This function will read every line, application and membership as they stand now; people are look-up hashes.

    What is sealed stays sealed: a policy that reads a diagnosis, say, cannot be asked about here.
    """
    needed = columns_needed(Shelf({policy.digest: (policy,) for policy in policies}))
    columns = [*ALWAYS, *(name for name in needed if name in PLAIN and name not in ALWAYS)]
    schema = {**FIXED, **{name: LINE_SCHEMA[name] for name in columns}}
    counts_as = copy_out(COUNTS_AS, schema={"person_key": pl.String(), "one": pl.String()})
    query = LINES.format(columns=", ".join(f"line.{name}" for name in columns))
    lines = as_one(copy_out(query, schema=schema).sort("feed_id", "line"), counts_as).drop("feed_id")
    claims = as_one(application_events(APPLICATIONS), counts_as)
    history = frozen(lines, claims, about(roster_frame(), lines, claims))
    sexes = copy_out(SEX, schema={"person_key": pl.String(), "sex": pl.String()}).unique("person_key")
    events = history.events.drop("sex", strict=False).join(sexes, on="person_key", how="left", maintain_order="left")
    districts = copy_out(DISTRICTS, schema={"org_code": pl.String(), "district": pl.String()})
    return History(events, history.roster, districts)


def kept(*, policy: str | None = None, limit: int = 50) -> list[Kept]:
    """This function will return the newest kept comparisons, of all policies or one, without their tables."""
    found = Kept.objects.defer("figures", "first_text", "second_text").order_by("-id")
    return list((found if policy is None else found.filter(policy=policy))[:limit])
