"""The database role that the public site reads with: it sees four views and the names of regions, and nothing else.

decisions/0013 says why. The views belong to the migrating role; row-level security is forced on that role too, so each
table under a view has a policy that shows it published notices. What is public ends with the last day by the database's
own clock, whether or not any program runs.
"""

from django.db import migrations

ROLE = """
DO $$ BEGIN
  IF NOT EXISTS (SELECT 1 FROM pg_roles WHERE rolname = 'yigang_public') THEN
    CREATE ROLE yigang_public NOLOGIN;
  END IF;
  IF NOT pg_has_role('yigang_app', 'yigang_public', 'MEMBER') THEN
    GRANT yigang_public TO yigang_app;
  END IF;
END $$;
GRANT USAGE ON SCHEMA public TO yigang_public;
GRANT SELECT ON foundation_region TO yigang_public;
"""

TODAY = """
CREATE FUNCTION yigang_today() RETURNS date LANGUAGE sql STABLE PARALLEL SAFE AS $$
  SELECT (now() AT TIME ZONE 'Asia/Shanghai')::date
$$
"""

POLICIES = """
CREATE POLICY for_public_views ON notices_notice FOR SELECT TO CURRENT_USER USING (state IN ('published', 'closed'));
CREATE POLICY for_public_views ON notices_noticerow FOR SELECT TO CURRENT_USER USING (
  EXISTS (SELECT 1 FROM notices_notice n WHERE n.id = notice_id AND n.state = 'published'));
CREATE POLICY for_public_views ON notices_noticefile FOR SELECT TO CURRENT_USER USING (
  purpose = 'attachment' AND EXISTS (SELECT 1 FROM notices_notice n WHERE n.id = notice_id AND n.state = 'published'));
CREATE POLICY for_public_views ON notices_objection FOR SELECT TO CURRENT_USER USING (state = 'answered');
"""

VIEWS = """
CREATE VIEW public_notice WITH (security_barrier) AS
SELECT id, region_code, programme_id, programme_name, kind, title, body, issuer, contact, fields::text[] AS fields, number,
       opens, closes, working_days, published_at, state = 'published' AND closes >= yigang_today() AS open
FROM notices_notice WHERE state IN ('published', 'closed') AND opens <= yigang_today();

CREATE VIEW public_row WITH (security_barrier) AS
SELECT r.id, r.notice_id, r.region_code, r.position,
       CASE WHEN 'name' = ANY (n.fields) THEN r.shown_name ELSE '' END AS name,
       CASE WHEN 'village' = ANY (n.fields) THEN r.village ELSE '' END AS village,
       CASE WHEN 'post' = ANY (n.fields) THEN r.post ELSE '' END AS post,
       CASE WHEN 'amount_fen' = ANY (n.fields) THEN r.amount_fen END AS amount_fen,
       CASE WHEN 'days' = ANY (n.fields) THEN r.days END AS days,
       (SELECT coalesce(jsonb_object_agg(e.key, e.value), '{}'::jsonb)
        FROM jsonb_each(r.extra) e WHERE e.key = ANY (n.fields)) AS extra
FROM notices_noticerow r JOIN notices_notice n ON n.id = r.notice_id
WHERE n.state = 'published' AND yigang_today() BETWEEN n.opens AND n.closes;

CREATE VIEW public_file WITH (security_barrier) AS
SELECT f.id, f.notice_id, f.name, f.content_type, f.size, f.sha256, f.path
FROM notices_noticefile f JOIN notices_notice n ON n.id = f.notice_id
WHERE f.purpose = 'attachment' AND n.state = 'published' AND yigang_today() BETWEEN n.opens AND n.closes;

CREATE VIEW public_answer WITH (security_barrier) AS
SELECT o.id, o.notice_id, o.decision, o.answer, (o.answered_at AT TIME ZONE 'Asia/Shanghai')::date AS answered_on
FROM notices_objection o JOIN notices_notice n ON n.id = o.notice_id
WHERE o.state = 'answered' AND n.state IN ('published', 'closed') AND n.opens <= yigang_today();

REVOKE ALL ON public_notice, public_row, public_file, public_answer FROM yigang_app;
GRANT SELECT ON public_notice, public_row, public_file, public_answer TO yigang_public;
"""

RECEIPT = """
CREATE FUNCTION yigang_receipt(wanted text)
RETURNS TABLE (kind text, state text, region_code text, notice_id bigint, received_on date, due_on date,
               decision text, answer text, answered_on date)
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public AS $$
#variable_conflict use_column
DECLARE scope_before text := coalesce(current_setting('yigang.scope', true), '');
BEGIN
  PERFORM set_config('yigang.scope', '*', true);
  RETURN QUERY
    SELECT o.kind::text, o.state::text, o.region_code::text, o.notice_id, (o.received_at AT TIME ZONE 'Asia/Shanghai')::date,
           o.due_on, o.decision::text, o.answer, (o.answered_at AT TIME ZONE 'Asia/Shanghai')::date
    FROM notices_objection o WHERE o.receipt = wanted;
  PERFORM set_config('yigang.scope', scope_before, true);
END $$;
REVOKE EXECUTE ON FUNCTION yigang_receipt(text) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION yigang_receipt(text) TO yigang_public;
"""


class Migration(migrations.Migration):
    dependencies = [("notices", "0002_guards")]
    operations = [migrations.RunSQL(statements) for statements in (ROLE, TODAY, POLICIES, VIEWS, RECEIPT)]
