from django.db import migrations, models

from jishiyu.apps.accounts.rows import in_branch, protect, unprotect

GUARD = """
CREATE FUNCTION subsidies_heir_only_sealed_anew() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    unchanged subsidies_heir;
BEGIN
    unchanged := NEW;
    unchanged.sealed := OLD.sealed;
    IF unchanged IS DISTINCT FROM OLD THEN
        RAISE EXCEPTION 'heir % is append-only: name another one instead', OLD.id USING ERRCODE = 'restrict_violation';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER subsidies_heir_only_sealed_anew BEFORE UPDATE ON subsidies_heir
    FOR EACH ROW EXECUTE FUNCTION subsidies_heir_only_sealed_anew();
CREATE TRIGGER subsidies_heir_no_delete BEFORE DELETE ON subsidies_heir
    FOR EACH STATEMENT EXECUTE FUNCTION subsidies_refuse_change();
"""
UNGUARD = """
DROP TRIGGER subsidies_heir_no_delete ON subsidies_heir;
DROP TRIGGER subsidies_heir_only_sealed_anew ON subsidies_heir;
DROP FUNCTION subsidies_heir_only_sealed_anew();
"""


class Migration(migrations.Migration):
    """Keep who receives the subsidy for a death."""

    dependencies = [
        ('people', '0004_find_by_name'),
        ('accounts', '0006_rows_person_by_person'),
        ('subsidies', '0008_cases_of_person_and_stay'),
    ]

    operations = [
        migrations.CreateModel(
            name='Heir',
            fields=[
                ('id', models.BigAutoField(primary_key=True, serialize=False)),
                ('stay_id', models.TextField()),
                ('sealed', models.BinaryField()),
                ('account_hash', models.BinaryField()),
                ('proof', models.TextField()),
                ('reason', models.TextField()),
                ('by', models.TextField()),
                ('at', models.DateTimeField()),
                ('person', models.ForeignKey(on_delete=models.PROTECT, related_name='heirs', to='people.person')),
            ],
            options={
                'indexes': [models.Index(fields=['stay_id', '-id'], name='subsidies_heir_newest')],
                'constraints': [
                    models.CheckConstraint(
                        condition=~models.Q(proof='') & ~models.Q(reason='') & ~models.Q(by=''),
                        name='subsidies_heir_says_why',
                    ),
                ],
            },
        ),
        migrations.RunSQL(GUARD, UNGUARD),
        migrations.RunSQL(
            protect('subsidies_heir', in_branch('subsidies_heir.person_id')), unprotect('subsidies_heir')
        ),
    ]
