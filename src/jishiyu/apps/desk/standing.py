"""Where the limits of a member stand, from what was decided for them and for their household."""

from collections.abc import Sequence
from contextlib import nullcontext
from datetime import date
from typing import Any

import polars as pl
from django.db import connection

from jishiyu.apps.accounts.rows import whole
from jishiyu.engine.policy.shelf import Shelf
from jishiyu.engine.policy.standing import DECIDED_SCHEMA, Standing, standings

# What a limit looks at: of an application its facts say it, and the roster goes before the household that one names.
DECIDED = """
SELECT decision.policy, decision.policy_hash, decision.stay_id, encode(decision.person_hash, 'hex'),
       coalesce(encode(home.household_hash, 'hex'), application.facts->>'household'), application.facts->>'occurrence',
       (application.facts->>'event_on')::date, decision.anchor_date, decision.settled_at,
       application.facts->>'last_settlement_id', (application.facts->>'begins_on')::date,
       (application.facts->>'ends_on')::date, (application.facts->>'filed_on')::date, decision.uncapped_fen,
       decision.payable_fen, decision.person_hash = ANY(%(hashes)s), true
FROM subsidies_decision decision
LEFT JOIN intake_application application ON application.number = decision.stay_id AND application.newest
LEFT JOIN LATERAL (
    SELECT membership.household_hash FROM members_membership membership
    JOIN orgs_union unions ON unions.id = membership.union_id AND unions.code = decision.org_code
    WHERE membership.member_no = decision.member_no AND membership.household_hash IS NOT NULL
    ORDER BY membership.id LIMIT 1
) home ON true
WHERE decision.newest AND decision.bucket IN ('auto', 'assist', 'capped') AND decision.policy <> ''
AND decision.person_hash = {people}
"""
# Whoever else has applied for one of these households; what they gave up since was not decided again yet.
AT_HOME = """
ANY(ARRAY(SELECT person_hash FROM subsidies_applied() WHERE encode(household, 'hex') = ANY(%(homes)s)))
AND (application.state IS DISTINCT FROM 'withdrawn' OR decision.person_hash = ANY(%(hashes)s))
"""
# Read with the reader's own eyes: which of these decisions they may see.
SEEN = """
SELECT encode(person_hash, 'hex'), stay_id, policy FROM subsidies_decision WHERE newest AND person_hash = ANY(%s)
"""


def standings_of(*, hashes: Sequence[bytes], shelf: Shelf, on: date, narrowed: bool = False) -> list[Standing]:
    """This function will return where a member's limits stand on a day; a household's hold what all of it was granted.

    All of it counts whoever asks; where the reader is `narrowed` by row security, amounts that they may not see are not
    told (docs/decisions/0157).
    """
    with whole() if narrowed else nullcontext():
        decided = _decided("ANY(%(hashes)s)", {"hashes": list(hashes)})
        homes = decided["household"].drop_nulls().unique().to_list()
        if homes and _counts_households(shelf):
            all_of_it = _decided(AT_HOME, {"hashes": list(hashes), "homes": homes})
            decided = pl.concat([decided, all_of_it.filter(~pl.col("mine"), pl.col("household").is_in(homes))])
    if narrowed and decided.height:
        decided = decided.drop("seen").join(
            _seen(decided["person_key"].unique().to_list()), on=["person_key", "event_id", "policy"], how="left"
        ).with_columns(pl.col("seen").fill_null(value=False))  # fmt: skip
    one = pl.when("mine").then(pl.lit("")).otherwise("person_key")  # a member may have several numbers
    return standings(shelf, decided.with_columns(person_key=one), on=on)


def _seen(people: list[str]) -> pl.DataFrame:
    schema = {name: DECIDED_SCHEMA[name] for name in ("person_key", "event_id", "policy")}
    with connection.cursor() as cursor:
        cursor.execute(SEEN, [[bytes.fromhex(one) for one in people]])
        found = pl.DataFrame(cursor.fetchall(), schema=schema, orient="row")
    return found.unique().with_columns(seen=pl.lit(value=True))


def _counts_households(shelf: Shelf) -> bool:
    return any(limit.per == "household" for _, versions in shelf for policy in versions for limit in policy.limits)


def _decided(people: str, asked: dict[str, Any]) -> pl.DataFrame:
    with connection.cursor() as cursor:
        cursor.execute(DECIDED.format(people=people), asked)
        return pl.DataFrame(cursor.fetchall(), schema=DECIDED_SCHEMA, orient="row")
