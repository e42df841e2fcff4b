"""The table of Django's cache: a code of a second factor that was used once must be known to every worker."""

from django.db import migrations

TABLE = """
CREATE UNLOGGED TABLE accounts_cache (
    cache_key varchar(255) PRIMARY KEY, value text NOT NULL, expires timestamptz NOT NULL
);
CREATE INDEX accounts_cache_expires ON accounts_cache (expires);
"""


class Migration(migrations.Migration):
    """Make the table."""

    dependencies = [("accounts", "0003_row_security")]
    operations = [migrations.RunSQL(TABLE, "DROP TABLE accounts_cache;")]
