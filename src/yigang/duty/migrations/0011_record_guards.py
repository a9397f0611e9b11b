"""Records are only added; who is signed in on a phone, and the phones' standing intake, are found in one statement."""

from django.db import migrations

from yigang.foundation.rls import append_only, protect

WHO = """
CREATE FUNCTION yigang_device_login(digest bytea) RETURNS TABLE (
  login_id bigint, device_id uuid, key bytea, first_seen timestamptz, revoked boolean, ended boolean, stale boolean,
  person_id bigint, name varchar, home varchar, posts jsonb
) LANGUAGE plpgsql VOLATILE SET search_path = public AS $$
DECLARE regions text;
BEGIN
  PERFORM set_config('yigang.scope', '*', true);
  RETURN QUERY
    SELECT l.id, l.device_id, d.key, d.first_seen, d.revoked_at IS NOT NULL, l.ended_at IS NOT NULL,
           l.last_seen < now() - interval '10 minutes', p.id, p.name, p.region_code,
           coalesce((SELECT jsonb_agg(jsonb_build_array(a.region_code, a.programme_id, a.starts, a.ends, g.capabilities)
                                      ORDER BY a.starts DESC)
                     FROM tenure_appointment a JOIN posts_programme g ON g.id = a.programme_id
                     WHERE a.person_id = p.id), '[]'::jsonb)
    FROM duty_devicelogin l JOIN duty_device d ON d.id = l.device_id JOIN people_person p ON p.id = l.person_id
    WHERE l.token_digest = digest;
  SELECT string_agg(DISTINCT held.code, ',') INTO regions
  FROM duty_devicelogin l
  CROSS JOIN LATERAL (SELECT p.region_code FROM people_person p WHERE p.id = l.person_id
                      UNION SELECT a.region_code FROM tenure_appointment a WHERE a.person_id = l.person_id) AS held (code)
  WHERE l.token_digest = digest;
  PERFORM set_config('yigang.scope', coalesce(regions, ''), true);
END $$
"""

INTAKE = """
CREATE FUNCTION yigang_phone_intake(town varchar, of_table varchar, month date) RETURNS bigint
LANGUAGE plpgsql VOLATILE SET search_path = public AS $$
DECLARE answer bigint; before text := current_setting('yigang.scope', true);
BEGIN
  PERFORM set_config('yigang.scope', '*', true);
  INSERT INTO duty_intake (region_code, "table", source, first, last, declared, rows_read, rows_added, rows_known,
                           rows_unmatched, created_at, withdrawn_reason)
  VALUES (town, of_table, 'phone', month, (month + interval '1 month - 1 day')::date, false, 0, 0, 0, 0, now(), '')
  ON CONFLICT (region_code, "table", first) WHERE source = 'phone' DO NOTHING;
  SELECT id INTO answer FROM duty_intake
  WHERE region_code = town AND "table" = of_table AND first = month AND source = 'phone';
  PERFORM set_config('yigang.scope', before, true);
  RETURN answer;
END $$
"""


class Migration(migrations.Migration):
    dependencies = [("duty", "0010_records"), ("foundation", "0003_guards"), ("tenure", "0001_initial")]
    operations = [
        protect("duty_devicelogin"),
        protect("duty_record"),
        protect("duty_setaside"),
        protect("duty_media"),
        append_only("duty_record"),
        migrations.RunSQL(WHO, "DROP FUNCTION yigang_device_login(bytea)"),
        migrations.RunSQL(INTAKE, "DROP FUNCTION yigang_phone_intake(varchar, varchar, date)"),
    ]
