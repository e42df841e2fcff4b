"""Versions that hold only with each other are proposed, returned and published in one step."""

from typing import ClassVar

from django.db import migrations, models
from django.db.models import Q


class Migration(migrations.Migration):
    """Say which versions go together; those of before went alone."""

    dependencies: ClassVar = [("policies", "0002_published_stays")]
    operations: ClassVar = [
        migrations.AddField("version", "together", models.BigIntegerField(null=True)),
        migrations.AddConstraint(
            "version",
            models.CheckConstraint(
                condition=~Q(state="draft") | Q(together__isnull=True), name="policies_version_draft_alone"
            ),
        ),
    ]
