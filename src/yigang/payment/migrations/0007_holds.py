"""Held pay: while a hold is live no batch takes up its lines, and none is set while the bank is about to pay them."""
import django.db.models.deletion
import yigang.foundation.models
from django.conf import settings
from django.db import migrations, models

from yigang.foundation.rls import protect

QUESTIONS = """
CREATE FUNCTION yigang_holds(programme bigint) RETURNS TABLE (person_id bigint, from_month date)
  LANGUAGE plpgsql SECURITY DEFINER SET search_path = public ROWS 20 AS $$
DECLARE scope_before text := coalesce(current_setting('yigang.scope', true), '');
BEGIN
  PERFORM set_config('yigang.scope', '*', true);
  RETURN QUERY SELECT h.person_id, h.from_month FROM payment_payhold h
    WHERE h.programme_id = programme AND h.state = 'live';
  PERFORM set_config('yigang.scope', scope_before, true);
END $$;
COMMENT ON FUNCTION yigang_holds IS 'Whose pay of a programme is held back, also for a town that holds set elsewhere concern';

CREATE FUNCTION yigang_reserved(programme bigint) RETURNS bigint
  LANGUAGE plpgsql SECURITY DEFINER SET search_path = public AS $$
DECLARE scope_before text := coalesce(current_setting('yigang.scope', true), ''); kept bigint;
BEGIN
  PERFORM set_config('yigang.scope', '*', true);
  SELECT coalesce(sum(l.amount_fen), 0) INTO kept FROM payment_payhold h
    JOIN payment_subsidyline l ON l.person_id = h.person_id
    JOIN payment_settlement s ON s.id = l.settlement_id AND s.programme_id = h.programme_id AND s.step = 'sealed'
    WHERE h.programme_id = programme AND h.state = 'live' AND s.month >= h.from_month AND l.state = 'settled'
      AND NOT EXISTS (SELECT FROM payment_payment p WHERE p.line_id = l.id AND p.live);
  PERFORM set_config('yigang.scope', scope_before, true);
  RETURN kept;
END $$;
COMMENT ON FUNCTION yigang_reserved IS 'What is sealed and held back in a programme, in fen';
"""

GUARDS = """
CREATE FUNCTION yigang_payments_not_held() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = public AS $$
DECLARE scope_before text := coalesce(current_setting('yigang.scope', true), ''); held int; one bigint;
BEGIN
  PERFORM set_config('yigang.scope', '*', true);
  FOR one IN SELECT DISTINCT b.programme_id FROM added a JOIN payment_batchentry e ON e.id = a.entry_id
             JOIN payment_bankbatch b ON b.id = e.batch_id ORDER BY 1 LOOP
    PERFORM pg_advisory_xact_lock(hashtext('bank batch'), one::int);
  END LOOP;
  SELECT count(*) INTO held FROM added a
    JOIN payment_subsidyline l ON l.id = a.line_id JOIN payment_settlement s ON s.id = l.settlement_id
    JOIN payment_payhold h ON h.person_id = l.person_id AND h.programme_id = s.programme_id
    WHERE h.state = 'live' AND h.from_month <= s.month;
  PERFORM set_config('yigang.scope', scope_before, true);
  IF held > 0 THEN
    RAISE EXCEPTION '% lines of the batch are held back', held
      USING ERRCODE = 'check_violation', CONSTRAINT = 'held_line_is_not_paid';
  END IF;
  RETURN NULL;
END $$;
CREATE TRIGGER payments_not_held AFTER INSERT ON payment_payment REFERENCING NEW TABLE AS added
  FOR EACH STATEMENT EXECUTE FUNCTION yigang_payments_not_held();

CREATE FUNCTION yigang_hold_changes() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = public AS $$
DECLARE scope_before text := coalesce(current_setting('yigang.scope', true), ''); waiting int;
BEGIN
  IF TG_OP = 'DELETE' THEN
    PERFORM yigang_refuse('a hold is lifted or declined, never deleted');
  END IF;
  IF TG_OP = 'UPDATE' AND ((OLD.region_code, OLD.programme_id, OLD.person_id, OLD.from_month, OLD.reason, OLD.evidence,
      OLD.source, OLD.proposed_by_id) IS DISTINCT FROM (NEW.region_code, NEW.programme_id, NEW.person_id, NEW.from_month,
      NEW.reason, NEW.evidence, NEW.source, NEW.proposed_by_id)
     OR OLD.set_at IS NOT NULL AND (OLD.set_by_id, OLD.set_at, OLD.review_by) IS DISTINCT FROM
                                   (NEW.set_by_id, NEW.set_at, NEW.review_by)
     OR OLD.state IN ('lifted', 'declined')
     OR OLD.state <> NEW.state AND (OLD.state, NEW.state) NOT IN
        (('proposed', 'live'), ('proposed', 'declined'), ('live', 'lifted'))) THEN
    PERFORM yigang_refuse('a hold keeps what it says; an ended one does not change');
  END IF;
  IF NEW.state = 'live' AND (TG_OP = 'INSERT' OR OLD.state <> 'live') THEN
    PERFORM pg_advisory_xact_lock(hashtext('bank batch'), NEW.programme_id::int);
    PERFORM set_config('yigang.scope', '*', true);
    SELECT count(*) INTO waiting FROM payment_subsidyline l JOIN payment_settlement s ON s.id = l.settlement_id
      JOIN payment_payment p ON p.line_id = l.id AND p.live
      JOIN payment_batchentry e ON e.id = p.entry_id AND e.state = 'pending'
      WHERE l.person_id = NEW.person_id AND s.programme_id = NEW.programme_id AND s.month >= NEW.from_month;
    PERFORM set_config('yigang.scope', scope_before, true);
    IF waiting > 0 THEN
      RAISE EXCEPTION '% lines of the hold wait for the bank', waiting
        USING ERRCODE = 'check_violation', CONSTRAINT = 'held_line_is_not_paid';
    END IF;
  END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER hold_changes BEFORE INSERT OR UPDATE OR DELETE ON payment_payhold
  FOR EACH ROW EXECUTE FUNCTION yigang_hold_changes();
"""


class Migration(migrations.Migration):

    dependencies = [
        ('payment', '0006_aid_recipients'),
        ('people', '0015_incomes'),
        ('posts', '0004_guards_and_kinds'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name='PayHold',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('region_code', yigang.foundation.models.RegionCodeField(max_length=12, verbose_name='Region')),
                ('from_month', models.DateField(help_text="a month's first day", verbose_name='held back from')),
                ('reason', models.CharField(max_length=300, verbose_name='reason')),
                ('evidence', models.CharField(max_length=300, verbose_name='evidence')),
                ('source', models.CharField(blank=True, max_length=40)),
                ('state', models.CharField(choices=[('proposed', 'Hold proposed'), ('live', 'Held back'), ('lifted', 'Hold lifted'), ('declined', 'Hold declined')], max_length=8, verbose_name='state')),
                ('proposed_at', models.DateTimeField(auto_now_add=True)),
                ('set_at', models.DateTimeField(null=True)),
                ('review_by', models.DateField(null=True, verbose_name='to be decided by')),
                ('told_on', models.DateField(null=True, verbose_name='told on')),
                ('told_how', models.CharField(blank=True, choices=[('in_person', 'Handed over, signed for'), ('family', 'Handed to an adult of the household'), ('post', 'By registered post'), ('left', 'Left at home before witnesses'), ('posted', 'Posted publicly')], help_text='empty: read on the phone', max_length=10)),
                ('answer', models.CharField(blank=True, max_length=500, verbose_name='what the person says')),
                ('answered_on', models.DateField(null=True)),
                ('ended_at', models.DateTimeField(null=True)),
                ('ended_because', models.CharField(blank=True, max_length=300, verbose_name='why it ended')),
                ('ended_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('person', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='pay_holds', to='people.person')),
                ('programme', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='pay_holds', to='posts.programme')),
                ('proposed_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('set_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'verbose_name': 'held pay',
                'ordering': ['-pk'],
                'indexes': [models.Index(fields=['region_code'], name='hold_region', opclasses=['text_pattern_ops']), models.Index(condition=models.Q(('source', ''), _negated=True), fields=['source'], name='hold_source')],
                'constraints': [models.UniqueConstraint(condition=models.Q(('state__in', ['proposed', 'live'])), fields=('programme', 'person'), name='one_hold_at_a_time'), models.CheckConstraint(condition=models.Q(('from_month__day', 1)), name='hold_from_a_first_day'), models.CheckConstraint(condition=models.Q(models.Q(('reason', ''), _negated=True), models.Q(('evidence', ''), _negated=True)), name='hold_has_a_reason_and_evidence'), models.CheckConstraint(condition=models.Q(models.Q(('review_by', None), ('set_at', None), ('set_by', None), ('state__in', ['proposed', 'declined'])), models.Q(('review_by__isnull', False), ('set_at__isnull', False), ('set_by__isnull', False), ('state__in', ['live', 'lifted'])), _connector='OR'), name='hold_is_set_by_somebody'), models.CheckConstraint(condition=models.Q(models.Q(('ended_at', None), ('ended_because', ''), ('ended_by', None), ('state__in', ['proposed', 'live'])), models.Q(('ended_at__isnull', False), ('ended_by__isnull', False), ('state__in', ['lifted', 'declined']), models.Q(('ended_because', ''), _negated=True)), _connector='OR'), name='hold_ends_with_a_reason'), models.CheckConstraint(condition=models.Q(models.Q(('state', 'lifted'), _negated=True), models.Q(('ended_by', models.F('set_by')), _negated=True), _connector='OR'), name='hold_is_lifted_by_another')],
            },
        ),
        migrations.RunSQL(QUESTIONS),
        migrations.RunSQL(GUARDS),
        protect("payment_payhold"),
    ]
