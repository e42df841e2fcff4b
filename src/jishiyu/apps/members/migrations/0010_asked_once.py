"""The person of a membership is asked for once per statement, not row by row (docs/decisions/0136-entitlements-asked-once.md)."""

from typing import ClassVar

from django.db import migrations

from jishiyu.apps.tables.asked_once import guard, release, unguard


class Migration(migrations.Migration):
    """Put a guard in the place of a foreign key."""

    dependencies: ClassVar = [("members", "0009_shared_planned_for_the_many"), ("subsidies", "0013_entitled_once_asked")]
    operations: ClassVar = [
        migrations.RunSQL(release("members_membership"), migrations.RunSQL.noop),
        migrations.RunSQL(guard("members_membership", thing="membership"), unguard("members_membership")),
    ]
