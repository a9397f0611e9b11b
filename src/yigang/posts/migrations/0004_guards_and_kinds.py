"""Row-level security, no approval beyond a quota whoever asks, and the kinds of posts that the sources name."""

from pathlib import Path
from typing import Any

import yaml
from django.db import migrations

from yigang.foundation.rls import append_only, protect

KINDS = Path(__file__).parents[1] / "kinds.yaml"

WITHIN = """
CREATE FUNCTION yigang_within_quota() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE allowed posts_quota; places bigint; cost numeric;
BEGIN
  SELECT * INTO allowed FROM posts_quota WHERE id = NEW.quota_id FOR UPDATE;
  SELECT coalesce(sum(head_count), 0), coalesce(sum(cost_fen), 0) INTO places, cost
    FROM posts_postrequest WHERE quota_id = NEW.quota_id AND state = 'approved' AND id <> NEW.id;
  IF places + NEW.head_count > allowed.head_count THEN
    RAISE EXCEPTION 'quota % has % places', NEW.quota_id, allowed.head_count
      USING ERRCODE = 'check_violation', CONSTRAINT = 'quota_places';
  END IF;
  IF cost + NEW.cost_fen > allowed.budget_fen THEN
    RAISE EXCEPTION 'quota % has % fen', NEW.quota_id, allowed.budget_fen
      USING ERRCODE = 'check_violation', CONSTRAINT = 'quota_budget';
  END IF;
  RETURN NEW;
END $$
"""
"""The quota's row is locked, so that of two approvals at once the second counts the first."""

COVERS = """
CREATE FUNCTION yigang_quota_covers() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE places bigint; cost numeric;
BEGIN
  SELECT coalesce(sum(head_count), 0), coalesce(sum(cost_fen), 0) INTO places, cost
    FROM posts_postrequest WHERE quota_id = NEW.id AND state = 'approved';
  IF places > NEW.head_count OR cost > NEW.budget_fen THEN
    RAISE EXCEPTION 'quota % has approved % places, % fen', NEW.id, places, cost
      USING ERRCODE = 'check_violation', CONSTRAINT = 'quota_covers_approved';
  END IF;
  RETURN NEW;
END $$
"""


def load(apps: Any, schema_editor: Any) -> None:
    """The kinds of the packaged file; what posts on file are called tells which kind they are."""
    kind_model, alias = apps.get_model("posts", "PostKind"), schema_editor.connection.alias
    rows = yaml.safe_load(KINDS.read_text("utf-8"))
    made = [kind_model(position=position, **row) for position, row in enumerate(rows, start=1)]
    kind_model.objects.using(alias).bulk_create(made)


MATCH = """
UPDATE posts_post p SET category_id = k.id FROM posts_postkind k
WHERE p.category_id IS NULL AND (p.kind = k.name OR p.kind = ANY (k.aliases))
"""


class Migration(migrations.Migration):
    dependencies = [("posts", "0003_kinds_requests_quotas_stations"), ("foundation", "0003_guards")]
    operations = [
        protect("posts_servicestation"),
        protect("posts_quota", visible_below=True),
        protect("posts_postrequest"),
        protect("posts_requeststep"),
        append_only("posts_requeststep"),
        migrations.RunSQL(WITHIN, migrations.RunSQL.noop),
        migrations.RunSQL(
            "CREATE TRIGGER within_quota BEFORE INSERT OR UPDATE ON posts_postrequest "
            "FOR EACH ROW WHEN (NEW.state = 'approved') EXECUTE FUNCTION yigang_within_quota()",
            migrations.RunSQL.noop,
        ),
        migrations.RunSQL(COVERS, migrations.RunSQL.noop),
        migrations.RunSQL(
            "CREATE TRIGGER covers_approved BEFORE UPDATE ON posts_quota "
            "FOR EACH ROW EXECUTE FUNCTION yigang_quota_covers()",
            migrations.RunSQL.noop,
        ),
        migrations.RunPython(load, migrations.RunPython.noop),
        migrations.RunSQL(
            ["SELECT set_config('yigang.scope', '*', true)", MATCH],
            migrations.RunSQL.noop,
        ),
    ]
