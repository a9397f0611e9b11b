"""Row-level security, the order of steps, and a round's book that is only added to."""

from django.db import migrations

from yigang.foundation.rls import append_only, protect

IN_ORDER = """
CREATE FUNCTION yigang_steps_in_order() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF EXISTS (SELECT 1 FROM recruitment_steprecord s WHERE s.round_id = NEW.round_id AND s.position < NEW.position
             AND s.state IN ('waiting', 'open') AND s.id <> NEW.id) THEN
    RAISE EXCEPTION 'step % is out of order', NEW.name
      USING ERRCODE = 'check_violation', CONSTRAINT = 'steps_in_order';
  END IF;
  RETURN NEW;
END $$
"""


class Migration(migrations.Migration):
    dependencies = [("recruitment", "0001_initial"), ("tenure", "0002_guards"), ("foundation", "0003_guards")]
    operations = [
        protect("recruitment_round", visible_below=True),
        protect("recruitment_roundpost"),
        protect("recruitment_steprecord", visible_below=True),
        protect("recruitment_stepdocument", visible_below=True),
        protect("recruitment_roundentry", visible_below=True),
        protect("recruitment_application"),
        protect("recruitment_stepoutcome"),
        protect("recruitment_eligibilityrun"),
        protect("recruitment_eligibilityresult"),
        protect("recruitment_peerreview"),
        protect("recruitment_peertally"),
        protect("recruitment_reviewseat", visible_below=True),
        protect("recruitment_jointreview"),
        protect("recruitment_reviewmark"),
        protect("recruitment_declaredtie"),
        append_only("recruitment_roundentry"),
        migrations.RunSQL(IN_ORDER, "DROP FUNCTION yigang_steps_in_order()"),
        migrations.RunSQL(
            "CREATE TRIGGER steps_in_order BEFORE INSERT OR UPDATE OF state ON recruitment_steprecord "
            "FOR EACH ROW WHEN (NEW.state IN ('open', 'closed')) EXECUTE FUNCTION yigang_steps_in_order()",
            migrations.RunSQL.noop,
        ),
    ]
