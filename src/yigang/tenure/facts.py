"""Appointments as the engine's columns."""

import polars as pl

from yigang.foundation import facts

SCHEMA = {
    "appointment_id": pl.Int64, "person_id": pl.Int64, "region": pl.String, "start": pl.Date, "end": pl.Date,
    "kind": pl.String, "plan_start": pl.String, "plan_end": pl.String,
}  # fmt: skip
"""First and last day inclusive, `end` null while it goes on; times "HH:MM" local; `region` twelve digits."""

QUERY = """
SELECT a.id, a.person_id, a.region_code, a.starts, least(a.ends, who.died_on), p.kind,
       to_char(a.plan_start, 'HH24:MI'), to_char(a.plan_end, 'HH24:MI')
FROM tenure_appointment a JOIN posts_post p ON p.id = a.post_id LEFT JOIN people_person who ON who.id = a.person_id
WHERE a.programme_id = %s AND a.region_code LIKE %s AND a.starts <= %s AND (a.ends IS NULL OR a.ends >= %s)
  AND (who.died_on IS NULL OR who.died_on >= greatest(a.starts, %s))
ORDER BY a.id
"""


def appointments(selection: facts.Selection) -> pl.DataFrame:
    """Everybody who holds a post of the programme on some day of the selection, one row per appointment.

    Nobody holds a post after the day of death, whatever the appointment says.
    """
    parameters = [
        selection.programme_id,
        f"{selection.region_prefix}%",
        selection.last,
        selection.first,
        selection.first,
    ]
    return facts.read(QUERY, parameters, SCHEMA)
