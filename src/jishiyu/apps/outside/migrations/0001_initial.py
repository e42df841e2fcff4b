"""What the system administrator sets about the way outside; no page with the eyes of a branch reads it."""

from django.db import migrations, models

from jishiyu.apps.accounts.rows import protect, unprotect

NAMES = [("gateways", "通知通道"), ("watched_folder", "监视文件夹")]


class Migration(migrations.Migration):
    """Create the table."""

    initial = True
    dependencies = [("accounts", "0003_row_security")]
    operations = [
        migrations.CreateModel(
            name="Setting",
            fields=[
                ("name", models.TextField(choices=NAMES, primary_key=True, serialize=False)),
                ("sealed", models.BinaryField()),
                ("changed_by", models.TextField()),
                ("changed_at", models.DateTimeField()),
            ],
            options={
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("name__in", ["gateways", "watched_folder"])),
                        name="outside_setting_name_known",
                    )
                ],
            },
        ),
        migrations.RunSQL(protect("outside_setting", "false"), unprotect("outside_setting")),
    ]
