"""What department a source named, and by what a person was found."""

from django.db import migrations, models

HELP = "how the person was found: identity, phone, name, department, person"
TOLD = "the department that the source named"


class Migration(migrations.Migration):
    dependencies = [("duty", "0008_paper_hours")]
    operations = [
        migrations.AddField(
            "sourceidentity", "by", models.CharField(blank=True, default="", help_text=HELP, max_length=12)
        ),
        migrations.AddField(
            "sourceidentity", "told", models.CharField(blank=True, default="", help_text=TOLD, max_length=120)
        ),
        migrations.AddField(
            "unmatchedrow", "department",
            models.CharField(blank=True, default="", max_length=120, verbose_name="department"),
        ),
    ]  # fmt: skip
