"""An import knows for which unions it speaks, so that it is compared in the same way when it is confirmed."""

import django.contrib.postgres.fields
from django.db import migrations, models


class Migration(migrations.Migration):
    """Add the column."""

    dependencies = [("members", "0007_find_by_contact")]
    operations = [
        migrations.AddField(
            model_name="rosterimport",
            name="union_ids",
            field=django.contrib.postgres.fields.ArrayField(
                base_field=models.BigIntegerField(), null=True, size=None
            ),
        ),
    ]
