"""Row-level security, and no more holders than a post has places."""

from django.db import migrations

from yigang.foundation.rls import protect

PLACES = """
CREATE FUNCTION yigang_place_exists() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = public AS $$
DECLARE places int;
BEGIN
  PERFORM set_config('yigang.scope_before', coalesce(current_setting('yigang.scope', true), ''), true);
  PERFORM set_config('yigang.scope', '*', true);
  SELECT head_count INTO places FROM posts_post WHERE id = NEW.post_id FOR SHARE;
  PERFORM set_config('yigang.scope', current_setting('yigang.scope_before'), true);
  IF NEW.place < 1 OR NEW.place > places THEN
    RAISE EXCEPTION 'post % has % places, not a place %', NEW.post_id, places, NEW.place
      USING ERRCODE = 'check_violation', CONSTRAINT = 'place_within_head_count';
  END IF;
  RETURN NEW;
END $$
"""

SHRINK = """
CREATE FUNCTION yigang_post_keeps_holders() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = public AS $$
DECLARE held int;
BEGIN
  PERFORM set_config('yigang.scope_before', coalesce(current_setting('yigang.scope', true), ''), true);
  PERFORM set_config('yigang.scope', '*', true);
  SELECT coalesce(max(place), 0) INTO held FROM tenure_appointment WHERE post_id = NEW.id;
  PERFORM set_config('yigang.scope', current_setting('yigang.scope_before'), true);
  IF held > NEW.head_count THEN
    RAISE EXCEPTION 'post % has holders in % places', NEW.id, held
      USING ERRCODE = 'check_violation', CONSTRAINT = 'head_count_covers_holders';
  END IF;
  RETURN NEW;
END $$
"""


class Migration(migrations.Migration):
    dependencies = [("tenure", "0001_initial"), ("posts", "0002_guards")]
    operations = [
        protect("tenure_appointment"),
        migrations.RunSQL(PLACES),
        migrations.RunSQL(
            "CREATE TRIGGER place_exists BEFORE INSERT OR UPDATE OF post_id, place ON tenure_appointment "
            "FOR EACH ROW EXECUTE FUNCTION yigang_place_exists()"
        ),
        migrations.RunSQL(SHRINK),
        migrations.RunSQL(
            "CREATE TRIGGER keeps_holders BEFORE UPDATE OF head_count ON posts_post "
            "FOR EACH ROW WHEN (NEW.head_count < OLD.head_count) EXECUTE FUNCTION yigang_post_keeps_holders()"
        ),
    ]
