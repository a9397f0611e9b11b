"""Row-level security of data comparison. A town compares with its county's registers, so it reads them."""

from django.db import migrations

from yigang.foundation.rls import protect


class Migration(migrations.Migration):
    dependencies = [("recruitment", "0003_comparison"), ("foundation", "0003_guards")]
    operations = [
        protect("recruitment_comparisonregister", visible_below=True),
        protect("recruitment_comparisonrow", visible_below=True),
        protect("recruitment_comparison", visible_below=True),
        protect("recruitment_comparisonhit"),
    ]
