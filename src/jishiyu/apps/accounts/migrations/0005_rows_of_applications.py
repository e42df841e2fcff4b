"""Row security of applications, complaints and notices."""

from django.db import migrations

from jishiyu.apps.accounts.rows import PERSONS, UNIONS, in_branch, protect, unprotect

POLICIES = {
    "applications_application": f"union_id = ANY({UNIONS}) OR person_id = ANY({PERSONS})"
    f" OR (union_id IS NULL AND {in_branch('applications_application.person_id')})",
    "applications_move": "EXISTS (SELECT 1 FROM applications_application found WHERE found.id = application_id)",
    "applications_verdict": "EXISTS (SELECT 1 FROM applications_application found WHERE found.id = application_id)",
    "applications_paper": "EXISTS (SELECT 1 FROM applications_application found WHERE found.id = application_id)",
    "applications_caseproposal": "EXISTS (SELECT 1 FROM subsidies_case found WHERE found.id = case_id)",
    "applications_complaint": f"person_id = ANY({PERSONS})",
    "notices_notice": f"person_id = ANY({PERSONS})",
}


class Migration(migrations.Migration):
    """Protect the tables."""

    dependencies = [("accounts", "0004_cache"), ("applications", "0002_guards"), ("notices", "0001_initial")]
    operations = [
        migrations.RunSQL(protect(table, using), unprotect(table)) for table, using in POLICIES.items()
    ]
