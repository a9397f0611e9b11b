"""What a county decides is seen below by comparing region codes, not by a function that is called for every row.

It changes every policy of that name there is, also those that chapters wrote by hand; hence it comes after these.
"""

from django.db import migrations

from yigang.foundation.rls import SEEN_BELOW

ALL = f"""
DO $do$
DECLARE named record;
BEGIN
  FOR named IN SELECT schemaname, tablename FROM pg_policies WHERE policyname = 'seen_below' LOOP
    EXECUTE format($sql$ALTER POLICY seen_below ON %I.%I USING ({SEEN_BELOW})$sql$, named.schemaname, named.tablename);
  END LOOP;
END $do$
"""


class Migration(migrations.Migration):
    dependencies = [("foundation", "0003_guards"), ("duty", "0003_intakes_seen_below"), ("tenure", "0007_seen_below")]
    operations = [migrations.RunSQL(ALL, migrations.RunSQL.noop)]
