"""Whether an objection waits against an applicant, asked across all regions in one question.

The county's notices lie outside a town's scope. Only the applications that were asked about come back, never what was said.
"""

from django.db import migrations

OBJECTED = """
CREATE FUNCTION yigang_objected(about text, subjects bigint[]) RETURNS SETOF bigint LANGUAGE plpgsql AS $$
DECLARE scope text := current_setting('yigang.scope', true);
BEGIN
  PERFORM set_config('yigang.scope', '*', true);
  RETURN QUERY SELECT DISTINCT r.subject_id FROM notices_objection o JOIN notices_noticerow r ON r.id = o.row_id
    WHERE r.subject_type = about AND r.subject_id = ANY (subjects) AND o.state <> 'answered'
      AND NOT EXISTS (SELECT FROM recruitment_steprecord s WHERE s.notice_id = o.notice_id AND s.state = 'undone');
  PERFORM set_config('yigang.scope', coalesce(scope, ''), true);
END $$
"""


class Migration(migrations.Migration):
    dependencies = [("recruitment", "0007_placing_guards"), ("notices", "0004_public_rows_by_view")]
    operations = [migrations.RunSQL(OBJECTED, "DROP FUNCTION yigang_objected(text, bigint[])")]
