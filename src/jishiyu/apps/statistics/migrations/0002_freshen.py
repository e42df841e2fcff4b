"""The changes that figures are made of are worked out by 0004 now; what stood here worked all of them out each time."""

from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [
        ("statistics", "0001_initial"), ("orgs", "0001_initial"), ("people", "0001_initial"), ("intake", "0001_initial"),
        ("subsidies", "0001_initial"), ("ledger", "0001_initial"), ("payments", "0001_initial"),
    ]  # fmt: skip

    operations = []
