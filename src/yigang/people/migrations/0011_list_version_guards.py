"""Every list begins its history with how it stands; versions are added and never changed, and seen by the towns below."""

from django.db import migrations

from yigang.foundation.rls import append_only, protect

FIRST = """INSERT INTO people_labourlistversion (region_code, list_id, name, rule, to_be_placed, since, reason, set_at)
  SELECT region_code, id, name, rule, to_be_placed, NULL, '', now() FROM people_labourlist ORDER BY id"""


class Migration(migrations.Migration):
    dependencies = [("people", "0010_list_versions")]
    operations = [
        protect("people_labourlistversion", visible_below=True),
        append_only("people_labourlistversion"),
        migrations.RunSQL("SELECT set_config('yigang.scope', '*', true)", migrations.RunSQL.noop),
        migrations.RunSQL(FIRST, migrations.RunSQL.noop),
    ]
