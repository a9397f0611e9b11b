"""Two that open a month's table at once both go on: waiting for the advisory lock does not renew what `to_regclass` knows."""

from django.db import migrations

OPEN = """
CREATE OR REPLACE FUNCTION yigang_check_in_month(month date) RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public AS $$
DECLARE first date := date_trunc('month', month)::date;
        name text := 'duty_checkin_' || to_char(first, 'YYYY_MM');
BEGIN
  IF to_regclass(name) IS NOT NULL THEN RETURN; END IF;
  PERFORM pg_advisory_xact_lock(hashtext(name));
  IF to_regclass(name) IS NOT NULL THEN RETURN; END IF;
  BEGIN
    EXECUTE format('CREATE TABLE %I PARTITION OF duty_checkin FOR VALUES FROM (%L) TO (%L)',
                   name, first, (first + interval '1 month')::date);
  EXCEPTION WHEN duplicate_table THEN
    RETURN;
  END;
  EXECUTE format('REVOKE ALL ON %I FROM yigang_app', name);
  EXECUTE format('CREATE TRIGGER append_only_truncate BEFORE TRUNCATE ON %I FOR EACH STATEMENT '
                 'EXECUTE FUNCTION yigang_refuse_change()', name);
END $$
"""


class Migration(migrations.Migration):
    dependencies = [("duty", "0018_flags")]
    operations = [migrations.RunSQL(OPEN, migrations.RunSQL.noop)]
