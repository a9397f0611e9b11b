"""Everything that happened to a person, newest first: appointments, evidence, marks, results, money, who looked."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date, datetime
from itertools import chain

from django.db.models import Count, Exists, Min, OuterRef
from django.db.models.functions import TruncMonth
from django.urls import NoReverseMatch, reverse
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from yigang.appraisal.models import Finding, Honour, Mark, PointEntry
from yigang.console import nav
from yigang.console.flags.about import last_reason
from yigang.console.verbs import said
from yigang.duty.access import READ_FLAGS
from yigang.duty.flag_words import name_of
from yigang.duty.models import (
    CheckIn,
    Flag,
    Incident,
    Intake,
    Leave,
    LeaveRequest,
    ProxyEntry,
    Visit,
    WorkLog,
    WorkResult,
)
from yigang.exchange.models import FileImport, ImportTouch
from yigang.foundation import money
from yigang.foundation.access import may
from yigang.foundation.models import AuditEntry, User
from yigang.oversight.access import READ_OVERSIGHT
from yigang.oversight.models import InterviewPart, Proposal, SheetRow
from yigang.oversight.queries import on_list
from yigang.payment.models import BatchEntry, SubsidyLine
from yigang.people.models import Person
from yigang.tenure.models import Appointment

LOGS_SHOWN = 40
"""Texts of the latest logs; the others are counted by month and stand in their list."""
SHOWN = 200
"""As many events are shown at once; older ones are in the lists of their chapters."""


@dataclass(frozen=True)
class Event:
    """Something that happened on a day. `url` opens its evidence; empty when it is all said.

    `withdrawn` says who took it back when and why: it is shown struck, since it no longer counts.
    """

    day: date
    chapter: str
    title: str
    text: str = ""
    url: str = ""
    withdrawn: str = ""

    @property
    def label(self) -> str:
        return next((str(chapter.label) for chapter in nav.CHAPTERS if chapter.key == self.chapter), "")

    @property
    def icon(self) -> str:
        return next((chapter.icon for chapter in nav.CHAPTERS if chapter.key == self.chapter), "info-circle")


def chapters_of(reader: User) -> list[nav.Chapter]:
    """The chapters that tell the reader something about a person: questions about evidence, and inspections, only whom they
    concern.
    """
    kept = {key for key, what in (("flags", READ_FLAGS), ("oversight", READ_OVERSIGHT)) if not may(reader, what)}
    return [one for one in nav.CHAPTERS if one.key in SOURCES.keys() - kept]


def events(person: Person, reader: User, chapter: str = "") -> list[Event]:
    """The person's story, or one chapter of it, as far as the reader may hear it."""
    told = {one.key: SOURCES[one.key] for one in chapters_of(reader)}
    sources = [told[chapter]] if chapter in told else told.values()
    found = chain.from_iterable(source(person) for source in sources)
    return sorted(found, key=lambda event: event.day, reverse=True)[:SHOWN]


def address(name: str, *args: object) -> str:
    """The address of another part's page; empty while that part has none."""
    try:
        return reverse(name, args=args)
    except NoReverseMatch:
        return ""


def _appointments(person: Person) -> Iterator[Event]:
    for held in Appointment.objects.filter(person=person).select_related("post", "programme"):
        url = address("console:post", held.post_id)
        number = _("agreement %(number)s") % {"number": held.agreement_number} if held.agreement_number else ""
        yield Event(
            held.starts, "posts", _("Took up %(post)s") % {"post": held.post}, f"{held.programme} {number}", url
        )
        if held.ends and held.exit_kind:
            title = _("Left %(post)s: %(kind)s") % {"post": held.post, "kind": held.get_exit_kind_display()}
            yield Event(held.ends, "posts", title, held.exit_reason, url)


def _duty(person: Person) -> Iterator[Event]:
    leaves = Leave.objects.filter(person=person, corrected_by=None, cancelled=False)
    for leave in leaves.select_related("intake__withdrawn_by"):
        approved = _("approved by %(name)s") % {"name": leave.approved_by} if leave.approved else _("not approved")
        title = f"{leave.get_kind_display()} {leave.first} – {leave.last}"
        yield Event(leave.first, "duty", title, approved, withdrawn=_of_intake(leave.intake))
    months = (
        CheckIn.objects.filter(person=person, intake__withdrawn_at=None)
        .annotate(month=TruncMonth("day"))
        .values("month")
    )
    for row in months.annotate(count=Count("pk"), first=Min("day")).order_by("-month")[:SHOWN]:
        title = _("%(count)d check-ins in %(month)s") % {"count": row["count"], "month": month_name(row["month"])}
        yield Event(
            row["first"], "duty", title, url=address("console:person", person.pk) + f"?month={row['month']:%Y-%m}"
        )
    logs = WorkLog.objects.filter(person=person, corrected_by=None, cancelled=False, intake__withdrawn_at=None)
    for written in (
        logs.annotate(month=TruncMonth("day")).values("month").annotate(count=Count("pk")).order_by("-month")
    ):
        title = _("%(count)d work logs in %(month)s") % {
            "count": written["count"],
            "month": month_name(written["month"]),
        }
        yield Event(written["month"], "duty", title)
    for entry in ProxyEntry.objects.filter(person=person, rejected_reason="").select_related(
        "entered_by", "confirmed_by"
    ):
        confirmed = (
            _("confirmed by %(name)s") % {"name": entry.confirmed_by} if entry.confirmed_by else _("not confirmed yet")
        )
        title = _("Day kept on paper, entered by %(name)s") % {"name": entry.entered_by}
        yield Event(entry.day, "duty", title, confirmed)


def _leave(person: Person) -> Iterator[Event]:
    for request in LeaveRequest.objects.filter(person=person)[:SHOWN]:
        title = _("Asked for %(kind)s %(first)s – %(last)s") % {
            "kind": request.get_kind_display(), "first": request.first, "last": request.asked_last,
        }  # fmt: skip
        yield Event(
            timezone.localdate(request.asked_at), "leave", title, f"{request.get_state_display()} {request.cancel_reason}",
            address("console:leave-one", request.pk),
        )  # fmt: skip


def _work(person: Person) -> Iterator[Event]:
    logs = WorkLog.objects.filter(person=person, corrected_by=None, cancelled=False, intake__withdrawn_at=None)
    for log in logs.order_by("-day")[:LOGS_SHOWN]:
        yield Event(log.day, "work", _("Work log"), log.text, address("console:work-log", log.pk))
    for visit in Visit.objects.filter(person=person, withdrawn_at=None).select_related("household")[:SHOWN]:
        title = _("Visited household %(number)s") % {"number": visit.household.number}
        url = address("console:work-pairing", visit.pairing_id) if visit.pairing_id else ""
        yield Event(visit.day, "work", title, visit.text, url)
    for incident in Incident.objects.filter(person=person)[:SHOWN]:
        title = _("Reported: %(kind)s") % {"kind": incident.get_kind_display()}
        day = timezone.localdate(incident.at)
        yield Event(day, "work", title, incident.text, address("console:work-incident", incident.pk))
    for result in WorkResult.objects.filter(person=person, withdrawn_at=None)[:SHOWN]:
        yield Event(result.day, "work", str(result), result.text, address("console:work-result", result.pk))


def _flags(person: Person) -> Iterator[Event]:
    """What was asked about the evidence, and how it was answered."""
    flags = Flag.objects.filter(person=person).order_by("-day").prefetch_related("answers")[:SHOWN]
    for flag in flags:
        answer = f"{flag.get_state_display()} {last_reason(flag)}".strip()
        yield Event(flag.day, "flags", name_of(flag.kind), answer, address("console:flag", flag.pk))


def _appraisal(person: Person) -> Iterator[Event]:
    marks = Mark.objects.filter(appointment__person=person)
    for mark in marks.select_related("given_by", "withdrawal__withdrawn_by"):
        title = _("%(mark)s: %(value)s points, given by %(name)s") % {
            "mark": mark.name, "value": mark.value, "name": mark.given_by,
        }  # fmt: skip
        yield Event(timezone.localdate(mark.given_at), "months", title, mark.reason, withdrawn=_of_mark(mark))
    for finding in Finding.objects.filter(person=person).select_related("intake__withdrawn_by"):
        what, withdrawn = finding.get_kind_display(), _of_intake(finding.intake)
        yield Event(finding.day, "months", what, finding.note, withdrawn=withdrawn)
    for honour in Honour.objects.filter(appointment__person=person).select_related("withdrawn_by"):
        term = f"{honour.first} – {honour.last}"
        gone_ = honour.withdrawn_at
        withdrawn = _taken_back(honour.withdrawn_by, gone_, honour.withdrawn_why) if gone_ else ""
        title = _("Honoured: %(honour)s") % {"honour": honour.name}
        yield Event(
            honour.last, "months", title, term, address("console:points-honour", honour.pk), withdrawn=withdrawn
        )
    for entry in PointEntry.objects.filter(person=person).select_related("given_by", "reversed_by__given_by")[:SHOWN]:
        title = _("%(label)s: %(points)s points, given by %(name)s") % {
            "label": entry.label, "points": f"{entry.points:+}", "name": entry.given_by,
        }  # fmt: skip
        gone = getattr(entry, "reversed_by", None)
        withdrawn = _taken_back(gone.given_by, gone.given_at, gone.reason) if gone else ""
        url = address("console:points-entry", entry.pk)
        yield Event(timezone.localdate(entry.given_at), "months", title, entry.reason, url, withdrawn=withdrawn)
    for line in SubsidyLine.objects.filter(person=person).select_related("settlement").order_by("-month")[:SHOWN]:
        yield Event(line.month, "months", result_of(line), line.reason, address("console:line", line.pk))


def _of_mark(mark: Mark) -> str:
    gone = getattr(mark, "withdrawal", None)
    return _taken_back(gone.withdrawn_by, gone.withdrawn_at, gone.reason) if gone else ""


def _of_intake(intake: Intake) -> str:
    if intake.withdrawn_at is None:
        return ""
    return _taken_back(intake.withdrawn_by, intake.withdrawn_at, intake.withdrawn_reason)


def _taken_back(by: User | None, at: datetime, reason: str) -> str:
    given = {"name": by, "day": timezone.localdate(at), "reason": reason}
    return _("Withdrawn by %(name)s on %(day)s: %(reason)s") % given


def result_of(line: SubsidyLine) -> str:
    """A month's result in one sentence: grade, score, amount, or what is missing."""
    month = month_name(line.month)
    if line.amount_fen is None:
        return _("%(month)s: undetermined, missing %(missing)s") % {"month": month, "missing": "、".join(line.missing)}
    parts = (line.grade, "" if line.score is None else _("%(score)s points") % {"score": line.score})
    words = {"month": month, "result": " ".join(filter(None, parts)), "amount": money.show(line.amount_fen)}
    return _("%(month)s: %(result)s, %(amount)s yuan") % words


def _payment(person: Person) -> Iterator[Event]:
    for entry in BatchEntry.objects.filter(person=person).select_related("batch").order_by("-pk")[:SHOWN]:
        title = _("%(amount)s yuan in batch %(batch)s: %(state)s") % {
            "amount": money.show(entry.amount_fen), "batch": entry.batch, "state": entry.get_state_display(),
        }  # fmt: skip
        day = timezone.localdate(entry.batch.created_at)
        yield Event(day, "bank", title, entry.bank_reason, address("console:bank-batch", entry.batch_id))


def _file(person: Person) -> Iterator[Event]:
    """Changes of the file itself, the imports it came from, and who read it unmasked."""
    yield from _imports(person)
    entries = AuditEntry.objects.filter(object_type="people.person", object_id=str(person.pk)).order_by("-at")
    for entry in entries[:SHOWN]:
        yield Event(
            timezone.localdate(entry.at), "people", said(entry.verb), f"{entry.actor_name} {changes(entry)}".strip()
        )


def _imports(person: Person) -> Iterator[Event]:
    """Files that wrote something about the person; the link only for whom the import itself is there."""
    readable = Exists(FileImport.objects.filter(pk=OuterRef("file_import_id")))
    for touch in ImportTouch.objects.filter(person=person).annotate(readable=readable).order_by("-pk")[:SHOWN]:
        what = _("Brought in by the file %(file)s") if touch.what == "new" else _("Changed by the file %(file)s")
        undone = _("taken back on %(day)s") % {"day": timezone.localdate(touch.undone_at)} if touch.undone_at else ""
        url = address("console:import", touch.file_import_id) if touch.readable else ""
        text = f"{touch.actor_name} {undone}".strip()
        yield Event(timezone.localdate(touch.at), "people", what % {"file": touch.file_name}, text, url)


def changes(entry: AuditEntry) -> str:
    """The fields that an entry names, without their values."""
    if entry.verb == "foundation.reveal":
        return "、".join(said(f"field.{field}") for field in (entry.after or {}).get("fields", []))
    return ""


def month_name(month: date) -> str:
    return date_format(month, _("F Y"))


def _oversight(person: Person) -> Iterator[Event]:
    """Visits, interviews, points that name the person, and consequences that somebody decided."""
    rows = SheetRow.objects.filter(appointment__person=person).select_related("sheet")
    for row in rows.order_by("-sheet__made_at")[:SHOWN]:
        title = _("Visited by an inspection: %(presence)s") % {"presence": row.get_presence_display()}
        url = address("console:oversight-visit", row.sheet.inspection_id)
        yield Event(timezone.localdate(row.sheet.made_at), "oversight", title, row.note, url)
    for part in InterviewPart.objects.filter(person=person).select_related("interview")[:SHOWN]:
        url = address("console:oversight-interview", part.interview_id)
        yield Event(part.interview.on, "oversight", part.interview.get_kind_display(), part.cause, url)
    for point in on_list().filter(person=person)[:SHOWN]:
        url, text = address("console:oversight-point", point.pk), f"{point.finding} {point.get_state_display()}"
        yield Event(point.found_on, "oversight", _("Concerned by a point to be put right"), text, url)
    decided = Proposal.objects.filter(appointment__person=person, decided_at__isnull=False)
    for one in decided.order_by("-decided_at")[:SHOWN]:
        day, text = timezone.localdate(one.decided_at), f"{one.get_state_display()} {one.reason}"
        url = address("console:oversight-proposal", one.pk)
        yield Event(day, "oversight", one.clause, text, url)
        if one.told_on:
            yield Event(one.told_on, "oversight", _("Told of “%(clause)s”") % {"clause": one.clause}, one.answer, url)


SOURCES: dict[str, Callable[[Person], Iterator[Event]]] = {
    "people": _file, "posts": _appointments, "duty": _duty, "leave": _leave, "flags": _flags, "work": _work,
    "months": _appraisal, "bank": _payment, "oversight": _oversight,
}  # fmt: skip
