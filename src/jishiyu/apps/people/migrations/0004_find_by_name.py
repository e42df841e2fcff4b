"""Find people by their whole name: an index over the keyed hash of the folded name."""

from typing import ClassVar

from django.db import migrations, models


class Migration(migrations.Migration):
    """Add the index."""

    dependencies: ClassVar = [("people", "0003_merged_index")]
    operations: ClassVar = [
        migrations.AddIndex("person", models.Index(fields=["name_hash"], name="person_name")),
    ]
