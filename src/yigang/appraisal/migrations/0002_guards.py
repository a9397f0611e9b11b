"""Marks, findings and sealed results are only added; row-level security."""

from django.db import migrations

from yigang.foundation.rls import append_only, protect


class Migration(migrations.Migration):
    dependencies = [("appraisal", "0001_initial"), ("foundation", "0003_guards")]
    operations = [
        *(append_only(f"appraisal_{table}") for table in ("mark", "finding", "appraisal")),
        *(protect(f"appraisal_{table}") for table in ("mark", "finding", "appraisal")),
    ]
