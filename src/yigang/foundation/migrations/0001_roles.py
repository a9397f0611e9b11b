"""The two database roles, and the functions that every protected table uses.

Runs before any table is made, so that default privileges give the serving role its rights on all of them.
"""

from django.db import migrations

ROLES = """
DO $$ BEGIN
  IF NOT EXISTS (SELECT 1 FROM pg_roles WHERE rolname = 'yigang_app') THEN
    CREATE ROLE yigang_app NOLOGIN;
  END IF;
  IF NOT pg_has_role(current_user, 'yigang_app', 'MEMBER') THEN
    EXECUTE format('GRANT yigang_app TO %I', current_user);
  END IF;
  -- From PostgreSQL 16 on, whoever creates a role is its member at once, but may not yet become it.
  IF current_setting('server_version_num')::int >= 160000 AND NOT pg_has_role(current_user, 'yigang_app', 'SET') THEN
    EXECUTE format('GRANT yigang_app TO %I WITH SET TRUE, INHERIT TRUE', current_user);
  END IF;
END $$
"""

SCOPE = """
CREATE FUNCTION yigang_scope() RETURNS text[] LANGUAGE sql STABLE PARALLEL SAFE AS $$
  SELECT CASE current_setting('yigang.scope', true)
    WHEN '*' THEN ARRAY['']
    ELSE string_to_array(NULLIF(current_setting('yigang.scope', true), ''), ',') END
$$
"""

PREFIX = """
CREATE FUNCTION yigang_region_prefix(code text) RETURNS text LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
  SELECT left(code, CASE
    WHEN right(code, 10) = '0000000000' THEN 2
    WHEN right(code, 8) = '00000000' THEN 4
    WHEN right(code, 6) = '000000' THEN 6
    WHEN right(code, 3) = '000' THEN 9
    ELSE 12 END)
$$
"""

REACHES = """
CREATE FUNCTION yigang_reaches(code text) RETURNS boolean LANGUAGE sql STABLE PARALLEL SAFE AS $$
  SELECT EXISTS (SELECT 1 FROM unnest(yigang_scope()) AS prefix
                 WHERE code ^@ prefix OR prefix ^@ yigang_region_prefix(code))
$$
"""

REFUSE = """
CREATE FUNCTION yigang_refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  RAISE EXCEPTION 'rows of % are only ever added', TG_TABLE_NAME USING ERRCODE = 'YG001';
END $$
"""


class Migration(migrations.Migration):
    initial = True
    run_before = [
        ("contenttypes", "0001_initial"),
        ("sessions", "0001_initial"),
        ("procrastinate", "0001_initial"),
    ]
    dependencies = []
    operations = [
        migrations.RunSQL(ROLES),
        migrations.RunSQL("CREATE EXTENSION IF NOT EXISTS btree_gist"),
        migrations.RunSQL("CREATE EXTENSION IF NOT EXISTS pg_trgm"),
        migrations.RunSQL("GRANT USAGE ON SCHEMA public TO yigang_app"),
        migrations.RunSQL(
            "ALTER DEFAULT PRIVILEGES IN SCHEMA public GRANT SELECT, INSERT, UPDATE, DELETE ON TABLES TO yigang_app"
        ),
        migrations.RunSQL("ALTER DEFAULT PRIVILEGES IN SCHEMA public GRANT USAGE, SELECT ON SEQUENCES TO yigang_app"),
        migrations.RunSQL("GRANT SELECT ON ALL TABLES IN SCHEMA public TO yigang_app"),
        migrations.RunSQL(SCOPE),
        migrations.RunSQL(PREFIX),
        migrations.RunSQL(REACHES),
        migrations.RunSQL(REFUSE),
    ]
