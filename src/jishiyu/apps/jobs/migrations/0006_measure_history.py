from django.db import migrations, models

KINDS = [
    ('take_feed', '接收结算数据'), ('take_back_feed', '撤回来件'), ('check_roster', '检查会员名册'),
    ('confirm_roster', '名册入库'), ('decide_changed', '名册变更后重新核定'), ('search_duplicates', '查找疑似重复人员'),
    ('export', '准备导出文件'), ('remind', '每日提醒'), ('verify_audit', '校验审计记录'), ('clean_up', '清理过期数据'),
    ('close_overdue', '办结到期申请'), ('pair', '计算配对方案'), ('measure_history', '测算政策实验室历史数据'),
]


class Migration(migrations.Migration):
    """Let the measuring of the history for the policy laboratory be a job."""

    dependencies = [('jobs', '0005_pairing')]
    operations = [
        migrations.RemoveConstraint(model_name='progress', name='jobs_progress_kind_known'),
        migrations.AlterField(
            model_name='progress', name='kind', field=models.CharField(choices=KINDS, max_length=24),
        ),
        migrations.AddConstraint(
            model_name='progress',
            constraint=models.CheckConstraint(
                condition=models.Q(('kind__in', [kind for kind, _ in KINDS])), name='jobs_progress_kind_known',
            ),
        ),
    ]
