"""What ceased to stand is found by an index: it is little beside what stands."""

from typing import ClassVar

from django.db import migrations, models
from django.db.models import Q


class Migration(migrations.Migration):
    """Add an index of the changes with sign -1."""

    dependencies: ClassVar = [("statistics", "0004_freshen_touched")]
    operations: ClassVar = [
        migrations.AddIndex(
            "change", models.Index(name="change_ceased", fields=["basis", "decision_id"], condition=Q(sign__lt=0))
        )
    ]
