"""Income of households by year, the warning line, and plans to leave poverty."""

import django.db.models.deletion
import yigang.foundation.models
from django.conf import settings
from django.db import migrations, models

from yigang.foundation.rls import protect


class Migration(migrations.Migration):

    dependencies = [
        ('people', '0014_card_readings'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name='IncomeYear',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('region_code', yigang.foundation.models.RegionCodeField(max_length=12, verbose_name='Region')),
                ('year', models.PositiveSmallIntegerField(verbose_name='year of the figures')),
                ('wage_fen', models.BigIntegerField(null=True, verbose_name='wages without the post')),
                ('business_fen', models.BigIntegerField(null=True, verbose_name='farming and business')),
                ('property_fen', models.BigIntegerField(null=True, verbose_name='property')),
                ('transfer_fen', models.BigIntegerField(null=True, verbose_name='transfers')),
                ('cost_fen', models.BigIntegerField(null=True, verbose_name='costs of farming and business')),
                ('source', models.CharField(blank=True, max_length=120, verbose_name='source')),
                ('recorded_at', models.DateTimeField(auto_now=True)),
                ('household', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='incomes', to='people.household')),
                ('recorded_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'verbose_name': 'income of a household',
                'ordering': ['-year'],
                'constraints': [models.UniqueConstraint(fields=('household', 'year'), name='income_year_once'), models.CheckConstraint(condition=models.Q(('year__gte', 2000), ('year__lte', 2100)), name='income_year_is_a_year'), models.CheckConstraint(condition=models.Q(('wage_fen__isnull', True), ('wage_fen__gte', 0), _connector='OR'), name='wage_fen_not_negative'), models.CheckConstraint(condition=models.Q(('business_fen__isnull', True), ('business_fen__gte', 0), _connector='OR'), name='business_fen_not_negative'), models.CheckConstraint(condition=models.Q(('property_fen__isnull', True), ('property_fen__gte', 0), _connector='OR'), name='property_fen_not_negative'), models.CheckConstraint(condition=models.Q(('transfer_fen__isnull', True), ('transfer_fen__gte', 0), _connector='OR'), name='transfer_fen_not_negative'), models.CheckConstraint(condition=models.Q(('cost_fen__isnull', True), ('cost_fen__gte', 0), _connector='OR'), name='cost_fen_not_negative')],
            },
        ),
        migrations.CreateModel(
            name='ReliefPlan',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('region_code', yigang.foundation.models.RegionCodeField(max_length=12, verbose_name='Region')),
                ('measures', models.CharField(max_length=500, verbose_name='what is done')),
                ('owner', models.CharField(max_length=60, verbose_name='who answers for it')),
                ('due_on', models.DateField(verbose_name='until')),
                ('made_at', models.DateTimeField(auto_now_add=True)),
                ('done_on', models.DateField(null=True, verbose_name='finished on')),
                ('result', models.CharField(blank=True, max_length=200, verbose_name='what came of it')),
                ('household', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='plans', to='people.household')),
                ('made_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'verbose_name': 'plan to leave poverty',
                'ordering': ['-pk'],
                'constraints': [models.UniqueConstraint(condition=models.Q(('done_on', None)), fields=('household',), name='one_open_plan'), models.CheckConstraint(condition=models.Q(models.Q(('measures', ''), _negated=True), models.Q(('owner', ''), _negated=True)), name='plan_says_what_and_who'), models.CheckConstraint(condition=models.Q(('done_on__isnull', True), models.Q(('result', ''), _negated=True), _connector='OR'), name='finished_with_a_result')],
            },
        ),
        migrations.CreateModel(
            name='WarningLine',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('region_code', yigang.foundation.models.RegionCodeField(max_length=12, verbose_name='Region')),
                ('year', models.PositiveSmallIntegerField(verbose_name='year of the figures')),
                ('per_head_fen', models.BigIntegerField(verbose_name='warning line per head')),
                ('source', models.CharField(max_length=120, verbose_name='source')),
                ('set_at', models.DateTimeField(auto_now=True)),
                ('set_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'verbose_name': 'warning line',
                'ordering': ['-year'],
                'constraints': [models.UniqueConstraint(fields=('region_code', 'year'), name='warning_line_once'), models.CheckConstraint(condition=models.Q(('per_head_fen__gt', 0)), name='warning_line_positive'), models.CheckConstraint(condition=models.Q(('source', ''), _negated=True), name='warning_line_has_a_source')],
            },
        ),
        protect('people_incomeyear'),
        protect('people_warningline', visible_below=True),
        protect('people_reliefplan'),
    ]
