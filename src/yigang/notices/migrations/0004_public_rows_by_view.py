"""The views alone say which rows of a list are public: a second look at the notice for every row cost 40 µs each.

The policy is for the role that the views belong to, which owns the tables in any case; the serving and the public role do
not change.
"""

from django.db import migrations

ALTER = "ALTER POLICY for_public_views ON notices_{} USING ({})"


class Migration(migrations.Migration):
    dependencies = [("notices", "0003_public_role")]
    operations = [
        migrations.RunSQL(ALTER.format("noticerow", "true")),
        migrations.RunSQL(ALTER.format("noticefile", "purpose = 'attachment'")),
    ]
