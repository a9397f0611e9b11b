"""Row-level security of this chapter."""

from django.db import migrations

from yigang.foundation.rls import protect


class Migration(migrations.Migration):
    dependencies = [("people", "0001_initial"), ("foundation", "0003_guards")]
    operations = [
        protect("people_household"),
        protect("people_householdcause"),
        protect("people_person"),
        protect("people_kinship"),
        protect("people_hardship"),
        protect("people_bankaccount"),
    ]
