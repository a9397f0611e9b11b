"""Questions that people ask of evidence: the month as a grid or a calendar, a day's entries, what waits for somebody."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

import polars as pl
from django.db.models import QuerySet

from yigang.duty import facts
from yigang.duty.enums import LeaveKind, LeaveState, Source, Table
from yigang.duty.models import CheckIn, Intake, Leave, LeaveRequest, ProxyEntry, SetAside, UnmatchedRow, WorkLog
from yigang.foundation import regioncode
from yigang.foundation.facts import Selection, read

CHINA = ZoneInfo("Asia/Shanghai")
EVENING, MORNING = 18, 9
"""Hours between which a night is proven, as the engine counts it."""
MISSED = ("not_signed", "absent")

NIGHT, PRESENT, TRAINING, LEAVE, ABSENT = "night", "present", "training", "leave", "absent"
LETTERS = {NIGHT: "夜", PRESENT: "出", TRAINING: "训", LEAVE: "假", ABSENT: "旷"}
"""What a day is called in a cell. A night means a day on duty and the night after it in the village."""

HOLDERS = """
SELECT DISTINCT ON (p.id) p.id, p.name, a.region_code, greatest(a.starts, %s::date), least(coalesce(a.ends, %s::date), %s::date)
FROM tenure_appointment a JOIN people_person p ON p.id = a.person_id
WHERE a.programme_id = %s AND a.region_code ^@ %s AND a.days && daterange(%s, %s, '[]')
ORDER BY p.id, a.starts DESC
"""


@dataclass(frozen=True, slots=True)
class DayCell:
    """One day of one person: what it counts as ("" where nothing is known), and whether the person was in post."""

    day: date
    mark: str = ""
    log: bool = False
    in_post: bool = True

    @property
    def letter(self) -> str:
        return LETTERS.get(self.mark, "")


@dataclass(frozen=True, slots=True)
class GridRow:
    """A person's month."""

    person_id: int
    name: str
    region_code: str
    cells: tuple[DayCell, ...]

    def count(self, *marks: str) -> int:
        """Days of these marks."""
        return sum(cell.mark in marks for cell in self.cells)

    @property
    def present(self) -> int:
        return self.count(PRESENT, NIGHT)

    @property
    def nights(self) -> int:
        return self.count(NIGHT)

    @property
    def on_leave(self) -> int:
        return self.count(LEAVE, TRAINING)


@dataclass(frozen=True, slots=True)
class DayEvidence:
    """Everything that lies about one person's day, effective or not, in the order of time."""

    day: date
    check_ins: Sequence[CheckIn] = ()
    leaves: Sequence[Leave] = ()
    work_logs: Sequence[WorkLog] = ()
    superseded: frozenset[tuple[str, int]] = field(default_factory=frozenset)
    """(table, id) of entries that a later one corrects or whose intake is withdrawn."""


def month_grid(selection: Selection, people: Collection[int] | None = None) -> list[GridRow]:
    """People × days, by region and name. Five queries, whatever the number of people; `people` narrows to some of them."""
    if people is not None:
        selection = replace(selection, people=tuple(people))
    holders = read(
        HOLDERS if people is None else HOLDERS.replace("ORDER BY", "AND p.id = ANY(%s) ORDER BY"),
        [selection.first, selection.last, selection.last, selection.programme_id, selection.region_prefix,
         selection.first, selection.last, *([] if people is None else [list(people)])],
        {"person_id": pl.Int64, "name": pl.String, "region_code": pl.String, "starts": pl.Date, "ends": pl.Date},
    )  # fmt: skip
    ids = holders["person_id"].implode()
    marks = _marks(selection, ids)
    logs = set(facts.work_logs(selection).filter(pl.col("person_id").is_in(ids)).iter_rows())
    days = [selection.first + timedelta(days=n) for n in range((selection.last - selection.first).days + 1)]
    return [
        GridRow(person, name, region, tuple(
            DayCell(day, marks.get((person, day), ""), (person, day) in logs, starts <= day <= ends) for day in days
        ))
        for person, name, region, starts, ends in holders.sort("region_code", "name", "person_id").iter_rows()
    ]  # fmt: skip


def _marks(selection: Selection, people: pl.Series) -> dict[tuple[int, date], str]:
    made = facts.check_ins(selection).filter(pl.col("person_id").is_in(people))
    return marks_of(made, facts.leaves(selection).filter(pl.col("person_id").is_in(people)), selection)


def marks_of(made: pl.DataFrame, leaves: pl.DataFrame, selection: Selection) -> dict[tuple[int, date], str]:
    """(person, day) → mark. Being there outweighs leave, leave outweighs a missed check."""
    local = pl.col("at").dt.convert_time_zone("Asia/Shanghai")
    real = ~(
        pl.col("result").cast(pl.String).is_in(MISSED).fill_null(value=False)
        | (pl.col("source") == Source.SYSTEM.value)
    )
    events = made.select(
        "person_id", day=local.dt.date(), hour=local.dt.hour(), real=real,
        night=(pl.col("kind") == "night") & pl.col("place").cast(pl.String).ne_missing("outside"),
    )  # fmt: skip
    at_night = events.filter(
        pl.col("real") & pl.col("night") & ((pl.col("hour") >= EVENING) | (pl.col("hour") < MORNING))
    )
    nights = at_night.select(
        "person_id", day=pl.when(pl.col("hour") < MORNING).then(pl.col("day") - timedelta(days=1)).otherwise("day")
    )
    missed = events.filter(~pl.col("real")).select("person_id", "day")
    marks = dict.fromkeys(missed.iter_rows(), ABSENT)
    for person, kind, start, end, approved in leaves.iter_rows():
        days = range((min(end, selection.last) - max(start, selection.first)).days + 1) if approved else range(0)
        mark = TRAINING if kind == LeaveKind.TRAINING else LEAVE
        marks |= {(person, max(start, selection.first) + timedelta(days=n)): mark for n in days}
    marks |= dict.fromkeys(events.filter("real").select("person_id", "day").iter_rows(), PRESENT)
    marks |= dict.fromkeys(nights.iter_rows(), NIGHT)
    return marks


def person_month(person_id: int, programme_id: int, region_prefix: str, first: date, last: date) -> GridRow | None:
    """One person's month; None when he held no post of the programme there."""
    rows = month_grid(Selection(programme_id, region_prefix, first, last), [person_id])
    return next((row for row in rows if row.person_id == person_id), None)


def weeks(cells: Iterable[DayCell]) -> list[list[DayCell | None]]:
    """Cells in rows from Monday to Sunday, None where the month has no day."""
    days: list[DayCell | None] = list(cells)
    if not days or days[0] is None:
        return []
    padded = [None] * days[0].day.weekday() + days
    padded += [None] * (-len(padded) % 7)
    return [padded[start : start + 7] for start in range(0, len(padded), 7)]


def day_evidence(person_id: int, day: date) -> DayEvidence:
    """The entries of a day and of the morning after it, each with its intake; what no longer counts is named."""
    around = CheckIn.objects.filter(person_id=person_id, day__range=(day, day + timedelta(days=1)))
    morning = datetime.combine(day + timedelta(days=1), datetime.min.time(), CHINA) + timedelta(hours=MORNING)
    check_ins = list(around.filter(at__lt=morning).select_related("intake__created_by").order_by("at", "pk"))
    leaves = list(Leave.objects.filter(person_id=person_id, first__lte=day, last__gte=day).select_related("intake"))
    logs = list(
        WorkLog.objects.filter(person_id=person_id, day=day).select_related("intake__created_by").order_by("pk")
    )
    gone = {("check_ins", entry.pk) for entry in check_ins if entry.intake.withdrawn_at}
    gone |= {("leaves", entry.pk) for entry in leaves if entry.intake.withdrawn_at}
    gone |= {("work_logs", entry.pk) for entry in logs if entry.intake.withdrawn_at}
    standing = [entry for entry in check_ins if entry.corrects_id and not entry.intake.withdrawn_at]
    gone |= {("check_ins", entry.corrects_id) for entry in standing if entry.corrects_id}
    gone |= {("leaves", pk) for pk in _corrected_among(Leave.objects.all(), leaves)}
    gone |= {("work_logs", pk) for pk in _corrected_among(WorkLog.objects.all(), logs)}
    return DayEvidence(day, check_ins, leaves, logs, frozenset(gone))


def _corrected_among(rows: QuerySet[Leave] | QuerySet[WorkLog], found: Sequence[Leave | WorkLog]) -> list[int]:
    later = rows.filter(corrects__in=[entry.pk for entry in found], intake__withdrawn_at=None)
    return [pk for pk in later.values_list("corrects", flat=True) if pk is not None]


def set_aside(prefix: str) -> QuerySet[SetAside]:
    """What phones sent and does not count."""
    rows = SetAside.objects.filter(region_code__startswith=prefix)
    return rows.select_related("person", "device", "seen_by")


def unmatched(prefix: str) -> QuerySet[UnmatchedRow]:
    """Unknown people whose rows wait, in files that count."""
    return _nobodys(prefix).filter(not_ours="")


def not_ours(prefix: str) -> QuerySet[UnmatchedRow]:
    """People of files that count, of whom somebody has said that they are not ours."""
    return _nobodys(prefix).exclude(not_ours="").select_related("resolved_by")


def _nobodys(prefix: str) -> QuerySet[UnmatchedRow]:
    rows = UnmatchedRow.objects.filter(person=None, region_code__startswith=prefix, intake__withdrawn_at=None)
    return rows.select_related("intake__file")


def unmatched_in(selection: Selection) -> int:
    """How many rows of unknown people lie in files about these days: a settlement of them may lack evidence."""
    about = unmatched("").filter(intake__first__lte=selection.last, intake__last__gte=selection.first)
    prefix = selection.region_prefix
    wider = [regioncode.pad(prefix[:length]) for length in regioncode.LENGTHS.values() if length < len(prefix)]
    return sum(
        row.rows for row in about if row.region_code.startswith(prefix) or row.region_code in wider
    )  # fmt: skip


def waiting_proxy(prefix: str) -> QuerySet[ProxyEntry]:
    """Days entered for people that nobody has confirmed or rejected yet."""
    rows = ProxyEntry.objects.filter(region_code__startswith=prefix, confirmed_at=None, rejected_reason="")
    return rows.select_related("person", "entered_by", "document")


def gaps(selection: Selection) -> list[Table]:
    """Tables that no file and no declaration completes for the whole selection: who is not in them is unknown."""
    covered = {
        table for table, prefix in facts.covered_regions(selection) if selection.region_prefix.startswith(prefix)
    }
    return [table for table in Table if table.value not in covered and table not in facts.SPARSE]


def partial_check_ins(selection: Selection) -> tuple[date, date] | None:
    """First and last day of the files of check-ins, when they do not reach over the whole selection; None when they do."""
    intakes = Intake.objects.filter(
        table=Table.CHECK_INS,
        withdrawn_at=None,
        first__lte=selection.last,
        last__gte=selection.first,
        file__isnull=False,
    )
    spans = [(intake.first, intake.last) for intake in intakes]
    if not spans:
        return None
    first, last = min(span[0] for span in spans), max(span[1] for span in spans)
    return None if first <= selection.first and last >= selection.last else (first, last)


@dataclass(frozen=True, slots=True)
class Absence:
    """Leave of one person that touches a period: approved evidence, or a request that waits."""

    person_id: int
    name: str
    region_code: str
    kind: LeaveKind
    first: date
    last: date
    approved: bool


def away(prefix: str, first: date, last: date) -> list[Absence]:
    """Who is away in a region or asks to be, in a period. Two queries; the latest entry of a leave alone."""
    inside = {"region_code__startswith": prefix, "first__lte": last, "last__gte": first}
    fields = ("person_id", "person__name", "region_code", "kind", "first", "last")
    live = Leave.objects.filter(approved=True, cancelled=False, corrected_by=None, intake__withdrawn_at=None, **inside)
    asked = LeaveRequest.objects.filter(state=LeaveState.ASKED, **inside)
    return [
        Absence(person, name, region, LeaveKind(kind), start, end, approved)
        for rows, approved in ((live, True), (asked, False))
        for person, name, region, kind, start, end in rows.values_list(*fields)
    ]
