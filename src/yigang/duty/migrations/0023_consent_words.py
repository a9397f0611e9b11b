"""Signing in tells all of a person's words on sensitive data with their times, not only what is withdrawn now."""

from django.db import migrations

WHO = """
DROP FUNCTION yigang_device_logins(bytea[]);
CREATE FUNCTION yigang_device_logins(digests bytea[]) RETURNS TABLE (
  digest bytea, login_id bigint, device_id uuid, key bytea, first_seen timestamptz, revoked boolean, ended boolean,
  stale boolean, person_id bigint, name varchar, home varchar, posts jsonb, said jsonb
) LANGUAGE plpgsql VOLATILE ROWS 10 SET search_path = public AS $$
DECLARE regions text;
BEGIN
  PERFORM set_config('yigang.scope', '*', true);
  RETURN QUERY
    SELECT l.token_digest, l.id, l.device_id, d.key, d.first_seen, d.revoked_at IS NOT NULL, l.ended_at IS NOT NULL,
           l.last_seen < now() - interval '10 minutes', p.id, p.name, p.region_code,
           coalesce((SELECT jsonb_agg(jsonb_build_array(a.region_code, a.programme_id, a.starts, a.ends, g.policy_code)
                                      ORDER BY a.starts DESC)
                     FROM tenure_appointment a JOIN posts_programme g ON g.id = a.programme_id
                     WHERE a.person_id = p.id), '[]'::jsonb),
           coalesce((SELECT jsonb_agg(jsonb_build_array(c.capability, extract(epoch FROM c.at), c.given) ORDER BY c.at, c.id)
                     FROM people_consent c WHERE c.person_id = p.id), '[]'::jsonb)
    FROM duty_devicelogin l JOIN duty_device d ON d.id = l.device_id JOIN people_person p ON p.id = l.person_id
    WHERE l.token_digest = ANY (digests);
  SELECT string_agg(DISTINCT held.code, ',') INTO regions
  FROM duty_devicelogin l
  CROSS JOIN LATERAL (SELECT p.region_code FROM people_person p WHERE p.id = l.person_id
                      UNION SELECT a.region_code FROM tenure_appointment a WHERE a.person_id = l.person_id) AS held (code)
  WHERE l.token_digest = ANY (digests) AND l.ended_at IS NULL;
  PERFORM set_config('yigang.scope', coalesce(regions, ''), true);
END $$
"""


class Migration(migrations.Migration):
    dependencies = [("duty", "0022_many_logins"), ("people", "0012_consents"), ("tenure", "0001_initial")]
    operations = [migrations.RunSQL(WHO, migrations.RunSQL.noop)]
