"""Marks can be withdrawn: by a row beside them, since they are never changed."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

import yigang.foundation.models
from yigang.foundation.rls import append_only, protect


class Migration(migrations.Migration):
    dependencies = [("appraisal", "0003_sealed_evidence"), migrations.swappable_dependency(settings.AUTH_USER_MODEL)]
    operations = [
        migrations.CreateModel(
            name="MarkWithdrawal",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("region_code", yigang.foundation.models.RegionCodeField(max_length=12, verbose_name="Region")),
                ("reason", models.CharField(max_length=200, verbose_name="reason")),
                ("withdrawn_at", models.DateTimeField(auto_now_add=True)),
                (
                    "mark",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT, related_name="withdrawal", to="appraisal.mark"
                    ),
                ),
                (
                    "withdrawn_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("reason", ""), _negated=True), name="withdrawal_has_reason"
                    )
                ],
            },
        ),
        append_only("appraisal_markwithdrawal"),
        protect("appraisal_markwithdrawal"),
    ]
