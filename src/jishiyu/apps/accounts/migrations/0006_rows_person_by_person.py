"""Row security asks person by person: databases made before this one made a list of everybody in a branch for each page."""

from importlib import import_module

from django.db import migrations

BEFORE = "jishiyu.apps.accounts.migrations"
POLICIES = {
    **import_module(f"{BEFORE}.0003_row_security").POLICIES,
    **import_module(f"{BEFORE}.0005_rows_of_applications").POLICIES,
}
CHANGED = (
    "people_person", "people_certificate", "people_merge", "intake_line", "intake_link", "intake_application",
    "applications_application",
)


class Migration(migrations.Migration):
    """Say the same in another way."""

    dependencies = [("accounts", "0005_rows_of_applications")]
    operations = [
        migrations.RunSQL(f"ALTER POLICY branch ON {table} USING ({POLICIES[table]})", migrations.RunSQL.noop)
        for table in CHANGED
    ]
