"""What must never be of notices: a published list that changes, a column that is not allowed, an answer rewritten."""

from django.db import migrations

from yigang.foundation.rls import protect

CODES = "'rank', 'score', 'result', 'grade', 'month', 'team', 'post_number', 'term'"

ALLOWED = f"""
ALTER TABLE notices_noticerow ADD CONSTRAINT notice_row_allowed CHECK (extra - ARRAY[{CODES}] = '{{}}'::jsonb);
ALTER TABLE notices_noticerow ADD CONSTRAINT notice_row_measured CHECK (
  (amount_fen IS NULL OR amount_fen BETWEEN 0 AND 100000000) AND (days IS NULL OR days BETWEEN 0 AND 10000));
ALTER TABLE notices_notice ADD CONSTRAINT notice_fields_allowed CHECK (
  fields::text[] <@ ARRAY['name', 'village', 'post', 'amount_fen', 'days', {CODES}]);
"""

REFUSE = """
CREATE FUNCTION yigang_refuse_notice(what text) RETURNS void LANGUAGE plpgsql AS $$
BEGIN
  RAISE EXCEPTION '%', what USING ERRCODE = 'YG004';
END $$
"""

NOTICE = """
CREATE FUNCTION yigang_notice_changes() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE moving text[] := ARRAY['state', 'closed_by_id', 'closed_at', 'taken_down_by_id', 'taken_down_at', 'taken_down_reason'];
BEGIN
  IF TG_OP = 'INSERT' THEN
    IF NEW.state <> 'draft' THEN
      PERFORM yigang_refuse_notice('a notice begins as a draft');
    END IF;
    RETURN NEW;
  END IF;
  IF TG_OP = 'DELETE' THEN
    IF OLD.state <> 'draft' THEN
      PERFORM yigang_refuse_notice('a published notice is taken down, never deleted');
    END IF;
    RETURN OLD;
  END IF;
  IF OLD.state <> 'draft' AND to_jsonb(OLD) - moving <> to_jsonb(NEW) - moving THEN
    PERFORM yigang_refuse_notice('a published notice does not change');
  END IF;
  IF OLD.state <> NEW.state AND (OLD.state, NEW.state) NOT IN
     (('draft', 'published'), ('published', 'closed'), ('published', 'taken_down'), ('closed', 'taken_down')) THEN
    PERFORM yigang_refuse_notice(format('a notice does not go from %s to %s', OLD.state, NEW.state));
  END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER notice_changes BEFORE INSERT OR UPDATE OR DELETE ON notices_notice
  FOR EACH ROW EXECUTE FUNCTION yigang_notice_changes();
"""

PARTS = """
CREATE FUNCTION yigang_notice_parts() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE part jsonb := CASE WHEN TG_OP = 'DELETE' THEN to_jsonb(OLD) ELSE to_jsonb(NEW) END;
BEGIN
  IF TG_OP = 'INSERT' AND part ->> 'purpose' = 'wall_photo' THEN
    RETURN NEW;
  END IF;
  IF TG_OP = 'UPDATE' AND OLD.notice_id <> NEW.notice_id THEN
    PERFORM yigang_refuse_notice('a part of a notice stays with it');
  END IF;
  IF NOT EXISTS (SELECT 1 FROM notices_notice WHERE id = (part ->> 'notice_id')::bigint AND state = 'draft') THEN
    PERFORM yigang_refuse_notice('what a published notice shows does not change');
  END IF;
  RETURN CASE WHEN TG_OP = 'DELETE' THEN OLD ELSE NEW END;
END $$;
CREATE TRIGGER notice_parts BEFORE INSERT OR UPDATE OR DELETE ON notices_noticerow
  FOR EACH ROW EXECUTE FUNCTION yigang_notice_parts();
CREATE TRIGGER notice_parts BEFORE INSERT OR UPDATE OR DELETE ON notices_noticefile
  FOR EACH ROW EXECUTE FUNCTION yigang_notice_parts();
"""

OBJECTION = """
CREATE FUNCTION yigang_objection_changes() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF TG_OP = 'DELETE' THEN
    PERFORM yigang_refuse_notice('an objection is answered, never deleted');
  END IF;
  IF (OLD.region_code, OLD.notice_id, OLD.row_id, OLD.kind, OLD.receipt, OLD.text, OLD.received_at, OLD.received_by_id)
     IS DISTINCT FROM
     (NEW.region_code, NEW.notice_id, NEW.row_id, NEW.kind, NEW.receipt, NEW.text, NEW.received_at, NEW.received_by_id) THEN
    PERFORM yigang_refuse_notice('what somebody said is not rewritten');
  END IF;
  IF OLD.state = 'answered' AND to_jsonb(OLD) - ARRAY['sender_cipher'] <> to_jsonb(NEW) - ARRAY['sender_cipher'] THEN
    PERFORM yigang_refuse_notice('an answer stays as it was given');
  END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER objection_changes BEFORE UPDATE OR DELETE ON notices_objection
  FOR EACH ROW EXECUTE FUNCTION yigang_objection_changes();
"""

TRUNCATE = "CREATE TRIGGER no_truncate BEFORE TRUNCATE ON {} FOR EACH STATEMENT EXECUTE FUNCTION yigang_refuse_change()"


class Migration(migrations.Migration):
    dependencies = [("notices", "0001_initial"), ("foundation", "0003_guards"), ("posts", "0002_guards")]
    operations = [
        *(migrations.RunSQL(statements) for statements in (ALLOWED, REFUSE, NOTICE, PARTS, OBJECTION)),
        *(
            migrations.RunSQL(TRUNCATE.format(f"notices_{table}"))
            for table in ("notice", "noticerow", "noticefile", "objection")
        ),
        *(protect(f"notices_{table}", visible_below=True) for table in ("noticerules", "notice", "noticerow", "noticefile")),
        protect("notices_objection"),
    ]
