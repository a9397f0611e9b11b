"""Rows by region; what was asked, answered and attended is never rewritten."""

from django.db import migrations

from yigang.foundation.rls import append_only, protect

COUNTYS = ("plan", "course", "material", "question", "paper", "contest", "session")
"""Towns read what the county above them keeps."""
OWN = ("villageterrain", "attendance", "guess", "sitting", "answer", "remedialtask", "remedialstep")
FIXED = {
    "question": "region_code, subject, kind, text, options, \"right\", source",
    "attendance": "region_code, session_id, person_id, how, at, hours, record",
    "sitting": "region_code, paper_id, person_id, attempt, questions, started_at, deadline",
    "answer": "region_code, sitting_id, question_id, chosen, at, received_at, record",
    "paper": "region_code, rule, seed, bank, same_for_all, minutes, pass_mark",
}  # fmt: skip
"""Columns that are written once."""


def fixed(table: str, columns: str) -> migrations.RunSQL:
    return migrations.RunSQL(
        [
            f"CREATE TRIGGER written_once BEFORE UPDATE OF {columns} ON training_{table} "
            "FOR EACH ROW EXECUTE FUNCTION yigang_refuse_change()",
            f"CREATE TRIGGER never_deleted BEFORE DELETE ON training_{table} "
            "FOR EACH ROW EXECUTE FUNCTION yigang_refuse_change()",
        ],
        migrations.RunSQL.noop,
    )


class Migration(migrations.Migration):
    dependencies = [("training", "0001_initial"), ("foundation", "0004_seen_below_at_once")]
    operations = [
        *(protect(f"training_{table}", visible_below=True) for table in COUNTYS),
        *(protect(f"training_{table}") for table in OWN),
        *(append_only(f"training_{table}") for table in ("guess", "remedialstep")),
        *(fixed(table, columns) for table, columns in FIXED.items()),
    ]
