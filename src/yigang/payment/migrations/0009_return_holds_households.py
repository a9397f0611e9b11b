"""A return holds the households that it pays, after their people and in the order of keys.

Whoever moves several people holds households in that order (`people.holding`), so sums are no longer taken up crosswise; and
a household that is written to another village meanwhile is read where it lies then.
"""

from django.db import migrations

PAID = """
CREATE OR REPLACE FUNCTION yigang_household_paid() RETURNS trigger
  LANGUAGE plpgsql SECURITY DEFINER SET search_path = public AS $$
DECLARE scope_before text := coalesce(current_setting('yigang.scope', true), ''); paid bigint[]; people bigint[];
BEGIN
  paid := ARRAY(SELECT n.id FROM became n JOIN was o USING (id) WHERE n.state = 'paid' AND o.state <> 'paid');
  IF cardinality(paid) = 0 THEN
    RETURN NULL;
  END IF;
  PERFORM set_config('yigang.scope', '*', true);
  people := ARRAY(SELECT person_id FROM became WHERE id = ANY (paid));
  PERFORM 1 FROM people_person WHERE id = ANY (people) ORDER BY id FOR SHARE;
  PERFORM 1 FROM people_household WHERE id IN (SELECT household_id FROM people_person WHERE id = ANY (people))
    ORDER BY id FOR SHARE;
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
"""


class Migration(migrations.Migration):

    dependencies = [
        ('payment', '0008_household_pay'),
    ]

    operations = [
        migrations.RunSQL(PAID, migrations.RunSQL.noop),
    ]
