"""Holders of a post may exchange places within one transaction: the exclusion can be put off to its end."""

import django.contrib.postgres.constraints
from django.db import migrations, models

PLACE = [("post", "="), ("place", "="), ("days", "&&")]


class Migration(migrations.Migration):
    dependencies = [("tenure", "0002_guards")]
    operations = [
        migrations.RemoveConstraint(model_name="appointment", name="one_holder_per_place"),
        migrations.AddConstraint(
            model_name="appointment",
            constraint=django.contrib.postgres.constraints.ExclusionConstraint(
                deferrable=models.Deferrable["IMMEDIATE"], expressions=PLACE, name="one_holder_per_place"
            ),
        ),
    ]
