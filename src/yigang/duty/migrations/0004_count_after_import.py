"""Statistics right after a large import: without them the planner takes a month of a city for a handful of rows."""

from django.db import migrations

COUNT = """
CREATE FUNCTION yigang_count_check_ins(month date) RETURNS void LANGUAGE plpgsql SECURITY DEFINER SET search_path = public AS $$
BEGIN
  EXECUTE format('ANALYZE %I', 'duty_checkin_' || to_char(month, 'YYYY_MM'));
END $$
"""


class Migration(migrations.Migration):
    dependencies = [("duty", "0003_intakes_seen_below")]
    operations = [migrations.RunSQL(COUNT, "DROP FUNCTION yigang_count_check_ins(date)")]
