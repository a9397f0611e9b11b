"""Objections, complaints and suggestions: taken, given to a named person, checked again, decided, answered."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from yigang.foundation import audit, regioncode, rls
from yigang.foundation.access import may, refuse_own, require
from yigang.foundation.calendar import due_day
from yigang.foundation.domain import reveal
from yigang.foundation.errors import Refusal, Text
from yigang.foundation.models import User
from yigang.foundation.secrets import SENDER, vault
from yigang.notices import queries, receipts, screening, terms
from yigang.notices.access import ANSWER_OBJECTIONS, ASSIGN_OBJECTIONS, RECHECK_OBJECTIONS, RECORD_OBJECTIONS
from yigang.notices.enums import Decision, NoticeState, ObjectionKind, ObjectionState
from yigang.notices.models import Notice, NoticeRow, Objection
from yigang.notices.screening import CELL

SHOWN = ("kind", "state", "decision", "due_on")
SHORTEST, LONGEST = 5, 2_000


@dataclass(frozen=True)
class Sender:
    """Who objects, as far as told. Kept encrypted; never on the site."""

    name: str = ""
    contact: str = ""


@dataclass(frozen=True)
class _Visitor:
    """Somebody from outside: reaches one region, to leave something there."""

    prefixes: tuple[str, ...]


@contextmanager
def as_visitor(region_code: str) -> Iterator[None]:
    """The database's scope for somebody without an account, who leaves something with one region."""
    with rls.scope(_Visitor((regioncode.prefix_of(region_code),))):
        yield


NOBODY = Sender()


@transaction.atomic
def object_to(
    notice: Notice, row: NoticeRow | None, text: str, *, sender: Sender = NOBODY, actor: User | None = None,
    on: date | None = None,
) -> Objection:  # fmt: skip
    """Take an objection to a notice, or to one row of it. `actor` is who writes down what came by word or on paper.

    The receipt of the answer is the only key to it. After the term this is refused, with where to go instead. What came on
    paper counts for the day it came, `on`, even if it is written down later.
    """
    _require_recorder(actor, notice.region_code)
    day = _came_on(on, actor)
    if row is not None and row.notice_id != notice.pk:
        raise Refusal(_("This row belongs to another notice."), code="other_notice", field="row")
    with as_visitor(notice.region_code):
        notice = Notice.objects.select_for_update(of=("self",)).get(pk=notice.pk)
        _refuse_late(notice, day)
        days = terms.rules_of(notice.region_code).answer_days
        return _take(
            ObjectionKind.OBJECTION, notice.region_code, text, days, sender, actor, notice=notice, row=row, day=day
        )  # fmt: skip


@transaction.atomic
def complain(
    kind: ObjectionKind, region_code: str, text: str, *, sender: Sender = NOBODY, actor: User | None = None,
    record_id: UUID | None = None,
) -> Objection:  # fmt: skip
    """Take a complaint or a suggestion about the work of a region. No notice and no deadline is needed.

    By `record_id` its sender finds the answer on the phone; no page of the office shows it.
    """
    if kind == ObjectionKind.OBJECTION:
        raise Refusal(_("An objection belongs to a notice."), code="needs_notice")
    _require_recorder(actor, region_code)
    with as_visitor(region_code):
        days = terms.rules_of(region_code).complaint_days
        return _take(kind, region_code, text, days, sender, actor, record_id=record_id)


@transaction.atomic
def assign(objection: Objection, assignee: User, *, actor: User) -> Objection:
    """Name who checks again. Not the one who wrote the notice."""
    objection = locked(objection)
    require(actor, ASSIGN_OBJECTIONS, objection.region_code)
    require_state(objection, ObjectionState.RECEIVED, ObjectionState.ASSIGNED)
    if objection.notice is not None and objection.notice.author_id == assignee.pk:
        raise Refusal(
            _("%(name)s wrote the notice; somebody else checks the objection."), {"name": assignee.name},
            code="own_notice", field="assignee",
        )  # fmt: skip
    if decision := may(assignee, RECHECK_OBJECTIONS, objection.region_code):
        _change(objection, ObjectionState.ASSIGNED, "notices.assign", actor, note=assignee.name,
                assignee=assignee, assigned_by=actor, assigned_at=timezone.now())  # fmt: skip
        return objection
    raise Refusal(
        _("%(name)s cannot check this: %(why)s"), {"name": assignee.name, "why": decision.why},
        code="cannot_check", field="assignee",
    )  # fmt: skip


@transaction.atomic
def recheck(objection: Objection, finding: str, *, actor: User) -> Objection:
    """What the named person found. For the office; the answer says what is public."""
    objection = locked(objection)
    require(actor, RECHECK_OBJECTIONS, objection.region_code)
    require_state(objection, ObjectionState.ASSIGNED)
    _refuse_own(objection, actor)
    if objection.assignee_id != actor.pk:
        raise Refusal(
            _("%(name)s was named to check this."), {"name": objection.assignee}, code="not_assignee",
            remedy=_("Let somebody else be named first."),
        )  # fmt: skip
    _change(objection, ObjectionState.RECHECKED, "notices.recheck", actor,
            finding=_sentences(finding, "finding"), rechecked_at=timezone.now())  # fmt: skip
    return objection


@transaction.atomic
def answer(objection: Objection, decision: Decision, text: str, *, actor: User) -> Objection:
    """Decide, with an answer that everybody may read. An objection is checked again first; a complaint need not be."""
    objection = locked(objection)
    require(actor, ANSWER_OBJECTIONS, objection.region_code)
    _refuse_own(objection, actor)
    _refuse_answered(objection)
    early = () if objection.kind == ObjectionKind.OBJECTION else (ObjectionState.RECEIVED, ObjectionState.ASSIGNED)
    require_state(objection, ObjectionState.RECHECKED, *early)
    text = _sentences(text, "text")
    screening.refuse(text, CELL, where=_("Answer"), field="text")
    _refuse_sender_in(text, objection)
    _change(objection, ObjectionState.ANSWERED, "notices.answer", actor,
            decision=Decision(decision), answer=text, answered_by=actor, answered_at=timezone.now())  # fmt: skip
    return objection


def sender_of(objection: Objection, *, actor: User) -> Sender:
    """Who objected; that it was looked at is noted."""
    reveal(objection, ["sender"], actor=actor)
    return _sender(objection)


def locked(objection: Objection) -> Objection:
    """The objection as it is now, held until the transaction ends: of two who act at once, the second sees the first.

    Without joins: PostgreSQL reads a row again that it waited for, and not what was joined to it.
    """
    return Objection.objects.select_for_update().get(pk=objection.pk)


def require_state(objection: Objection, *allowed: ObjectionState) -> None:
    if objection.state not in allowed:
        states = " / ".join(str(state.label) for state in allowed)
        raise Refusal(
            _("This is “%(state)s” already or not yet ready; needed is: %(allowed)s."),
            {"state": objection.get_state_display(), "allowed": states}, code="objection_state",
        )  # fmt: skip


def _take(
    kind: ObjectionKind, region_code: str, text: str, days: int, sender: Sender, actor: User | None,
    *, notice: Notice | None = None, row: NoticeRow | None = None, day: date | None = None,
    record_id: UUID | None = None,
) -> Objection:  # fmt: skip
    today = day or timezone.localdate()
    objection = Objection.objects.create(
        region_code=region_code, notice=notice, row=row, kind=kind, receipt=receipts.fresh(),
        text=_sentences(text, "text"), sender_cipher=_sealed(sender), received_at=timezone.now(), received_by=actor,
        record_id=record_id,
        due_on=due_day(today, days, terms.overrides(region_code, today)),
    )  # fmt: skip
    after = {**audit.snapshot(objection, SHOWN), "notice": notice.number if notice else None}
    audit.record("notices.object", objection, actor=actor, after=after)
    return objection


def _require_recorder(actor: User | None, region_code: str) -> None:
    """A village writes down what is said there against its town's notice: its region may lie below the issuer's."""
    if actor is None:
        return
    issuer = regioncode.prefix_of(region_code)
    below = (prefix for prefix in actor.prefixes if prefix.startswith(issuer))
    require(actor, RECORD_OBJECTIONS, regioncode.pad(next(below, issuer)))


def _came_on(on: date | None, actor: User | None) -> date:
    """The day that counts: today, or the earlier day on which an official got it on paper."""
    today = timezone.localdate()
    if on is not None and (actor is None or on > today):
        raise Refusal(_("%(day)s cannot be the day on which this came."), {"day": on}, code="came_on", field="on")
    return on or today


def _refuse_late(notice: Notice, today: date) -> None:
    if queries.is_open(notice, today):
        return
    remedy: Text = _("Leave a complaint instead: it is answered too, and it has no deadline.")
    if notice.contact:
        remedy = (
            _("Leave a complaint instead: it is answered too, and it has no deadline. Or go to: %s") % notice.contact
        )
    if notice.state == NoticeState.PUBLISHED and today < notice.opens:
        raise Refusal(_("The notice begins on %(day)s."), {"day": notice.opens}, code="too_early", remedy=remedy)
    raise Refusal(
        _("The time for objections to this notice ended on %(day)s."), {"day": notice.closes}, code="too_late",
        remedy=remedy,
    )  # fmt: skip


def _refuse_own(objection: Objection, actor: User) -> None:
    """Nobody checks or answers what he said himself, as far as it was said by name."""
    sender = _sender(objection)
    refuse_own(actor, name=sender.name, phone=sender.contact)


def _refuse_answered(objection: Objection) -> None:
    if objection.state == ObjectionState.ANSWERED:
        assert objection.answered_by is not None
        raise Refusal(
            _("%(name)s has answered this already: %(decision)s."),
            {"name": objection.answered_by.name, "decision": objection.get_decision_display()}, code="answered",
            remedy=_("Look at the answer; it stays as it is."),
        )  # fmt: skip


def _refuse_sender_in(text: str, objection: Objection) -> None:
    name = _sender(objection).name
    if name and name in text:
        raise Refusal(
            _("The answer names the person who objected."), code="names_sender", field="text",
            remedy=_("Everybody reads the answer. Leave the name out."),
        )  # fmt: skip


def _change(
    objection: Objection, state: ObjectionState, verb: str, actor: User, *, note: str = "", **fields: object
) -> None:
    before = audit.snapshot(objection, SHOWN)
    objection.state = state
    for name, value in fields.items():
        setattr(objection, name, value)
    objection.save(update_fields=["state", *fields])
    after = {**audit.snapshot(objection, SHOWN), **({"who": note} if note else {})}
    audit.record(verb, objection, actor=actor, before=before, after=after)


def _sentences(text: str, field: str) -> str:
    """The text without invisible signs; too short or too long is refused."""
    clean = "".join(sign for sign in text.replace("\r\n", "\n") if sign.isprintable() or sign == "\n").strip()
    if len(clean) < SHORTEST:
        raise Refusal(_("Write at least a sentence."), code="too_short", field=field)
    if len(clean) > LONGEST:
        raise Refusal(
            _("This has %(length)d signs; at most %(most)d are taken."), {"length": len(clean), "most": LONGEST},
            code="too_long", field=field, remedy=_("Say the most important; bring the rest to the office."),
        )  # fmt: skip
    return clean


def _sealed(sender: Sender) -> bytes | None:
    name, contact = sender.name.strip()[:60], sender.contact.strip()[:100]
    if not name and not contact:
        return None
    return vault().encrypt(json.dumps({"name": name, "contact": contact}, ensure_ascii=False), SENDER)


def _sender(objection: Objection) -> Sender:
    if objection.sender_cipher is None:
        return NOBODY
    return Sender(**json.loads(vault().decrypt(bytes(objection.sender_cipher), SENDER)))
