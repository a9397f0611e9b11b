"""Tracker apps and what they have sent."""

import django.db.models.deletion
import uuid
import yigang.foundation.models
from yigang.foundation.rls import protect
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('exchange', '0009_provisions_and_results'),
        ('people', '0011_list_version_guards'),
        ('posts', '0004_guards_and_kinds'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name='TrackerDevice',
            fields=[
                ('id', models.UUIDField(default=uuid.uuid4, primary_key=True, serialize=False)),
                ('region_code', yigang.foundation.models.RegionCodeField(max_length=12, verbose_name='Region')),
                ('code', models.CharField(max_length=20, unique=True, verbose_name='device code')),
                ('secret_digest', models.BinaryField(help_text='SHA-256 of the secret, which is 119 random bits')),
                ('name', models.CharField(blank=True, max_length=60, verbose_name='name of the device')),
                ('created_at', models.DateTimeField(auto_now_add=True)),
                ('last_seen', models.DateTimeField(null=True, verbose_name='last heard of')),
                ('last_at', models.DateTimeField(help_text="its latest fix, by the device's own time", null=True)),
                ('battery', models.FloatField(help_text='percent, as last reported', null=True, verbose_name='battery')),
                ('revoked_at', models.DateTimeField(null=True)),
                ('revoked_reason', models.CharField(blank=True, max_length=200)),
                ('created_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('person', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='trackers', to='people.person')),
                ('programme', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='posts.programme')),
                ('revoked_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'ordering': ['-created_at'],
            },
        ),
        migrations.CreateModel(
            name='TrackerFix',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('region_code', yigang.foundation.models.RegionCodeField(max_length=12, verbose_name='Region')),
                ('at', models.DateTimeField(help_text="by the device's own time")),
                ('latitude', models.FloatField()),
                ('longitude', models.FloatField()),
                ('accuracy', models.FloatField(help_text='metres', null=True)),
                ('speed', models.FloatField(help_text='metres a second', null=True)),
                ('bearing', models.FloatField(help_text='degrees', null=True)),
                ('altitude', models.FloatField(help_text='metres', null=True)),
                ('battery', models.FloatField(help_text='percent', null=True)),
                ('mock', models.BooleanField(help_text='whether the phone says that the place was made up', null=True)),
                ('received_at', models.DateTimeField(auto_now_add=True)),
                ('patrolled', models.BooleanField(default=False)),
                ('device', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='fixes', to='exchange.trackerdevice')),
            ],
            options={
                'ordering': ['at'],
            },
        ),
        migrations.CreateModel(
            name='TrackerRefusal',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('region_code', yigang.foundation.models.RegionCodeField(max_length=12, verbose_name='Region')),
                ('reason', models.CharField(max_length=20)),
                ('raw', models.TextField(help_text='the message, or the part of it that is meant')),
                ('received_at', models.DateTimeField(auto_now_add=True)),
                ('device', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='refusals', to='exchange.trackerdevice')),
            ],
            options={
                'ordering': ['-received_at'],
            },
        ),
        migrations.AddConstraint(
            model_name='trackerdevice',
            constraint=models.CheckConstraint(condition=models.Q(('revoked_at__isnull', True), ('revoked_at__gte', models.F('created_at')), _connector='OR'), name='tracker_revoked_later'),
        ),
        migrations.AddIndex(
            model_name='trackerfix',
            index=models.Index(condition=models.Q(('patrolled', False)), fields=['device', 'at'], name='fix_not_patrolled'),
        ),
        migrations.AddConstraint(
            model_name='trackerfix',
            constraint=models.UniqueConstraint(fields=('device', 'at', 'latitude', 'longitude'), name='tracker_fix_once'),
        ),
        migrations.AddIndex(
            model_name='trackerrefusal',
            index=models.Index(fields=['device', '-received_at'], name='tracker_refusals'),
        ),
        protect("exchange_trackerdevice"),
        protect("exchange_trackerfix"),
        protect("exchange_trackerrefusal"),
    ]
