"""A branch counts its own money only."""

from django.db import migrations

from jishiyu.apps.accounts.rows import UNIONS, protect, unprotect


class Migration(migrations.Migration):
    dependencies = [("statistics", "0002_freshen"), ("accounts", "0003_row_security")]

    operations = [
        migrations.RunSQL(
            protect("statistics_change", f"union_id = ANY({UNIONS})"), unprotect("statistics_change")
        ),
    ]
