"""Sums of the books by account, day and kind, kept by a trigger, so that no page adds up a million postings."""

from django.db import migrations, models

KINDS = (
    "appropriation", "withdrawal", "owed", "sent", "paid", "failed", "returned", "returned_late", "recovery_claim",
    "set_off", "repaid", "written_off",
)  # fmt: skip
LABELS = (
    "拨入", "拨入冲回", "确认应付", "送银行", "银行已付", "付款失败", "退汇", "付后退汇", "确认追回", "抵扣", "会员退回", "核销",
)  # fmt: skip

FILL = """
INSERT INTO ledger_movement (account_id, happened_on, kind, debit_fen, credit_fen, entries)
SELECT posting.account_id, entry.happened_on, entry.kind,
       coalesce(sum(posting.amount_fen) FILTER (WHERE posting.amount_fen > 0), 0),
       coalesce(sum(posting.amount_fen) FILTER (WHERE posting.amount_fen < 0), 0), count(*)
  FROM {postings} posting
  JOIN ledger_entry entry ON entry.id = posting.entry_id
 GROUP BY 1, 2, 3
"""

KEEP = f"""
CREATE FUNCTION ledger_keep_sums() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    {FILL.format(postings="added")};
    RETURN NULL;
END $$;
CREATE TRIGGER ledger_posting_summed AFTER INSERT ON ledger_posting
    REFERENCING NEW TABLE AS added FOR EACH STATEMENT EXECUTE FUNCTION ledger_keep_sums();
CREATE TRIGGER ledger_movement_fixed BEFORE UPDATE OR DELETE OR TRUNCATE ON ledger_movement
    FOR EACH STATEMENT EXECUTE FUNCTION ledger_refuse_change();
"""

LET_GO = """
DROP TRIGGER ledger_movement_fixed ON ledger_movement;
DROP TRIGGER ledger_posting_summed ON ledger_posting;
DROP FUNCTION ledger_keep_sums();
"""


class Migration(migrations.Migration):
    """Add the sums, fill them from what is posted already, and keep them."""

    dependencies = [("ledger", "0002_guards")]

    operations = [
        migrations.CreateModel(
            name="Movement",
            fields=[
                ("id", models.BigAutoField(primary_key=True, serialize=False)),
                ("happened_on", models.DateField()),
                ("kind", models.CharField(choices=list(zip(KINDS, LABELS, strict=True)), max_length=16)),
                ("debit_fen", models.BigIntegerField()),
                ("credit_fen", models.BigIntegerField()),
                ("entries", models.IntegerField()),
                (
                    "account",
                    models.ForeignKey(
                        db_constraint=False,
                        db_index=False,
                        on_delete=models.deletion.PROTECT,
                        related_name="movements",
                        to="ledger.account",
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("credit_fen__lte", 0), ("debit_fen__gte", 0)), name="ledger_movement_signs"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("kind__in", list(KINDS))), name="ledger_movement_kind_known"
                    ),
                ]
            },
        ),
        migrations.RunSQL(FILL.format(postings="ledger_posting"), migrations.RunSQL.noop),
        migrations.RunSQL(KEEP, LET_GO),
    ]
