"""The records behind a figure: a day's, or a month's of one person."""

from dataclasses import dataclass, field
from datetime import date
from typing import TypeVar

from django.db.models import QuerySet

from yigang.appraisal.models import Appraisal, Finding, Mark
from yigang.duty.models import CheckIn, Leave, Patrol, WorkLog
from yigang.payment.models import SubsidyLine
from yigang.policy import Period

Entry = TypeVar("Entry", Leave, WorkLog)


@dataclass(frozen=True)
class Records:
    """What is known, by kind; the keys are the engine's words for evidence."""

    check_ins: list[CheckIn] = field(default_factory=list)
    leaves: list[Leave] = field(default_factory=list)
    work_logs: list[WorkLog] = field(default_factory=list)
    patrols: list[Patrol] = field(default_factory=list)
    findings: list[Finding] = field(default_factory=list)
    marks: list[Mark] = field(default_factory=list)
    appraisals: list[Appraisal] = field(default_factory=list)

    def __bool__(self) -> bool:
        return any(
            (self.check_ins, self.leaves, self.work_logs, self.patrols, self.findings, self.marks, self.appraisals)
        )


def of_day(person_id: int, day: date) -> Records:
    """Everything that speaks of one day. Withdrawn evidence and what was corrected later are left out."""
    return Records(
        check_ins=_check_ins(person_id, day, day), leaves=_leaves(person_id, day, day),
        work_logs=list(_live(WorkLog.objects.filter(person_id=person_id, day=day))), patrols=_patrols(person_id, day, day),
        findings=list(Finding.objects.filter(person_id=person_id, day=day, intake__withdrawn_at=None)),
    )  # fmt: skip


def of_line(line: SubsidyLine) -> Records:
    """Everything a line's figures can rest on: the month's records, the year's findings, marks and earlier months."""
    period, person_id = Period.of(line.month), line.person_id
    findings = Finding.objects.filter(person_id=person_id, day__year=period.year, day__lte=period.last)
    marks = Mark.objects.filter(
        appointment_id=line.appointment_id, month=line.month, rhythm="month", withdrawal=None
    ).select_related("given_by")
    earlier = Appraisal.objects.filter(appointment_id=line.appointment_id, period="month", first__lt=line.month)
    return Records(
        check_ins=_check_ins(person_id, period.first, period.last), leaves=_leaves(person_id, period.first, period.last),
        work_logs=list(_live(WorkLog.objects.filter(person_id=person_id, day__range=(period.first, period.last)))),
        patrols=_patrols(person_id, period.first, period.last),
        findings=list(findings.filter(intake__withdrawn_at=None)), marks=list(marks.order_by("-pk")),
        appraisals=list(earlier[:12]),
    )  # fmt: skip


def _check_ins(person_id: int, first: date, last: date) -> list[CheckIn]:
    found = list(
        CheckIn.objects.filter(person_id=person_id, day__range=(first, last), intake__withdrawn_at=None)
        .defer("raw", "external_key")
        .order_by("at", "pk")
    )
    corrected = {one.corrects_id for one in found}
    return [one for one in found if one.pk not in corrected]


def _patrols(person_id: int, first: date, last: date) -> list[Patrol]:
    measured = Patrol.objects.filter(person_id=person_id, day__range=(first, last), measured_at__isnull=False)
    return list(measured.filter(withdrawn_at=None).defer("track", "events").order_by("started_at"))


def _leaves(person_id: int, first: date, last: date) -> list[Leave]:
    found = Leave.objects.filter(person_id=person_id, first__lte=last, last__gte=first)
    return list(_live(found))


def _live(rows: QuerySet[Entry]) -> QuerySet[Entry]:
    """Without what was corrected later, cancelled, or withdrawn with its file."""
    return rows.filter(corrected_by=None, intake__withdrawn_at=None, cancelled=False)
