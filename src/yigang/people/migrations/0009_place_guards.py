"""Row-level security of where villages lie."""

from django.db import migrations

from yigang.foundation.rls import protect


class Migration(migrations.Migration):
    dependencies = [("people", "0008_places_and_seasons")]
    operations = [protect("people_villagecentre")]
