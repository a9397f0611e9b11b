"""Evidence as Polars columns for the engine: what counts, for the people of a selection, read whole by COPY.

What counts: entries that no later entry corrects and whose intake nobody has withdrawn. People: who holds a post of the
programme in the region on one of the days. A month reads the partition of that month and, by an index, the morning
after it, which proves the last night.
"""

from collections.abc import Mapping
from datetime import UTC, date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import polars as pl

from yigang.duty.enums import CheckInKind, CheckInResult, Place, Source, Table
from yigang.duty.models import Intake
from yigang.foundation import facts, regioncode
from yigang.foundation.facts import Selection

CHINA = ZoneInfo("Asia/Shanghai")
MORNING = time(9)
"""A check-in before this hour can prove the night before."""

KINDS, RESULTS, PLACES, SOURCES = (
    pl.Enum([member.value for member in choices]) for choices in (CheckInKind, CheckInResult, Place, Source)
)
BITS = 62
"""How many days fit into one of PostgreSQL's whole numbers, with a little room."""

PEOPLE = """SELECT person_id FROM tenure_appointment
            WHERE programme_id = %s AND region_code ^@ %s AND days && daterange(%s, %s, '[]')"""
SOME = " AND person_id = ANY(%s)"
"""Added where a selection names its people, so that one person's month is read by that person's index."""
LIVE = "intake_id NOT IN (SELECT id FROM duty_intake WHERE withdrawn_at IS NOT NULL)"
"""Hashed once; withdrawn intakes are few, and so are corrections: neither costs a join over years of evidence."""


KIND_BIT, RESULT_BIT, PLACE_BIT, DAY_BIT, AT_BIT = 3, 6, 9, 11, 13
"""Where the parts of a packed check-in begin; the source has the lowest bits."""

SINCE = int(datetime(2020, 1, 1, tzinfo=UTC).timestamp())
"""Moments are counted from here, in microseconds; 50 bits hold 35 years to either side."""

DAYS_LATE = "((date_part('epoch', at)::bigint + 28800) / 86400 - (day - date '1970-01-01'))"
"""How many local days a check lies after the working day it counts for: 0, or 1 for a night shift's end."""


def _coded(column: str, words: pl.Enum, bit: int) -> str:
    """A word as its number in an Enum, moved to its bits; what is not known has all of its bits set."""
    cases = " ".join(f"WHEN '{word}' THEN {number << bit}" for number, word in enumerate(words.categories))
    return f"CASE {column} {cases} ELSE {UNKNOWN[bit] << bit} END"


UNKNOWN = {0: 7, KIND_BIT: 7, RESULT_BIT: 7, PLACE_BIT: 3}
"""Bit → the number that stands for nothing known; it is as wide as the part."""

CHECK_INS = f"""
SELECT person_id, string_agg((
         (((date_part('epoch', at) - {SINCE}) * 1000000)::bigint << {AT_BIT}) + {_coded("kind", KINDS, KIND_BIT)}
       + (CASE {DAYS_LATE} WHEN -1 THEN 0 WHEN 0 THEN 1 WHEN 1 THEN 2 ELSE 3 END << {DAY_BIT})
       + {_coded("result", RESULTS, RESULT_BIT)} + {_coded("place", PLACES, PLACE_BIT)}
       + {_coded("source", SOURCES, 0)})::text, ' ')
FROM duty_checkin
WHERE (day BETWEEN %s AND %s OR (day = %s AND at < %s))
  AND person_id IN ({PEOPLE}) AND {LIVE}
"""  # noqa: S608 - made of the constants above
CORRECTED = f"""
SELECT corrects_id FROM duty_checkin WHERE corrects_id IS NOT NULL AND corrects_day BETWEEN %s AND %s AND {LIVE}
"""  # noqa: S608 - made of the constants above
LEAVES = f"""
SELECT person_id, kind, first, last, approved::int FROM duty_leave
WHERE first <= %s AND last >= %s AND person_id IN ({PEOPLE}) AND {LIVE} AND NOT cancelled
  AND id NOT IN (SELECT corrects_id FROM duty_leave WHERE corrects_id IS NOT NULL AND {LIVE})
"""  # noqa: S608 - made of the constants above
WORK_LOGS = f"""
SELECT person_id, bit_or(1::bigint << (day - %s::date)) FROM duty_worklog
WHERE day BETWEEN %s AND %s AND person_id IN ({PEOPLE}) AND {LIVE} AND NOT cancelled
  AND id NOT IN (SELECT corrects_id FROM duty_worklog WHERE corrects_id IS NOT NULL AND {LIVE})
"""  # noqa: S608 - made of the constants above


PATROLS = f"""
SELECT person_id, day, distance_m FROM duty_patrol
WHERE day BETWEEN %s AND %s AND person_id IN ({PEOPLE}) AND measured_at IS NOT NULL AND withdrawn_at IS NULL
"""  # noqa: S608 - made of the constants above


def check_ins(selection: Selection) -> pl.DataFrame:
    """person_id, at (UTC), day (working day), kind, result, place, source: one row for each check made or missed."""
    after = selection.last + timedelta(days=1)
    bounds = [selection.first, selection.last, after, datetime.combine(after, MORNING, CHINA)]
    query, parameters = _of_some(CHECK_INS, selection, [*bounds, *_whose(selection)])
    if gone := corrected(selection.first, after):
        query, parameters = query + " AND id <> ALL(%s)", [*parameters, gone]
    rows = facts.read(query + " GROUP BY person_id", parameters, {"person_id": pl.Int64, "packed": pl.String})
    return _unpacked(rows)


def _unpacked(rows: pl.DataFrame) -> pl.DataFrame:
    """The check-ins of a person come over as one text of numbers: fifty times fewer rows, for less than half of the time."""
    packed = pl.col("packed")
    each = rows.select("person_id", packed.str.split(" ")).explode("packed").with_columns(packed.cast(pl.Int64))
    moment = (packed // (1 << AT_BIT) + SINCE * 1_000_000).cast(pl.Datetime("us"))
    late = (packed // (1 << DAY_BIT)) % 4 - 1
    local = (moment + pl.duration(hours=8)).dt.date()
    return each.select(
        "person_id", moment.dt.replace_time_zone("UTC").alias("at"),
        pl.when(late == 0).then(local).when(late.abs() == 1).then(local - pl.duration(days=late)).alias("day"),
        _part(KIND_BIT).cat.to(KINDS).alias("kind"), _part(RESULT_BIT).cat.to(RESULTS).alias("result"),
        _part(PLACE_BIT).cat.to(PLACES).alias("place"), _part(0).cat.to(SOURCES).alias("source"),
    )  # fmt: skip


def _part(bit: int) -> pl.Expr:
    """One part of the packed number; null where nothing is known."""
    number = (pl.col("packed") // (1 << bit)) % (UNKNOWN[bit] + 1)
    return pl.when(number != UNKNOWN[bit]).then(number).cast(pl.UInt8)


def corrected(first: date, last: date) -> list[int]:
    """Check-ins of these days that a later entry corrects. They are few, and given as numbers they cost no join."""
    return facts.read(CORRECTED, [first, last], {"id": pl.Int64})["id"].to_list()


def leaves(selection: Selection) -> pl.DataFrame:
    """person_id, kind, start, end, approved: every leave that touches the days."""
    schema = {"person_id": pl.Int64, "kind": pl.String, "start": pl.Date, "end": pl.Date, "approved": pl.Int8}
    query, parameters = _of_some(LEAVES, selection, [selection.last, selection.first, *_whose(selection)])
    rows = facts.read(query, parameters, schema)
    return rows.with_columns(pl.col("approved").cast(pl.Boolean))


def work_logs(selection: Selection) -> pl.DataFrame:
    """person_id, date: each day with a log once. The days of a person come over as the bits of one number."""
    parameters = [selection.first, selection.first, selection.last, *_whose(selection)]
    query, parameters = _of_some(WORK_LOGS, selection, parameters)
    rows = facts.read(query + " GROUP BY person_id", parameters, {"person_id": pl.Int64, "days": pl.Int64})
    length = (selection.last - selection.first).days + 1
    assert length < BITS, "a selection of logs is a month, not more"
    days = [
        rows.filter(pl.col("days") & (1 << number) != 0).select(
            "person_id", pl.lit(selection.first + timedelta(days=number)).alias("date")
        )
        for number in range(length)
    ]
    return pl.concat(days).sort("person_id", "date")


def _of_some(query: str, selection: Selection, parameters: list[Any]) -> tuple[str, list[Any]]:
    """The question narrowed to the people that the selection names."""
    if selection.people is None:
        return query, parameters
    return query + SOME, [*parameters, list(selection.people)]


def patrols(selection: Selection) -> pl.DataFrame:
    """person_id, date, metres: each measured patrol that is not withdrawn, by the day on which it began."""
    schema = {"person_id": pl.Int64, "date": pl.Date, "metres": pl.Int64}
    query, parameters = _of_some(PATROLS, selection, [selection.first, selection.last, *_whose(selection)])
    return facts.read(query, parameters, schema).sort("person_id", "date", "metres")


def _whose(selection: Selection) -> list[object]:
    return [selection.programme_id, selection.region_prefix, selection.first, selection.last]


SPARSE = (Table.CHECK_INS, Table.PATROLS)
"""Tables that speak only of who is in them, unless somebody answers for it that they are complete."""
COVERAGE = {"table": pl.String, "region_prefix": pl.String, "person_id": pl.Int64}


def coverage(selection: Selection, known: Mapping[Table, pl.DataFrame] | None = None) -> pl.DataFrame:
    """Of whom each table speaks in these days: table, region_prefix, person_id. Leave and logs without a row: of nobody.

    A region is spoken of when files or declarations about it, taken together, reach from the first day to the last. A file
    of check-ins speaks only of who is in it: who is in no file is unknown, not absent, so only a declaration covers a
    region's check-ins. A person with leave or a log in the days is spoken of in any case; `known` holds these two tables when
    they have been read already.
    """
    known = known or {Table.LEAVES: leaves(selection), Table.WORK_LOGS: work_logs(selection)}
    regions = [(table, prefix, None) for table, prefix in covered_regions(selection)]
    people = [
        (table.value, None, person) for table, frame in known.items() for person in frame["person_id"].unique().sort()
    ]
    return pl.DataFrame([*regions, *people], schema=COVERAGE, orient="row")


def covered_regions(selection: Selection) -> list[tuple[str, str]]:
    """(table, region prefix) of every region that intakes speak about from the first day to the last."""
    intakes = Intake.objects.filter(withdrawn_at=None, first__lte=selection.last, last__gte=selection.first)
    spoken: dict[tuple[str, str], list[tuple[date, date]]] = {}
    for intake in intakes.order_by("first"):
        if intake.declared or (intake.file_id and intake.table not in SPARSE):
            key = (intake.table, regioncode.prefix_of(intake.region_code))
            spoken.setdefault(key, []).append((intake.first, intake.last))
    return [
        (table, prefix)
        for table, prefix in sorted(spoken)
        if prefix.startswith(selection.region_prefix) or selection.region_prefix.startswith(prefix)
        if _reaches(_about(spoken, table, prefix), selection.first, selection.last)
    ]


def _about(spoken: dict[tuple[str, str], list[tuple[date, date]]], table: str, prefix: str) -> list[tuple[date, date]]:
    """Periods in which something is said of the region or of one that holds it, in order."""
    return sorted(
        span for (of, wider), spans in spoken.items() if of == table and prefix.startswith(wider) for span in spans
    )


def _reaches(spans: list[tuple[date, date]], first: date, last: date) -> bool:
    """Whether the periods, in order, leave no day out."""
    reached = first - timedelta(days=1)
    for start, end in spans:
        if start > reached + timedelta(days=1):
            return False
        reached = max(reached, end)
    return reached >= last
