"""What is known of what attached pictures and scans show. Of those attached before, nothing is: a person looks."""

from django.db import migrations, models

UNREAD = """
SELECT set_config('yigang.scope', '*', true);
UPDATE notices_noticefile SET pictured = 1, legibility = 'unread', seen = '0'
WHERE purpose = 'attachment' AND content_type IN ('application/pdf', 'image/jpeg');
SELECT set_config('yigang.scope', '', true);
"""


class Migration(migrations.Migration):
    dependencies = [("notices", "0005_removed_seen")]
    operations = [
        migrations.AddField(
            "noticefile", "pictured",
            models.PositiveSmallIntegerField(default=0, help_text="pages that show more than text"),
        ),
        migrations.AddField(
            "noticefile", "legibility",
            models.CharField(
                blank=True, default="", help_text="what is known of these pages", max_length=8,
                choices=[
                    ("", "Nothing but text"), ("waiting", "Being read"), ("clear", "Read, nothing private found"),
                    ("found", "Something private found"), ("unread", "Not readable here; a person looks"),
                ],
            ),
        ),
        migrations.AddField(
            "noticefile", "seen",
            models.CharField(
                blank=True, help_text="what was found on which page, or which are unread", max_length=120
            ),
        ),
        migrations.RunSQL(UNREAD, migrations.RunSQL.noop),
    ]  # fmt: skip
