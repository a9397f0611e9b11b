"""What people say by their phones to questions about their evidence."""

import django.db.models.deletion
import yigang.foundation.models
from django.db import migrations, models

from yigang.foundation.rls import append_only, protect


class Migration(migrations.Migration):

    dependencies = [("duty", "0020_face_likeness")]

    operations = [
        migrations.CreateModel(
            name="FlagExplanation",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("region_code", yigang.foundation.models.RegionCodeField(max_length=12, verbose_name="Region")),
                ("record", models.UUIDField(help_text="the signed record that it came in", unique=True)),
                ("text", models.CharField(max_length=1000, verbose_name="explanation")),
                ("at", models.DateTimeField(help_text="when it was written, as judged")),
                ("received_at", models.DateTimeField()),
                ("flag", models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="explanations", to="duty.flag")),
            ],
            options={"ordering": ["at", "pk"]},
        ),
        migrations.AddConstraint(
            model_name="flagexplanation",
            constraint=models.CheckConstraint(condition=models.Q(("text", ""), _negated=True), name="flag_explained_in_words"),
        ),
        protect("duty_flagexplanation"),
        append_only("duty_flagexplanation"),
    ]
