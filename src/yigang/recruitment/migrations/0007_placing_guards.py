"""Row-level security of the reserve pool and of matching; the pool's history is only added to."""

from django.db import migrations

from yigang.foundation.rls import append_only, protect


class Migration(migrations.Migration):
    dependencies = [("recruitment", "0006_placing"), ("foundation", "0003_guards")]
    operations = [
        protect("recruitment_poolrun", visible_below=True),
        protect("recruitment_poolmember"),
        protect("recruitment_poolentry"),
        protect("recruitment_replacement"),
        protect("recruitment_matchrun", visible_below=True),
        protect("recruitment_matchproposal"),
        protect("recruitment_matchleftover"),
        protect("recruitment_matchleftopen"),
        append_only("recruitment_poolentry"),
        append_only("recruitment_matchrun"),
    ]
