"""Find what is neither paid nor taken out among all that was ever paid."""

from django.db import migrations, models


class Migration(migrations.Migration):
    """Add the index."""

    dependencies = [("payments", "0004_state_moves")]

    operations = [
        migrations.AddIndex(
            model_name="attempt",
            index=models.Index(
                condition=models.Q(("state__in", ("in_batch", "sent", "unknown", "failed", "returned"))),
                fields=["state", "batch"],
                name="payments_attempt_unsettled",
            ),
        ),
    ]
