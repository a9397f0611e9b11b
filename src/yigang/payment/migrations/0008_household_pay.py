"""What a household was paid in a year, kept when the bank says that it paid and when somebody moves to another household.

Nothing else changes it: a paid entry stays paid, its payments stay, and the lines of a sealed month stay (0002, 0004).
Whoever is paid is locked against a move until the return is taken, so that a sum never goes to the household left.
"""

import django.db.models.deletion
import yigang.foundation.models
from django.db import migrations, models

from yigang.foundation.rls import protect

KEEPING = """
ALTER TABLE payment_householdpay ADD CONSTRAINT pay_of_a_household
  FOREIGN KEY (household_id) REFERENCES people_household (id) ON DELETE CASCADE;

CREATE FUNCTION yigang_household_paid() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = public AS $$
DECLARE scope_before text := coalesce(current_setting('yigang.scope', true), ''); paid bigint[];
BEGIN
  paid := ARRAY(SELECT n.id FROM became n JOIN was o USING (id) WHERE n.state = 'paid' AND o.state <> 'paid');
  IF cardinality(paid) = 0 THEN
    RETURN NULL;
  END IF;
  PERFORM set_config('yigang.scope', '*', true);
  PERFORM 1 FROM people_person WHERE id IN (SELECT person_id FROM became WHERE id = ANY (paid)) ORDER BY id FOR SHARE;
  INSERT INTO payment_householdpay AS kept (household_id, region_code, year, fen)
    SELECT h.id, h.region_code, extract(year FROM l.month), sum(p.amount_fen)
    FROM payment_payment p
    JOIN payment_subsidyline l ON l.id = p.line_id
    JOIN people_person m ON m.id = l.person_id
    JOIN people_household h ON h.id = m.household_id
    WHERE p.entry_id = ANY (paid) AND p.live GROUP BY 1, 3 ORDER BY 1, 3
    ON CONFLICT (household_id, year) DO UPDATE SET fen = kept.fen + EXCLUDED.fen;
  PERFORM set_config('yigang.scope', scope_before, true);
  RETURN NULL;
END $$;
CREATE TRIGGER household_paid AFTER UPDATE ON payment_batchentry REFERENCING OLD TABLE AS was NEW TABLE AS became
  FOR EACH STATEMENT EXECUTE FUNCTION yigang_household_paid();

CREATE FUNCTION yigang_pay_moves_along() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = public AS $$
DECLARE scope_before text := coalesce(current_setting('yigang.scope', true), ''); moved bigint[];
BEGIN
  moved := ARRAY(SELECT n.id FROM became n JOIN was o USING (id) WHERE n.household_id IS DISTINCT FROM o.household_id);
  IF cardinality(moved) = 0 THEN
    RETURN NULL;
  END IF;
  PERFORM set_config('yigang.scope', '*', true);
  INSERT INTO payment_householdpay AS kept (household_id, region_code, year, fen)
    SELECT h.id, h.region_code, extract(year FROM l.month), sum(p.amount_fen * home.sign)
    FROM (SELECT id, household_id, 1 FROM became UNION ALL SELECT id, household_id, -1 FROM was)
      AS home (person_id, household_id, sign)
    JOIN people_household h ON h.id = home.household_id
    JOIN payment_subsidyline l ON l.person_id = home.person_id
    JOIN payment_payment p ON p.line_id = l.id AND p.live
    JOIN payment_batchentry e ON e.id = p.entry_id AND e.state = 'paid'
    WHERE home.person_id = ANY (moved) GROUP BY 1, 3 ORDER BY 1, 3
    ON CONFLICT (household_id, year) DO UPDATE SET fen = kept.fen + EXCLUDED.fen;
  PERFORM set_config('yigang.scope', scope_before, true);
  RETURN NULL;
END $$;
CREATE TRIGGER pay_moves_along AFTER UPDATE ON people_person REFERENCING OLD TABLE AS was NEW TABLE AS became
  FOR EACH STATEMENT EXECUTE FUNCTION yigang_pay_moves_along();

CREATE FUNCTION yigang_pay_moves() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = public AS $$
DECLARE scope_before text := coalesce(current_setting('yigang.scope', true), '');
BEGIN
  PERFORM set_config('yigang.scope', '*', true);
  UPDATE payment_householdpay SET region_code = NEW.region_code WHERE household_id = NEW.id;
  PERFORM set_config('yigang.scope', scope_before, true);
  RETURN NULL;
END $$;
CREATE TRIGGER pay_moves AFTER UPDATE ON people_household
  FOR EACH ROW WHEN (OLD.region_code <> NEW.region_code) EXECUTE FUNCTION yigang_pay_moves();

CREATE FUNCTION yigang_count_household_pay() RETURNS void LANGUAGE plpgsql SECURITY DEFINER SET search_path = public AS $$
DECLARE scope_before text := coalesce(current_setting('yigang.scope', true), '');
BEGIN
  PERFORM set_config('yigang.scope', '*', true);
  LOCK TABLE payment_batchentry, people_person IN SHARE MODE;
  DELETE FROM payment_householdpay;
  INSERT INTO payment_householdpay (household_id, region_code, year, fen)
    SELECT h.id, h.region_code, extract(year FROM l.month), sum(p.amount_fen)
    FROM payment_payment p
    JOIN payment_batchentry e ON e.id = p.entry_id AND e.state = 'paid'
    JOIN payment_subsidyline l ON l.id = p.line_id
    JOIN people_person m ON m.id = l.person_id
    JOIN people_household h ON h.id = m.household_id
    WHERE p.live GROUP BY 1, 3;
  PERFORM set_config('yigang.scope', scope_before, true);
END $$;
COMMENT ON FUNCTION yigang_count_household_pay IS 'Every sum anew, for rows that came past the triggers';
REVOKE EXECUTE ON FUNCTION yigang_count_household_pay FROM PUBLIC;
"""


class Migration(migrations.Migration):

    dependencies = [
        ('payment', '0007_holds'),
        ('people', '0016_household_sizes'),
    ]

    operations = [
        migrations.CreateModel(
            name='HouseholdPay',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('region_code', yigang.foundation.models.RegionCodeField(max_length=12, verbose_name='Region')),
                ('year', models.PositiveSmallIntegerField()),
                ('fen', models.BigIntegerField()),
                ('household', models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='pays', to='people.household')),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('household', 'year'), name='household_pay_once')],
            },
        ),
        protect("payment_householdpay"),
        migrations.RunSQL(KEEPING, migrations.RunSQL.noop),
        migrations.RunSQL("SELECT yigang_count_household_pay()", migrations.RunSQL.noop),
    ]
