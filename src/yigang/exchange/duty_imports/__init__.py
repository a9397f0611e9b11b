"""Files of evidence: DingTalk's workbook and API, attendance, leave, work logs, absences found. Each becomes `Evidence`."""
