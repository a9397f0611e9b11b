"""WeCom as a source of evidence."""

from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('duty', '0016_patrol_areas'),
    ]

    operations = [
        migrations.AlterField(
            model_name='intake',
            name='source',
            field=models.CharField(choices=[('dingtalk', 'DingTalk'), ('wecom', 'WeCom'), ('sheet', 'Table'), ('proxy', 'Entered for the person'), ('SYSTEM', 'Missed check noted by the system'), ('phone', 'Phone')], max_length=20),
        ),
        migrations.AlterField(
            model_name='leave',
            name='source',
            field=models.CharField(choices=[('dingtalk', 'DingTalk'), ('wecom', 'WeCom'), ('sheet', 'Table'), ('proxy', 'Entered for the person'), ('SYSTEM', 'Missed check noted by the system'), ('phone', 'Phone')], max_length=20),
        ),
        migrations.AlterField(
            model_name='sourceidentity',
            name='source',
            field=models.CharField(choices=[('dingtalk', 'DingTalk'), ('wecom', 'WeCom'), ('sheet', 'Table'), ('proxy', 'Entered for the person'), ('SYSTEM', 'Missed check noted by the system'), ('phone', 'Phone')], max_length=20),
        ),
        migrations.AlterField(
            model_name='worklog',
            name='source',
            field=models.CharField(choices=[('dingtalk', 'DingTalk'), ('wecom', 'WeCom'), ('sheet', 'Table'), ('proxy', 'Entered for the person'), ('SYSTEM', 'Missed check noted by the system'), ('phone', 'Phone')], max_length=20),
        ),
    ]
