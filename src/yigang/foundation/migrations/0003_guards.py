"""The audit chain, and row-level security of the foundation's tables."""

from django.db import migrations

from yigang.foundation.rls import append_only, protect

DIGEST = """
CREATE FUNCTION yigang_audit_digest(e foundation_auditentry) RETURNS bytea LANGUAGE sql STABLE AS $$
  SELECT sha256(convert_to(jsonb_build_array(
    e.county, e.sequence, extract(epoch FROM e.at), e.actor_id, e.actor_name, e.actor_role, host(e.address),
    e.verb, e.object_type, e.object_id, e.region_code, e.before, e.after, encode(e.previous, 'hex'))::text, 'UTF8'))
$$
"""

CHAIN = """
CREATE FUNCTION yigang_audit_chain() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = public AS $$
DECLARE head foundation_audithead;
BEGIN
  INSERT INTO foundation_audithead (county, sequence, digest) VALUES (NEW.county, 0, ''::bytea) ON CONFLICT DO NOTHING;
  SELECT * INTO head FROM foundation_audithead WHERE county = NEW.county FOR UPDATE;
  NEW.at := clock_timestamp();
  NEW.sequence := head.sequence + 1;
  NEW.previous := head.digest;
  NEW.digest := yigang_audit_digest(NEW);
  UPDATE foundation_audithead SET sequence = NEW.sequence, digest = NEW.digest WHERE county = NEW.county;
  RETURN NEW;
END $$
"""


class Migration(migrations.Migration):
    dependencies = [("foundation", "0002_initial")]
    operations = [
        migrations.RunSQL(DIGEST),
        migrations.RunSQL(CHAIN),
        migrations.RunSQL(
            "CREATE TRIGGER chain BEFORE INSERT ON foundation_auditentry "
            "FOR EACH ROW EXECUTE FUNCTION yigang_audit_chain()"
        ),
        append_only("foundation_auditentry"),
        migrations.RunSQL("REVOKE INSERT, UPDATE, DELETE ON foundation_audithead FROM yigang_app"),
        migrations.RunSQL("ALTER TABLE foundation_auditentry ENABLE ROW LEVEL SECURITY"),
        migrations.RunSQL("ALTER TABLE foundation_auditentry FORCE ROW LEVEL SECURITY"),
        migrations.RunSQL(
            "CREATE POLICY in_scope ON foundation_auditentry FOR SELECT "
            "USING (region_code ^@ ANY ((SELECT yigang_scope())::text[]))"
        ),
        # Anybody's deed is written down, wherever it was done; reading is for the scope.
        migrations.RunSQL("CREATE POLICY written_by_all ON foundation_auditentry FOR INSERT WITH CHECK (true)"),
        protect("foundation_storedfile"),
        protect("foundation_jobrun"),
        protect("foundation_calendaroverride", visible_below=True),
    ]
