"""Telephones for visit sheets, how exact a sheet's position is, and whose account answers for a point."""

import django.db.models.deletion
import yigang.foundation.models
from django.conf import settings
from django.db import migrations, models

from yigang.foundation.rls import protect


class Migration(migrations.Migration):

    dependencies = [
        ('oversight', '0001_initial'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name='SheetPhone',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('region_code', yigang.foundation.models.RegionCodeField(max_length=12, verbose_name='Region')),
                ('name', models.CharField(blank=True, max_length=80, verbose_name='telephone')),
                ('token_digest', models.BinaryField(help_text='SHA-256 of the token', unique=True)),
                ('account_mark', models.CharField(max_length=64)),
                ('created_at', models.DateTimeField(auto_now_add=True)),
                ('expires_at', models.DateTimeField()),
                ('ended_at', models.DateTimeField(null=True)),
                ('user', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='sheet_phones', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'verbose_name': 'telephone for visit sheets',
                'ordering': ['-created_at'],
                'constraints': [models.CheckConstraint(condition=models.Q(('expires_at__gt', models.F('created_at'))), name='sheet_phone_lasts')],
                'indexes': [models.Index(fields=['region_code'], name='sheet_phone_region', opclasses=['text_pattern_ops'])],
            },
        ),
        migrations.AddField(
            model_name='rectification',
            name='owner_account',
            field=models.ForeignKey(help_text='who is brought to mind; a list that was handed in may know a name alone', null=True, on_delete=django.db.models.deletion.PROTECT, related_name='rectifications', to=settings.AUTH_USER_MODEL, verbose_name='account of the owner'),
        ),
        migrations.AddField(
            model_name='visitsheet',
            name='accuracy_m',
            field=models.PositiveIntegerField(help_text='metres, as the phone said', null=True, verbose_name='accuracy'),
        ),
        migrations.AddConstraint(
            model_name='visitsheet',
            constraint=models.CheckConstraint(condition=models.Q(('accuracy_m', None), ('latitude__isnull', False), _connector='OR'), name='accuracy_is_of_a_position'),
        ),
        protect("oversight_sheetphone"),
    ]
