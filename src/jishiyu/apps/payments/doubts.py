"""What a checker should look at before signing a batch: shared accounts, changed accounts, names that were cut."""

from collections.abc import Sequence

from django.db import connection

from jishiyu.apps.payments.bank import Bank, Payment
from jishiyu.apps.payments.models import Attempt, Batch
from jishiyu.apps.payments.payees import Payee


def note_doubts(*, batch: Batch, bank: Bank, payees: Sequence[Payee]) -> None:
    """Keep the doubts about a batch that was just written; `payees` in the order of its lines. Six statements.

    None of them stops a payment: a couple may share an account, people change banks, and a bank matches a name that
    it cut itself. The second person sees them before signing.
    """
    with connection.cursor() as cursor:
        cursor.execute("DROP TABLE IF EXISTS payments_doubtful")
        cursor.execute(_MINE, {"batch": batch.id})
        cursor.execute("ANALYZE payments_doubtful")  # unknown, it is planned as one payment and compared with each
        cursor.execute(_SHARED)
        cursor.execute(_CHANGED, {"batch": batch.id})
        cursor.execute(_CUT, {"batch": batch.id, "lines": _cut_lines(batch, bank, payees)})


def _cut_lines(batch: Batch, bank: Bank, payees: Sequence[Payee]) -> list[int]:
    """Return the lines whose name does not fit the bank's file, by making the file with line numbers as references."""
    amounts = Attempt.objects.filter(batch=batch).order_by("line_no").values_list("line_no", "amount_fen")
    payments = [
        Payment(str(line), payee.account, payee.name, amount)
        for (line, amount), payee in zip(amounts, payees, strict=True)
    ]
    files = bank.write(batch=batch.id, on=batch.pay_on, payments=payments)
    return [int(line) for file in files for line in file.truncated]


_MINE = """
CREATE TEMPORARY TABLE payments_doubtful ON COMMIT DROP AS
SELECT attempt.id, attempt.account_hash, coalesce(person.merged_into_id, person.id) AS person_id
  FROM payments_attempt attempt
  JOIN subsidies_entitlement entitlement ON entitlement.id = attempt.entitlement_id
  JOIN people_person person ON person.id = entitlement.person_id
 WHERE attempt.batch_id = %(batch)s
"""

_SHARED = """
WITH holder AS (
    SELECT DISTINCT other.account_hash, coalesce(person.merged_into_id, person.id) AS person_id
      FROM payments_attempt other
      JOIN subsidies_entitlement entitlement ON entitlement.id = other.entitlement_id
      JOIN people_person person ON person.id = entitlement.person_id
     WHERE other.account_hash IN (SELECT account_hash FROM payments_doubtful) AND other.state <> 'cancelled'
), shared AS (
    SELECT account_hash, count(*)::integer AS people FROM holder GROUP BY account_hash HAVING count(*) > 1
)
INSERT INTO payments_doubt (attempt_id, kind, people)
SELECT mine.id, 'shared_account', shared.people FROM payments_doubtful mine JOIN shared USING (account_hash)
"""

_CHANGED = """
WITH ours AS (
    SELECT id, id AS person_id FROM people_person WHERE id IN (SELECT person_id FROM payments_doubtful)
     UNION
    SELECT id, merged_into_id FROM people_person WHERE merged_into_id IN (SELECT person_id FROM payments_doubtful)
), last_time AS (
    SELECT DISTINCT ON (ours.person_id) ours.person_id, earlier.account_hash
      FROM ours
      JOIN subsidies_entitlement entitlement ON entitlement.person_id = ours.id
      JOIN payments_attempt earlier ON earlier.entitlement_id = entitlement.id
     WHERE earlier.batch_id <> %(batch)s AND earlier.state NOT IN ('cancelled', 'in_batch')
     ORDER BY ours.person_id, earlier.id DESC
)
INSERT INTO payments_doubt (attempt_id, kind)
SELECT mine.id, 'changed_account'
  FROM payments_doubtful mine JOIN last_time USING (person_id)
 WHERE last_time.account_hash <> mine.account_hash
"""

_CUT = """
INSERT INTO payments_doubt (attempt_id, kind)
SELECT id, 'cut_name' FROM payments_attempt WHERE batch_id = %(batch)s AND line_no = ANY(%(lines)s::integer[])
"""
