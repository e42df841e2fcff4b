"""Row security of enterprise help: a steward, an organiser, an enterprise and an expert each see their own.

`jishiyu.helped` are the participations a page may show (apps/accounts/rows.py works them out when a request begins),
`jishiyu.visited` the needs that an expert is sent to, `jishiyu.rounds` the rounds whose pairing may be seen.
"""

from typing import ClassVar

from django.db import migrations

from jishiyu.apps.accounts.rows import ACCOUNT, EXPERT, HELPED, HELPING, ROUNDS, VISITED, protect, unprotect


def of_need(column: str) -> str:
    """Return the condition that a need (`table.column`) may be seen."""
    return f"EXISTS (SELECT FROM enterprises_need need WHERE need.id = {column})"


def of_visit(column: str) -> str:
    """Return the condition that a visit (`table.column`) may be seen."""
    return f"EXISTS (SELECT FROM visits_visit visit WHERE visit.id = {column})"


def of_expert(column: str) -> str:
    """Return the condition that somebody of the resource list (`table.column`) may be seen."""
    return f"EXISTS (SELECT FROM experts_expert expert WHERE expert.id = {column})"


POLICIES = {
    "enterprises_campaign": f"id = ANY({ROUNDS}) OR EXISTS (SELECT FROM enterprises_participation taking"
    " WHERE taking.campaign_id = enterprises_campaign.id)",
    "enterprises_participation": f"id = ANY({HELPED}) OR EXISTS (SELECT FROM enterprises_need need"
    f" WHERE need.participation_id = enterprises_participation.id AND need.id = ANY({VISITED}))",
    "enterprises_need": f"participation_id = ANY({HELPED}) OR id = ANY({VISITED})",
    "enterprises_enterprise": f"union_id = ANY({HELPING}) OR EXISTS (SELECT FROM enterprises_participation taking"
    " WHERE taking.enterprise_id = enterprises_enterprise.id)",
    "enterprises_needlist": f"participation_id = ANY({HELPED})",
    "enterprises_link": f"participation_id = ANY({HELPED}) OR (participation_id IS NULL AND campaign_id = ANY({ROUNDS}))",
    "enterprises_wanted": of_need("enterprises_wanted.need_id"),
    "enterprises_needmove": of_need("enterprises_needmove.need_id"),
    "enterprises_attachment": of_need("enterprises_attachment.need_id"),
    # The resource list belongs to no enterprise: who leads or serves a round sees it, an expert sees themselves.
    "experts_expert": f"id = {EXPERT} OR cardinality({ROUNDS}) > 0 OR EXISTS (SELECT FROM visits_teammember member"
    " WHERE member.expert_id = experts_expert.id)",
    "experts_expertskill": of_expert("experts_expertskill.expert_id"),
    "experts_availability": of_expert("experts_availability.expert_id"),
    "experts_proposal": f"campaign_id = ANY({ROUNDS})",
    "experts_pin": f"campaign_id = ANY({ROUNDS})",
    "visits_visit": of_need("visits_visit.need_id"),
    "visits_teammember": of_visit("visits_teammember.visit_id"),
    "visits_entry": of_visit("visits_entry.visit_id"),
    "visits_report": of_visit("visits_report.visit_id"),
    "visits_action": of_need("visits_action.need_id"),
    "visits_satisfaction": of_need("visits_satisfaction.need_id"),
    "visits_calendarlink": f"account_id = (SELECT account.id FROM accounts_account account WHERE account.name = {ACCOUNT})",
}


class Migration(migrations.Migration):
    """Put the policies on the tables."""

    dependencies: ClassVar = [
        ("accounts", "0008_organiser"),
        ("enterprises", "0002_guards"),
        ("experts", "0001_initial"),
        ("visits", "0001_initial"),
    ]
    operations: ClassVar = [
        migrations.RunSQL(protect(table, using), unprotect(table)) for table, using in POLICIES.items()
    ]
