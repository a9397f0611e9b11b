"""What everybody is owed, added up beside the lines: a page of 150,000 who wait reads sums and fifty names.

Whatever the sums depend on leaves the person's number in a table that blocks nobody; whoever asks next adds up these people
anew from the lines themselves. So no verb waits for another's sums, and none can be forgotten: a number that was written by
a transaction still open stays for the next who asks.
"""

import django.db.models.deletion
import yigang.foundation.models
from django.db import migrations, models

from yigang.foundation.rls import protect

CHANGES = """
CREATE FUNCTION yigang_owed_sealed() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = public AS $$
DECLARE scope_before text := coalesce(current_setting('yigang.scope', true), '');
BEGIN
  IF EXISTS (SELECT FROM became n JOIN was o USING (id) WHERE n.step <> o.step AND 'sealed' IN (n.step, o.step)) THEN
    PERFORM set_config('yigang.scope', '*', true);
    INSERT INTO payment_owedchange (person_id)
      SELECT DISTINCT l.person_id FROM became n JOIN was o USING (id) JOIN payment_subsidyline l ON l.settlement_id = n.id
      WHERE n.step <> o.step AND 'sealed' IN (n.step, o.step);
    PERFORM set_config('yigang.scope', scope_before, true);
  END IF;
  RETURN NULL;
END $$;
CREATE TRIGGER owed_sealed AFTER UPDATE ON payment_settlement REFERENCING OLD TABLE AS was NEW TABLE AS became
  FOR EACH STATEMENT EXECUTE FUNCTION yigang_owed_sealed();

CREATE FUNCTION yigang_owed_paid() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = public AS $$
DECLARE scope_before text := coalesce(current_setting('yigang.scope', true), '');
BEGIN
  PERFORM set_config('yigang.scope', '*', true);
  INSERT INTO payment_owedchange (person_id)
    SELECT DISTINCT l.person_id FROM changed c JOIN payment_subsidyline l ON l.id = c.line_id;
  PERFORM set_config('yigang.scope', scope_before, true);
  RETURN NULL;
END $$;
CREATE TRIGGER owed_paid AFTER INSERT ON payment_payment REFERENCING NEW TABLE AS changed
  FOR EACH STATEMENT EXECUTE FUNCTION yigang_owed_paid();
CREATE TRIGGER owed_paid_otherwise AFTER UPDATE ON payment_payment REFERENCING NEW TABLE AS changed
  FOR EACH STATEMENT EXECUTE FUNCTION yigang_owed_paid();
CREATE TRIGGER owed_unpaid AFTER DELETE ON payment_payment REFERENCING OLD TABLE AS changed
  FOR EACH STATEMENT EXECUTE FUNCTION yigang_owed_paid();

CREATE FUNCTION yigang_owed_of() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = public AS $$
BEGIN
  INSERT INTO payment_owedchange (person_id) SELECT DISTINCT person_id FROM changed;
  RETURN NULL;
END $$;
CREATE TRIGGER owed_answered AFTER UPDATE ON payment_batchentry REFERENCING NEW TABLE AS changed
  FOR EACH STATEMENT EXECUTE FUNCTION yigang_owed_of();
CREATE TRIGGER owed_entry_gone AFTER DELETE ON payment_batchentry REFERENCING OLD TABLE AS changed
  FOR EACH STATEMENT EXECUTE FUNCTION yigang_owed_of();
CREATE TRIGGER owed_held AFTER INSERT ON payment_payhold REFERENCING NEW TABLE AS changed
  FOR EACH STATEMENT EXECUTE FUNCTION yigang_owed_of();
CREATE TRIGGER owed_held_otherwise AFTER UPDATE ON payment_payhold REFERENCING NEW TABLE AS changed
  FOR EACH STATEMENT EXECUTE FUNCTION yigang_owed_of();
CREATE TRIGGER owed_account AFTER INSERT ON people_bankaccount REFERENCING NEW TABLE AS changed
  FOR EACH STATEMENT EXECUTE FUNCTION yigang_owed_of();
CREATE TRIGGER owed_account_otherwise AFTER UPDATE ON people_bankaccount REFERENCING NEW TABLE AS changed
  FOR EACH STATEMENT EXECUTE FUNCTION yigang_owed_of();
CREATE TRIGGER owed_account_gone AFTER DELETE ON people_bankaccount REFERENCING OLD TABLE AS changed
  FOR EACH STATEMENT EXECUTE FUNCTION yigang_owed_of();

CREATE FUNCTION yigang_owed_person() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = public AS $$
BEGIN
  INSERT INTO payment_owedchange (person_id) SELECT n.id FROM became n JOIN was o USING (id)
    WHERE (n.died_on, n.name, n.pinyin, n.region_code) IS DISTINCT FROM (o.died_on, o.name, o.pinyin, o.region_code);
  RETURN NULL;
END $$;
CREATE TRIGGER owed_person AFTER UPDATE ON people_person REFERENCING OLD TABLE AS was NEW TABLE AS became
  FOR EACH STATEMENT EXECUTE FUNCTION yigang_owed_person();
"""

ADDING_UP = """
CREATE FUNCTION yigang_add_up_owed() RETURNS void LANGUAGE plpgsql SECURITY DEFINER SET search_path = public AS $$
DECLARE scope_before text := coalesce(current_setting('yigang.scope', true), ''); changed bigint[];
BEGIN
  IF NOT EXISTS (SELECT FROM payment_owedchange) THEN
    RETURN;
  END IF;
  PERFORM pg_advisory_xact_lock(hashtext('payment owed'));
  WITH gone AS (DELETE FROM payment_owedchange RETURNING person_id)
    SELECT array_agg(DISTINCT person_id) INTO changed FROM gone;
  PERFORM set_config('yigang.scope', '*', true);
  WITH gone AS (DELETE FROM payment_owed o USING unnest(changed) AS c (person_id) WHERE o.person_id = c.person_id
                RETURNING o.programme_id, o.region_code, o.home, o.reason, o.fen, o.apart)
    UPDATE payment_owedsum kept SET people = kept.people - g.people, fen = kept.fen - g.fen
    FROM (SELECT programme_id, region_code, home, reason, count(*) AS people, sum(fen) AS fen FROM gone WHERE NOT apart
          GROUP BY 1, 2, 3, 4) g
    WHERE (kept.programme_id, kept.region_code, kept.home, kept.reason) = (g.programme_id, g.region_code, g.home, g.reason);
  WITH added AS (INSERT INTO payment_owed (region_code, programme_id, person_id, home, pinyin, kind, reason, fen, apart)
    WITH unpaid AS MATERIALIZED (
      SELECT l.person_id, l.region_code, s.programme_id, coalesce(l.amount_fen, 0) AS fen, CASE
          WHEN l.state = 'undetermined' THEN 'undetermined'
          WHEN EXISTS (SELECT FROM payment_payhold h WHERE h.person_id = l.person_id AND h.programme_id = s.programme_id
                       AND h.state = 'live' AND h.from_month <= s.month) THEN 'on_hold' ELSE 'due' END AS kind
      FROM unnest(changed) AS c (person_id) JOIN payment_subsidyline l ON l.person_id = c.person_id
           JOIN payment_settlement s ON s.id = l.settlement_id
      WHERE s.step = 'sealed' AND l.amount_fen IS DISTINCT FROM 0
        AND NOT EXISTS (SELECT FROM payment_payment p WHERE p.line_id = l.id AND p.live)
        AND NOT (l.state = 'undetermined' AND EXISTS (
          SELECT FROM payment_subsidyline x JOIN payment_settlement xs ON xs.id = x.settlement_id
          WHERE x.corrects_id = l.id AND xs.step = 'sealed'))),
    per AS (
      SELECT region_code, programme_id, person_id, kind, sum(fen)::bigint AS fen,
             count(*) OVER (PARTITION BY programme_id, person_id, kind) > 1 AS apart
      FROM unpaid GROUP BY 1, 2, 3, 4)
    SELECT per.region_code, per.programme_id, per.person_id, p.region_code, p.pinyin, per.kind, CASE
        WHEN per.kind <> 'due' THEN per.kind WHEN p.died_on IS NOT NULL THEN 'died' WHEN a.id IS NULL THEN 'no_account'
        WHEN a.holder <> p.name THEN 'other_holder'
        WHEN EXISTS (SELECT FROM payment_batchentry e WHERE e.account_id = a.id AND e.state = 'refused') THEN 'refused'
        WHEN per.fen <= 0 THEN 'negative' ELSE 'payable' END, per.fen, per.apart
    FROM per JOIN people_person p ON p.id = per.person_id
         LEFT JOIN people_bankaccount a ON a.person_id = p.id AND a.active
    RETURNING programme_id, region_code, home, reason, fen, apart)
  INSERT INTO payment_owedsum AS kept (programme_id, region_code, home, reason, people, fen)
    SELECT programme_id, region_code, home, reason, count(*), sum(fen) FROM added WHERE NOT apart GROUP BY 1, 2, 3, 4
    ON CONFLICT (programme_id, region_code, home, reason)
    DO UPDATE SET people = kept.people + EXCLUDED.people, fen = kept.fen + EXCLUDED.fen;
  PERFORM set_config('yigang.scope', scope_before, true);
END $$;
COMMENT ON FUNCTION yigang_add_up_owed IS 'Adds up what those are owed about whom something changed since it was asked last';
"""
EVERYBODY = """
SELECT set_config('yigang.scope', '*', true);
INSERT INTO payment_owedchange (person_id) SELECT DISTINCT person_id FROM payment_subsidyline;
"""


class Migration(migrations.Migration):

    dependencies = [
        ('payment', '0009_return_holds_households'),
        ('people', '0016_household_sizes'),
        ('posts', '0004_guards_and_kinds'),
    ]

    operations = [
        migrations.CreateModel(
            name='OwedChange',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('person_id', models.BigIntegerField()),
            ],
        ),
        migrations.CreateModel(
            name='Owed',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('region_code', yigang.foundation.models.RegionCodeField(max_length=12, verbose_name='Region')),
                ('home', models.CharField(help_text='where the person lives', max_length=12)),
                ('pinyin', models.CharField(max_length=200)),
                ('kind', models.CharField(help_text='due, on_hold or undetermined', max_length=12)),
                ('reason', models.CharField(max_length=12)),
                ('fen', models.BigIntegerField()),
                ('apart', models.BooleanField()),
                ('person', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to='people.person')),
                ('programme', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to='posts.programme')),
            ],
            options={
                'indexes': [models.Index(fields=['programme', 'reason', 'home', 'pinyin', 'person'], name='owed_by_name'), models.Index(condition=models.Q(('apart', True)), fields=['programme'], name='owed_apart')],
                'constraints': [models.UniqueConstraint(fields=('person', 'programme', 'region_code', 'kind'), name='owed_once')],
            },
        ),
        migrations.CreateModel(
            name='OwedSum',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('region_code', yigang.foundation.models.RegionCodeField(max_length=12, verbose_name='Region')),
                ('home', models.CharField(max_length=12)),
                ('reason', models.CharField(max_length=12)),
                ('people', models.IntegerField()),
                ('fen', models.BigIntegerField()),
                ('programme', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to='posts.programme')),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('programme', 'region_code', 'home', 'reason'), name='owed_sum_once')],
            },
        ),
        protect("payment_owed"),
        protect("payment_owedsum"),
        migrations.RunSQL([CHANGES, ADDING_UP], migrations.RunSQL.noop),
        migrations.RunSQL(EVERYBODY, migrations.RunSQL.noop),
    ]
