from django.db import migrations, models

KINDS = [
    ('one_time_code', '验证码'),
    ('money_coming', '补贴在途'),
    ('paid', '补贴到账'),
    ('account_returned', '账户退汇'),
    ('papers_missing', '材料待补'),
    ('deadline', '期限提醒'),
    ('review_returned', '退回补正'),
    ('approved', '申请批准'),
    ('refused', '不予补贴'),
    ('upheld', '维持不予补贴'),
    ('revoked', '批准撤销'),
    ('application_ended', '逾期办结'),
    ('complaint_answered', '意见已答复'),
    ('account_changed', '收款账号变更'),
    ('mobile_changed', '手机号变更'),
    ('record_corrected', '登记信息更正'),
    ('case_handed', '事项转交'),
    ('calls_overdue', '联系超期'),
    ('waiting', '待复核'),
]


class Migration(migrations.Migration):
    """Let notices say what became of an application, a complaint, a case, and what was changed about a person."""

    dependencies = [('notices', '0001_initial')]
    operations = [
        migrations.RemoveConstraint(model_name='notice', name='notices_notice_kind_known'),
        migrations.AlterField(
            model_name='notice', name='kind', field=models.CharField(choices=KINDS, max_length=24),
        ),
        migrations.AddConstraint(
            model_name='notice',
            constraint=models.CheckConstraint(
                condition=models.Q(('kind__in', [kind for kind, _ in KINDS])), name='notices_notice_kind_known',
            ),
        ),
        migrations.AddIndex(
            model_name='notice',
            index=models.Index(
                condition=models.Q(('state', 'failed')), fields=['ended_at'], name='notices_notice_failed',
            ),
        ),
    ]
