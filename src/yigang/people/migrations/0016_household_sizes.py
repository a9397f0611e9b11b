"""How many a household has, kept with every person who comes, moves, dies or is taken out.

The household is locked before it is counted, and counted by a statement of its own: whoever waited for another clerk
counts that clerk's person too.
"""

import django.contrib.postgres.fields
import django.db.models.deletion
import yigang.foundation.models
from django.db import migrations, models

from yigang.foundation.rls import protect

COUNTING = """
ALTER TABLE people_householdsize ADD CONSTRAINT size_of_a_household
  FOREIGN KEY (household_id) REFERENCES people_household (id) ON DELETE CASCADE;

CREATE FUNCTION yigang_count_members(homes bigint[]) RETURNS void
  LANGUAGE plpgsql SECURITY DEFINER SET search_path = public AS $$
DECLARE scope_before text := coalesce(current_setting('yigang.scope', true), '');
BEGIN
  PERFORM set_config('yigang.scope', '*', true);
  homes := coalesce(homes, ARRAY(SELECT id FROM people_household));
  PERFORM 1 FROM people_household WHERE id = ANY (homes) ORDER BY id FOR NO KEY UPDATE;
  INSERT INTO people_householdsize (household_id, region_code, members, deaths)
    SELECT h.id, h.region_code, count(p.id),
           coalesce(array_agg(extract(year FROM p.died_on)::int ORDER BY p.died_on) FILTER (WHERE p.died_on IS NOT NULL), '{}')
    FROM people_household h LEFT JOIN people_person p ON p.household_id = h.id
    WHERE h.id = ANY (homes) GROUP BY h.id ORDER BY h.id
    ON CONFLICT (household_id) DO UPDATE SET members = EXCLUDED.members, deaths = EXCLUDED.deaths;
  PERFORM set_config('yigang.scope', scope_before, true);
END $$;
COMMENT ON FUNCTION yigang_count_members IS 'Households counted anew; null counts all of them';
REVOKE EXECUTE ON FUNCTION yigang_count_members FROM PUBLIC;

CREATE FUNCTION yigang_members_change() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = public AS $$
DECLARE homes bigint[];
BEGIN
  IF TG_OP = 'INSERT' THEN
    homes := ARRAY(SELECT DISTINCT household_id FROM became WHERE household_id IS NOT NULL);
  ELSIF TG_OP = 'DELETE' THEN
    homes := ARRAY(SELECT DISTINCT household_id FROM was WHERE household_id IS NOT NULL);
  ELSE
    homes := ARRAY(
      SELECT DISTINCT home FROM became n JOIN was o USING (id), unnest(ARRAY[n.household_id, o.household_id]) AS home
      WHERE home IS NOT NULL AND (n.household_id, n.died_on) IS DISTINCT FROM (o.household_id, o.died_on));
  END IF;
  IF cardinality(homes) > 0 THEN
    PERFORM yigang_count_members(homes);
  END IF;
  RETURN NULL;
END $$;
CREATE TRIGGER members_come AFTER INSERT ON people_person REFERENCING NEW TABLE AS became
  FOR EACH STATEMENT EXECUTE FUNCTION yigang_members_change();
CREATE TRIGGER members_change AFTER UPDATE ON people_person REFERENCING OLD TABLE AS was NEW TABLE AS became
  FOR EACH STATEMENT EXECUTE FUNCTION yigang_members_change();
CREATE TRIGGER members_go AFTER DELETE ON people_person REFERENCING OLD TABLE AS was
  FOR EACH STATEMENT EXECUTE FUNCTION yigang_members_change();

CREATE FUNCTION yigang_size_moves() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = public AS $$
DECLARE scope_before text := coalesce(current_setting('yigang.scope', true), '');
BEGIN
  PERFORM set_config('yigang.scope', '*', true);
  UPDATE people_householdsize SET region_code = NEW.region_code WHERE household_id = NEW.id;
  PERFORM set_config('yigang.scope', scope_before, true);
  RETURN NULL;
END $$;
CREATE TRIGGER size_moves AFTER UPDATE ON people_household
  FOR EACH ROW WHEN (OLD.region_code <> NEW.region_code) EXECUTE FUNCTION yigang_size_moves();
"""

class Migration(migrations.Migration):

    dependencies = [
        ('people', '0015_incomes'),
    ]

    operations = [
        migrations.CreateModel(
            name='HouseholdSize',
            fields=[
                ('household', models.OneToOneField(db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, primary_key=True, related_name='size', serialize=False, to='people.household')),
                ('region_code', yigang.foundation.models.RegionCodeField(max_length=12, verbose_name='Region')),
                ('members', models.IntegerField()),
                ('deaths', django.contrib.postgres.fields.ArrayField(base_field=models.IntegerField(), default=list, size=None)),
            ],
        ),
        protect("people_householdsize"),
        migrations.RunSQL(COUNTING, migrations.RunSQL.noop),
        migrations.RunSQL("SELECT yigang_count_members(NULL)", migrations.RunSQL.noop),
    ]
