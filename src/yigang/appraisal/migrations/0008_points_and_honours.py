"""The ledger of points and honours: points are only ever added, once for a clause and what shows it; a vote is given once."""

import django.contrib.postgres.constraints
import django.contrib.postgres.fields
import django.contrib.postgres.fields.ranges
import django.db.models.deletion
import yigang.foundation.models
from django.conf import settings
from django.db import migrations, models

from yigang.foundation.rls import append_only, protect

ONCE = """
CREATE FUNCTION yigang_points_once() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  PERFORM FROM tenure_appointment WHERE id = NEW.appointment_id AND person_id = NEW.person_id;
  IF NOT FOUND THEN
    RAISE EXCEPTION 'the appointment is not this person''s' USING ERRCODE = 'check_violation', CONSTRAINT = 'points_person_holds';
  END IF;
  IF NEW.reverses_id IS NOT NULL THEN
    PERFORM FROM appraisal_pointentry WHERE id = NEW.reverses_id AND reverses_id IS NULL AND kind = NEW.kind
      AND appointment_id = NEW.appointment_id AND clause = NEW.clause AND points = -NEW.points;
    IF NOT FOUND THEN
      RAISE EXCEPTION 'an entry is taken back as it was given' USING ERRCODE = 'check_violation', CONSTRAINT = 'points_reversal';
    END IF;
    RETURN NEW;
  END IF;
  PERFORM pg_advisory_xact_lock(hashtextextended('points', NEW.person_id));
  IF EXISTS (SELECT FROM appraisal_pointentry e
             WHERE e.person_id = NEW.person_id AND e.clause = NEW.clause AND e.evidence = NEW.evidence
               AND (NEW.evidence <> '' OR e.day = NEW.day) AND e.reverses_id IS NULL
               AND NOT EXISTS (SELECT FROM appraisal_pointentry r WHERE r.reverses_id = e.id)) THEN
    RAISE EXCEPTION 'given for this before' USING ERRCODE = 'check_violation', CONSTRAINT = 'points_once';
  END IF;
  RETURN NEW;
END $$
"""
ONCE_TRIGGER = """
CREATE TRIGGER points_once BEFORE INSERT ON appraisal_pointentry FOR EACH ROW EXECUTE FUNCTION yigang_points_once()
"""
VOTED = """
CREATE FUNCTION yigang_vote_once() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF OLD.voted_at IS NOT NULL OR NEW.voted_at IS NULL OR NEW.poll_id <> OLD.poll_id OR NEW.voter_id <> OLD.voter_id
     OR EXISTS (SELECT FROM appraisal_honourpoll WHERE id = OLD.poll_id AND closed_at IS NOT NULL) THEN
    RAISE EXCEPTION 'a vote is given once, while the poll is open' USING ERRCODE = 'check_violation', CONSTRAINT = 'vote_given_once';
  END IF;
  RETURN NEW;
END $$
"""
VOTED_TRIGGER = """
CREATE TRIGGER vote_once BEFORE UPDATE ON appraisal_honourvote FOR EACH ROW EXECUTE FUNCTION yigang_vote_once()
"""


class Migration(migrations.Migration):

    dependencies = [
        ('appraisal', '0007_closings'),
        ('duty', '0025_late_records'),
        ('foundation', '0005_scope_planned'),
        ('foundation', '__first__'),
        ('people', '0014_card_readings'),
        ('posts', '0004_guards_and_kinds'),
        ('tenure', '0009_agreement_templates'),
    ]

    operations = [
        migrations.CreateModel(
            name='HonourPoll',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('region_code', yigang.foundation.models.RegionCodeField(max_length=12, verbose_name='Region')),
                ('name', models.CharField(max_length=40, verbose_name='honour')),
                ('first', models.DateField(verbose_name='first day')),
                ('last', models.DateField(verbose_name='last day')),
                ('policy_digest', models.CharField(max_length=64)),
                ('opened_at', models.DateTimeField(auto_now_add=True)),
                ('closed_at', models.DateTimeField(null=True, verbose_name='closed at')),
                ('outcome', models.CharField(blank=True, max_length=200, verbose_name='outcome')),
                ('closed_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('opened_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('programme', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='posts.programme')),
            ],
            options={
                'verbose_name': 'vote about an honour',
                'ordering': ['-pk'],
                'indexes': [models.Index(fields=['region_code'], name='poll_region', opclasses=['text_pattern_ops'])],
                'constraints': [models.UniqueConstraint(condition=models.Q(('closed_at', None)), fields=('programme', 'name', 'region_code', 'first'), name='poll_open_once'), models.CheckConstraint(condition=models.Q(('closed_at', None), models.Q(('outcome', ''), _negated=True), _connector='OR'), name='poll_closed_with_outcome')],
            },
        ),
        migrations.CreateModel(
            name='HonourCandidate',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('region_code', yigang.foundation.models.RegionCodeField(max_length=12, verbose_name='Region')),
                ('name', models.CharField(max_length=60, verbose_name='name')),
                ('village', models.CharField(max_length=120, verbose_name='village')),
                ('appointment', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='tenure.appointment')),
                ('poll', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='candidates', to='appraisal.honourpoll')),
            ],
            options={
                'ordering': ['pk'],
                'constraints': [models.UniqueConstraint(fields=('poll', 'appointment'), name='candidate_once')],
            },
        ),
        migrations.CreateModel(
            name='HonourVote',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('region_code', yigang.foundation.models.RegionCodeField(max_length=12, verbose_name='Region')),
                ('chosen', django.contrib.postgres.fields.ArrayField(base_field=models.BigIntegerField(), default=list, help_text='candidates', size=None)),
                ('voted_at', models.DateTimeField(null=True, verbose_name='voted at')),
                ('poll', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='votes', to='appraisal.honourpoll')),
                ('voter', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'ordering': ['pk'],
                'constraints': [models.UniqueConstraint(fields=('poll', 'voter'), name='vote_once')],
            },
        ),
        migrations.CreateModel(
            name='Honour',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('region_code', yigang.foundation.models.RegionCodeField(max_length=12, verbose_name='Region')),
                ('name', models.CharField(help_text='as the policy calls it', max_length=40, verbose_name='honour')),
                ('unit_code', models.CharField(max_length=12, verbose_name='unit')),
                ('seat', models.PositiveSmallIntegerField(verbose_name='seat')),
                ('first', models.DateField(verbose_name='first day')),
                ('last', models.DateField(verbose_name='last day')),
                ('days', models.GeneratedField(db_persist=True, expression=models.Func(models.F('first'), models.F('last'), models.Value('[]'), function='daterange'), output_field=django.contrib.postgres.fields.ranges.DateRangeField())),
                ('value', models.DecimalField(decimal_places=2, max_digits=7, verbose_name='points, score or votes')),
                ('policy_digest', models.CharField(max_length=64)),
                ('given_at', models.DateTimeField(auto_now_add=True)),
                ('withdrawn_at', models.DateTimeField(null=True, verbose_name='taken back at')),
                ('withdrawn_why', models.CharField(blank=True, max_length=200, verbose_name='taken back because')),
                ('appointment', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='honours', to='tenure.appointment')),
                ('given_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('programme', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='posts.programme')),
                ('withdrawn_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('poll', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='honours', to='appraisal.honourpoll')),
            ],
            options={
                'verbose_name': 'honour',
                'ordering': ['-first', 'name', 'unit_code', 'seat'],
                'indexes': [models.Index(fields=['appointment'], name='honour_appointment'), models.Index(fields=['region_code'], name='honour_region', opclasses=['text_pattern_ops'])],
                'constraints': [django.contrib.postgres.constraints.ExclusionConstraint(condition=models.Q(('withdrawn_at', None)), expressions=[('programme', '='), ('name', '='), ('unit_code', '='), ('seat', '='), ('days', '&&')], name='one_holder_per_seat'), models.UniqueConstraint(condition=models.Q(('withdrawn_at', None)), fields=('appointment', 'name', 'first'), name='honoured_once'), models.CheckConstraint(condition=models.Q(('last__gte', models.F('first'))), name='honour_days'), models.CheckConstraint(condition=models.Q(models.Q(('withdrawn_at', None), ('withdrawn_by', None)), models.Q(('withdrawn_at__isnull', False), models.Q(('withdrawn_why', ''), _negated=True)), _connector='OR'), name='honour_taken_back_why')],
            },
        ),
        migrations.CreateModel(
            name='PointEntry',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('region_code', yigang.foundation.models.RegionCodeField(max_length=12, verbose_name='Region')),
                ('kind', models.CharField(choices=[('credit', 'Credit points'), ('debit', 'Debit points'), ('award', 'Award points')], max_length=6, verbose_name='kind')),
                ('clause', models.CharField(help_text="the policy's code for it", max_length=30, verbose_name='clause')),
                ('label', models.CharField(help_text="the clause's name when it was given", max_length=40, verbose_name='for what')),
                ('points', models.DecimalField(decimal_places=2, max_digits=6, verbose_name='points')),
                ('reason', models.CharField(max_length=200, verbose_name='reason')),
                ('day', models.DateField(help_text='on which it happened', verbose_name='day')),
                ('month', models.DateField(help_text='first day of the month in which it counts', verbose_name='counts in')),
                ('evidence', models.CharField(blank=True, max_length=80)),
                ('policy_digest', models.CharField(max_length=64)),
                ('given_at', models.DateTimeField(auto_now_add=True)),
                ('appointment', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='points', to='tenure.appointment')),
                ('file', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='foundation.storedfile')),
                ('given_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('incident', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='duty.incident')),
                ('person', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='points', to='people.person')),
                ('result', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='duty.workresult')),
                ('reverses', models.OneToOneField(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='reversed_by', to='appraisal.pointentry')),
            ],
            options={
                'verbose_name': 'points',
                'ordering': ['-pk'],
                'indexes': [models.Index(fields=['person', '-id'], name='points_person'), models.Index(fields=['appointment', 'month'], name='points_month'), models.Index(fields=['region_code'], name='points_region', opclasses=['text_pattern_ops'])],
                'constraints': [models.CheckConstraint(condition=models.Q(('month__day', 1)), name='points_month_is_first_day'), models.CheckConstraint(condition=models.Q(('reason', ''), _negated=True), name='points_have_reason'), models.CheckConstraint(condition=models.Q(models.Q(('kind', 'debit'), ('points__lt', 0), ('reverses', None)), models.Q(models.Q(('kind', 'debit'), _negated=True), ('points__gt', 0), ('reverses', None)), models.Q(('kind', 'debit'), ('points__gt', 0), ('reverses__isnull', False)), models.Q(models.Q(('kind', 'debit'), _negated=True), ('points__lt', 0), ('reverses__isnull', False)), _connector='OR'), name='points_have_their_sign')],
            },
        ),
        *(protect(f"appraisal_{name}") for name in ("pointentry", "honour", "honourvote")),
        *(protect(f"appraisal_{name}", visible_below=True) for name in ("honourpoll", "honourcandidate")),
        *(append_only(f"appraisal_{name}") for name in ("pointentry", "honourcandidate")),
        migrations.RunSQL(ONCE, "DROP FUNCTION yigang_points_once()"),
        migrations.RunSQL(ONCE_TRIGGER, migrations.RunSQL.noop),
        migrations.RunSQL(VOTED, "DROP FUNCTION yigang_vote_once()"),
        migrations.RunSQL(VOTED_TRIGGER, migrations.RunSQL.noop),
        migrations.RunSQL([
            "REVOKE DELETE ON appraisal_honour, appraisal_honourpoll, appraisal_honourvote FROM yigang_app",
            "REVOKE UPDATE ON appraisal_honour, appraisal_honourpoll, appraisal_honourvote FROM yigang_app",
            "GRANT UPDATE (withdrawn_by_id, withdrawn_at, withdrawn_why) ON appraisal_honour TO yigang_app",
            "GRANT UPDATE (closed_by_id, closed_at, outcome) ON appraisal_honourpoll TO yigang_app",
            "GRANT UPDATE (chosen, voted_at) ON appraisal_honourvote TO yigang_app",
        ], migrations.RunSQL.noop),
    ]
