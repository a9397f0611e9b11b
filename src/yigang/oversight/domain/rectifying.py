"""Verbs of the rectification list: entered, put right, accepted by somebody else, opened again; reminded and passed on."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from yigang.foundation import audit, calendar, many, regioncode
from yigang.foundation.access import may, require
from yigang.foundation.errors import Refusal
from yigang.foundation.locks import hold
from yigang.foundation.models import StoredFile, User
from yigang.oversight import queries, ties
from yigang.oversight.access import ACCEPT, ENTER_FINDINGS, PUT_RIGHT, PUT_RIGHT_OWN
from yigang.oversight.enums import FoundBy, RectificationDeed, RectificationState
from yigang.oversight.models import Meeting, Rectification, RectificationFile, RectificationStep, VisitSheet
from yigang.people.models import Person
from yigang.posts.models import Programme
from yigang.tenure.clock import overrides

WORDS = {
    "finding": (_("what was found"), 500),
    "unit": (_("office that answers"), 120),
    "owner": (_("who answers for it"), 60),
}
"""What every point says, with the most signs of each."""
FIELDS = ("item", "finding", "unit", "owner", "due", "state")


@dataclass(frozen=True)
class Point:
    """One thing to be put right, in a region, by an office and a person who answers; `due` None: as the policy says."""

    region_code: str
    finding: str
    unit: str
    owner: str
    found_on: date
    item: str = ""
    due: date | None = None
    person: Person | None = None
    sheet: VisitSheet | None = None
    meeting: Meeting | None = None
    owner_account: User | None = None
    """Who is brought to mind; its name stands as owner where no other is given."""

    @property
    def owner_name(self) -> str:
        return self.owner.strip() or (self.owner_account.name if self.owner_account else "")


@transaction.atomic
def open_points(
    programme: Programme, points: Sequence[Point], *, source: FoundBy = FoundBy.ENTERED, actor: User
) -> list[Rectification]:
    """Enter points on the list, all or none."""
    for point in points:
        require(actor, ENTER_FINDINGS, point.region_code)
        ties.stand_aside(actor, point.region_code, [point.person] if point.person else [])
    return enter_points(programme, points, source=source, actor=actor)


@transaction.atomic
def enter_points(
    programme: Programme, points: Sequence[Point], *, source: FoundBy, actor: User
) -> list[Rectification]:  # fmt: skip
    """Points on the list, all or none; whether the actor may is asked by the verb that calls."""
    made = []
    for point in points:
        refuse_point(programme, point)
    for point in points:
        row = Rectification.objects.create(
            region_code=point.region_code, programme=programme, source=FoundBy.VISIT if point.sheet else source,
            sheet=point.sheet, meeting=point.meeting, item=point.item.strip(), finding=point.finding.strip(), person=point.person,
            found_on=point.found_on, unit=point.unit.strip(), owner=point.owner_name,
            due=point.due or deadline(programme, point.found_on), opened_by=actor, owner_account=point.owner_account,
        )  # fmt: skip
        _note(row, RectificationDeed.OPENED, row.finding, actor)
        made.append(row)
    for row in made[:1]:
        after = audit.snapshot(row, FIELDS) | {"count": len(made)}
        audit.record("oversight.open_points", row, actor=actor, after=after)
    return made


def deadline(programme: Programme, found_on: date) -> date:
    """The last day for putting right: so many working days as the policy says, in the county's calendar."""
    days = queries.rule_of(programme, found_on).rectify_days
    return calendar.due_day(found_on, days, overrides(programme.region_code, found_on))


def refuse_point(programme: Programme, point: Point) -> None:
    """Refuse a point without words or owner, and days that cannot be."""
    said = {"finding": point.finding, "unit": point.unit, "owner": point.owner_name}
    for field, (words, longest) in WORDS.items():
        if not 0 < len(said[field].strip()) <= longest:
            raise Refusal(
                _("“%(field)s” is missing, or longer than %(longest)d signs."), {"field": words, "longest": longest},
                code="missing", field=field,
            )  # fmt: skip
    if point.found_on > timezone.localdate():
        raise Refusal(_("What was found cannot lie in the future."), code="future", field="found_on")
    if point.due is not None and point.due < point.found_on:
        raise Refusal(
            _("The deadline %(due)s lies before the day it was found, %(day)s."),
            {"due": point.due, "day": point.found_on}, code="due", field="due",
        )  # fmt: skip
    if not point.region_code.startswith(regioncode.prefix_of(programme.region_code)):
        raise Refusal(_("This place lies outside the programme."), code="region", field="region")
    if point.owner_account and (why := may(point.owner_account, PUT_RIGHT_OWN, point.region_code).why):
        raise Refusal(
            _("%(name)s cannot answer for this: %(why)s"), {"name": point.owner_account.name, "why": why}, code="owner",
            field="owner_account",
        )  # fmt: skip


@transaction.atomic
def put_right(row: Rectification, text: str, *, files: Sequence[StoredFile] = (), actor: User) -> Rectification:
    """Report a point as put right, with what was done and its evidence."""
    require(actor, PUT_RIGHT_OWN, row.region_code)
    if not queries.answered_by(actor).filter(pk=row.pk).exists():
        require(actor, PUT_RIGHT, row.region_code)
    row = _in(row, RectificationState.OPEN)
    _refuse_silence(text)
    row.state, row.handed_in_by = RectificationState.HANDED_IN, actor
    row.save()
    for file in files:
        RectificationFile.objects.create(region_code=row.region_code, rectification=row, file=file)
    return _done(row, RectificationDeed.HANDED_IN, text, "oversight.put_right", actor)


@transaction.atomic
def close_point(row: Rectification, text: str = "", *, actor: User) -> Rectification:
    """Accept what was done and strike the point off (销号): by somebody else, who has no kin in it."""
    require(actor, ACCEPT, row.region_code)
    row = _in(row, RectificationState.HANDED_IN)
    _refuse_own(row, actor)
    row.state, row.closed_by, row.closed_on = RectificationState.CLOSED, actor, timezone.localdate()
    row.save()
    return _done(row, RectificationDeed.CLOSED, text, "oversight.close_point", actor)


def close_points(rows: Iterable[Rectification], text: str = "", *, actor: User) -> list[Rectification]:
    """Accept many, or none of them."""
    return many.each(rows, lambda row: close_point(row, text, actor=actor))


@transaction.atomic
def send_back(row: Rectification, reason: str, *, actor: User) -> Rectification:
    """What was done is not enough; the point is open as before, its deadline with it."""
    require(actor, ACCEPT, row.region_code)
    row = _in(row, RectificationState.HANDED_IN)
    _refuse_own(row, actor)
    _refuse_silence(reason)
    row.state, row.handed_in_by = RectificationState.OPEN, None
    row.save()
    return _done(row, RectificationDeed.RETURNED, reason, "oversight.send_back", actor)


@transaction.atomic
def reopen_point(row: Rectification, reason: str, due: date, *, actor: User) -> Rectification:
    """A closed point has come back: it gets a new deadline."""
    require(actor, ACCEPT, row.region_code)
    row = _in(row, RectificationState.CLOSED)
    _refuse_silence(reason)
    if due < timezone.localdate():
        raise Refusal(_("The new deadline has passed already."), code="due", field="due")
    row.state, row.due = RectificationState.OPEN, due
    row.handed_in_by = row.closed_by = row.closed_on = row.reminded_on = row.escalated_on = None
    row.save()
    return _done(row, RectificationDeed.REOPENED, reason, "oversight.reopen_point", actor)


@transaction.atomic
def take_back_points(rows: Sequence[Rectification], reason: str, *, actor: User) -> None:
    """The list that brought these points was a mistake. Refused when one of them was worked on since."""
    held = list(hold(Rectification.objects.filter(pk__in=[row.pk for row in rows])))
    for row in held:
        require(actor, ENTER_FINDINGS, row.region_code)
        if row.state != RectificationState.OPEN or row.steps.exclude(deed=RectificationDeed.OPENED).exists():
            raise Refusal(
                _("“%(finding)s” was worked on since; the list cannot be taken back."), {"finding": row.finding[:60]},
                code="worked_on", remedy=_("Close its points one by one."),
            )  # fmt: skip
    Rectification.objects.filter(pk__in=[row.pk for row in held]).update(withdrawn_at=timezone.now())
    for row in held[:1]:
        after = {"count": len(held), "reason": reason.strip()}
        audit.record("oversight.take_back_points", row, actor=actor, after=after)


def remind(today: date) -> tuple[int, int]:
    """Bring to mind what is due soon, once; pass on what is overdue, once. How many of each; done by the daily job."""
    soon, late = [], []
    waiting = queries.on_list().filter(state=RectificationState.OPEN, escalated_on=None).select_related("programme")
    for row in waiting:
        before = timedelta(days=queries.rule_of(row.programme, row.found_on).remind_days)
        if row.due < today:
            late.append(row)
        elif row.reminded_on is None and row.due - before <= today:
            soon.append(row)
    for row in soon:
        _brought_up(row, RectificationDeed.REMINDED, today)
    for row in late:
        _brought_up(row, RectificationDeed.ESCALATED, today)
    return len(soon), len(late)


def remind_points(rows: Iterable[Rectification], text: str = "", *, actor: User) -> list[Rectification]:
    """Bring many to their owners' minds, or none of them."""
    return many.each(rows, lambda row: _remind(row, text, actor))


@transaction.atomic
def _remind(row: Rectification, text: str, actor: User) -> Rectification:
    require(actor, ACCEPT, row.region_code)
    row = _in(row, RectificationState.OPEN)
    if row.reminded_on == timezone.localdate():
        raise Refusal(_("This point was brought to mind today already."), code="reminded")
    row.reminded_on = timezone.localdate()
    row.save(update_fields=["reminded_on"])
    return _done(row, RectificationDeed.REMINDED, text, "oversight.remind_point", actor)


@transaction.atomic
def _brought_up(row: Rectification, deed: RectificationDeed, today: date) -> None:
    row = hold(Rectification.objects.filter(pk=row.pk)).get()
    field = "reminded_on" if deed == RectificationDeed.REMINDED else "escalated_on"
    if row.state != RectificationState.OPEN or getattr(row, field) is not None:
        return
    setattr(row, field, today)
    row.save(update_fields=[field])
    _note(row, deed, "", None)


def _in(row: Rectification, state: RectificationState) -> Rectification:
    row = hold(queries.on_list().select_related("person", "programme").filter(pk=row.pk)).get()
    if row.state != state:
        raise Refusal(
            _("This point is not in that state any more: %(state)s."), {"state": row.get_state_display()}, code="state"
        )
    return row


def _refuse_own(row: Rectification, actor: User) -> None:
    if row.handed_in_by_id == actor.pk:
        raise Refusal(
            _("You reported this yourself; somebody else has to accept it."), code="same_person",
            remedy=_("Ask another inspector or the county."),
        )  # fmt: skip
    ties.stand_aside(actor, row.region_code, [row.person] if row.person else [])


def _refuse_silence(text: str) -> None:
    if not text.strip():
        raise Refusal(_("Say what was done or found."), code="reason_missing", field="text")


def _done(row: Rectification, deed: RectificationDeed, text: str, verb: str, actor: User) -> Rectification:
    _note(row, deed, text, actor)
    audit.record(verb, row, actor=actor, after={"state": row.state, "reason": text.strip()})
    return row


def _note(row: Rectification, deed: RectificationDeed, text: str, by: User | None) -> None:
    RectificationStep.objects.create(
        region_code=row.region_code, rectification=row, deed=deed, text=text.strip()[:500], by=by
    )
