"""Meetings with their minutes, only added; what they ask for stands on the rectification list."""

import django.db.models.deletion
import yigang.foundation.models
from django.conf import settings
from django.db import migrations, models

from yigang.foundation.rls import append_only, protect

GUARDS = [
    """CREATE FUNCTION yigang_meeting_of_one_period() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF NEW.corrects_id IS NOT NULL AND NOT EXISTS (
       SELECT FROM oversight_meeting WHERE id = NEW.corrects_id
       AND (programme_id, region_code, rhythm, first, part)
         = (NEW.programme_id, NEW.region_code, NEW.rhythm, NEW.first, NEW.part)) THEN
    RAISE EXCEPTION 'a correction keeps programme, place and period' USING ERRCODE = 'check_violation';
  END IF;
  IF NEW.continues_id IS NOT NULL AND NOT EXISTS (
       SELECT FROM oversight_meeting WHERE id = NEW.continues_id
       AND (programme_id, region_code, rhythm, first, part)
         = (NEW.programme_id, NEW.region_code, NEW.rhythm, NEW.first, NEW.part - 1)) THEN
    RAISE EXCEPTION 'a meeting continues the one before it, of its place and period' USING ERRCODE = 'check_violation';
  END IF;
  RETURN NEW;
END $$""",
    """CREATE TRIGGER meeting_of_one_period BEFORE INSERT ON oversight_meeting
FOR EACH ROW EXECUTE FUNCTION yigang_meeting_of_one_period()""",
]


class Migration(migrations.Migration):

    dependencies = [
        ('foundation', '0005_scope_planned'),
        ('oversight', '0003_anomalies'),
        ('posts', '0004_guards_and_kinds'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.AlterField(
            model_name='rectification',
            name='source',
            field=models.CharField(choices=[('visit', 'Visit sheet'), ('list', 'List handed in'), ('entered', 'Entered by hand'), ('meeting', 'Follow-up of a meeting')], max_length=8, verbose_name='found by'),
        ),
        migrations.CreateModel(
            name='Meeting',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('region_code', yigang.foundation.models.RegionCodeField(max_length=12, verbose_name='Region')),
                ('rhythm', models.CharField(help_text="the policy's code of it", max_length=24)),
                ('name', models.CharField(max_length=20, verbose_name='meeting')),
                ('first', models.DateField(verbose_name='period from')),
                ('last', models.DateField(verbose_name='period up to')),
                ('until', models.DateField(verbose_name='to be held by')),
                ('part', models.PositiveSmallIntegerField(default=1)),
                ('reason', models.CharField(blank=True, max_length=200, verbose_name='why it was corrected')),
                ('on', models.DateField(verbose_name='held on')),
                ('chair', models.CharField(max_length=60, verbose_name='chair')),
                ('present', models.PositiveIntegerField(verbose_name='people present')),
                ('absent', models.PositiveIntegerField(default=0, verbose_name='people missing')),
                ('names', models.CharField(blank=True, max_length=1000, verbose_name='who was there')),
                ('minutes', models.TextField(max_length=10000, verbose_name='minutes')),
                ('figures', models.JSONField(default=dict)),
                ('recorded_at', models.DateTimeField(auto_now_add=True, verbose_name='recorded at')),
                ('continues', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='continued_by', to='oversight.meeting')),
                ('corrects', models.OneToOneField(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='corrected_by', to='oversight.meeting')),
                ('file', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='foundation.storedfile')),
                ('programme', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='meetings', to='posts.programme')),
                ('recorded_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='recorded by')),
            ],
            options={
                'verbose_name': 'meeting',
                'ordering': ['-on', '-pk'],
            },
        ),
        migrations.AddField(
            model_name='rectification',
            name='meeting',
            field=models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='follow_ups', to='oversight.meeting'),
        ),
        migrations.AddIndex(
            model_name='meeting',
            index=models.Index(fields=['region_code', 'first'], name='meeting_region', opclasses=['text_pattern_ops', 'date_ops']),
        ),
        migrations.AddConstraint(
            model_name='meeting',
            constraint=models.UniqueConstraint(condition=models.Q(('corrects', None)), fields=('programme', 'region_code', 'rhythm', 'first', 'part'), name='meeting_once'),
        ),
        migrations.AddConstraint(
            model_name='meeting',
            constraint=models.CheckConstraint(condition=models.Q(('on__gte', models.F('first')), ('on__lte', models.F('last')), ('until__gte', models.F('first')), ('until__lte', models.F('last'))), name='meeting_in_its_period'),
        ),
        migrations.AddConstraint(
            model_name='meeting',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('chair', ''), _negated=True), models.Q(('minutes', ''), _negated=True), ('present__gte', 1)), name='meeting_was_held'),
        ),
        migrations.AddConstraint(
            model_name='meeting',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('continues', None), ('part', 1)), models.Q(('continues__isnull', False), ('part__gt', 1)), _connector='OR'), name='meeting_continues_one'),
        ),
        migrations.AddConstraint(
            model_name='meeting',
            constraint=models.CheckConstraint(condition=models.Q(('corrects', None), models.Q(('reason', ''), _negated=True), _connector='XOR'), name='meeting_corrected_with_a_reason'),
        ),
        protect('oversight_meeting'),
        append_only('oversight_meeting'),
        migrations.RunSQL(GUARDS, migrations.RunSQL.noop),
    ]
