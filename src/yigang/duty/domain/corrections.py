"""Evidence put right: a new entry names the old one and says why; both stay. Leave entered by hand."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import date, datetime
from typing import TypeVar

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from yigang.duty.access import CORRECT_EVIDENCE, ENTER_LEAVE
from yigang.duty.domain.intake import open_month, region_of, wait_for_seals
from yigang.duty.enums import CheckInKind, CheckInResult, LeaveKind, Place, Source, Table
from yigang.duty.models import CheckIn, Intake, Leave, WorkLog
from yigang.foundation import audit
from yigang.foundation.access import refuse_own, require
from yigang.foundation.errors import Refusal
from yigang.foundation.models import StoredFile, User
from yigang.people.models import Person

Entry = TypeVar("Entry", CheckIn, Leave, WorkLog)


@dataclass(frozen=True)
class LeaveTerms:
    """What leave says: its kind, its days, and who approved it (nobody: it was only asked for)."""

    kind: LeaveKind
    first: date
    last: date
    approved_by: str = ""
    reason: str = ""
    document: StoredFile | None = None


@transaction.atomic
def correct_check_in(
    entry: CheckIn, *, at: datetime, kind: CheckInKind, result: CheckInResult | None, place: Place | None, reason: str,
    actor: User,
) -> CheckIn:  # fmt: skip
    """What really was, in place of `entry`. A presence that was never there becomes `absent` or `not_signed`."""
    _may_correct(entry, actor)
    _reasoned(reason)
    if CheckIn.objects.filter(corrects_id=entry.pk, corrects_day=entry.day, intake__withdrawn_at=None).exists():
        raise _corrected_already()
    intake = by_hand(Table.CHECK_INS, entry.region_code, entry.day, entry.day, actor)
    open_month(entry.day)
    later = CheckIn.objects.create(
        region_code=entry.region_code, person=entry.person, at=at, day=entry.day, kind=kind, result=result, place=place,
        source=Source.PROXY, external_key=f"c:{entry.pk}:{intake.pk}".encode(), intake=intake, raw=_said_by(actor),
        corrects_id=entry.pk, corrects_day=entry.day, correction_reason=reason.strip()[:200],
    )  # fmt: skip
    _note("duty.correct_check_in", entry, later, ("at", "kind", "result", "place"), reason, actor)
    return later


@transaction.atomic
def correct_leave(entry: Leave, terms: LeaveTerms | None, *, reason: str, actor: User) -> Leave:
    """Other days or another kind in place of `entry`; `terms` None says that there was no such leave."""
    _may_correct(entry, actor)
    return replace_leave(entry, terms, reason=reason, actor=actor)


def replace_leave(entry: Leave, terms: LeaveTerms | None, *, reason: str, actor: User | None) -> Leave:
    """`correct_leave` for verbs that have asked for another capability. By phone (`actor` None) the new entry came with
    the intake of the old one.
    """
    _reasoned(reason)
    if Leave.objects.filter(corrects=entry).exists():
        raise _corrected_already()
    said = terms or LeaveTerms(LeaveKind(entry.kind), entry.first, entry.last, entry.approved_by, entry.reason)
    first, last = min(entry.first, said.first), max(entry.last, said.last)
    if actor is None:
        wait_for_seals(Table.LEAVES, [entry.region_code], first, last)
    intake = by_hand(Table.LEAVES, entry.region_code, first, last, actor) if actor else entry.intake
    later = _leave(entry.person, entry.region_code, said, intake, actor)
    later.external_key, later.corrects, later.cancelled = f"c:{entry.pk}".encode(), entry, terms is None
    later.document = said.document or entry.document
    later.save()
    _note("duty.correct_leave", entry, later, ("kind", "first", "last", "approved", "cancelled"), reason, actor)
    return later


@transaction.atomic
def correct_work_log(entry: WorkLog, *, day: date, text: str, cancelled: bool, reason: str, actor: User) -> WorkLog:
    """Another day or other words in place of `entry`; `cancelled` says that there was no such log."""
    _may_correct(entry, actor)
    _reasoned(reason)
    if WorkLog.objects.filter(corrects=entry).exists():
        raise _corrected_already()
    if not text.strip() and not cancelled:
        raise Refusal(
            _("A log without words says nothing."), code="empty", field="text",
            remedy=_("Write what was done, or mark that there was no such log."),
        )  # fmt: skip
    if day > timezone.localdate():
        raise Refusal(_("%(day)s is still to come."), {"day": day}, code="future", field="day")
    intake = by_hand(Table.WORK_LOGS, entry.region_code, min(day, entry.day), max(day, entry.day), actor)
    later = WorkLog.objects.create(
        region_code=entry.region_code, person=entry.person, day=day, text=text.strip(), source=Source.PROXY,
        external_key=f"c:{entry.pk}".encode(), intake=intake, raw=_said_by(actor, reason), corrects=entry,
        cancelled=cancelled,
    )  # fmt: skip
    _note("duty.correct_work_log", entry, later, ("day", "text", "cancelled"), reason, actor)
    return later


@transaction.atomic
def enter_leave(person: Person, terms: LeaveTerms, *, actor: User) -> Leave:
    """Leave that somebody brings on paper or by word."""
    region = region_of(person, terms.first, terms.last)
    require(actor, ENTER_LEAVE, region)
    refuse_own(actor, name=person.name, phone=person.phone)
    if terms.last < terms.first:
        raise Refusal(_("The last day lies before the first."), code="period", field="last")
    overlapping = Leave.objects.filter(
        person=person, first__lte=terms.last, last__gte=terms.first, approved=bool(terms.approved_by), cancelled=False,
        corrected_by=None, intake__withdrawn_at=None,
    )  # fmt: skip
    if known := overlapping.first():
        raise Refusal(
            _("There is leave from %(first)s to %(last)s already."), {"first": known.first, "last": known.last},
            code="overlap", field="first", remedy=_("Correct that entry instead."),
        )  # fmt: skip
    intake = by_hand(Table.LEAVES, region, terms.first, terms.last, actor)
    leave = _leave(person, region, terms, intake, actor)
    leave.save()
    audit.record(
        "duty.enter_leave", leave, actor=actor, after=audit.snapshot(leave, ("kind", "first", "last", "approved"))
    )
    return leave


def grant_leave(
    person: Person, region: str, terms: LeaveTerms, *, key: str, by_phone: bool, actor: User
) -> Leave:  # fmt: skip
    """The evidence of a request that was granted. `key` is the request's, so that it becomes evidence once."""
    intake = by_hand(Table.LEAVES, region, terms.first, terms.last, actor)
    leave = _leave(person, region, terms, intake, actor)
    leave.external_key, leave.source = key.encode(), Source.PHONE if by_phone else Source.PROXY
    leave.save()
    return leave


def _leave(person: Person, region: str, terms: LeaveTerms, intake: Intake, actor: User | None) -> Leave:
    return Leave(
        region_code=region, person=person, kind=terms.kind, first=terms.first, last=terms.last,
        approved=bool(terms.approved_by.strip()), approved_by=terms.approved_by.strip(), reason=terms.reason,
        document=terms.document, source=Source.PROXY, external_key=f"h:{intake.pk}".encode(), intake=intake,
        raw=_said_by(actor),
    )  # fmt: skip


def by_hand(table: Table, region: str, first: date, last: date, actor: User) -> Intake:
    """The intake of one entry made by hand. Without a file and undeclared, it says nothing of anybody else."""
    wait_for_seals(table, [region], first, last)
    return Intake.objects.create(
        region_code=region, table=table, source=Source.PROXY, first=first, last=last, rows_read=1, rows_added=1,
        created_by=actor,
    )  # fmt: skip


def _said_by(actor: User | None, reason: str = "") -> str:
    said = {"entered_by": actor.name if actor else _("the person, by phone")} | (
        {"reason": reason.strip()} if reason.strip() else {}
    )
    return json.dumps(said, ensure_ascii=False)


def _may_correct(entry: Entry, actor: User) -> None:
    require(actor, CORRECT_EVIDENCE, entry.region_code)
    refuse_own(actor, name=entry.person.name, phone=entry.person.phone)


def _reasoned(reason: str) -> None:
    if not reason.strip():
        raise Refusal(_("Say why the entry is corrected."), code="reason", field="reason")


def _corrected_already() -> Refusal:
    return Refusal(
        _("This entry was corrected before."), code="corrected", remedy=_("Correct the later entry, which counts now.")
    )


def _note(verb: str, before: Entry, after: Entry, fields: tuple[str, ...], reason: str, actor: User | None) -> None:
    shown = {**audit.snapshot(after, fields), "reason": reason, "id": after.pk}
    audit.record(verb, before, actor=actor, before=audit.snapshot(before, fields), after=shown)
