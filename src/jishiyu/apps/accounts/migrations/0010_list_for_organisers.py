"""An organiser sees the resource list before there is a round: a city's all of it, another one the people of the own branch."""

from typing import ClassVar

from django.db import migrations

from jishiyu.apps.accounts.rows import EXPERT, ORGANISED, ROUNDS, WHOLE_LIST, protect, unprotect

TABLE = "experts_expert"
BEFORE = (
    f"id = {EXPERT} OR cardinality({ROUNDS}) > 0 OR EXISTS (SELECT FROM visits_teammember member"
    " WHERE member.expert_id = experts_expert.id)"
)


class Migration(migrations.Migration):
    """Put the wider policy in the place of the one before."""

    dependencies: ClassVar = [("accounts", "0009_help_rows")]
    operations: ClassVar = [
        migrations.RunSQL(
            unprotect(TABLE) + protect(TABLE, f"{WHOLE_LIST} OR union_id = ANY({ORGANISED}) OR {BEFORE}"),
            unprotect(TABLE) + protect(TABLE, BEFORE),
        )
    ]
