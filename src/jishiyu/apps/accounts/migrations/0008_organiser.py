"""The role of whoever organises a round of enterprise help for a union and those below it."""

from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('accounts', '0007_declared'),
        ('orgs', '0002_no_cycles'),
    ]

    operations = [
        migrations.RemoveConstraint(
            model_name='grant',
            name='accounts_grant_role_known',
        ),
        migrations.RemoveConstraint(
            model_name='grant',
            name='accounts_grant_union_where_it_belongs',
        ),
        migrations.AlterField(
            model_name='grant',
            name='role',
            field=models.CharField(choices=[('subsidy_officer', '市总补贴经办'), ('reviewer', '审核'), ('finance', '财务'), ('union_officer', '基层工会干部'), ('member', '会员'), ('enterprise', '企业'), ('organiser', '助企专员'), ('steward', '专属管家'), ('expert', '劳模工匠'), ('system_admin', '系统管理员'), ('security_admin', '安全管理员'), ('audit_admin', '审计管理员')], max_length=20),
        ),
        migrations.AddConstraint(
            model_name='grant',
            constraint=models.CheckConstraint(condition=models.Q(('role__in', ['subsidy_officer', 'reviewer', 'finance', 'union_officer', 'member', 'enterprise', 'organiser', 'steward', 'expert', 'system_admin', 'security_admin', 'audit_admin'])), name='accounts_grant_role_known'),
        ),
        migrations.AddConstraint(
            model_name='grant',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(models.Q(('role__in', ('union_officer', 'organiser', 'enterprise')), _negated=True), ('union__isnull', False), _connector='OR'), models.Q(models.Q(('role__in', ('system_admin', 'security_admin', 'audit_admin', 'member')), _negated=True), ('union__isnull', True), _connector='OR')), name='accounts_grant_union_where_it_belongs'),
        ),
    ]
