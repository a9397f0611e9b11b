"""Policies compare with the scope by an operator whose estimate is right; every one there is, hence after all chapters'."""

from django.db import migrations

from yigang.foundation.rls import IN_SCOPE, OPERATOR

ALL = f"""
DO $do$
DECLARE named record;
BEGIN
  FOR named IN SELECT schemaname, tablename FROM pg_policies WHERE policyname = 'in_scope' LOOP
    EXECUTE format($sql$ALTER POLICY in_scope ON %I.%I USING ({IN_SCOPE})$sql$, named.schemaname, named.tablename);
  END LOOP;
END $do$
"""


class Migration(migrations.Migration):
    dependencies = [
        ("foundation", "0004_seen_below_at_once"), ("appraisal", "0005_year_results"), ("duty", "0019_open_month_once"),
        ("exchange", "0013_pairings"), ("notices", "0007_by_record"), ("payment", "0004_bank_guards"),
        ("people", "0013_lists_in_use"), ("posts", "0004_guards_and_kinds"), ("recruitment", "0011_agreement_before_hiring"),
        ("tenure", "0009_agreement_templates"),
    ]  # fmt: skip
    operations = [migrations.RunSQL([OPERATOR, ALL], migrations.RunSQL.noop)]
