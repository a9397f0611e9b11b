import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

import yigang.foundation.models
from yigang.foundation.rls import protect


class Migration(migrations.Migration):
    dependencies = [
        ("duty", "0024_patrol_mock"),
        ("people", "0012_consents"),
        ("posts", "0001_initial"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]
    operations = [
        migrations.CreateModel(
            name="LateRecord",
            fields=[
                ("region_code", yigang.foundation.models.RegionCodeField(max_length=12, verbose_name="Region")),
                ("record", models.OneToOneField(on_delete=django.db.models.deletion.PROTECT, primary_key=True, related_name="+", serialize=False, to="duty.record")),
                ("month", models.DateField(help_text="its first day")),
                ("received_at", models.DateTimeField()),
                ("seen_at", models.DateTimeField(null=True)),
                ("note", models.CharField(blank=True, max_length=200, verbose_name="what was decided")),
                ("person", models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="+", to="people.person")),
                ("programme", models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="+", to="posts.programme")),
                ("seen_by", models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL)),
            ],
            options={
                "ordering": ["-received_at"],
                "indexes": [models.Index(fields=["month", "region_code"], name="late_record_month")],
            },
        ),
        protect("duty_laterecord"),
    ]  # fmt: skip
