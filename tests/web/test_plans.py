"""The pages that are opened most find what they show by an index, as soon as there is much of it."""

from pathlib import Path

import pytest
from django.db import connection
from django.test import Client

from jishiyu.apps.accounts.models import Role
from jishiyu.apps.members.models import Membership
from scripts.plans import large_tables, plan_of, read_whole, reads, short, watching
from tests.apps.subsidies.situations import enrol, load, member, stay
from tests.web.people import signed_in

pytestmark = pytest.mark.django_db
MANY = 20_000  # rows of each table, most of them in another year than what is looked for
# What a decision of long ago left in every table, for somebody else each.
MUCH = """
INSERT INTO people_person (id, person_hash, name_hash, sealed, content_hash, birth_date, sex, created_at)
OVERRIDING SYSTEM VALUE
SELECT 1000000 + n, sha256(n::text::bytea), sha256(('n' || n)::bytea), one.sealed, sha256('c'), '1980-01-01', '1', now()
FROM generate_series(1, %(many)s) n, (SELECT sealed FROM people_person LIMIT 1) one;
INSERT INTO people_certificate (person_id, person_hash) SELECT id, person_hash FROM people_person WHERE id > 1000000;
INSERT INTO members_membership (person_id, union_id, member_no, in_service, joined_on)
SELECT person.id, (SELECT min(id) FROM orgs_union), 'X' || person.id, true, '2010-01-01'
FROM people_person person WHERE person.id > 1000000;
INSERT INTO intake_feed (id, sha256, name, parts, size_bytes, as_of, state, line_count, total_fen, cash_fen, person_count,
                         taken_by, taken_at, posted_at, breaks, withdrawn_by, withdrawn_because)
VALUES (7, 'old', 'old.csv', '[]', 1, '2020-12-31', 'posted', %(many)s, 0, 0, 0, 'x', now(), now(), 'warn', '', '');
INSERT INTO intake_line (feed_id, line_no, settlement_id, visit_id, hospital_code, person_hash, flaws, content_hash, sealed)
SELECT 7, id - 1000000, 'T' || id, 'W' || id, 'H9', person_hash, 0, '\\x00', '\\x00' FROM people_person WHERE id > 1000000;
INSERT INTO intake_fate (feed_id, line_no, stay_id, bucket, reasons)
SELECT 7, line_no, 'H9/' || visit_id, 'auto', '{}' FROM intake_line WHERE feed_id = 7;
INSERT INTO subsidies_decision (stay_id, policy, seq, newest, kind, version, policy_hash, facts_hash, content_hash, year,
                                person_hash, org_code, uncapped_fen, used_before_fen, payable_fen, bucket, reasons, decided_at)
SELECT 'H9/' || visit_id, 'p', 1, true, 'stay', '', '', '', '\\x00', 2020, person_hash, 'U1', 100, 0, 100, 'auto', '{}', now()
FROM intake_line WHERE feed_id = 7;
INSERT INTO subsidies_entitlement (decision_id, person_id, union_id, stay_id, policy, year, amount_fen, set_off_fen, state,
                                   created_at)
SELECT decision.id, person.id, (SELECT min(id) FROM orgs_union), decision.stay_id, 'p', 2020, 100, 0,
       CASE WHEN person.id %% 50 = 0 THEN 'owed' ELSE 'paid' END, now()
FROM subsidies_decision decision JOIN people_person person ON person.person_hash = decision.person_hash
WHERE person.id > 1000000;
SET CONSTRAINTS ALL IMMEDIATE;
ANALYZE;
"""


def much(folder: Path) -> dict[str, int]:
    """Let there be one member with stays among twenty thousand others; return the numbers their pages are known by."""
    enrol(folder, member(1))
    feed, _ = load(folder, "a", stay(1, "1", "20000.00"), stay(1, "2", "7000.00"))
    with connection.cursor() as cursor:
        cursor.execute(MUCH, {"many": MANY})
        cursor.execute("SELECT max(id) FROM subsidies_decision")
        decision = int(cursor.fetchone()[0])
    return {"person": Membership.objects.get(member_no="M0001").person_id, "feed": feed.pk, "decision": decision}


def ask(client: Client, address: str) -> None:
    """Open a page; what stands after a space is searched for."""
    address, _, text = address.partition(" ")
    if text:
        address = client.post(address, {"q": text}).headers["Location"]
    answer = client.get(address, follow=True)
    assert answer.status_code == 200, address
    b"".join(answer.streaming_content) if answer.streaming else answer.content


@pytest.mark.parametrize("role", [Role.SUBSIDY_OFFICER, Role.FINANCE])
def test_no_page_reads_a_large_table_from_one_end_to_the_other(tmp_path: Path, role: Role) -> None:
    known = much(tmp_path)
    pages = {
        Role.SUBSIDY_OFFICER: [
            f"/people/{known['person']}", f"/decisions/{known['decision']}", f"/feeds/{known['feed']}",
            f"/feeds/{known['feed']}/lines", "/find M0001", "/find H1/V1", "/find V2", "/find 张1", "/roster", "/calls", "/feeds",
        ],
        Role.FINANCE: ["/payments", "/payments/owed", "/payments/stuck", "/recoveries"],
    }[role]  # fmt: skip
    client, found = signed_in(role), {}
    large = large_tables(rows=MANY // 2)
    assert {"subsidies_decision_before", "intake_line_before", "people_person", "subsidies_entitlement"} <= large
    for address in pages:
        with watching() as watch:
            ask(client, address)
        for one in watch.asked.values():
            if whole := read_whole(plan_of(one.sql, one.parameters, analyse=True), large):
                found[f"{address}: {short(one.sql)[:200]}"] = whole
    assert found == {}


def test_a_table_read_from_one_end_to_the_other_is_noticed(tmp_path: Path) -> None:
    much(tmp_path)
    large = large_tables(rows=MANY // 2)
    one = "SELECT line_no FROM intake_line WHERE cash_fen = %s"
    assert read_whole(plan_of(one, [1], analyse=True), large) == {"intake_line"}
    assert read_whole(plan_of(one, [1], analyse=False), large) == {"intake_line"}
    assert read_whole(plan_of("SELECT count(*) FROM intake_line WHERE flaws = 0", None, analyse=True), large) == set()
    assert (
        read_whole(plan_of("SELECT * FROM intake_line WHERE settlement_id = %s", ["T1"], analyse=True), large) == set()
    )


@pytest.mark.parametrize(
    ("sql", "asked"),
    [
        ("SELECT a FROM b", True),
        ("\n WITH one AS (SELECT 1)\n SELECT a\n FROM b", True),
        ("SELECT a FROM b FOR UPDATE", False),
        ("WITH one AS (DELETE FROM b RETURNING a) SELECT a FROM one", False),
        ("SELECT set_config('role', 'none', true)", False),
    ],
)
def test_only_what_reads_is_asked_once_more(sql: str, asked: bool) -> None:
    assert reads(sql) is asked
