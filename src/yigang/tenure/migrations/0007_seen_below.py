"""Towns and villages see the letters, sending units and rounds of the county above them."""

from django.db import migrations

SEEN = ("dutyletter", "renewalround", "rotationround", "sendingunit")


class Migration(migrations.Migration):
    dependencies = [("tenure", "0006_ledger_and_vacancies")]
    operations = [
        migrations.RunSQL(
            f"CREATE POLICY seen_below ON tenure_{table} FOR SELECT USING (yigang_reaches(region_code))",
            migrations.RunSQL.noop,
        )
        for table in SEEN
    ]
