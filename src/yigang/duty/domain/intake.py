"""Evidence taken in, declared complete, withdrawn, and given to the people it belongs to. The same event is kept once."""

from __future__ import annotations

import io
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta

import polars as pl
from django.db import DatabaseError, connection, transaction
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext as _

from yigang.duty.access import DECLARE_COMPLETE, IMPORT_EVIDENCE, MATCH_PERSON, WITHDRAW_EVIDENCE
from yigang.duty.domain import matching
from yigang.duty.domain.evidence import WHO, Evidence, Target
from yigang.duty.enums import Source, Table
from yigang.duty.models import Intake, UnmatchedRow
from yigang.foundation import audit, facts, monthlocks, regioncode
from yigang.foundation.access import require
from yigang.foundation.errors import Refusal
from yigang.foundation.jobs import Progress, silent
from yigang.foundation.locks import hold
from yigang.foundation.models import User
from yigang.people.models import Person

SEALED = "YG005"
"""SQLSTATE by which the database refuses to withdraw what a sealed month was judged by."""
SLICE = 100_000
MANY = 10_000
"""From so many new rows on, the planner's statistics are worth a second."""
_RAW = "raw_at"
AGAIN = "~"
"""Parts an event's key from how often it was withdrawn."""


@dataclass(frozen=True)
class Outlook:
    """What taking the evidence in would do; nothing is written."""

    read: int
    new: int
    known: int
    unmatched: int
    people: int
    strangers: tuple[tuple[str, int], ...]
    """Names that nobody could be found for, with their number of rows."""
    days: int
    told_apart: tuple[tuple[str, str, str], ...] = ()
    """Who was told from others of the name by the department: name, department, region."""


def outlook(evidence: Evidence) -> Outlook:
    """Count what is new, known already and nobody's. Whom it concerns is found as `take_in` will find it."""
    matched = matching.match(evidence)
    found = _assigned(evidence, matched)
    told_apart = matched.filter(pl.col("by") == matching.BY_DEPARTMENT).select("name", "department", "region_code")
    ours = _keyed(found.filter(pl.col("person_id").is_not_null()), evidence)
    new = ours.join(_kept_keys(evidence, ours), on="external_key", how="anti").height
    strangers = found.filter(pl.col("person_id").is_null()).group_by("name", maintain_order=True).len()
    days = evidence.frame.select(pl.col(_day_column(evidence.target)).n_unique()).item()
    return Outlook(
        read=found.height, new=new, known=found["person_id"].count() - new, unmatched=found["person_id"].null_count(),
        people=found["person_id"].n_unique() - int(found["person_id"].null_count() > 0),
        strangers=tuple(strangers.fill_null("").iter_rows()), days=days, told_apart=tuple(told_apart.iter_rows()),
    )  # fmt: skip


@transaction.atomic
def take_in(evidence: Evidence, *, actor: User, progress: Progress = silent) -> Intake:
    """Keep the evidence. Known events are left out, rows of unknown people wait in `UnmatchedRow`; the intake counts both."""
    require(actor, IMPORT_EVIDENCE, evidence.region_code)
    return keep(evidence, actor=actor, progress=progress)


@transaction.atomic
def keep(
    evidence: Evidence, *, actor: User, progress: Progress = silent, people: pl.DataFrame | None = None
) -> Intake:  # fmt: skip
    """`take_in` for verbs that have asked for another capability, and know the `people` (as `match` gives them)."""
    wait_for_seals(evidence.table, [evidence.region_code], evidence.first, evidence.last)
    intake = Intake.objects.create(
        region_code=evidence.region_code, table=evidence.table, source=evidence.source, first=evidence.first,
        last=evidence.last, file=evidence.file, rows_read=evidence.frame.height, created_by=actor,
    )  # fmt: skip
    known = matching.match(evidence) if people is None else people
    found = _assigned(evidence, known)
    ours = found.filter(pl.col("person_id").is_not_null())
    intake.rows_added = _write(ours, evidence, intake, progress)
    intake.rows_known = ours.height - intake.rows_added
    intake.rows_unmatched = _set_aside(found.filter(pl.col("person_id").is_null()), evidence, intake)
    intake.save()
    if people is None:
        matching.remember(known, evidence.source)
    audit.record("duty.take_in", intake, actor=actor, after=_summary(intake))
    return intake


@transaction.atomic
def declare_complete(table: Table, region_code: str, first: date, last: date, *, actor: User) -> Intake:
    """Somebody answers for it that the table holds everything of the region and period, such as 本月无请假."""
    require(actor, DECLARE_COMPLETE, region_code)
    if last < first:
        raise Refusal(_("The last day lies before the first."), code="period", field="last")
    wait_for_seals(table, [region_code], first, last)
    intake = Intake.objects.create(
        region_code=region_code, table=table, source=Source.SHEET, first=first, last=last, declared=True,
        created_by=actor,
    )  # fmt: skip
    audit.record("duty.declare_complete", intake, actor=actor, after=_summary(intake))
    return intake


@transaction.atomic
def withdraw(intake: Intake, *, reason: str, actor: User) -> Intake:
    """The intake no longer counts; its rows stay. Refused when a sealed month was judged by it."""
    require(actor, WITHDRAW_EVIDENCE, intake.region_code)
    if not reason.strip():
        raise Refusal(_("Say why the evidence is withdrawn."), code="reason", field="reason")
    if intake.source == Source.PHONE:
        raise Refusal(
            _("What phones send is withdrawn entry by entry."), code="phone",
            remedy=_("Correct the entries on the person's calendar."),
        )  # fmt: skip
    wait_for_seals(Table(intake.table), [intake.region_code], intake.first, intake.last)
    intake = Intake.objects.select_for_update().get(pk=intake.pk)
    if intake.withdrawn_at:
        raise Refusal(_("This evidence was withdrawn before."), code="withdrawn")
    intake.withdrawn_at, intake.withdrawn_by, intake.withdrawn_reason = timezone.now(), actor, reason.strip()[:200]
    try:
        with transaction.atomic():
            intake.save()
    except DatabaseError as error:
        if getattr(error.__cause__, "sqlstate", "") != SEALED:
            raise
        raise Refusal(
            _("A sealed month was judged by this evidence; it can no longer be withdrawn."),
            code="sealed",
            remedy=_("Correct the single entries; the difference is settled in the next month."),
        ) from error
    audit.record("duty.withdraw", intake, actor=actor, after={"reason": intake.withdrawn_reason})
    return intake


@transaction.atomic
def resolve(unmatched: UnmatchedRow, person: Person, *, actor: User) -> UnmatchedRow:
    """These rows are this person's: keep them, and know the source's name for him from now on."""
    require(actor, MATCH_PERSON, unmatched.region_code)
    unmatched = hold(UnmatchedRow.objects.select_related("intake").filter(pk=unmatched.pk)).get()
    if unmatched.person_id:
        raise Refusal(_("These rows were given to somebody already."), code="resolved")
    if unmatched.not_ours:
        raise Refusal(_("These rows are noted as not ours."), code="not_ours", remedy=_("Take that back first."))
    evidence = _evidence_of(unmatched)
    region = region_of(person, evidence.first, evidence.last)
    wait_for_seals(evidence.table, [region], evidence.first, evidence.last)
    intake = Intake.objects.select_for_update().get(pk=unmatched.intake_id)
    people = (
        evidence.frame.select(*WHO)
        .unique(maintain_order=True)
        .with_columns(person_id=pl.lit(person.pk, pl.Int64), region_code=pl.lit(region), by=pl.lit("person"))
    )
    rows = _assigned(evidence, people)
    added = _write(rows, evidence, intake, silent)
    intake.rows_added += added
    intake.rows_known += rows.height - added
    intake.rows_unmatched -= rows.height
    intake.save()
    unmatched.person, unmatched.resolved_at, unmatched.resolved_by = person, timezone.now(), actor
    unmatched.save()
    matching.remember(people.head(1), evidence.source)
    audit.record("duty.resolve", unmatched, actor=actor, after={"person": person.pk, "rows": rows.height})
    return unmatched


@transaction.atomic
def rematch(waiting: Iterable[UnmatchedRow], *, actor: User) -> int:
    """Look for the people again, after a roster has come in; returns for how many one was found."""
    count = 0
    for unmatched in waiting:
        evidence = _evidence_of(unmatched)
        person = matching.match(evidence)["person_id"].drop_nulls()
        if len(person):
            resolve(unmatched, Person.objects.get(pk=person[0]), actor=actor)
            count += 1
    return count


def wait_for_seals(table: Table, regions: Iterable[str], first: date, last: date) -> None:
    """Let no month be sealed whose facts would be written now: also the one before, whose last night the first morning
    proves, and for findings the rest of their year.
    """
    if table == Table.CHECK_INS:
        first -= timedelta(days=1)
    elif table == Table.FINDINGS:
        last = date(last.year, 12, 31)
    monthlocks.write_evidence(regions, first, last)


def _assigned(evidence: Evidence, people: pl.DataFrame) -> pl.DataFrame:
    """The rows with person_id and region_code, null where nobody was found; `_RAW` says where each row's text lies.

    The texts as they came are most of a file's memory, so they stay behind until rows are written, a slice at a time.
    """
    rows = evidence.frame.drop("raw").with_row_index(_RAW)
    return rows.join(people.drop("by"), on=list(WHO), how="left", nulls_equal=True, maintain_order="left")


def _with_raw(rows: pl.DataFrame, evidence: Evidence) -> pl.DataFrame:
    """Rows of `_assigned` with their text as it came."""
    return rows.with_columns(raw=evidence.frame["raw"].gather(rows[_RAW])).drop(_RAW)


def _keyed(rows: pl.DataFrame, evidence: Evidence) -> pl.DataFrame:
    """Rows with their external key; what stands twice in the file is kept once.

    A withdrawn event still lies in the table. Where it comes again, its key says how often it was withdrawn.
    """
    once = rows.unique(["person_id", *evidence.target.columns], keep="first", maintain_order=True)
    keyed = once.with_columns(evidence.target.key(once, evidence.source).alias("external_key"))
    before = _withdrawn(evidence)
    if before.is_empty():
        return keyed
    times = pl.when(pl.col("len") > 0).then(pl.concat_str(pl.lit(AGAIN), "len"))
    return (
        keyed.join(before, on="external_key", how="left", maintain_order="left")
        .with_columns(pl.concat_str("external_key", times.fill_null("")))
        .drop("len")
    )


def _write(rows: pl.DataFrame, evidence: Evidence, intake: Intake, progress: Progress) -> int:
    target = evidence.target
    keyed = _keyed(rows, evidence)
    if target.partitioned:
        _open_months(keyed["day"])
    ready = keyed.select("region_code", "person_id", *target.columns, "external_key", _RAW).with_columns(
        pl.lit(intake.pk).alias("intake_id"),
        *(pl.col(name).fill_null("") for name in target.texts),
        *(pl.lit(value).alias(name) for name, value in target.constants.items()),
    )
    added = 0
    for start in range(0, ready.height, SLICE):
        part = ready.slice(start, SLICE)
        kept = _with_raw(part, evidence) if target.keeps_raw else part.drop(_RAW)
        added += facts.write(target.table, kept, skip_known=True)
        progress(min(start + SLICE, ready.height), ready.height)
    if target.partitioned and added >= MANY:
        _count_months(keyed["day"])
    return added


def _open_months(days: pl.Series) -> None:
    """Make the partitions these days need."""
    for month in days.dt.truncate("1mo").unique().sort():
        open_month(month)


def open_month(day: date) -> None:
    """Make the partition of the month that holds this day, unless it is there."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT yigang_check_in_month(%s)", [day])


def _count_months(days: pl.Series) -> None:
    """Bring the planner's statistics up to date."""
    with connection.cursor() as cursor:
        for month in days.dt.truncate("1mo").unique().sort():
            cursor.execute("SELECT yigang_count_check_ins(%s)", [month])


def _set_aside(rows: pl.DataFrame, evidence: Evidence, intake: Intake) -> int:
    """One `UnmatchedRow` for each unknown person of the file, with all his rows. No identity number is kept in it."""
    kept = _with_raw(rows, evidence).drop("person_id", "region_code")
    groups = kept.group_by(list(WHO), maintain_order=True)
    UnmatchedRow.objects.bulk_create(
        [
            UnmatchedRow(
                region_code=evidence.region_code, intake=intake, name=(who[0] or "")[:60],
                key=(who[1] or who[2] or "")[:120], rows=part.height, department=(who[5] or "")[:120],
                payload=part.drop("identity").write_json(),
            )
            for who, part in groups
        ],
        batch_size=500,
    )  # fmt: skip
    return rows.height


def _evidence_of(unmatched: UnmatchedRow) -> Evidence:
    intake = unmatched.intake
    target_schema = Evidence.schema_of(Table(intake.table))
    frame = pl.read_json(
        io.StringIO(unmatched.payload), schema={k: v for k, v in target_schema.items() if k != "identity"}
    )
    return Evidence(Table(intake.table), Source(intake.source), intake.region_code, intake.first, intake.last, frame)


def region_of(person: Person, first: date, last: date) -> str:
    """Where the person's evidence belongs: to the place of his post in the period, else to where he is registered."""
    return matching.held_by([person.pk], first, last).get(person.pk, str(person.region_code))


def _withdrawn(evidence: Evidence) -> pl.DataFrame:
    """First keys of the events that were withdrawn in this region, with how often: external_key, len."""
    prefix = regioncode.prefix_of(evidence.region_code)
    above = [regioncode.pad(prefix[:length]) for length in regioncode.LENGTHS.values() if length < len(prefix)]
    intakes = Intake.objects.filter(table=evidence.table, withdrawn_at__isnull=False)
    near = intakes.filter(Q(region_code__startswith=prefix) | Q(region_code__in=above))
    gone = list(near.values_list("pk", flat=True))
    if not gone:
        return pl.DataFrame(schema={"external_key": pl.String, "len": pl.UInt32})
    query = f"SELECT convert_from(external_key, 'UTF8') FROM {evidence.target.table} WHERE intake_id = ANY(%s)"  # noqa: S608 - our own table names
    keys = facts.read(query, [gone], {"external_key": pl.String})
    return keys.group_by(pl.col("external_key").str.split(AGAIN).list.first()).len()


def _kept_keys(evidence: Evidence, rows: pl.DataFrame) -> pl.DataFrame:
    """Those external keys of the region that are in the database, as far as the rows' days reach."""
    where, bounds = "", []
    if evidence.target.partitioned and rows.height:
        where, bounds = " AND day BETWEEN %s AND %s", [rows["day"].min(), rows["day"].max()]
    query = f"SELECT convert_from(external_key, 'UTF8') FROM {evidence.target.table} WHERE region_code ^@ %s{where}"  # noqa: S608 - our own table names
    prefix = regioncode.prefix_of(evidence.region_code)
    return facts.read(query, [prefix, *bounds], {"external_key": pl.String})


def _day_column(target: Target) -> str:
    return "day" if "day" in target.columns else "first"


def _summary(intake: Intake) -> dict[str, object]:
    fields = ("table", "source", "first", "last", "declared", "rows_read", "rows_added", "rows_known", "rows_unmatched")
    return audit.snapshot(intake, fields)
