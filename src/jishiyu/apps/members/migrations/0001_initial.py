
import django.db.models.deletion
import django.db.models.expressions
from django.db import migrations, models


class Migration(migrations.Migration):

    initial = True

    dependencies = [
        ('orgs', '0002_no_cycles'),
        ('people', '0002_merge_depth'),
    ]

    operations = [
        migrations.CreateModel(
            name='RosterImport',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('file_name', models.TextField()),
                ('sha256', models.TextField()),
                ('state', models.TextField(choices=[('checked', '已检查,待确认'), ('confirmed', '已确认入库'), ('dropped', '已放弃')], default='checked')),
                ('lines', models.BigIntegerField()),
                ('new', models.BigIntegerField(default=0)),
                ('changed', models.BigIntegerField(default=0)),
                ('left', models.BigIntegerField(default=0)),
                ('unchanged', models.BigIntegerField(default=0)),
                ('refused', models.BigIntegerField(default=0)),
                ('absent', models.BigIntegerField(default=0)),
                ('absent_left_on', models.DateField(null=True)),
                ('plan', models.TextField(default='')),
                ('new_people', models.BigIntegerField(default=0)),
                ('changed_people', models.BigIntegerField(default=0)),
                ('checked_by', models.TextField()),
                ('checked_at', models.DateTimeField()),
                ('confirmed_by', models.TextField(blank=True, default='')),
                ('confirmed_at', models.DateTimeField(null=True)),
            ],
            options={
                'constraints': [models.CheckConstraint(condition=models.Q(('state__in', ['checked', 'confirmed', 'dropped'])), name='roster_import_state_known'), models.CheckConstraint(condition=models.Q(models.Q(('state', 'confirmed'), _negated=True), models.Q(('confirmed_at__isnull', False), models.Q(('confirmed_by', ''), _negated=True)), _connector='OR'), name='roster_import_confirmed_by_someone'), models.CheckConstraint(condition=models.Q(('lines', django.db.models.expressions.CombinedExpression(django.db.models.expressions.CombinedExpression(django.db.models.expressions.CombinedExpression(django.db.models.expressions.CombinedExpression(models.F('new'), '+', models.F('changed')), '+', models.F('left')), '+', models.F('unchanged')), '+', models.F('refused')))), name='roster_import_lines_add_up')],
            },
        ),
        migrations.CreateModel(
            name='Membership',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('member_no', models.TextField()),
                ('in_service', models.BooleanField(default=True)),
                ('joined_on', models.DateField(null=True)),
                ('left_on', models.DateField(null=True)),
                ('household_hash', models.BinaryField(null=True)),
                ('person', models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.PROTECT, related_name='memberships', to='people.person')),
                ('union', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='memberships', to='orgs.union')),
            ],
            options={
                'indexes': [models.Index(fields=['member_no'], name='membership_member_no')],
                'constraints': [models.CheckConstraint(condition=models.Q(('left_on', None), ('left_on__gt', models.F('joined_on')), _connector='OR'), name='membership_left_after_joined'), models.CheckConstraint(condition=models.Q(('member_no', ''), _negated=True), name='membership_member_no_given')],
            },
        ),
        migrations.CreateModel(
            name='RosterLine',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('row', models.BigIntegerField()),
                ('file', models.TextField()),
                ('line', models.BigIntegerField()),
                ('person_hash', models.BinaryField()),
                ('name_hash', models.BinaryField()),
                ('sealed', models.BinaryField()),
                ('content_hash', models.BinaryField()),
                ('birth_date', models.DateField(null=True)),
                ('sex', models.TextField(null=True)),
                ('org_code', models.TextField()),
                ('member_no', models.TextField()),
                ('in_service', models.BooleanField()),
                ('joined_on', models.DateField(null=True)),
                ('left_on', models.DateField(null=True)),
                ('household_hash', models.BinaryField(null=True)),
                ('refused', models.BooleanField()),
                ('roster_import', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='staged', to='members.rosterimport')),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('roster_import', 'row'), name='roster_line_once')],
            },
        ),
        migrations.CreateModel(
            name='RosterProblem',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('file', models.TextField()),
                ('line', models.BigIntegerField()),
                ('column', models.TextField()),
                ('value', models.TextField(null=True)),
                ('code', models.TextField()),
                ('refuses', models.BooleanField()),
                ('other_line', models.BigIntegerField(null=True)),
                ('roster_import', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='problems', to='members.rosterimport')),
            ],
            options={
                'indexes': [models.Index(fields=['roster_import', 'line'], name='roster_problem_line')],
            },
        ),
    ]
