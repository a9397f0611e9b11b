"""Patrols and results kept on paper; indexes that hold a fingerprint whole; what is withheld after a late withdrawal."""

import django.db.models.deletion
from django.db import migrations, models

import yigang.foundation.models
from yigang.foundation.rls import append_only, protect

PARTS = ("first", "second", "third", "fourth")
RESULTS = [
    ("planting", "Afforestation"), ("greening", "Greening"), ("pest_control", "Pest control"), ("seedlings", "Seedlings"),
    ("tending", "Tending of young forest"), ("firebreak", "Firebreaks"), ("cleaning", "Cleaning"), ("water", "River keeping"),
    ("road", "Road keeping"), ("service", "Services to households"), ("other", "Other work"),
]  # fmt: skip
UNITS = [
    ("sqm", "m²"), ("mu", "mu"), ("ha", "ha"), ("wan_mu", "10,000 mu"), ("m", "m"), ("li", "li"), ("km", "km"),
    ("plant", "plants"), ("wan_plant", "10,000 plants"), ("kg", "kg"), ("t", "t"), ("piece", "pieces"), ("place", "places"),
    ("time", "times"), ("household", "households"),
]  # fmt: skip
SOURCES = [("phone", "Phone"), ("tracker", "Tracker"), ("file", "Track file"), ("paper", "Patrol kept on paper")]
PATROL = models.Q(patrol_m__isnull=True) | models.Q(patrol_m__gt=0, on_leave=False)
RESULT = models.Q(result_kind="", result_quantity__isnull=True, result_unit="") | (
    ~models.Q(result_kind="") & ~models.Q(result_unit="") & models.Q(result_quantity__gt=0, on_leave=False)
)


class Migration(migrations.Migration):
    dependencies = [("duty", "0025_late_records"), ("people", "0014_card_readings")]
    operations = [
        migrations.CreateModel(
            name="Withheld",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("region_code", yigang.foundation.models.RegionCodeField(max_length=12, verbose_name="Region")),
                ("capability", models.CharField(max_length=20)),
                ("record", models.UUIDField(help_text="of the record, or of the patrol")),
                ("at", models.DateTimeField(help_text="when it was recorded")),
                ("since", models.DateTimeField(help_text="when the person said no")),
                ("withheld_at", models.DateTimeField(auto_now_add=True)),
                ("person", models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="+", to="people.person")),
            ],
            options={
                "ordering": ["at", "pk"],
                "indexes": [models.Index(fields=["person", "-at"], name="withheld_person")],
                "constraints": [models.UniqueConstraint(fields=("record", "capability"), name="withheld_once")],
            },
        ),
        protect("duty_withheld"),
        append_only("duty_withheld"),
        migrations.AddField(
            "media",
            "withheld_at",
            models.DateTimeField(help_text="kept and shown to nobody: consent had been withdrawn", null=True),
        ),
        migrations.AddField(
            "proxyentry",
            "patrol_m",
            models.PositiveIntegerField(help_text="metres; null: no patrol", null=True, verbose_name="patrolled"),
        ),
        migrations.AddField(
            "proxyentry", "result_kind", models.CharField(blank=True, choices=RESULTS, default="", max_length=12)
        ),
        migrations.AddField(
            "proxyentry", "result_quantity", models.DecimalField(decimal_places=3, max_digits=14, null=True)
        ),
        migrations.AddField(
            "proxyentry", "result_unit", models.CharField(blank=True, choices=UNITS, default="", max_length=12)
        ),
        migrations.AddConstraint("proxyentry", models.CheckConstraint(condition=PATROL, name="patrol_of_a_day_on_duty")),
        migrations.AddConstraint("proxyentry", models.CheckConstraint(condition=RESULT, name="result_of_a_day_on_duty")),
        migrations.AlterField(
            "patrol", "source", models.CharField(choices=SOURCES, max_length=8, verbose_name="source")
        ),
        *(migrations.RemoveIndex("photoprint", f"print_{part}") for part in PARTS),
        *(
            migrations.AddIndex(
                "photoprint",
                models.Index(
                    fields=[part], include=["id", *(other for other in PARTS if other != part)], name=f"print_by_{part}"
                ),
            )
            for part in PARTS
        ),
    ]  # fmt: skip
