"""Find the entries of an account."""

from django.db import migrations, models


class Migration(migrations.Migration):
    """Add the index."""

    dependencies = [("ledger", "0003_movement")]

    operations = [
        migrations.AddIndex(
            model_name="posting",
            index=models.Index(fields=["account", "entry"], name="ledger_posting_account"),
        ),
    ]
