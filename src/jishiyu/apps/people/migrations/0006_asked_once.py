"""The person of a certificate is asked for once per statement, not row by row (docs/decisions/0136-entitlements-asked-once.md)."""

from typing import ClassVar

from django.db import migrations

from jishiyu.apps.tables.asked_once import guard, release, unguard


class Migration(migrations.Migration):
    """Put a guard in the place of a foreign key."""

    dependencies: ClassVar = [("people", "0005_find_by_contact"), ("subsidies", "0013_entitled_once_asked")]
    operations: ClassVar = [
        migrations.RunSQL(release("people_certificate"), migrations.RunSQL.noop),
        migrations.RunSQL(guard("people_certificate", thing="certificate"), unguard("people_certificate")),
    ]
