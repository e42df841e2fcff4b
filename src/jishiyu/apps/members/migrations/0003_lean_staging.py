"""Staged lines have one index and no constraint: they live for minutes, and a million of them must go in fast.

The table is made anew; files that wait for confirmation must be checked again.
"""

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    """Make the table of staged lines anew."""

    dependencies = [("members", "0002_no_overlap")]
    operations = [
        migrations.RunSQL(
            "UPDATE members_rosterimport SET state = 'dropped' WHERE state = 'checked'", migrations.RunSQL.noop
        ),
        migrations.DeleteModel(name="RosterLine"),
        migrations.CreateModel(
            name="RosterLine",
            fields=[
                (
                    "pk",
                    models.CompositePrimaryKey(
                        "roster_import_id", "row", blank=True, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("row", models.BigIntegerField()),
                ("file", models.TextField()),
                ("line", models.BigIntegerField()),
                ("person_hash", models.BinaryField()),
                ("name_hash", models.BinaryField()),
                ("sealed", models.BinaryField()),
                ("content_hash", models.BinaryField()),
                ("birth_date", models.DateField(null=True)),
                ("sex", models.TextField(null=True)),
                ("org_code", models.TextField()),
                ("member_no", models.TextField()),
                ("in_service", models.BooleanField()),
                ("joined_on", models.DateField(null=True)),
                ("left_on", models.DateField(null=True)),
                ("household_hash", models.BinaryField(null=True)),
                ("refused", models.BooleanField()),
                (
                    "roster_import",
                    models.ForeignKey(
                        db_constraint=False,
                        db_index=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="staged",
                        to="members.rosterimport",
                    ),
                ),
            ],
        ),
    ]
