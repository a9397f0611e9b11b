"""Verbs of the ledger of points: giving, and taking back by an entry of the other sign."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from django.db import transaction
from django.db.models import Max
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from yigang.appraisal.access import GIVE_POINTS, TAKE_BACK_POINTS
from yigang.appraisal.enums import Period, PointKind
from yigang.appraisal.models import Appraisal, PointEntry
from yigang.duty.models import Incident, WorkResult
from yigang.foundation import audit, monthlocks
from yigang.foundation.access import require
from yigang.foundation.arrays import Bigints
from yigang.foundation.errors import Problem, Refusal, Text
from yigang.foundation.many import ManyRefused
from yigang.foundation.models import StoredFile, User
from yigang.foundation.statements import run
from yigang.policy.points import PointClause, point_clauses, refusal
from yigang.posts.models import Programme
from yigang.posts.rules import policy_file, policy_from, text_on
from yigang.recruitment.kin import people_tied
from yigang.tenure.models import Appointment

TAKE_TURNS = """
SELECT count(pg_advisory_xact_lock(hashtextextended('points', person)))
FROM (SELECT unnest(%s::bigint[]) AS person ORDER BY 1) AS people
"""


@dataclass(frozen=True, slots=True)
class Given:
    """Points to give: for which clause (its code), of which day, and what shows it. `row` counts from 1."""

    appointment: Appointment
    clause: str
    points: Decimal
    reason: str
    day: date
    incident: Incident | None = None
    result: WorkResult | None = None
    file: StoredFile | None = None
    row: int | None = None

    @property
    def evidence(self) -> str:
        """What shows it, as the ledger names it; empty when nothing does."""
        if self.incident is not None:
            return f"incident:{self.incident.pk}"
        if self.result is not None:
            return f"result:{self.result.pk}"
        return f"file:{self.file.sha256}" if self.file is not None else ""

    @property
    def key(self) -> Key:
        """What is given once: the person, the clause, and what shows it or else the day."""
        return _key(self.appointment.person_id, self.clause, self.evidence, self.day)


Key = tuple[int, str, str, date | None]


def _key(person: int, clause: str, evidence: str, day: date) -> Key:
    return person, clause, evidence, None if evidence else day


@dataclass(frozen=True)
class _Known:
    """What is known before many are given: clauses by day, kin of the giver, sealed months, what stands already."""

    clauses: Mapping[tuple[int, date], tuple[Mapping[str, PointClause], str]]
    tied: set[int]
    sealed: Mapping[int, date]
    standing: set[Key]
    actor: User

    def of(self, one: Given) -> PointClause | None:
        return self.clauses[one.appointment.programme_id, one.day][0].get(one.clause)

    def month(self, one: Given) -> date:
        return counting_month(one.day, self.sealed.get(one.appointment.pk))


def clauses_on(programme: Programme, day: date) -> tuple[Mapping[str, PointClause], str]:
    """The clauses by code of the text in force on a day, and the text's digest; no clauses where points are off."""
    text = text_on(policy_from(policy_file(programme.policy_code)), day)
    return {clause.code: clause for clause in point_clauses(text.text)}, text.digest


def counting_month(day: date, sealed: date | None) -> date:
    """First day of the month in which points of a day count: its own, or the first after the last sealed one."""
    own = day.replace(day=1)
    if sealed is None or sealed < own:
        return own
    return date(sealed.year + sealed.month // 12, sealed.month % 12 + 1, 1)


def last_sealed(appointments: Iterable[int]) -> dict[int, date]:
    """Appointment → first day of its last sealed month."""
    rows = Appraisal.objects.filter(appointment__in=list(appointments), period=Period.MONTH).order_by()
    return dict(rows.values("appointment").annotate(last=Max("first")).values_list("appointment", "last"))


def give_points(one: Given, *, actor: User) -> PointEntry:
    """Give one person points; a refusal names the field."""
    try:
        return give_many([one], actor=actor)[0]
    except ManyRefused as refused:
        problem = refused.problems[0]
        raise Refusal(problem.message, code=problem.code, field=problem.field, remedy=problem.remedy) from None


@transaction.atomic
def give_many(given: Sequence[Given], *, actor: User) -> list[PointEntry]:
    """Give many people points, all or none. Raises `ManyRefused` with a problem for each that cannot be given."""
    given = list(given)
    for region in {one.appointment.region_code for one in given}:
        require(actor, GIVE_POINTS, region)
    today = timezone.localdate()
    monthlocks.write_evidence(
        (one.appointment.region_code for one in given), min((one.day for one in given), default=today), today
    )
    known = _known(given, actor)
    problems, seen = [], set(known.standing)
    for one in given:
        if problem := _problem(one, known, seen, today):
            problems.append(problem)
        seen.add(one.key)
    if problems:
        raise ManyRefused(problems, len(given))
    made = PointEntry.objects.bulk_create(_entry(one, known, actor) for one in given)
    _note("appraisal.give_points", made, actor)
    return made


def _known(given: Sequence[Given], actor: User) -> _Known:
    """Six questions, whatever the number. Who gives the same people points meanwhile waits."""
    people = sorted({one.appointment.person_id for one in given})
    run(TAKE_TURNS, [Bigints(people)])
    programmes = {(one.appointment.programme_id, one.day): one.appointment.programme for one in given}
    rows = PointEntry.objects.filter(person__in=people, clause__in={one.clause for one in given}, reverses=None)
    standing = rows.filter(reversed_by=None).values_list("person_id", "clause", "evidence", "day")
    return _Known(
        {key: clauses_on(programme, key[1]) for key, programme in programmes.items()}, people_tied(people, actor),
        last_sealed(one.appointment.pk for one in given), {_key(*each) for each in standing}, actor,
    )  # fmt: skip


def _problem(one: Given, known: _Known, seen: set[Key], today: date) -> Problem | None:
    """Why points cannot be given, in the order in which a person would see it."""
    clause, held = known.of(one), one.appointment
    person = {"person": held.person.name}
    if clause is None:
        return _wrong(one, "no_clause", "clause", _("The policy of %(day)s gives no points for this."), day=one.day)
    if known.actor.role not in clause.by:
        return _wrong(one, "role", "clause", _("“%(clause)s” is not given by your office."), clause=clause.name)
    if held.person_id in known.tied:
        return _wrong(
            one, "kin", "", _("%(person)s is yourself or kin of yours; somebody else gives these points."), **person
        )
    if one.day > today or not _held_on(held, one.day):
        return _wrong(one, "not_in_post", "day", _("%(person)s holds no post on %(day)s."), **person, day=one.day)
    if wrong := refusal(clause, one.points, evidence=bool(one.evidence)):
        return _against(one, clause, wrong)
    if not one.reason.strip():
        return _wrong(one, "no_reason", "reason", _("Points need their reason."))
    if not _own_evidence(one):
        return _wrong(one, "evidence", "evidence", _("What shows it is not %(person)s’s, or was taken back."), **person)
    if one.key in seen:
        return _wrong(
            one, "once", "clause", _("%(person)s has had “%(clause)s” for this before."), **person, clause=clause.name
        )
    if not _counts(held, known.month(one)):
        return _wrong(
            one, "sealed", "day", _("The last month of %(person)s is sealed; nothing counts after it."), **person
        )
    return None


def _against(one: Given, clause: PointClause, code: str) -> Problem:
    """What the clause itself refuses."""
    if code == "no_evidence":
        return _wrong(one, code, "evidence", _("“%(clause)s” is given only with evidence."), clause=clause.name)
    return _wrong(
        one, code, "points", _("“%(clause)s” lies between %(least)s and %(most)s with at most two decimals, not at %(points)s."),
        clause=clause.name, least=f"{clause.least:f}", most=f"{clause.most:f}", points=one.points,
    )  # fmt: skip


def _wrong(one: Given, code: str, field: str, template: Text, **params: object) -> Problem:
    return Problem(code, template, params, row=one.row, field=field)


def _held_on(held: Appointment, day: date) -> bool:
    return held.starts <= day and (held.ends is None or day <= held.ends)


def _counts(held: Appointment, month: date) -> bool:
    """Whether the post is still held in the month in which the points would count."""
    return held.ends is None or month <= held.ends


def _own_evidence(one: Given) -> bool:
    """Whether what shows it is the person's and still counts; a file is nobody's."""
    if one.result is not None and one.result.withdrawn_at is not None:
        return False
    shown = one.incident or one.result
    return shown is None or shown.person_id == one.appointment.person_id


def _entry(one: Given, known: _Known, actor: User) -> PointEntry:
    clause, held = known.of(one), one.appointment
    assert clause is not None, "a clause that is not there was refused"
    return PointEntry(
        region_code=held.region_code, person_id=held.person_id, appointment=held, kind=PointKind(clause.kind),
        clause=clause.code, label=clause.name, points=clause.signed(one.points), reason=one.reason.strip()[:200],
        day=one.day, month=known.month(one), incident=one.incident, result=one.result, file=one.file,
        evidence=one.evidence, policy_digest=known.clauses[held.programme_id, one.day][1], given_by=actor,
    )  # fmt: skip


@transaction.atomic
def take_back_points(entry: PointEntry, reason: str, *, actor: User) -> PointEntry:
    """Take points back by an entry of the other sign, which counts in the same month or, once sealed, in the next."""
    require(actor, TAKE_BACK_POINTS, entry.region_code)
    if not reason.strip():
        raise Refusal(_("Say why the points are taken back."), code="reason_missing", field="reason")
    monthlocks.write_evidence([entry.region_code], entry.month, timezone.localdate())
    run(TAKE_TURNS, [Bigints([entry.person_id])])
    if entry.reverses_id is not None or PointEntry.objects.filter(reverses=entry).exists():
        raise Refusal(_("These points were taken back already."), code="taken_back")
    if people_tied([entry.person_id], actor):
        raise Refusal(
            _("%(person)s is yourself or kin of yours; somebody else takes these points back."),
            {"person": entry.person.name}, code="kin",
        )  # fmt: skip
    sealed = last_sealed([entry.appointment_id]).get(entry.appointment_id)
    made = PointEntry.objects.create(
        region_code=entry.region_code, person_id=entry.person_id, appointment_id=entry.appointment_id, kind=entry.kind,
        clause=entry.clause, label=entry.label, points=-entry.points, reason=reason.strip()[:200], day=entry.day,
        month=counting_month(entry.month, sealed), reverses=entry, policy_digest=entry.policy_digest, given_by=actor,
    )  # fmt: skip
    _note("appraisal.take_back_points", [made], actor)
    return made


def _note(verb: str, made: Sequence[PointEntry], actor: User) -> None:
    """One audit entry; of many, it lists them."""
    for entry in made[:1]:
        after = {"points": [[one.pk, one.appointment_id, one.clause, str(one.points), one.reason] for one in made],
                 "month": entry.month}  # fmt: skip
        region = min(one.region_code for one in made)
        audit.record(verb, entry, actor=actor, region_code=region, after=after)
