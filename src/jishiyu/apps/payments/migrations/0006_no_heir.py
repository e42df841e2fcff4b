from django.db import migrations, models

REASONS = [
    ('no_account', '没有银行账号'), ('bad_account', '银行账号有误'), ('no_name', '没有姓名'),
    ('name_not_writable', '姓名无法写入银行文件'), ('no_heir', '未登记身故补贴领取人'),
]


class Migration(migrations.Migration):
    """Let a subsidy for a death wait until somebody is named to receive it."""

    dependencies = [('payments', '0005_unsettled'), ('subsidies', '0009_heir')]
    operations = [
        migrations.RemoveConstraint(model_name='obstacle', name='payments_obstacle_known'),
        migrations.AlterField(
            model_name='obstacle', name='reason', field=models.CharField(choices=REASONS, max_length=24),
        ),
        migrations.AddConstraint(
            model_name='obstacle',
            constraint=models.CheckConstraint(
                condition=models.Q(('reason__in', [reason for reason, _ in REASONS])), name='payments_obstacle_known',
            ),
        ),
    ]
