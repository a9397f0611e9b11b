"""What offices decided of a year: seen where the person is, taken back by a note, never deleted.

People and posts are there before: they came with this chapter's first migration.
"""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

import yigang.foundation.models
from yigang.foundation.rls import protect


class Migration(migrations.Migration):

    dependencies = [
        ('appraisal', '0004_withdrawn_marks'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name='YearResult',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('region_code', yigang.foundation.models.RegionCodeField(max_length=12, verbose_name='Region')),
                ('year', models.PositiveSmallIntegerField(verbose_name='year')),
                ('grade', models.CharField(max_length=20, verbose_name='grade')),
                ('score', models.DecimalField(decimal_places=2, max_digits=7, null=True, verbose_name='score')),
                ('document', models.CharField(max_length=120, verbose_name='document')),
                ('decided_on', models.DateField(verbose_name='decided on')),
                ('given_at', models.DateTimeField(auto_now_add=True)),
                ('withdrawn_at', models.DateTimeField(null=True, verbose_name='taken back at')),
                ('withdrawn_why', models.CharField(blank=True, max_length=200, verbose_name='taken back because')),
                ('given_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('person', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='year_results', to='people.person')),
                ('programme', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='posts.programme')),
                ('withdrawn_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'verbose_name': 'result of the year',
                'ordering': ['-year', '-pk'],
                'indexes': [models.Index(fields=['person', 'programme', '-year'], name='year_result_person'), models.Index(fields=['region_code'], name='year_result_region', opclasses=['text_pattern_ops'])],
                'constraints': [models.CheckConstraint(condition=models.Q(models.Q(('document', ''), _negated=True), models.Q(('grade', ''), _negated=True)), name='year_result_has_document'), models.CheckConstraint(condition=models.Q(models.Q(('withdrawn_at', None), ('withdrawn_by', None)), models.Q(('withdrawn_at__isnull', False), models.Q(('withdrawn_why', ''), _negated=True)), _connector='OR'), name='year_result_taken_back_why')],
            },
        ),
        protect("appraisal_yearresult"),
        migrations.RunSQL("REVOKE DELETE ON appraisal_yearresult FROM yigang_app"),
    ]
