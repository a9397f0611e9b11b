"""Sources that attendance is fetched from, their runs, and what was handed in before."""

import django.db.models.deletion
import yigang.foundation.models
from yigang.foundation.rls import protect
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('exchange', '0011_kind_ground'),
        ('posts', '0004_guards_and_kinds'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.AlterField(
            model_name='columnmapping',
            name='kind',
            field=models.CharField(choices=[('roster', 'Roster'), ('dingtalk', 'DingTalk attendance'), ('attendance', 'Attendance table'), ('leave', 'Leave table'), ('work_log', 'Work logs'), ('finding', 'Absences found'), ('comparison', 'Register for comparison'), ('mark', 'Marks'), ('register', 'Labour-force register'), ('centre', 'Where villages lie'), ('provision', 'Insurance and gear'), ('ground', 'Duty areas, key points and routes'), ('year_result', 'Results of the year'), ('wecom', 'WeCom attendance'), ('track', 'Tracks')], max_length=12),
        ),
        migrations.AlterField(
            model_name='fileimport',
            name='kind',
            field=models.CharField(choices=[('roster', 'Roster'), ('dingtalk', 'DingTalk attendance'), ('attendance', 'Attendance table'), ('leave', 'Leave table'), ('work_log', 'Work logs'), ('finding', 'Absences found'), ('comparison', 'Register for comparison'), ('mark', 'Marks'), ('register', 'Labour-force register'), ('centre', 'Where villages lie'), ('provision', 'Insurance and gear'), ('ground', 'Duty areas, key points and routes'), ('year_result', 'Results of the year'), ('wecom', 'WeCom attendance'), ('track', 'Tracks')], max_length=12, verbose_name='kind'),
        ),
        migrations.CreateModel(
            name='PullSource',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('region_code', yigang.foundation.models.RegionCodeField(max_length=12, verbose_name='Region')),
                ('kind', models.CharField(choices=[('dingtalk', 'DingTalk'), ('wecom', 'WeCom')], max_length=10, verbose_name='service')),
                ('name', models.CharField(max_length=60, verbose_name='account name')),
                ('key', models.CharField(help_text='DingTalk AppKey, WeCom CorpID', max_length=80, verbose_name='application key')),
                ('secret_cipher', models.BinaryField(null=True)),
                ('datum', models.CharField(choices=[('GCJ-02', 'GCJ-02 (maps in China)'), ('WGS-84', 'WGS-84 (satellites)')], default='GCJ-02', max_length=8, verbose_name='coordinates')),
                ('departments', models.JSONField(default=list, help_text='numbers of departments; empty is all')),
                ('groups', models.JSONField(default=list, help_text='numbers or names of attendance groups; empty is all')),
                ('people', models.JSONField(default=dict, help_text='user id → name, where the list of people cannot be fetched')),
                ('days_back', models.PositiveSmallIntegerField(default=3, verbose_name='days fetched each time')),
                ('hour', models.PositiveSmallIntegerField(default=2, verbose_name='hour of the day')),
                ('enabled', models.BooleanField(default=False, verbose_name='fetched daily')),
                ('tested_at', models.DateTimeField(null=True)),
                ('test_result', models.CharField(blank=True, max_length=300)),
                ('closed_at', models.DateTimeField(null=True)),
                ('actor', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('programme', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='posts.programme')),
            ],
            options={
                'ordering': ['region_code', 'name'],
            },
        ),
        migrations.CreateModel(
            name='PullRun',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('region_code', yigang.foundation.models.RegionCodeField(max_length=12, verbose_name='Region')),
                ('first', models.DateField(verbose_name='first day')),
                ('last', models.DateField(verbose_name='last day')),
                ('state', models.CharField(choices=[('running', 'Being fetched'), ('waiting', 'Goes on later'), ('failed', 'Stopped'), ('look', 'Fetched, waiting for a look'), ('done', 'Fetched')], default='running', max_length=10, verbose_name='state')),
                ('people', models.JSONField(help_text='user id → name, number, department; null until it was fetched', null=True)),
                ('steps_done', models.PositiveIntegerField(default=0)),
                ('steps', models.PositiveIntegerField(default=0)),
                ('rows', models.PositiveIntegerField(default=0)),
                ('rows_new', models.PositiveIntegerField(default=0)),
                ('message', models.TextField(blank=True, help_text='why it stopped, or what the clerk should look at')),
                ('started_at', models.DateTimeField(auto_now_add=True)),
                ('finished_at', models.DateTimeField(null=True)),
                ('actor', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('file_import', models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to='exchange.fileimport')),
                ('source', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='runs', to='exchange.pullsource')),
            ],
            options={
                'ordering': ['-started_at', '-pk'],
            },
        ),
        migrations.CreateModel(
            name='PulledRow',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('region_code', yigang.foundation.models.RegionCodeField(max_length=12, verbose_name='Region')),
                ('digest', models.BinaryField()),
                ('day', models.DateField()),
                ('file_import', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to='exchange.fileimport')),
                ('source', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='pulled', to='exchange.pullsource')),
            ],
        ),
        migrations.CreateModel(
            name='PullPage',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('region_code', yigang.foundation.models.RegionCodeField(max_length=12, verbose_name='Region')),
                ('step', models.PositiveIntegerField()),
                ('offset', models.PositiveIntegerField()),
                ('last', models.BooleanField(help_text='whether the step ends with this answer')),
                ('rows', models.PositiveIntegerField()),
                ('content', models.BinaryField(help_text='the rows as they came, encrypted')),
                ('run', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='pages', to='exchange.pullrun')),
            ],
            options={
                'ordering': ['step', 'offset'],
                'constraints': [models.UniqueConstraint(fields=('run', 'step', 'offset'), name='pull_page_once')],
            },
        ),
        migrations.AddConstraint(
            model_name='pullsource',
            constraint=models.UniqueConstraint(condition=models.Q(('closed_at', None)), fields=('region_code', 'kind', 'key'), name='pull_source_once'),
        ),
        migrations.AddConstraint(
            model_name='pullsource',
            constraint=models.CheckConstraint(condition=models.Q(('days_back__gte', 1), ('days_back__lte', 31), ('hour__lte', 23)), name='pull_source_when'),
        ),
        migrations.AddIndex(
            model_name='pullrun',
            index=models.Index(fields=['source', '-started_at'], name='pull_runs'),
        ),
        migrations.AddConstraint(
            model_name='pullrun',
            constraint=models.CheckConstraint(condition=models.Q(('last__gte', models.F('first'))), name='pull_run_ends_after_start'),
        ),
        migrations.AddIndex(
            model_name='pulledrow',
            index=models.Index(fields=['source', 'day'], name='pulled_by_day'),
        ),
        migrations.AddConstraint(
            model_name='pulledrow',
            constraint=models.UniqueConstraint(fields=('source', 'digest'), name='pulled_once'),
        ),
        protect("exchange_pullsource"),
        protect("exchange_pullrun"),
        protect("exchange_pullpage"),
        protect("exchange_pulledrow"),
    ]
