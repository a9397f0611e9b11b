"""Marks of days, quarters and years; quarters and years closed: results are only added, nobody marks a closed period."""

import django.contrib.postgres.fields
import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

import yigang.foundation.models
from yigang.foundation.rls import append_only, protect

KEEP_MARKS = """
CREATE FUNCTION yigang_keep_closed_period() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF EXISTS (SELECT FROM appraisal_closing closed JOIN tenure_appointment held ON held.programme_id = closed.programme_id
             WHERE held.id = NEW.appointment_id AND closed.reopened_at IS NULL
               AND NEW.month BETWEEN closed.first AND closed.last AND (NEW.rhythm = 'day' OR NEW.rhythm = closed.rhythm)
               AND NEW.region_code ^@ yigang_region_prefix(closed.region_code)) THEN
    RAISE EXCEPTION 'the period of this mark is closed' USING ERRCODE = 'YG005';
  END IF;
  RETURN NEW;
END $$
"""
MARKS_TRIGGER = """
CREATE TRIGGER keep_closed_period BEFORE INSERT ON appraisal_mark FOR EACH ROW
WHEN (NEW.rhythm <> 'month') EXECUTE FUNCTION yigang_keep_closed_period()
"""
ONE_LINE = """
CREATE FUNCTION yigang_closed_once() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF EXISTS (SELECT FROM appraisal_closing other
             WHERE other.programme_id = NEW.programme_id AND other.rhythm = NEW.rhythm AND other.first = NEW.first
               AND other.reopened_at IS NULL AND other.id <> NEW.id
               AND (other.region_code ^@ yigang_region_prefix(NEW.region_code)
                    OR NEW.region_code ^@ yigang_region_prefix(other.region_code))) THEN
    RAISE EXCEPTION 'the period is closed above or below' USING ERRCODE = 'YG005';
  END IF;
  RETURN NEW;
END $$
"""
ONE_LINE_TRIGGER = """
CREATE TRIGGER closed_once BEFORE INSERT ON appraisal_closing FOR EACH ROW EXECUTE FUNCTION yigang_closed_once()
"""


class Migration(migrations.Migration):

    dependencies = [
        ('appraisal', '0006_units'),
        ('people', '0013_lists_in_use'),
        ('posts', '0004_guards_and_kinds'),
        ('tenure', '0009_agreement_templates'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.RemoveConstraint(model_name='mark', name='mark_month_is_first_day'),
        migrations.AddField(
            model_name='mark', name='rhythm',
            field=models.CharField(choices=[('day', 'Daily'), ('month', 'Monthly'), ('quarter', 'Quarterly'), ('year', 'Yearly')], default='month', max_length=8, verbose_name='rhythm'),
        ),
        migrations.AddField(
            model_name='mark', name='most',
            field=models.DecimalField(decimal_places=2, max_digits=7, null=True, verbose_name='at most'),
        ),
        migrations.AlterField(
            model_name='mark', name='month',
            field=models.DateField(help_text='first day of the period judged: the day itself, or the first of a month'),
        ),
        migrations.AddConstraint(
            model_name='mark',
            constraint=models.CheckConstraint(condition=models.Q(('month__day', 1), ('rhythm', 'day'), _connector='OR'), name='mark_period_first_day'),
        ),
        migrations.AddConstraint(
            model_name='mark',
            constraint=models.CheckConstraint(condition=models.Q(('value__gte', 0), models.Q(('most', None), ('value__lte', models.F('most')), _connector='OR')), name='mark_in_range'),
        ),
        migrations.CreateModel(
            name='Closing',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('region_code', yigang.foundation.models.RegionCodeField(max_length=12, verbose_name='Region')),
                ('rhythm', models.CharField(choices=[('day', 'Daily'), ('month', 'Monthly'), ('quarter', 'Quarterly'), ('year', 'Yearly')], max_length=8, verbose_name='rhythm')),
                ('first', models.DateField(verbose_name='first day')),
                ('last', models.DateField(verbose_name='last day')),
                ('version', models.PositiveSmallIntegerField(default=1, verbose_name='closing no.')),
                ('policy_digest', models.CharField(max_length=64)),
                ('facts_digest', models.CharField(max_length=64)),
                ('results_digest', models.CharField(max_length=64)),
                ('people', models.PositiveIntegerField(verbose_name='people judged')),
                ('undetermined', models.PositiveIntegerField(verbose_name='undetermined')),
                ('closed_at', models.DateTimeField(auto_now_add=True, verbose_name='closed at')),
                ('reopened_at', models.DateTimeField(null=True, verbose_name='reopened at')),
                ('reopened_why', models.CharField(blank=True, max_length=200, verbose_name='reopened because')),
                ('closed_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('programme', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='posts.programme')),
                ('reopened_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'verbose_name': 'closing',
                'ordering': ['-last', 'region_code', '-version'],
                'indexes': [models.Index(fields=['region_code'], name='closing_region', opclasses=['text_pattern_ops'])],
                'constraints': [models.UniqueConstraint(condition=models.Q(('reopened_at', None)), fields=('programme', 'rhythm', 'first', 'region_code'), name='closing_once'), models.UniqueConstraint(fields=('programme', 'rhythm', 'first', 'region_code', 'version'), name='closing_version_once'), models.CheckConstraint(condition=models.Q(('rhythm__in', ['quarter', 'year'])), name='closing_rhythm'), models.CheckConstraint(condition=models.Q(models.Q(('reopened_at', None), ('reopened_by', None)), models.Q(('reopened_at__isnull', False), models.Q(('reopened_why', ''), _negated=True)), _connector='OR'), name='closing_reopened_why')],
            },
        ),
        migrations.CreateModel(
            name='PeriodResult',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('region_code', yigang.foundation.models.RegionCodeField(max_length=12, verbose_name='Region')),
                ('grade', models.CharField(blank=True, max_length=20, verbose_name='grade')),
                ('score', models.DecimalField(decimal_places=2, max_digits=7, null=True, verbose_name='score')),
                ('passed', models.BooleanField(null=True)),
                ('missing', django.contrib.postgres.fields.ArrayField(base_field=models.CharField(max_length=60), size=None)),
                ('clause', models.CharField(blank=True, max_length=1000, verbose_name='clause')),
                ('cites', models.CharField(blank=True, max_length=200, verbose_name='source')),
                ('consequences', django.contrib.postgres.fields.ArrayField(base_field=models.CharField(max_length=60), size=None)),
                ('because', django.contrib.postgres.fields.ArrayField(base_field=models.CharField(max_length=300), size=None)),
                ('trace', models.JSONField()),
                ('appointment', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='period_results', to='tenure.appointment')),
                ('closing', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='results', to='appraisal.closing')),
                ('person', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='period_results', to='people.person')),
            ],
            options={
                'verbose_name': 'result of a period',
                'ordering': ['-closing__last', 'region_code', 'pk'],
                'indexes': [models.Index(fields=['region_code'], name='period_result_region', opclasses=['text_pattern_ops'])],
                'constraints': [models.UniqueConstraint(fields=('closing', 'appointment'), name='period_result_once'), models.CheckConstraint(condition=models.Q(models.Q(('grade', ''), ('passed', None), models.Q(('missing', []), _negated=True)), models.Q(models.Q(('grade', ''), _negated=True), ('missing', []), ('passed__isnull', False)), _connector='OR'), name='period_result_decided_or_missing')],
            },
        ),
        migrations.AddField(
            model_name='yearresult', name='closing',
            field=models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='year_results', to='appraisal.closing'),
        ),
        protect("appraisal_closing", visible_below=True),
        protect("appraisal_periodresult"),
        append_only("appraisal_periodresult"),
        migrations.RunSQL([
            "REVOKE DELETE, UPDATE ON appraisal_closing FROM yigang_app",
            "GRANT UPDATE (reopened_by_id, reopened_at, reopened_why) ON appraisal_closing TO yigang_app",
            KEEP_MARKS, MARKS_TRIGGER, ONE_LINE, ONE_LINE_TRIGGER,
        ], migrations.RunSQL.noop),
    ]
