"""What entitlements point to is looked up by indexes, whatever the server believes of a table."""

from typing import ClassVar

from django.db import migrations

from jishiyu.apps.tables.asked_once import looked_up

KNOWN = looked_up(
    "subsidies_entitled_known",
    thing="entitlement",
    whom="a person or a decision that is",
    points={"person_id": "people_person", "decision_id": "subsidies_decision"},
)


class Migration(migrations.Migration):
    """Replace what the guard of entitlements does."""

    dependencies: ClassVar = [("subsidies", "0015_looked_up")]
    operations: ClassVar = [migrations.RunSQL(KNOWN, migrations.RunSQL.noop)]
