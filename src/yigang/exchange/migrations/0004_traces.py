"""Each person's own trace of the imports that wrote something about him."""

import django.db.models.deletion
from django.db import migrations, models

import yigang.foundation.models
from yigang.foundation.rls import protect


class Migration(migrations.Migration):
    dependencies = [("exchange", "0003_headings"), ("people", "0005_remarks_and_deaths")]
    operations = [
        migrations.CreateModel(
            name="ImportTouch",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("region_code", yigang.foundation.models.RegionCodeField(max_length=12, verbose_name="Region")),
                ("what", models.CharField(help_text="new or changed", max_length=10)),
                ("file_name", models.CharField(max_length=200)),
                ("actor_name", models.CharField(max_length=60)),
                ("at", models.DateTimeField()),
                ("undone_at", models.DateTimeField(null=True)),
                (
                    "file_import",
                    models.ForeignKey(
                        db_constraint=False, on_delete=django.db.models.deletion.CASCADE, related_name="touches",
                        to="exchange.fileimport",
                    ),
                ),
                (
                    "person",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="+", to="people.person"
                    ),
                ),
            ],
            options={
                "ordering": ["-at"], "indexes": [models.Index(fields=["file_import"], name="touch_by_import")],
            },
        ),
        protect("exchange_importtouch"),
    ]  # fmt: skip
