"""A year of evidence, pay, registers and accounts as the frames that the rules read: of one programme in one region.

Check-ins, millions of them, are read month by month as one number a row and brought down to days present and pairs before the
next month is read; logs and results are counted where they lie. The statements do not grow with the number of people.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

import polars as pl

from yigang.duty.enums import CheckInKind
from yigang.duty.facts import LIVE
from yigang.foundation import facts
from yigang.foundation.jobs import Progress
from yigang.people.enums import Workplace
from yigang.policy.anomaly import frames
from yigang.policy.anomaly.frames import Year
from yigang.policy.anomaly.together import SEEN, presence, together
from yigang.policy.period import Period
from yigang.policy.rule_table import Asked

MONTHS = 12
PEOPLE = """SELECT person_id FROM tenure_appointment
            WHERE programme_id = %s AND region_code ^@ %s AND days && daterange(%s, %s, '[]')"""
AWAY = (Workplace.PROVINCE.value, Workplace.ELSEWHERE.value)
PAID_ELSEWHERE = ("payroll", "insurance", "other_posts")
"""Registers for comparison that say who is paid by somebody else."""
KIND_BIT, DAY_BIT, SECOND_BIT, HOW_BIT, PLACE_BIT = 1, 4, 9, 26, 28
"""Where the parts of a packed check-in begin; whether it was typed has the lowest bit."""
KINDS = " ".join(f"WHEN '{kind}' THEN {number << KIND_BIT}" for number, kind in enumerate(CheckInKind.values))
SEEN_ROWS = f"""
SELECT person_id, string_agg((
         (source IN ('proxy', 'sheet'))::int::bigint + (CASE kind {KINDS} ELSE {7 << KIND_BIT} END)
       + (date_part('day', day)::bigint << {DAY_BIT})
       + (((date_part('epoch', at)::bigint + 28800) % 86400) << {SECOND_BIT})
       + CASE WHEN latitude IS NOT NULL
              THEN (1::bigint << {HOW_BIT}) + ((((latitude * 10000)::bigint & 4095) * 4096
                   + ((longitude * 10000)::bigint & 4095)) << {PLACE_BIT})
              WHEN address <> '' THEN (2::bigint << {HOW_BIT}) + ((hashtext(address) & 16777215)::bigint << {PLACE_BIT})
              ELSE 0 END)::text, ' ')
FROM duty_checkin
WHERE day BETWEEN %s AND %s AND person_id IN ({PEOPLE}) AND {LIVE} AND source <> 'SYSTEM'
  AND coalesce(result, '') NOT IN ('not_signed', 'absent')
  AND id NOT IN (SELECT corrects_id FROM duty_checkin
                 WHERE corrects_id IS NOT NULL AND corrects_day BETWEEN %s AND %s AND {LIVE})
GROUP BY person_id
"""  # noqa: S608 - made of the constants above
LOG_ROWS = f"""
SELECT person_id, date_trunc('month', day)::date, count(DISTINCT hashtextextended(translate(text, '0123456789 ', ''), 0))
FROM duty_worklog
WHERE day BETWEEN %s AND %s AND person_id IN ({PEOPLE}) AND {LIVE} AND NOT cancelled
  AND id NOT IN (SELECT corrects_id FROM duty_worklog WHERE corrects_id IS NOT NULL AND {LIVE})
GROUP BY 1, 2
"""  # noqa: S608 - made of the constants above
RESULT_ROWS = f"""
SELECT person_id, month, count(*) FROM (
  SELECT person_id, date_trunc('month', day)::date AS month FROM duty_workresult
  WHERE day BETWEEN %s AND %s AND withdrawn_at IS NULL
  UNION ALL SELECT person_id, date_trunc('month', (at AT TIME ZONE 'Asia/Shanghai'))::date FROM duty_incident
  WHERE (at AT TIME ZONE 'Asia/Shanghai')::date BETWEEN %s AND %s
  UNION ALL SELECT person_id, date_trunc('month', day)::date FROM duty_patrol
  WHERE day BETWEEN %s AND %s AND withdrawn_at IS NULL
  UNION ALL SELECT person_id, date_trunc('month', day)::date FROM duty_visit
  WHERE day BETWEEN %s AND %s AND withdrawn_at IS NULL) done
WHERE person_id IN ({PEOPLE}) GROUP BY 1, 2
"""  # noqa: S608 - made of the constants above
GOOD_BALLOT = 60
"""Of a hundred: a village that gives so many in its review speaks well of somebody."""
MET_ROWS = f"""
SELECT person_id, date_trunc('month', day)::date, sum(word), sum(met) FROM (
  SELECT a.person_id, (s.made_at AT TIME ZONE 'Asia/Shanghai')::date AS day,
         (r.villagers = 'good')::int - (r.villagers = 'poor')::int AS word, (r.presence = 'present')::int AS met
  FROM oversight_sheetrow r JOIN oversight_visitsheet s ON s.id = r.sheet_id JOIN tenure_appointment a ON a.id = r.appointment_id
  WHERE a.programme_id = %s AND a.region_code ^@ %s
  UNION ALL SELECT a.person_id, v.closes, CASE WHEN r.value >= {GOOD_BALLOT} THEN 1 ELSE -1 END, 0
  FROM appraisal_reviewresult r JOIN appraisal_review v ON v.id = r.review_id
  JOIN tenure_appointment a ON a.id = r.appointment_id
  WHERE v.programme_id = %s AND a.region_code ^@ %s AND v.abandoned = '' AND r.value IS NOT NULL) said
WHERE day BETWEEN %s AND %s
GROUP BY 1, 2
"""  # noqa: S608 - made of the constant above
PAY_ROWS = """
SELECT l.id, l.person_id, l.month, l.amount_fen, a.ends
FROM payment_subsidyline l JOIN payment_settlement s ON s.id = l.settlement_id
JOIN tenure_appointment a ON a.id = l.appointment_id
WHERE s.programme_id = %s AND l.region_code ^@ %s AND l.month BETWEEN %s AND %s AND l.state = 'settled'
"""
FOUND_ROWS = f"""
SELECT f.id, f.person_id, f.day FROM appraisal_finding f JOIN duty_intake i ON i.id = f.intake_id
WHERE i.withdrawn_at IS NULL AND f.kind = 'absent' AND f.day BETWEEN %s AND %s AND f.person_id IN ({PEOPLE})
"""  # noqa: S608 - made of the constants above
LEAVE_ROWS = f"""
SELECT l.id, l.person_id, date_trunc('month', d)::date, bit_or(1::bigint << (date_part('day', d)::int - 1))
FROM duty_leave l, generate_series(greatest(l.first, %s), least(l.last, %s), interval '1 day') d
WHERE l.first <= %s AND l.last >= %s AND l.approved AND NOT l.cancelled AND l.kind <> 'trip'
  AND l.person_id IN ({PEOPLE}) AND l.{LIVE}
  AND l.id NOT IN (SELECT corrects_id FROM duty_leave WHERE corrects_id IS NOT NULL AND {LIVE})
GROUP BY 1, 2, 3
"""  # noqa: S608 - made of the constants above
FLAG_ROWS = """
SELECT id, person_id, day, kind, CASE WHEN kind = 'many_on_one_device' THEN (figures ->> 'days')::int ELSE 1 END FROM duty_flag
WHERE programme_id = %s AND region_code ^@ %s AND day BETWEEN %s AND %s AND state <> 'explained'
"""
REGISTER_ROWS = f"""
SELECT 'l:' || r.id, r.person_id, 'labour_' || r.workplace, (date_trunc('month', e.as_of) - interval '2 months')::date, e.as_of,
       coalesce(r.employer, '')
FROM people_labourrecord r JOIN people_registeredition e ON e.id = r.edition_id
WHERE r.workplace = ANY(%s) AND e.as_of BETWEEN %s AND %s AND r.person_id IN ({PEOPLE})
UNION ALL
SELECT 'r:' || x.id, p.id, g.kind, (date_trunc('month', g.as_of) - interval '2 months')::date, g.as_of, x.detail
FROM recruitment_comparisonrow x JOIN recruitment_comparisonregister g ON g.id = x.register_id
JOIN people_person p ON p.identity_index = x.identity_index
WHERE g.kind = ANY(%s) AND g.forgotten_at IS NULL AND g.as_of BETWEEN %s AND %s AND p.id IN ({PEOPLE})
"""  # noqa: S608 - made of the constants above
DEATH_ROWS = f"""
SELECT 'p:' || id, id, died_on FROM people_person WHERE died_on IS NOT NULL AND id IN ({PEOPLE})
UNION ALL
SELECT 'r:' || x.id, p.id, coalesce(substring(x.detail FROM '[0-9][0-9][0-9][0-9]-[01][0-9]-[0-3][0-9]')::date, g.as_of)
FROM recruitment_comparisonrow x JOIN recruitment_comparisonregister g ON g.id = x.register_id
JOIN people_person p ON p.identity_index = x.identity_index
WHERE g.kind = 'deaths' AND g.forgotten_at IS NULL AND p.died_on IS NULL AND p.id IN ({PEOPLE})
"""  # noqa: S608 - made of the constants above
ACCOUNT_ROWS = f"""
WITH served AS ({PEOPLE}),
     mine AS (SELECT card_index FROM people_bankaccount WHERE person_id IN (SELECT person_id FROM served))
SELECT 'b:' || b.id, b.person_id, 'p' || b.person_id, encode(b.card_index, 'hex'), 0, (b.active AND b.holder <> p.name)::int
FROM people_bankaccount b JOIN people_person p ON p.id = b.person_id WHERE b.card_index IN (SELECT card_index FROM mine)
UNION ALL
SELECT 'r:' || x.id, p.id, coalesce('p' || p.id, 'n' || x.name), encode(x.card_index, 'hex'), 1, 0
FROM recruitment_comparisonrow x JOIN recruitment_comparisonregister g ON g.id = x.register_id
LEFT JOIN people_person p ON p.identity_index = x.identity_index
WHERE g.kind = 'kept_accounts' AND g.forgotten_at IS NULL AND x.card_index IS NOT NULL
  AND (x.card_index IN (SELECT card_index FROM mine) OR p.id IN (SELECT person_id FROM served))
"""  # noqa: S608 - made of the constants above
HELD_ROWS = f"""
WITH served AS ({PEOPLE}),
     homes AS (SELECT household_id FROM people_person WHERE household_id IS NOT NULL AND id IN (SELECT person_id FROM served))
SELECT a.id, a.person_id, a.post_id, a.place, p.household_id, a.starts, a.ends
FROM tenure_appointment a JOIN people_person p ON p.id = a.person_id
WHERE a.days && daterange(%s, %s, '[]')
  AND (p.id IN (SELECT person_id FROM served) OR p.household_id IN (SELECT household_id FROM homes))
"""  # noqa: S608 - made of the constants above


@dataclass(frozen=True)
class Whole:
    """Whose year: a programme in a region, from the first day of the first month to the last day of the last."""

    programme_id: int
    prefix: str
    last_month: date

    @property
    def months(self) -> list[Period]:
        number = self.last_month.year * 12 + self.last_month.month - 1
        return [Period(one // 12, one % 12 + 1) for one in range(number - MONTHS + 1, number + 1)]

    @property
    def first(self) -> date:
        return self.months[0].first

    @property
    def last(self) -> date:
        return self.months[-1].last

    @property
    def people(self) -> list[Any]:
        """The parameters of `PEOPLE`."""
        return [self.programme_id, self.prefix, self.first, self.last]


def year_of(whole: Whole, asked: Mapping[str, Asked], progress: Progress) -> Year:
    """Everything that the rules read. Progress counts months of check-ins, and one more step for the rest."""
    span = [whole.first, whole.last]
    villages = _villages(whole)
    present, pairs = [], []
    for number, month in enumerate(whole.months):
        progress(number, MONTHS + 1)
        seen = _seen(whole, month, villages)
        present.append(presence(seen, month.first))
        if "moving_together" in asked:
            pairs.append(together(seen, month.first, asked["moving_together"]))
    progress(MONTHS, MONTHS + 1)
    inside = [whole.programme_id, whole.prefix]
    return Year(
        whole.first, whole.months[-1].first,
        pay=facts.read(PAY_ROWS, [*inside, *span], frames.PAY),
        work=_work(whole, pl.concat(present)),
        found=facts.read(FOUND_ROWS, [*span, *whole.people], frames.FOUND),
        leave=facts.read(LEAVE_ROWS, [*span, whole.last, whole.first, *whole.people], frames.LEAVE),
        pairs=pl.concat(pairs) if pairs else pl.DataFrame(schema=dict(frames.PAIRS)),
        flags=facts.read(FLAG_ROWS, [*inside, *span], frames.FLAGS),
        registers=facts.read(
            REGISTER_ROWS, [list(AWAY), *span, *whole.people, list(PAID_ELSEWHERE), *span, *whole.people], frames.REGISTERS
        ),
        deaths=facts.read(DEATH_ROWS, [*whole.people, *whole.people], frames.DEATHS),
        accounts=_accounts(whole),
        held=facts.read(HELD_ROWS, [*whole.people, *span], frames.HELD),
    )  # fmt: skip


def _villages(whole: Whole) -> pl.DataFrame:
    """Person → village as a number, by the newest appointment."""
    query = f"""SELECT DISTINCT ON (person_id) person_id, region_code::bigint FROM tenure_appointment
                WHERE person_id IN ({PEOPLE}) ORDER BY person_id, starts DESC"""  # noqa: S608 - made of a constant
    return facts.read(query, whole.people, {"person": pl.Int64, "village": pl.Int64})


def _seen(whole: Whole, month: Period, villages: pl.DataFrame) -> pl.DataFrame:
    """A month of check-ins, unpacked."""
    span = [month.first, month.last]
    rows = facts.read(SEEN_ROWS, [*span, *whole.people, *span], {"person": pl.Int64, "packed": pl.String})
    rows = rows.with_columns(packed=pl.col("packed").str.split(" ")).explode("packed").cast({"packed": pl.Int64})
    return rows.join(villages, on="person").select(
        "person", "village", day=_part(DAY_BIT, 5), kind=_part(KIND_BIT, 3), second=_part(SECOND_BIT, 17), typed=_part(0, 1),
        how=_part(HOW_BIT, 2), place=_part(PLACE_BIT, 24),
    ).select(list(SEEN))  # fmt: skip


def _part(bit: int, width: int) -> pl.Expr:
    rest = pl.col("packed") // pl.lit(2**bit)
    return rest % pl.lit(2**width)


def _work(whole: Whole, present: pl.DataFrame) -> pl.DataFrame:
    """Days present with logs, results, villagers' words and inspections beside them; noughts where there is nothing."""
    span = [whole.first, whole.last]
    keys = {"person": pl.Int64, "month": pl.Date}
    logs = facts.read(LOG_ROWS, [*span, *whole.people], keys | {"logs": pl.Int64})
    done = facts.read(RESULT_ROWS, [*span * 4, *whole.people], keys | {"results": pl.Int64})
    given = [whole.programme_id, whole.prefix] * 2 + span
    met = facts.read(MET_ROWS, given, keys | {"words": pl.Int64, "met": pl.Int64})
    work = present
    for more in (logs, done, met):
        work = work.join(more, on=["person", "month"], how="full", coalesce=True)
    return work.select(
        pl.col(name).fill_null(0) if kind == pl.Int64 else pl.col(name) for name, kind in frames.WORK.items()
    )


def _accounts(whole: Whole) -> pl.DataFrame:
    types = dict(frames.ACCOUNTS) | {"kept": pl.Int64, "foreign": pl.Int64}
    rows = facts.read(ACCOUNT_ROWS, [*whole.people], types)
    return rows.with_columns(pl.col("kept", "foreign") == 1)
