"""What the public may know of a notice that was taken down: its number, since when, and whether its list is made anew.

Neither its title nor the reason: one of them may be what it was taken down for.
"""

from django.db import migrations

ALTER = "ALTER POLICY for_public_views ON notices_notice USING (state IN ({}))"
VIEW = """
CREATE VIEW public_removed WITH (security_barrier) AS
SELECT id, region_code, number, (taken_down_at AT TIME ZONE 'Asia/Shanghai')::date AS removed_on,
       about_type = 'payment.settlement' AS made_anew
FROM notices_notice WHERE state = 'taken_down' AND opens <= yigang_today();
REVOKE ALL ON public_removed FROM yigang_app;
GRANT SELECT ON public_removed TO yigang_public;
"""


class Migration(migrations.Migration):
    dependencies = [("notices", "0004_public_rows_by_view")]
    operations = [
        migrations.RunSQL(
            ALTER.format("'published', 'closed', 'taken_down'"), ALTER.format("'published', 'closed'")
        ),
        migrations.RunSQL(VIEW, "DROP VIEW public_removed"),
    ]
