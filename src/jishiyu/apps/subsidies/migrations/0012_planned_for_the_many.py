"""Whose data has changed is noted by a plan for as many people as have changed, not as had the first time.

A session keeps the plans of a function. Made while hardly anybody was known, this one looked at each person once for each
other: the roster of a few thousand members that came next did not come to an end.
"""

from typing import ClassVar

from django.db import migrations

PLAN = "ALTER FUNCTION subsidies_note_stale(bigint[], text[]) SET plan_cache_mode = force_custom_plan;"
BACK = "ALTER FUNCTION subsidies_note_stale(bigint[], text[]) RESET plan_cache_mode;"


class Migration(migrations.Migration):
    """Plan it each time: it runs once per statement."""

    dependencies: ClassVar = [("subsidies", "0011_changed_without_a_join")]
    operations: ClassVar = [migrations.RunSQL(PLAN, BACK)]
