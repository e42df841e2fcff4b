"""Lines that concern somebody besides their own person."""

from typing import ClassVar

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    """Add the table of links."""

    dependencies: ClassVar = [("intake", "0002_append_only")]
    operations: ClassVar = [
        migrations.CreateModel(
            name="Link",
            fields=[
                (
                    "pk",
                    models.CompositePrimaryKey(
                        "person_hash",
                        "feed_id",
                        "line_no",
                        blank=True,
                        editable=False,
                        primary_key=True,
                        serialize=False,
                    ),
                ),
                ("person_hash", models.BinaryField()),
                ("line_no", models.IntegerField()),
                (
                    "feed",
                    models.ForeignKey(
                        db_constraint=False,
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="links",
                        to="intake.feed",
                    ),
                ),
            ],
        ),
    ]
