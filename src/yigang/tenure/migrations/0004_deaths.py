"""Death ends an appointment, and what was agreed before is kept for when that is taken back."""

from django.db import migrations, models

KINDS = [
    ("lapse", "Natural exit"), ("removal", "Removal"), ("dismissal", "Dismissal"), ("recall", "Recall"),
    ("death", "Death"),
]  # fmt: skip
HELP = "of an appointment ended by death: the last day before, for when that is taken back"


class Migration(migrations.Migration):
    dependencies = [("tenure", "0003_exchange_of_places"), ("people", "0005_remarks_and_deaths")]
    operations = [
        migrations.AddField("appointment", "agreed_end", models.DateField(null=True, help_text=HELP)),
        migrations.AlterField(
            "appointment", "exit_kind",
            models.CharField(blank=True, choices=KINDS, max_length=10, verbose_name="kind of exit"),
        ),
    ]  # fmt: skip
