"""The two database roles of web requests, what they may touch, and which rows they see."""

from django.db import migrations

from jishiyu.apps.accounts.rows import (
    ACCOUNT,
    PERSONS,
    ROLES,
    UNIONS,
    hash_in_branch,
    in_branch,
    make_roles,
    protect,
    unprotect,
)

OUR_UNION_CODE = f"(SELECT code FROM orgs_union WHERE id = ANY({UNIONS}))"
POLICIES = {
    "members_membership": f"union_id = ANY({UNIONS}) OR person_id = ANY({PERSONS})",
    "people_person": in_branch("people_person.id"),
    "people_certificate": in_branch("people_certificate.person_id"),
    "people_merge": f"{in_branch('people_merge.kept_id')} OR {in_branch('people_merge.merged_id')}",
    # A line is seen with its person, or because a case of the branch asks who this is.
    "intake_line": f"{hash_in_branch('intake_line.person_hash')} OR (feed_id, line_no) IN"
    f" (SELECT feed_id, line_no FROM subsidies_case WHERE union_id = ANY({UNIONS}))",
    "intake_link": hash_in_branch("intake_link.person_hash"),
    "intake_fate": "EXISTS (SELECT 1 FROM intake_line line"
    " WHERE line.feed_id = intake_fate.feed_id AND line.line_no = intake_fate.line_no)",
    "intake_application": hash_in_branch("intake_application.person_hash"),
    "subsidies_decision": f"org_code IN {OUR_UNION_CODE} OR person_hash IN"
    f" (SELECT person_hash FROM people_certificate WHERE person_id = ANY({PERSONS}))",
    "subsidies_entitlement": f"union_id = ANY({UNIONS}) OR person_id = ANY({PERSONS})",
    "subsidies_recovery": f"union_id = ANY({UNIONS}) OR person_id = ANY({PERSONS})",
    "subsidies_case": f"union_id = ANY({UNIONS}) OR person_id = ANY({PERSONS})",
    "subsidies_casemove": "EXISTS (SELECT 1 FROM subsidies_case found WHERE found.id = case_id)",
    "subsidies_stale": "false",
    "payments_attempt": "EXISTS (SELECT 1 FROM subsidies_entitlement found WHERE found.id = entitlement_id)",
    "payments_batch": "EXISTS (SELECT 1 FROM payments_attempt found WHERE found.batch_id = payments_batch.id)",
    "payments_batchfile": "false",
    "payments_resultfile": "false",
    "payments_bankanswer": "EXISTS (SELECT 1 FROM payments_attempt found WHERE found.id = attempt_id)",
    "payments_release": "EXISTS (SELECT 1 FROM payments_attempt found WHERE found.id = attempt_id)",
    "members_rosterimport": f"checked_by = {ACCOUNT}",
    "members_rosterline": f"roster_import_id IN (SELECT id FROM members_rosterimport WHERE checked_by = {ACCOUNT})",
    "members_rosterproblem": f"roster_import_id IN (SELECT id FROM members_rosterimport WHERE checked_by = {ACCOUNT})",
}
TOUCH = f"""
GRANT USAGE ON SCHEMA public TO {', '.join(ROLES)};
GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA public TO {', '.join(ROLES)};
GRANT USAGE ON ALL SEQUENCES IN SCHEMA public TO {', '.join(ROLES)};
ALTER DEFAULT PRIVILEGES IN SCHEMA public GRANT SELECT, INSERT, UPDATE, DELETE ON TABLES TO {', '.join(ROLES)};
ALTER DEFAULT PRIVILEGES IN SCHEMA public GRANT USAGE ON SEQUENCES TO {', '.join(ROLES)};
REVOKE UPDATE, DELETE ON audit_trail FROM {', '.join(ROLES)};
REVOKE INSERT, UPDATE, DELETE ON django_migrations FROM {', '.join(ROLES)};
"""


def prepare_roles(apps: object, schema_editor: object) -> None:
    """Create the roles, which all databases of a server share, and let the owner take them on."""
    make_roles()


class Migration(migrations.Migration):
    """Create the roles, then the policies."""

    dependencies = [
        ("accounts", "0002_separated_duties"),
        ("audit", "0002_append_only"),
        ("intake", "0003_link"),
        ("members", "0003_lean_staging"),
        ("payments", "0002_guards"),
        ("subsidies", "0005_content_hash"),
    ]
    operations = [
        migrations.RunPython(prepare_roles, migrations.RunPython.noop),
        migrations.RunSQL(TOUCH, migrations.RunSQL.noop),
        *(migrations.RunSQL(protect(table, using), unprotect(table)) for table, using in POLICIES.items()),
    ]
