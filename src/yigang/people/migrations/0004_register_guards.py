"""Row-level security of the labour-force register; its editions and lists are seen by the towns below."""

from django.db import migrations

from yigang.foundation.rls import protect


class Migration(migrations.Migration):
    dependencies = [("people", "0003_labour_register"), ("foundation", "0003_guards")]
    operations = [
        protect("people_registeredition", visible_below=True),
        protect("people_labourrecord"),
        protect("people_registerchange"),
        protect("people_labourlist", visible_below=True),
    ]
