"""The person of a certificate is looked up by an index, whatever the server believes of the table of people."""

from typing import ClassVar

from django.db import migrations

from jishiyu.apps.tables.asked_once import known


class Migration(migrations.Migration):
    """Replace what the guard does, where it was made before it looked people up one by one."""

    dependencies: ClassVar = [("people", "0006_asked_once")]
    operations: ClassVar = [migrations.RunSQL(known("people_certificate", thing="certificate"), migrations.RunSQL.noop)]
