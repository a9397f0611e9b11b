"""A kind of import: marks."""

from django.db import migrations, models

KINDS = [
    ("roster", "Roster"), ("dingtalk", "DingTalk attendance"), ("attendance", "Attendance table"), ("leave", "Leave table"),
    ("work_log", "Work logs"), ("finding", "Absences found"), ("comparison", "Register for comparison"),
    ("mark", "Marks"),
]  # fmt: skip


class Migration(migrations.Migration):
    dependencies = [("exchange", "0005_options")]
    operations = [
        migrations.AlterField("columnmapping", "kind", models.CharField(choices=KINDS, max_length=12)),
        migrations.AlterField(
            "fileimport", "kind", models.CharField(choices=KINDS, max_length=12, verbose_name="kind")
        ),
    ]  # fmt: skip
