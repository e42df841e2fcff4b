"""Row security in databases made before: person by person, not with a list of everybody in a branch for each page,

and with arrays that are read once, not once per row.
"""

from importlib import import_module

from django.db import migrations

BEFORE = "jishiyu.apps.accounts.migrations"
POLICIES = {
    **import_module(f"{BEFORE}.0003_row_security").POLICIES,
    **import_module(f"{BEFORE}.0005_rows_of_applications").POLICIES,
}
class Migration(migrations.Migration):
    """Say the same in another way."""

    dependencies = [("accounts", "0005_rows_of_applications")]
    operations = [
        migrations.RunSQL(f"ALTER POLICY branch ON {table} USING ({using})", migrations.RunSQL.noop)
        for table, using in POLICIES.items()
    ]
