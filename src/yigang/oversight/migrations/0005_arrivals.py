"""Who of a group was there when a visit began, also where it was written down without signal."""

import django.db.models.deletion
import yigang.foundation.geo
import yigang.foundation.models
from django.conf import settings
from django.db import migrations, models

from yigang.foundation.rls import append_only, protect


class Migration(migrations.Migration):

    dependencies = [
        ('oversight', '0004_meetings'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name='Arrival',
            fields=[
                ('region_code', yigang.foundation.models.RegionCodeField(max_length=12, verbose_name='Region')),
                ('id', models.UUIDField(help_text='given by whoever wrote it', primary_key=True, serialize=False)),
                ('joined', models.BooleanField(default=False)),
                ('made_at', models.DateTimeField(verbose_name='made at')),
                ('received_at', models.DateTimeField(auto_now_add=True, verbose_name='received at')),
                ('longitude', yigang.foundation.geo.DegreeField(blank=True, decimal_places=6, max_digits=9, null=True, verbose_name='longitude')),
                ('latitude', yigang.foundation.geo.DegreeField(blank=True, decimal_places=6, max_digits=9, null=True, verbose_name='latitude')),
                ('accuracy_m', models.PositiveIntegerField(help_text='metres, as the phone said', null=True, verbose_name='accuracy')),
                ('note', models.CharField(blank=True, help_text='why there is no position', max_length=200, verbose_name='note')),
                ('inspection', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='arrivals', to='oversight.inspection')),
                ('made_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='inspector')),
            ],
            options={
                'verbose_name': 'beginning of a visit',
                'ordering': ['received_at'],
                'indexes': [models.Index(fields=['region_code'], name='arrival_region', opclasses=['text_pattern_ops'])],
                'constraints': [models.CheckConstraint(condition=models.Q(models.Q(('latitude__isnull', True), ('longitude__isnull', True)), models.Q(('latitude__gte', 3), ('latitude__lte', 54), ('longitude__gte', 73), ('longitude__lte', 136)), _connector='OR'), name='arrival_lies_in_china'), models.CheckConstraint(condition=models.Q(('accuracy_m', None), ('latitude__isnull', False), _connector='OR'), name='arrival_accuracy_of_a_position'), models.UniqueConstraint(fields=('inspection', 'made_by'), name='member_arrives_once'), models.UniqueConstraint(condition=models.Q(('joined', False)), fields=('inspection',), name='visit_begun_once')],
            },
        ),
        protect("oversight_arrival"),
        append_only("oversight_arrival"),
    ]
