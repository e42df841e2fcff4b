"""A feed keeps what its lines become whose amounts do not add up."""

from typing import ClassVar

from django.db import migrations, models


class Migration(migrations.Migration):
    """Add it."""

    dependencies: ClassVar = [("intake", "0004_state_moves")]

    operations: ClassVar = [
        migrations.AddField(
            model_name="feed",
            name="breaks",
            field=models.CharField(choices=[("warn", "仅提示"), ("held", "待核实")], default="warn", max_length=4),
        ),
        migrations.AddConstraint(
            model_name="feed",
            constraint=models.CheckConstraint(
                condition=models.Q(("breaks__in", ["warn", "held"])), name="intake_feed_breaks_known"
            ),
        ),
    ]
