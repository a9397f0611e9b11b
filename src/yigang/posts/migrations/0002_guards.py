"""Row-level security of this chapter."""

from django.db import migrations

from yigang.foundation.rls import protect


class Migration(migrations.Migration):
    dependencies = [("posts", "0001_initial"), ("foundation", "0003_guards")]
    operations = [
        protect("posts_programme", visible_below=True),
        protect("posts_post"),
    ]
