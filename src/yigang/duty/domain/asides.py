"""Records of phones that do not count: looked into by a person, counted after all when what stood against them is gone."""

from __future__ import annotations

import json
from datetime import date
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from yigang.duty.access import CORRECT_EVIDENCE, LOOK_INTO_RECORDS
from yigang.duty.domain.corrections import by_hand
from yigang.duty.domain.intake import open_month
from yigang.duty.enums import CheckInKind, Outcome, Source, Table, WorkDone
from yigang.duty.models import CheckIn, Record, SetAside, WorkLog
from yigang.foundation import audit
from yigang.foundation.access import refuse_own, require
from yigang.foundation.errors import Refusal
from yigang.foundation.locks import hold
from yigang.foundation.models import User


@transaction.atomic
def note_aside(aside: SetAside, *, note: str, actor: User) -> SetAside:
    """Somebody looked into it and says what was found; the person reads it on the phone."""
    require(actor, LOOK_INTO_RECORDS, aside.region_code)
    if not note.strip():
        raise Refusal(_("Say what was found."), code="note", field="note")
    aside = hold(SetAside.objects.filter(pk=aside.pk)).get()
    if aside.seen_at:
        raise Refusal(_("This record was looked into before."), code="seen")
    aside.seen_at, aside.seen_by, aside.seen_note = timezone.now(), actor, note.strip()[:200]
    aside.save(update_fields=["seen_at", "seen_by", "seen_note"])
    audit.record("duty.note_aside", aside, actor=actor, after={"code": aside.code, "note": aside.seen_note})
    return aside


@transaction.atomic
def count_aside(aside: SetAside, *, reason: str, actor: User) -> CheckIn | WorkLog:
    """Enter by hand what a refused check-in or log says, naming the record: it counts after all, once.

    The place stays out: what the record was refused for may be that it must not be kept.
    """
    record = countable(aside)
    if record is None:
        raise Refusal(
            _("This record is no check-in and no log that can be read."), code="not_countable",
            remedy=_("Enter what was on the person's calendar or on paper."),
        )  # fmt: skip
    require(actor, CORRECT_EVIDENCE, record.region_code)
    refuse_own(actor, name=aside.person.name, phone=aside.person.phone)
    if not reason.strip():
        raise Refusal(_("Say why it counts."), code="reason", field="reason")
    aside = hold(SetAside.objects.filter(pk=aside.pk)).get()
    if counted_as(aside):
        raise Refusal(_("This record counts already."), code="counted")
    raw = {"entered_by": actor.name, "reason": reason.strip(), "record": str(record.pk), "refused": aside.code}
    common = {
        "region_code": record.region_code, "person_id": record.person_id, "source": Source.PROXY,
        "external_key": _key(aside), "raw": json.dumps(raw, ensure_ascii=False),
    }  # fmt: skip
    entry = _check_in(record, common, actor) if record.kind == "check_in" else _log(record, common, actor)
    if not aside.seen_at:
        aside.seen_at, aside.seen_by = timezone.now(), actor
        aside.seen_note = _("Counted after all: %(why)s") % {"why": reason.strip()}
        aside.seen_note = aside.seen_note[:200]
        aside.save(update_fields=["seen_at", "seen_by", "seen_note"])
    after = {"code": aside.code, "day": entry.day, "reason": reason.strip()}
    audit.record("duty.count_aside", aside, actor=actor, after=after)
    return entry


def countable(aside: SetAside) -> Record | None:
    """The refused record behind it, when a check-in or a log can be read from it; what a phone did not sign is none."""
    record = record_of(aside) if aside.outcome == Outcome.REFUSED and not aside.raw else None
    return record if record is not None and _said(record) else None


def counted_as(aside: SetAside) -> CheckIn | WorkLog | None:
    """The entry that was made of it."""
    record = record_of(aside)
    if record is None:
        return None
    day = timezone.localdate(record.at)
    check_ins = CheckIn.objects.filter(person=record.person_id, day=day, external_key=_key(aside))
    return check_ins.first() or WorkLog.objects.filter(external_key=_key(aside)).first()


def _key(aside: SetAside) -> bytes:
    return f"s:{aside.pk}".encode()


def _said(record: Record) -> dict[str, Any]:
    """What an entry can be made of: a check-in's kind, or a log's day and words; empty where the body does not say it."""
    try:
        body = json.loads(record.body)
    except ValueError:
        return {}
    if not isinstance(body, dict):
        return {}
    if record.kind == "check_in" and body.get("kind") in CheckInKind.values:
        return {"kind": body["kind"]}
    if record.kind != "log":
        return {}
    done = [code for code in body.get("done") or () if code in WorkDone.values]
    text = "\n".join(
        part
        for part in (str(body.get("text") or "").strip(), "、".join(str(WorkDone(code).label) for code in done))
        if part
    )
    try:
        day = date.fromisoformat(str(body.get("day")))
    except ValueError:
        return {}
    return {"day": day, "text": text, "done": done} if text and day <= timezone.localdate(record.at) else {}


def _check_in(record: Record, common: dict[str, Any], actor: User) -> CheckIn:
    day = timezone.localdate(record.at)
    intake = by_hand(Table.CHECK_INS, record.region_code, day, day, actor)
    open_month(day)
    return CheckIn.objects.create(**common, **_said(record), at=record.at, day=day, intake=intake)


def _log(record: Record, common: dict[str, Any], actor: User) -> WorkLog:
    said = _said(record)
    intake = by_hand(Table.WORK_LOGS, record.region_code, said["day"], said["day"], actor)
    return WorkLog.objects.create(**common, **said, intake=intake)


def record_of(aside: SetAside) -> Record | None:
    """The record that came under the same number and is kept: refused itself, or the one that counts."""
    return Record.objects.filter(pk=aside.record_id).first() if aside.record_id else None
