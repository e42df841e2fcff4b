"""Find payments by the account they went to, and what was paid to one person."""

from typing import ClassVar

from django.db import migrations, models


class Migration(migrations.Migration):
    """Add the index."""

    dependencies: ClassVar = [("payments", "0002_guards")]
    operations: ClassVar = [
        migrations.AddIndex("attempt", models.Index(fields=["account_hash"], name="payments_attempt_account")),
    ]
