"""What a checker should look at, seen only with the payment it belongs to, and never changed."""

import django.db.models.deletion
from django.db import migrations, models

from jishiyu.apps.accounts.rows import protect, unprotect

DOUBTS = ("shared_account", "changed_account", "cut_name")
FIXED = """
CREATE TRIGGER payments_doubt_fixed BEFORE UPDATE OR DELETE OR TRUNCATE ON payments_doubt
    FOR EACH STATEMENT EXECUTE FUNCTION payments_refuse();
"""
SEEN_WITH_ITS_PAYMENT = "EXISTS (SELECT 1 FROM payments_attempt found WHERE found.id = attempt_id)"


class Migration(migrations.Migration):
    """Add the doubts, and find attempts by account."""

    dependencies = [
        ("payments", "0002_guards"),
        ("subsidies", "0005_content_hash"),
        ("accounts", "0003_row_security"),
    ]

    operations = [
        migrations.CreateModel(
            name="Doubt",
            fields=[
                ("id", models.BigAutoField(primary_key=True, serialize=False)),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("shared_account", "多人共用账号"),
                            ("changed_account", "账号与上次不同"),
                            ("cut_name", "户名过长被截断"),
                        ],
                        max_length=24,
                    ),
                ),
                ("people", models.IntegerField(db_default=1, default=1)),
                (
                    "attempt",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="doubts",
                        to="payments.attempt",
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(fields=("attempt", "kind"), name="payments_doubt_once"),
                    models.CheckConstraint(condition=models.Q(("kind__in", DOUBTS)), name="payments_doubt_known"),
                ]
            },
        ),
        migrations.AddIndex(
            model_name="attempt",
            index=models.Index(fields=["account_hash"], name="payments_attempt_account"),
        ),
        migrations.RunSQL(FIXED, "DROP TRIGGER payments_doubt_fixed ON payments_doubt;"),
        migrations.RunSQL(protect("payments_doubt", SEEN_WITH_ITS_PAYMENT), unprotect("payments_doubt")),
    ]
