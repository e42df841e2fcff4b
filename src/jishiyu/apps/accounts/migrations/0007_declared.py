"""Who an account is on the roster is declared, also that they are nobody there."""

from django.db import migrations, models


class Migration(migrations.Migration):
    """Add the moment of the declaration."""

    dependencies = [("accounts", "0006_rows_person_by_person")]
    operations = [migrations.AddField("account", "declared_at", models.DateTimeField(null=True))]
