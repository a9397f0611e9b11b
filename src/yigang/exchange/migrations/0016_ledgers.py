"""Three more kinds of tables: income of assets, income of households, visits."""

from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('exchange', '0015_rectifications'),
    ]

    operations = [
        migrations.AlterField(
            model_name='columnmapping',
            name='kind',
            field=models.CharField(choices=[('roster', 'Roster'), ('dingtalk', 'DingTalk attendance'), ('attendance', 'Attendance table'), ('leave', 'Leave table'), ('work_log', 'Work logs'), ('finding', 'Absences found'), ('comparison', 'Register for comparison'), ('mark', 'Marks'), ('register', 'Labour-force register'), ('centre', 'Where villages lie'), ('provision', 'Insurance and gear'), ('ground', 'Duty areas, key points and routes'), ('year_result', 'Results of the year'), ('pairing', 'Helpers and households'), ('wecom', 'WeCom attendance'), ('track', 'Tracks'), ('question', 'Questions of the bank'), ('rectifying', 'Rectification list'), ('asset_income', 'Asset income'), ('home_income', 'Household income'), ('visit', 'Visits to households')], max_length=12),
        ),
        migrations.AlterField(
            model_name='fileimport',
            name='kind',
            field=models.CharField(choices=[('roster', 'Roster'), ('dingtalk', 'DingTalk attendance'), ('attendance', 'Attendance table'), ('leave', 'Leave table'), ('work_log', 'Work logs'), ('finding', 'Absences found'), ('comparison', 'Register for comparison'), ('mark', 'Marks'), ('register', 'Labour-force register'), ('centre', 'Where villages lie'), ('provision', 'Insurance and gear'), ('ground', 'Duty areas, key points and routes'), ('year_result', 'Results of the year'), ('pairing', 'Helpers and households'), ('wecom', 'WeCom attendance'), ('track', 'Tracks'), ('question', 'Questions of the bank'), ('rectifying', 'Rectification list'), ('asset_income', 'Asset income'), ('home_income', 'Household income'), ('visit', 'Visits to households')], max_length=12, verbose_name='kind'),
        ),
    ]
