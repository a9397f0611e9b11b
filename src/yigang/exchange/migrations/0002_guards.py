"""Row-level security of this chapter."""

from django.db import migrations

from yigang.foundation.rls import protect


class Migration(migrations.Migration):
    dependencies = [("exchange", "0001_initial"), ("foundation", "0003_guards")]
    operations = [
        protect("exchange_columnmapping", visible_below=True),
        protect("exchange_fileimport"),
        protect("exchange_importchange"),
    ]
