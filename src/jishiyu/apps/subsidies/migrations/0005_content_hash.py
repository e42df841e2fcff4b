"""Tell equal decisions by a hash that stands in the index."""

from typing import ClassVar

from django.db import migrations, models
from django.db.models import Q


class Migration(migrations.Migration):
    """Add the hash and put it into the index by person."""

    dependencies: ClassVar = [("subsidies", "0004_set_off_before_payment")]
    operations: ClassVar = [
        migrations.AddField("decision", "content_hash", models.BinaryField(default=b"")),
        migrations.RemoveIndex("decision", "subsidies_decision_person"),
        migrations.AddIndex(
            "decision",
            models.Index(
                fields=["person_hash"],
                include=["id", "seq", "stay_id", "policy", "content_hash"],
                condition=Q(newest=True),
                name="subsidies_decision_newest",
            ),
        ),
        migrations.RunSQL(
            # Mostly inserted: keep the visibility map fresh, so that the index alone answers.
            "ALTER TABLE subsidies_decision SET (autovacuum_vacuum_insert_scale_factor = 0.02)",
            "ALTER TABLE subsidies_decision RESET (autovacuum_vacuum_insert_scale_factor)",
        ),
    ]
