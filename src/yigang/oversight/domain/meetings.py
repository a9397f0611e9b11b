"""Verbs of meetings: written down once for a period and place, continued, corrected by a new entry, followed up."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date

from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from yigang.foundation import audit, regioncode
from yigang.foundation.access import require
from yigang.foundation.constraints import violated
from yigang.foundation.enums import Role
from yigang.foundation.errors import Forbidden, Refusal
from yigang.foundation.models import StoredFile, User
from yigang.oversight.access import HOLD_MEETING
from yigang.oversight.before_meeting import before_meeting
from yigang.oversight.domain.rectifying import Point, enter_points
from yigang.oversight.enums import FoundBy
from yigang.oversight.meetings import County, level_of, rule_of, standing
from yigang.oversight.models import Meeting, Rectification
from yigang.policy.meetings import MeetingRule
from yigang.posts.models import Programme

ONCE = "meeting_once"
CORRECTED_ONCE = "oversight_meeting_corrects_id_key"
KEPT = ("name", "first", "part", "on", "chair", "present", "absent")


@dataclass(frozen=True)
class Minutes:
    """What is written down of a meeting: day, chair, how many were there and how many were missing, names, the text, a scan."""

    on: date
    chair: str
    present: int
    text: str
    absent: int = 0
    names: str = ""
    file: StoredFile | None = None


@transaction.atomic
def hold_meeting(
    programme: Programme, region_code: str, code: str, first: date, minutes: Minutes, *, actor: User,
    continues: Meeting | None = None,
) -> Meeting:  # fmt: skip
    """Write down the meeting that the period from `first` asks of a place, once; a second one continues a named one."""
    require(actor, HOLD_MEETING, region_code)
    rule = _rule(programme, region_code, code, first)
    _refuse_role(rule, actor)
    _refuse_day(programme, rule, first, minutes.on)
    _refuse_words(minutes)
    if continues is not None:
        _refuse_continuing(continues, programme, region_code, code, first, minutes.on)
    figures = before_meeting(programme, region_code, rule, first, minutes.on).kept()
    row = Meeting(
        region_code=region_code, programme=programme, rhythm=code, name=rule.name, first=first, last=rule.last_of(first),
        until=County(programme.region_code).until(rule, first), part=continues.part + 1 if continues else 1,
        continues=continues, figures=figures, recorded_by=actor, **_columns(minutes),
    )  # fmt: skip
    _add(row)
    audit.record("oversight.hold_meeting", row, actor=actor, after=audit.snapshot(row, KEPT))
    return row


@transaction.atomic
def correct_meeting(meeting: Meeting, minutes: Minutes, reason: str, *, actor: User) -> Meeting:
    """Write a meeting down anew: the old entry stays and is named, and so is the reason. A scan stays unless another comes."""
    require(actor, HOLD_MEETING, meeting.region_code)
    rule = _rule(meeting.programme, meeting.region_code, meeting.rhythm, meeting.first)
    _refuse_role(rule, actor)
    _refuse_day(meeting.programme, rule, meeting.first, minutes.on)
    _refuse_words(minutes)
    _refuse_order(meeting, minutes.on)
    if not reason.strip():
        raise Refusal(_("Say what was wrong with the entry."), code="reason_missing", field="reason")
    row = Meeting(
        region_code=meeting.region_code, programme=meeting.programme, rhythm=meeting.rhythm, name=meeting.name,
        first=meeting.first, last=meeting.last, until=meeting.until, part=meeting.part, continues=meeting.continues,
        corrects=meeting, reason=reason.strip()[:200], figures=meeting.figures, recorded_by=actor,
        **_columns(replace(minutes, file=minutes.file or meeting.file)),
    )  # fmt: skip
    _add(row)
    audit.record(
        "oversight.correct_meeting", row, actor=actor, before=audit.snapshot(meeting, KEPT),
        after=audit.snapshot(row, KEPT) | {"reason": row.reason},
    )  # fmt: skip
    return row


@transaction.atomic
def follow_up(meeting: Meeting, points: Sequence[Point], *, actor: User) -> list[Rectification]:
    """Put what a meeting decided on the rectification list: owner, deadline, proof, another's acceptance as for any point."""
    require(actor, HOLD_MEETING, meeting.region_code)
    _refuse_role(_rule(meeting.programme, meeting.region_code, meeting.rhythm, meeting.first), actor)
    if hasattr(meeting, "corrected_by"):
        raise Refusal(
            _("This entry was corrected; follow-ups belong to the newer one."), code="corrected_already",
            remedy=_("Open the newer entry."),
        )  # fmt: skip
    prefix = regioncode.prefix_of(meeting.region_code)
    for point in points:
        if not point.region_code.startswith(prefix):
            raise Refusal(_("This place lies outside the meeting's."), code="region", field="region_code")
    return enter_points(
        meeting.programme, [replace(point, meeting=meeting) for point in points], source=FoundBy.MEETING, actor=actor
    )


def _rule(programme: Programme, region_code: str, code: str, first: date) -> MeetingRule:
    """The meeting that the policy asks for in a place of that level, for a period that begins so."""
    rule = rule_of(programme, code, first)
    if rule is None or rule.first_of(first) != first:
        raise Refusal(
            _("The policy in force on %(day)s asks for no such meeting."), {"day": first}, code="no_rule",
            remedy=_("Choose a meeting from the calendar."),
        )  # fmt: skip
    if level_of(region_code) != rule.level or not region_code.startswith(regioncode.prefix_of(programme.region_code)):
        raise Refusal(
            _("“%(name)s” is not held in this place."), {"name": rule.name}, code="region", field="region_code",
            remedy=_("Choose a place of the level that holds it, within the programme."),
        )  # fmt: skip
    return rule


def _refuse_role(rule: MeetingRule, actor: User) -> None:
    if actor.role != rule.role:
        raise Forbidden(
            _("“%(name)s” is written down by: %(role)s.") % {"name": rule.name, "role": Role(rule.role).label}
        )


def _refuse_day(programme: Programme, rule: MeetingRule, first: date, day: date) -> None:
    last = rule.last_of(first)
    if day > timezone.localdate():
        raise Refusal(
            _("A meeting is written down after it was held."), code="future", field="on",
            remedy=_("Choose today or an earlier day."),
        )  # fmt: skip
    if not first <= day <= last:
        raise Refusal(
            _("“%(name)s” of this period is held from %(first)s to %(last)s."),
            {"name": rule.name, "first": first, "last": last}, code="period", field="on",
            remedy=_("Choose a day of the period, or the period that the day belongs to."),
        )  # fmt: skip
    if day < programme.starts or (programme.ends is not None and day > programme.ends):
        raise Refusal(
            _("The programme does not run on %(day)s."), {"day": day}, code="programme_ended", field="on",
            remedy=_("Choose a day on which the programme ran."),
        )  # fmt: skip


def _refuse_words(minutes: Minutes) -> None:
    if not minutes.chair.strip():
        raise Refusal(_("Say who was in the chair."), code="chair", field="chair")
    if not minutes.text.strip():
        raise Refusal(_("Write the minutes: what was said and decided."), code="minutes", field="text")
    if minutes.present < 1:
        raise Refusal(_("Somebody must have been there."), code="present", field="present")


def _refuse_continuing(
    earlier: Meeting, programme: Programme, region_code: str, code: str, first: date, day: date
) -> None:  # fmt: skip
    same = (programme.pk, region_code, code, first)
    if (earlier.programme_id, earlier.region_code, earlier.rhythm, earlier.first) != same:
        raise Refusal(_("A meeting continues one of the same place and period."), code="continues")
    if day < earlier.on:
        raise _continued(earlier)


def _refuse_order(meeting: Meeting, day: date) -> None:
    """The parts of a meeting keep their order, whichever of them is corrected."""
    parts = standing().filter(
        programme=meeting.programme, region_code=meeting.region_code, rhythm=meeting.rhythm, first=meeting.first
    )
    if before := parts.filter(part__lt=meeting.part, on__gt=day).order_by("part").last():
        raise _continued(before)
    if after := parts.filter(part__gt=meeting.part, on__lt=day).order_by("part").first():
        raise Refusal(
            _("The meeting that continues it was held on %(day)s."), {"day": after.on}, code="continues", field="on"
        )


def _continued(earlier: Meeting) -> Refusal:
    return Refusal(
        _("The meeting that it continues was held on %(day)s."), {"day": earlier.on}, code="continues", field="on"
    )


def _columns(minutes: Minutes) -> dict[str, object]:
    return {
        "on": minutes.on, "chair": minutes.chair.strip()[:60], "present": minutes.present, "absent": minutes.absent,
        "names": minutes.names.strip()[:1_000], "minutes": minutes.text.strip(), "file": minutes.file,
    }  # fmt: skip


def _add(row: Meeting) -> None:
    """Insert; whoever comes second, even at the same moment, is told so."""
    try:
        with transaction.atomic():
            row.save(force_insert=True)
    except IntegrityError as error:
        name = violated(error)
        if name == ONCE:
            raise Refusal(
                _("“%(name)s” of this period is written down already."), {"name": row.name}, code="held_already",
                remedy=_("Correct that entry, or enter this one as its continuation."),
            ) from error  # fmt: skip
        if name == CORRECTED_ONCE:
            raise Refusal(
                _("This entry was corrected already."), code="corrected_already", remedy=_("Correct the newer entry.")
            ) from error
        raise
