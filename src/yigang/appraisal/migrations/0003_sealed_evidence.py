"""Evidence by which a sealed month was judged cannot be withdrawn any more."""

from django.db import migrations

KEEP = """
CREATE FUNCTION yigang_keep_sealed_evidence() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF EXISTS (SELECT FROM appraisal_appraisal sealed
             WHERE sealed.region_code ^@ yigang_region_prefix(OLD.region_code) AND sealed.period = 'month'
               AND sealed.first <= OLD.last AND sealed.first + interval '1 month' > OLD.first) THEN
    RAISE EXCEPTION 'a sealed month was judged by this evidence' USING ERRCODE = 'YG005';
  END IF;
  RETURN NEW;
END $$
"""
TRIGGER = """
CREATE TRIGGER keep_sealed_evidence BEFORE UPDATE ON duty_intake FOR EACH ROW
WHEN (OLD.withdrawn_at IS NULL AND NEW.withdrawn_at IS NOT NULL) EXECUTE FUNCTION yigang_keep_sealed_evidence()
"""


class Migration(migrations.Migration):
    dependencies = [("appraisal", "0002_guards"), ("duty", "0003_intakes_seen_below")]
    operations = [
        migrations.RunSQL(KEEP, "DROP FUNCTION yigang_keep_sealed_evidence()"),
        migrations.RunSQL(TRIGGER, "DROP TRIGGER keep_sealed_evidence ON duty_intake"),
    ]
