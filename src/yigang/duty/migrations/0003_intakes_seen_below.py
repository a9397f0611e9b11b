"""A county's intake speaks of its towns too: they see it, and see when it is withdrawn, without being able to change it."""

from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("duty", "0002_guards")]
    operations = [
        migrations.RunSQL(
            "CREATE POLICY seen_below ON duty_intake FOR SELECT USING (yigang_reaches(region_code))",
            "DROP POLICY seen_below ON duty_intake",
        ),
    ]
